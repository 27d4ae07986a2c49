"""What must be ready before voting can open: one list, for the page and for whoever opens."""

from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.rules.ballots import BallotRules, Cap, problems
from voting.seasons.models import Season
from voting.seasons.season_file import contradiction


class Item(NamedTuple):
    """One thing that must be there."""

    part: str  # where to see to it: rules, details, categories or nominees
    done: bool
    text: str  # what is ready, or what is missing
    blocks: bool = True  # whether voting cannot open without it


def readiness(season: Season) -> list[Item]:
    """Return the list for a draft, in the order in which organisers work. Two queries at most."""
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
                "nominees", category.running > category.places,
                _("%(category)s has more nominees than places") % {"category": category},
                _("%(category)s has no more nominees than places.") % {"category": category}
                if category.running
                else _("%(category)s has no nominee.") % {"category": category},
                blocks=not category.running,
            )
            for category in categories
        ),
    ]  # fmt: skip


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
    return [
        *(wrong or [Item("rules", True, _("The limits fit together"))]),
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
