"""The single sentences of the rules page, each from one limit or one field of the rule sheet."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.seasons.models import Category, RuleSheet, Season

# The caps by scope, period and what is counted.
Limits = dict[tuple[str, str, str], int]
# Shortest first: this is the period after which ballots come back.
PERIODS = ("window", "day", "season")
NOTICEABLE_MS = 10_000  # below, only scripts notice the wait between two ballots


class Shape(TypedDict):
    """What one ballot may hold, and how many ballots there are."""

    min: int
    max: int | None  # None: not limited
    per_category: int | None
    ballots_per: str | None  # window, day or season
    ballots: int | None


def chips(ballot: Shape, limits: Limits) -> list[str]:
    """Return how often, how many and how spread, at most three phrases."""
    often = ""
    if ballot["ballots_per"]:
        often = {
            "day": _("%(n)s a day"),
            "window": _("%(n)s per window"),
            "season": _("%(n)s in all"),
        }[ballot["ballots_per"]] % {"n": _ballots(ballot["ballots"] or 0)}
    else:
        often = next(
            (
                _choices_chip(period, limits["season", period, "choices"])
                for period in PERIODS
                if ("season", period, "choices") in limits
            ),
            "",
        )
    found = [often, _how_many(ballot)]
    if ballot["per_category"] is not None:
        found.append(_("Up to %(n)s per category") % {"n": ballot["per_category"]})
    else:
        found.extend(_nominee_chip(period, most) for period, most in nominee_limits(limits).items())
    return [chip for chip in found if chip][:3]


def who(season: Season) -> list[str]:
    """Say who may vote and what makes one voter."""
    if season.identity_level == Season.IdentityLevel.VERIFIED:
        return [
            _("Everybody with a phone number or an e-mail address can vote."),
            _(
                "You confirm it with a code. One confirmed number or address is one voter, on "
                "whichever device."
            ),
            _("Reading needs no confirmation. The ledger holds choices, not names."),
        ]
    return [
        _("Everybody can vote, without signing in."),
        _("One browser is one voter. A cookie tells it from others; it holds no name."),
        _("The ledger holds choices, not names."),
    ]


def choosing(ballot: Shape, categories: Sequence[Category]) -> list[str]:
    """Say what one ballot may hold."""
    least, most, each = ballot["min"], ballot["max"], ballot["per_category"]
    values = {"min": least, "max": most}
    if least == most == 1:
        found = [_("A ballot names one nominee.")]
    elif least == most:
        found = [_("A ballot names exactly %(min)s nominees, neither fewer nor more.") % values]
    elif most is None:
        found = [_("A ballot names %(min)s nominees or more.") % values]
    else:
        found = [_("A ballot names %(min)s to %(max)s nominees.") % values]
    if each == 1 and len(categories) > 1:
        found.append(_("At most one of them in each category."))
    elif each is not None and len(categories) > 1:
        found.append(_("At most %(n)s of them in one category.") % {"n": each})
    if most != 1:
        found.append(_("Nobody can be named twice on one ballot. The order does not matter."))
    found.append(_("Before casting you see the whole ballot once more. A cast ballot is final."))
    return found


def repeating(limits: Limits, windows: Sequence[str], zone: str) -> list[str]:
    """Say how often, and what counts over several ballots."""
    found = []
    for period in PERIODS:
        if ("season", period, "ballots") in limits:
            found.append(_ballots_sentence(period, limits["season", period, "ballots"]))
        if ("season", period, "choices") in limits:
            found.append(_choices_sentence(period, limits["season", period, "choices"]))
        found.extend(
            _category_sentence(period, counts, limits["category", period, counts])
            for counts in ("choices", "ballots")
            if ("category", period, counts) in limits
        )
    found.extend(_nominee_sentence(period, most) for period, most in nominee_limits(limits).items())
    if not any(scope == "season" and period in PERIODS for scope, period, _counts in limits):
        found.append(_("The number of ballots is not limited; ballots in quick succession wait."))
    if any(period == "day" for _scope, period, _counts in limits):
        found.append(_("A day begins at 0:00 (%(zone)s).") % {"zone": zone})
    if windows and any(period == "window" for _scope, period, _counts in limits):
        found.append(
            _("The voting windows begin %(starts)s (%(zone)s).")
            % {"starts": _("; ").join(windows), "zone": zone}
        )
    return found


def pace(interval_ms: int, burst: int) -> list[str]:
    """Say how long a voter waits between ballots, where that is meant for people too."""
    if interval_ms < NOTICEABLE_MS:
        return []
    seconds = interval_ms // 1000
    time = (
        ngettext("%(n)s minute", "%(n)s minutes", seconds // 60) % {"n": seconds // 60}
        if seconds % 60 == 0
        else ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds}
    )
    if burst == 1:
        return [_("Between two ballots of one voter at least %(time)s pass.") % {"time": time}]
    return [
        _("A voter earns one ballot every %(time)s and can save up %(n)s.")
        % {"time": time, "n": burst}
    ]


def counting(sheet: RuleSheet) -> list[str]:
    """Say what a choice is worth; of several components, they say it themselves."""
    values = {"public": sheet.public_weight, "panel": sheet.panel_weight}
    found = [_("Every choice is one vote for that nominee. All votes are worth the same.")]
    if sheet.consolidation is not None:
        pass
    elif not sheet.panel_weight:
        found.append(_("The public vote alone decides."))
    elif not sheet.public_weight:
        found.append(_("The panel of judges decides; the public vote is published beside it."))
    else:
        found.append(
            _(
                "The public vote makes %(public)s%% of the final result, the panel of judges "
                "%(panel)s%%."
            )
            % values
        )
    found.append(
        _("Numbers shown before the announcement are ballots received, not yet the result.")
    )
    return found


def display(sheet: RuleSheet, season: Season) -> list[str]:
    """Say what can be seen while voting is open, and in which order nominees stand."""
    Display = RuleSheet.Display  # noqa: N806 -- a class
    hour = f"{sheet.display_hour}:00"
    shown = {
        Display.LIVE: _("While voting is open, the votes received are shown as they come in."),
        Display.DELAYED: _("While voting is open, the votes received are shown %(n)s minutes late.")
        % {"n": sheet.display_delay_minutes},
        Display.DAILY: _(
            "While voting is open, the votes received are shown once a day, as of %(hour)s."
        )
        % {"hour": hour},
        Display.RANK_ONLY: _("While voting is open, only ranks are shown, without numbers."),
        Display.HIDDEN: _("Votes and ranks stay hidden until the announcement."),
    }[Display(sheet.display)]
    turnout = (
        _("The number of ballots received is public all the time.")
        if sheet.turnout_public
        else _("The number of ballots received is published after voting has closed.")
    )
    order = {
        Season.Order.NUMBER: _("Nominees are listed by ballot number, never by votes."),
        Season.Order.STROKES: _("Nominees are listed by strokes of the surname, never by votes."),
        Season.Order.RANDOM: _(
            "Each visitor sees the nominees in another order, so that nobody is favoured."
        ),
    }[Season.Order(season.order)]
    return [shown, turnout, order]


def action(word: str) -> str:
    """Name what was done to a season; an unknown action keeps its word."""
    known: Mapping[str, str] = {
        "create": _("Season drafted"),
        "rules": _("Rules changed in the draft"),
        "details": _("Texts and dates changed in the draft"),
        "categories": _("Categories changed in the draft"),
        "stages": _("Dates changed in the draft"),
        "stages_moved": _("Dates of stages changed"),
        "approval": _("Approval and wording changed"),
        "nomination_settings": _("Nomination form changed"),
        "quota": _("Quota of a unit changed"),
        "publish": _("Season published"),
        "rehearse": _("Rehearsal begun"),
        "hide": _("Season hidden from the public again"),
        "numbers": _("Way to ballot numbers changed in the draft"),
        "draw_announce": _("Draw of the ballot numbers announced"),
        "draw_seed": _("Ballot numbers drawn"),
        "open": _("Voting opened, rules frozen"),
        "amend": _("Rules amended"),
        "pause": _("Voting paused"),
        "resume": _("Voting resumed"),
        "close": _("Voting closed"),
        "announce": _("Result announced"),
        "withdraw": _("Nominee withdrawn"),
        "rebuild": _("Vote store rebuilt from the ledger"),
    }
    return known.get(word, word)


def amendable(field: str) -> str:
    """Name a rule that an amendment may change."""
    return {
        "closes_at": _("Voting ends"),
        "display": _("Votes are shown"),
        "display_delay_minutes": _("Delay in minutes"),
        "display_hour": _("Hour of the daily publication"),
        "turnout_public": _("The number of ballots received is public"),
        "candidate_notice_days": _("Days of the notice of nominees"),
        "result_notice_days": _("Days of the notice of the result"),
    }[field]


def amendable_value(field: str, value: Any) -> str:
    """Return the value of such a rule in words; times are not among them."""
    if field == "display":
        return str(RuleSheet.Display(value).label)
    if field == "display_hour":
        return f"{value}:00"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def signed(detail: Mapping[str, object]) -> str:
    """Say how two people stand behind a step, "" where one was enough."""
    if not detail.get("approver"):
        return ""
    if detail.get("way") == "approval":
        return _("Signed by two people.")
    return _("Done at the server, in the name of two people.")


def _ballots(number: int) -> str:
    return _("1 ballot") if number == 1 else _("%(n)s ballots") % {"n": number}


def _how_many(ballot: Shape) -> str:
    least, most = ballot["min"], ballot["max"]
    if most is None:
        return _("Choose %(min)s or more") % {"min": least}
    if least == most:
        return _("Choose exactly %(min)s") % {"min": least}
    return _("Choose %(min)s–%(max)s") % {"min": least, "max": most}


def nominee_limits(limits: Limits) -> dict[str, int]:
    """Return by period how often one nominee may be chosen, where that says something.

    A nominee stands at most once on a ballot, so a limit that is no smaller than the number of
    ballots in the same period adds nothing.
    """
    found = {}
    for period in PERIODS:
        counts = [limits.get(("nominee", period, what)) for what in ("choices", "ballots")]
        most = min((one for one in counts if one is not None), default=None)
        ballots = limits.get(("season", period, "ballots"))
        if most is not None and (ballots is None or most < ballots):
            found[period] = most
    return found


def _choices_chip(period: str, most: int) -> str:
    return {
        "day": _("Votes per day: %(n)s"),
        "window": _("Votes per voting window: %(n)s"),
        "season": _("Votes per person: %(n)s"),
    }[period] % {"n": most}


def _nominee_chip(period: str, most: int) -> str:
    return {
        "day": _("Each nominee: %(n)s a day"),
        "window": _("Each nominee: %(n)s per window"),
        "season": _("Each nominee: %(n)s in all"),
    }[period] % {"n": most}


def _ballots_sentence(period: str, most: int) -> str:
    if most == 1:
        return {
            "day": _("You can cast one ballot a day."),
            "window": _("You can cast one ballot in each voting window."),
            "season": _("You can cast one ballot in this season."),
        }[period]
    return {
        "day": _("You can cast up to %(n)s ballots a day."),
        "window": _("You can cast up to %(n)s ballots in each voting window."),
        "season": _("You can cast up to %(n)s ballots in this season."),
    }[period] % {"n": most}


def _choices_sentence(period: str, most: int) -> str:
    return {
        "day": _("All your ballots of one day together hold at most %(n)s choices."),
        "window": _("All your ballots of one voting window together hold at most %(n)s choices."),
        "season": _("All your ballots of this season together hold at most %(n)s choices."),
    }[period] % {"n": most}


def _category_sentence(period: str, counts: str, most: int) -> str:
    sentences = {
        ("day", "choices"): _("In one category you can make at most %(n)s choices a day."),
        ("window", "choices"): _(
            "In one category you can make at most %(n)s choices in each voting window."
        ),
        ("season", "choices"): _(
            "In one category you can make at most %(n)s choices in this season."
        ),
        ("day", "ballots"): _("At most %(n)s of a day's ballots may name the same category."),
        ("window", "ballots"): _(
            "At most %(n)s ballots of a voting window may name the same category."
        ),
        ("season", "ballots"): _(
            "At most %(n)s ballots of this season may name the same category."
        ),
    }
    return sentences[period, counts] % {"n": most}


def _nominee_sentence(period: str, most: int) -> str:
    if most == 1:
        return {
            "day": _("You can vote for the same nominee once a day."),
            "window": _("You can vote for the same nominee once in each voting window."),
            "season": _("You can vote for the same nominee only once in this season."),
        }[period]
    return {
        "day": _("You can vote for the same nominee up to %(n)s times a day."),
        "window": _("You can vote for the same nominee up to %(n)s times in each voting window."),
        "season": _("You can vote for the same nominee up to %(n)s times in this season."),
    }[period] % {"n": most}
