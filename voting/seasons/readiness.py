"""What must be ready before voting can open: one list, for the page and for whoever opens."""

from typing import Final, NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.rules.ballots import BallotRules, Cap, problems
from voting.rules.schedule import Span, clashes
from voting.seasons import counting, numbering, queries
from voting.seasons.approval import Warned, wording_warnings
from voting.seasons.models import Category, Season
from voting.seasons.page_context import content
from voting.seasons.scheduling import clash_text
from voting.seasons.season_file import contradiction

LONGEST_QUOTED: Final = 40  # characters
SURPLUS: Final = 1.2  # nominees for each place, below which a choice is hardly one


class Item(NamedTuple):
    """One thing that must be there."""

    part: str  # where to see to it: rules, details, categories, nominees, stages, numbers ...
    done: bool
    text: str  # what is ready, or what is missing
    blocks: bool = True  # whether voting cannot open without it


def readiness(season: Season) -> list[Item]:
    """Return the list for a draft, in the order in which organisers work.

    season: as ``queries.season_by_slug`` returns it. Six queries at most.
    """
    categories = list(
        season.categories.annotate(
            running=Count("nominees", filter=Q(nominees__withdrawn_at__isnull=True))
        )
    )
    return [
        *_rules(season, [category.running for category in categories]),
        _item(
            "details", season.closes_at > timezone.now(),
            _("Voting ends in the future"), _("Voting would be over before it opens."),
        ),
        _item(
            "details", bool(season.contact_phone or season.contact_email),
            _("Voters can ask somebody"),
            _("Voters can ask nobody: give a phone number or an e-mail address."),
            blocks=False,
        ),
        _item(
            "categories", bool(categories),
            _("There are categories"), _("There is no category."),
        ),
        *(
            _item(
                "nominees", category.running >= SURPLUS * category.places,
                _("%(category)s has more nominees than places") % {"category": _named(category)},
                _surplus(category, category.running),
                blocks=not category.running,
            )
            for category in categories
        ),
        *_numbers(season),
        *setup(season),
    ]  # fmt: skip


def _named(category: Category) -> str:
    return content(category.name, category.name_en)["text"]


def _surplus(category: Category, running: int) -> str:
    name = _named(category)
    if not running:
        return _("%(category)s has no nominee.") % {"category": name}
    if running <= category.places:
        return _("%(category)s has no more nominees than places.") % {"category": name}
    return _(
        "%(category)s has %(nominees)d nominees for %(places)d places: fewer than 1.2 for each "
        "leave hardly a choice."
    ) % {"category": name, "nominees": running, "places": category.places}


def to_publish(season: Season) -> list[Item]:
    """Return what the public needs before a draft is shown to it, in the order of the work."""
    stages = queries.timeline(season)
    return [
        _item(
            "categories", season.categories.exists(),
            _("There are categories"), _("There is no category."),
        ),
        _item(
            "details", bool(season.contact_phone or season.contact_email),
            _("People can ask somebody"),
            _("People can ask nobody: give a phone number or an e-mail address."),
        ),
        _item(
            "stages", any(one.ends_at > timezone.now() for one in stages),
            _("There is a date in the future"), _("All dates are over."),
        ),
        *_wording(season),
    ]  # fmt: skip


def setup(season: Season) -> list[Item]:
    """Return what belongs to the set-up of a season: stages, approval, wording, places, quotas.

    Part of what must be ready before opening; ``readiness`` has the rules and nominees.
    """
    categories = list(season.categories.all())
    spans = [Span(one.kind, one.starts_at, one.ends_at) for one in queries.timeline(season)]
    by_kind = {span.kind: span for span in spans}
    wrong = clashes(spans)
    return [
        *(
            [
                Item("stages", False, clash_text(clash, by_kind, season.time_zone))
                for clash in wrong
            ]
            or [Item("stages", True, _("The stages follow each other"))]
        ),
        _item(
            "stages", "candidate_notice" in by_kind,
            _("There is a candidate notice"),
            _("There is no candidate notice: the public could object to nobody."),
            blocks=False,
        ),
        *_approval(
            season,
            counting.places_in_all(season) or sum(category.places for category in categories),
        ),
        *_wording(season),
    ]  # fmt: skip


def _approval(season: Season, places: int) -> list[Item]:
    if season.is_showcase:
        return [Item("approval", True, _("It is a showcase: no title is conferred"))]
    used = (
        Season.objects.filter(approval_ref=season.approval_ref, rehearsal_of=None)
        .exclude(pk__in=[season.pk, season.rehearsal_of_id or season.pk])
        .exists()
    )
    return [
        _item(
            "approval", places <= (season.approved_places or 0),
            _("Places are within what has been approved"),
            _("%(places)d places, but only %(approved)d are approved.")
            % {"places": places, "approved": season.approved_places or 0},
        ),
        _item(
            "approval", not used,
            _("The approval is this season's own"),
            _("Another season has the same approval number: %(number)s. Look whether it covers "
              "this one.") % {"number": season.approval_ref},
            blocks=False,
        ),
    ]  # fmt: skip


def _wording(season: Season) -> list[Item]:
    return [
        Item("approval", False, warning_text(warned), blocks=False)
        for warned in wording_warnings(season)
    ] or [Item("approval", True, _("Names claim nothing that needs an approval"))]


def warning_text(warned: Warned) -> str:
    """Say in a sentence which words need an approval."""
    values = {"text": shortened(warned.text), "words": _("”, “").join(warned.words)}
    if warned.honours:
        return (
            _("“%(text)s” says “%(words)s”: without an approval nothing may be called so.") % values
        )
    return _("“%(text)s” says “%(words)s”: such a name needs an approval from that level.") % values


def shortened(text: str) -> str:
    """Return a text as far as it fits into a sentence."""
    return text if len(text) <= LONGEST_QUOTED else text[: LONGEST_QUOTED - 1] + "…"


def _numbers(season: Season) -> list[Item]:
    numbers = numbering.numbers_of(season)
    if not numbers.of:
        return []
    items = [_item("numbers", not numbers.missing, _("Ballot numbers are fixed"), numbers.missing)]
    if numbers.remark:
        items.append(Item("numbers", done=False, text=numbers.remark, blocks=False))
    return items


def _rules(season: Season, sizes: list[int]) -> list[Item]:
    sheet = season.rule_sheet
    rules = BallotRules(
        sheet.min_choices,
        tuple(Cap(cap.scope, cap.period, cap.counts, cap.max) for cap in sheet.caps.all()),
    )
    wrong = [
        Item("rules", False, does_not_fit(code, rules))
        for code in dict.fromkeys(problems(rules, sizes if any(sizes) else None))
    ]
    count = [Item("rules", False, sentence) for sentence in counting.problems_of(sheet)]
    starts = [window.starts_at for window in season.windows.all()]
    if not starts and any(cap.period == "window" for cap in rules.caps):
        # Then the whole voting time is one window: well defined, but hardly what was meant.
        advice = _("Limits hold for voting windows, and there are none.")
        wrong.append(Item("rules", False, advice, blocks=False))
    elif starts and (min(starts) != season.opens_at or max(starts) >= season.closes_at):
        wrong.append(
            Item(
                "rules",
                False,
                _("The first voting window starts with voting, the last before its end."),
            )
        )
    return [
        *(wrong or [Item("rules", True, _("The limits fit together"))]),
        *(count or [Item("rules", True, _("How votes and marks count is declared"))]),
        *_identity(season),
    ]


def _identity(season: Season) -> list[Item]:
    """Return how voters are told apart, and whether codes can reach them."""
    if season.identity_level == Season.IdentityLevel.ANONYMOUS:
        return [Item("rules", True, _("Voters need no sign-in"))]
    by_mail = settings.MAILBOX or bool(settings.EMAIL_URL)
    return [
        _item(
            "rules", by_mail or settings.PHONE_SIGN_IN,
            _("Voters sign in with a code"),
            _("Voters sign in with a code, and neither mails nor text messages can be sent."),
        ),
        _item(
            "rules", settings.PHONE_SIGN_IN,
            _("Codes can be sent to phones"),
            _("Codes can be sent by mail only; many voters have just a phone."),
            blocks=False,
        ),
    ]  # fmt: skip


def does_not_fit(code: str, rules: BallotRules) -> str:
    """Return a contradiction between limits as a sentence. code: of ``ballots.problems``."""
    found, allowed = contradiction(code, rules)
    return _("This does not fit together: %(found)s. Allowed is: %(allowed)s.") % {
        "found": found,
        "allowed": allowed,
    }


def _item(part: str, done: bool, ready: str, missing: str, *, blocks: bool = True) -> Item:  # noqa: FBT001 -- the one thing that an item is about
    return Item(part, done, ready if done else missing, blocks)
