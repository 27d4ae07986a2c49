"""Every refusal in plain words: what happened, and what the reader can do.

``problems.html`` lists them all; the form for browsers without scripts says the one that applies.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from django.utils.translation import gettext as _

from voting.ballots.receipt_context import code_groups, receipt_context
from voting.hotpath.problems import PROBLEMS
from voting.seasons.models import Category, Nominee, Season
from voting.seasons.page_context import content, frame_context, moment

# The codes by what they are about, in the order of the page.
GROUPS = {
    "time": ("not-open", "paused", "closed"),
    "again": ("already-voted", "nominee-used", "token-used"),
    "ballot": (
        "too-few",
        "too-many",
        "category-full",
        "duplicate-choice",
        "unknown-nominee",
        "withdrawn",
    ),
    "voter": (
        "verification-required",
        "no-cookie",
        "expired-token",
        "foreign-token",
        "bad-token",
    ),
    "busy": ("rate-limited", "flooded", "busy", "not-ready", "unknown-outcome"),
    "technical": (
        "bad-request",
        "unknown-field",
        "too-large",
        "wrong-media-type",
        "wrong-method",
        "forbidden-origin",
        "unknown-host",
        "unknown-season",
    ),
}
_ICONS = {
    "time": "clock",
    "again": "receipt",
    "ballot": "list",
    "voter": "person",
    "busy": "retry",
    "technical": "warning",
}
# After these the very same ballot can be sent again.
_REPEATABLE = ("rate-limited", "flooded", "busy", "not-ready", "unknown-outcome")


class Explained(TypedDict):
    """One refusal in words."""

    code: str
    status: int
    title: str
    text: str
    advice: str


def problems_context() -> dict[str, Any]:
    """Return the context of ``ballots/problems.html``."""
    titles = {
        "time": _("The time of voting"),
        "again": _("Voted already"),
        "ballot": _("What the ballot holds"),
        "voter": _("Voter and page"),
        "busy": _("Waiting"),
        "technical": _("For programs"),
    }
    return {
        "groups": [
            {
                "title": titles[name],
                "icon": _ICONS[name],
                "problems": [explained(code) for code in codes],
            }
            for name, codes in GROUPS.items()
        ]
    }


def explained(code: str) -> Explained:
    """Return title, explanation and advice for a code. Raises KeyError if there is none."""
    title, text, advice = _texts()[code]
    return {
        "code": code,
        "status": PROBLEMS[code][0],
        "title": title,
        "text": text,
        "advice": advice,
    }


def refusal_context(
    season: Season, code: str, extra: Mapping[str, Any], *, chosen: Sequence[str]
) -> dict[str, Any]:
    """Return the context of ``ballots/form_result.html`` for a ballot that was refused.

    extra: the members of the problem, as the public interface gives them.
    chosen: the ballot numbers that were sent; they are kept for the next attempt.
    """
    found = explained(code)
    receipt = str(extra.get("code", ""))
    group = next(name for name, codes in GROUPS.items() if code in codes)
    return {
        **frame_context(season),
        "nav_current": "season",
        "accepted": False,
        "problem": found,
        "details": details(season, code, extra),
        "icon": _ICONS[group],
        "chosen": list(chosen),
        "can_repeat": code in _REPEATABLE,
        "can_change": group in {"ballot", "again"} and code not in {"already-voted", "token-used"},
        "needs_sign_in": code == "verification-required",
        "outcome_unknown": code == "unknown-outcome",
        "retry_seconds": max(1, -(-int(extra.get("retry_ms", 0)) // 1000)),
        "code": receipt,
        "code_groups": code_groups(receipt),
    }


def accepted_context(
    season: Season, *, code: str, accepted_ms: int, repeated: bool = False
) -> dict[str, Any]:
    """Return the context of ``ballots/form_result.html`` for a ballot that was taken.

    repeated: the same ballot had been taken before.
    """
    return {
        **receipt_context(season, code=code, state="received", accepted_ms=accepted_ms),
        "nav_current": "season",
        "accepted": True,
        "repeated": repeated,
    }


def details(season: Season, code: str, extra: Mapping[str, Any]) -> list[str]:
    """Return the sentences that only this ballot needs: numbers, names, times.

    extra: the members of the problem, as the public interface gives them.
    """
    return [line for line in _sentences(season, code, extra) if line]


def _sentences(season: Season, code: str, extra: Mapping[str, Any]) -> list[str]:
    if code == "too-few":
        missing = int(extra["min"]) - int(extra["got"])
        return [_("%(k)s more needed: at least %(min)s.") % {"k": missing, "min": extra["min"]}]
    if code == "too-many":
        spare = int(extra["got"]) - int(extra["max"])
        return [_("%(k)s too many: at most %(max)s.") % {"k": spare, "max": extra["max"]}]
    if code == "category-full":
        return [
            _("%(category)s: at most %(max)s, remove %(k)s.")
            % {
                "category": _category(season, int(extra["category"])),
                "max": extra["max"],
                "k": int(extra["got"]) - int(extra["max"]),
            }
        ]
    if code == "unknown-nominee":
        return [_("Not on the list: %(names)s.") % {"names": _(", ").join(extra["nominees"])}]
    names = _names(season, extra["nominees"]) if extra.get("nominees") else ""
    reason = str(extra.get("reason") or "")
    return [
        _("It concerns: %(names)s.") % {"names": names} if names else "",
        _("The reason given: %(reason)s.") % {"reason": reason.rstrip("。.")} if reason else "",
        _time(season, extra, "opens_ms", _("Voting opens %(date)s.")),
        _time(season, extra, "until_ms", _("Voting is expected to go on %(date)s.")),
        _time(season, extra, "closes_ms", _("Voting closed %(date)s.")),
        _time(season, extra, "accepted_ms", _("Your ballot was received %(date)s.")),
        _time(season, extra, "next_ms", _("You can vote again from %(date)s.")),
    ]


def _time(season: Season, extra: Mapping[str, Any], member: str, sentence: str) -> str:
    if extra.get(member) is None:
        return ""
    at = datetime.fromtimestamp(int(extra[member]) / 1000, UTC)
    return sentence % {"date": moment(at, season.time_zone)}


def _category(season: Season, position: int) -> str:
    category = Category.objects.get(season=season, position=position)
    return content(category.name, category.name_en)["text"]


def _names(season: Season, numbers: Sequence[str]) -> str:
    found = Nominee.objects.filter(season=season, ballot_number__in=numbers)
    return _(", ").join(
        f"{one.ballot_number} {content(one.name, one.name_en)['text']}"
        for one in found.order_by("ballot_number")
    )


def _texts() -> dict[str, tuple[str, str, str]]:
    return {**_about_voting(), **_about_the_voter(), **_about_programs()}


def _about_voting() -> dict[str, tuple[str, str, str]]:
    kept, later = _("Your choices are kept."), _("Please come back later.")
    return {
        "not-open": (
            _("Voting has not opened yet"),
            _("The ballot came before the opening time, so it was not counted."),
            _("Read about the nominees and choose now; cast when voting opens."),
        ),
        "paused": (
            _("Voting is paused"),
            _("The organiser has interrupted voting. Ballots cast before stay in the ledger."),
            f"{kept} {later}",
        ),
        "closed": (
            _("Voting has closed"),
            _("The ballot came after the closing time, so it was not counted."),
            _("Ballots cast before are in the ledger; the receipt still shows them."),
        ),
        "already-voted": (
            _("Your ballot is already cast"),
            _("The rules leave no further ballot for now. The earlier one stands."),
            _(
                "See the receipt of the earlier ballot. Sharing a phone? Family members can use "
                "their own phone or a voting point."
            ),
        ),
        "nominee-used": (
            _("Already chosen to the limit"),
            _("You have voted for a nominee as often as the rules allow for now."),
            _("Take that one out and cast the rest, or wait until the limit starts anew."),
        ),
        "token-used": (
            _("This ballot was received before, with other choices"),
            _("The first one is in the ledger. The second was not counted."),
            _("A cast ballot is final. The receipt shows that the first one is there."),
        ),
        "too-few": (
            _("Too few chosen"),
            _("The rules ask for more nominees on one ballot."),
            _("Choose some more and cast again. Nothing was counted."),
        ),
        "too-many": (
            _("Too many chosen"),
            _("The rules allow fewer nominees on one ballot."),
            _("Take some out and cast again. We never take one out for you."),
        ),
        "category-full": (
            _("Too many in one category"),
            _("The rules allow fewer nominees of the same category."),
            _("Take some of that category out and cast again. We never take one out for you."),
        ),
        "duplicate-choice": (
            _("A nominee stands twice on the ballot"),
            _("One ballot can name everybody once."),
            _("Choose again, each nominee once."),
        ),
        "unknown-nominee": (
            _("A number is not on the list"),
            _("The ballot names somebody who does not stand for this award."),
            _("Open the list of nominees anew and choose from it."),
        ),
        "withdrawn": (
            _("A nominee has withdrawn"),
            _("Nothing was counted, so that you can decide anew."),
            _("Take that one out; you may choose another nominee in their place."),
        ),
    }


def _about_the_voter() -> dict[str, tuple[str, str, str]]:
    kept, sign_in = _("Your choices are kept."), _("Sign in with the code, then cast.")
    return {
        "verification-required": (
            _("Please verify first"),
            _("This award asks for a phone or e-mail code, only to ensure one ballot per person."),
            f"{sign_in} {kept}",
        ),
        "no-cookie": (
            _("This browser does not keep cookies"),
            _("Without a cookie a ballot cannot be told from a second one."),
            _(
                "Allow cookies for this site, or open it in another browser. In WeChat: tap "
                "“use full service” at the bottom of the page."
            ),
        ),
        "expired-token": (
            _("The page was open too long"),
            _("A ballot can be cast for 30 minutes after it was begun. Nothing was counted."),
            _("Cast again; the page has been refreshed."),
        ),
        "foreign-token": (
            _("The ballot was begun in another browser or award"),
            _("Two open windows or cleared cookies lead to this. Nothing was counted."),
            _("Cast again; the page has been refreshed."),
        ),
        "bad-token": (
            _("The ballot could not be recognised"),
            _("It did not come from a page of this site, or was damaged. Nothing was counted."),
            _("Open the list of nominees anew and cast from there."),
        ),
        "rate-limited": (
            _("Ballots came too quickly"),
            _("A few seconds must lie between two ballots. Nothing was counted."),
            _("Wait a moment, then send the same ballot again."),
        ),
        "flooded": (
            _("Many people are voting on this network"),
            _("Schools, offices and mobile networks often share one address. Nothing was counted."),
            _("Wait a moment, then send the same ballot again. No need to tap repeatedly."),
        ),
        "busy": (
            _("Ballots cannot be taken right now"),
            _("We cannot take ballots safely right now, so we take none. Nothing was counted."),
            _("Wait a moment, then send the same ballot again."),
        ),
        "not-ready": (
            _("Ballots cannot be taken right now"),
            _("The store of votes is being checked against the ledger. Nothing was counted."),
            _("Wait a few minutes, then send the same ballot again."),
        ),
        "unknown-outcome": (
            _("Not known yet whether it was received"),
            _("The answer of the vote store was lost on the way. The ballot may be there or not."),
            _("Send the same ballot again. It is recognised and cannot count twice."),
        ),
    }


def _about_programs() -> dict[str, tuple[str, str, str]]:
    reload_page = _("Load the page again. If it comes back, please tell the organiser.")
    return {
        "bad-request": (
            _("The request could not be read"),
            _("It is not JSON of the expected form."),
            reload_page,
        ),
        "unknown-field": (
            _("The request has a member that is not known"),
            _("Unknown members are refused, so that a spelling mistake cannot pass unnoticed."),
            reload_page,
        ),
        "too-large": (
            _("The request is too large"),
            _("A ballot needs less than 4 KiB."),
            reload_page,
        ),
        "wrong-media-type": (
            _("The request has the wrong media type"),
            _("Ballots are sent as application/json."),
            reload_page,
        ),
        "wrong-method": (
            _("This address takes another method"),
            _("Ballots are sent by POST."),
            reload_page,
        ),
        "forbidden-origin": (
            _("The request came from another site"),
            _("Ballots are taken only from pages of this site."),
            _("Open the list of nominees on this site and cast from there."),
        ),
        "unknown-host": (
            _("The site does not answer to this name"),
            _("The address in the request is not one of this site's names."),
            _("Use the address that the organiser has published."),
        ),
        "unknown-season": (
            _("There is no such award"),
            _("The address names an award that does not exist or is not public yet."),
            _("Start from the home page."),
        ),
    }
