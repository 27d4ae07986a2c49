"""What is ready for opening the vote, and what is still missing."""

from typing import NamedTuple

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.rules.ballots import BallotRules, Cap, problems
from voting.seasons.models import Season


class Item(NamedTuple):
    """One thing that must be there: whether it is, in words, and where to see to it."""

    done: bool
    text: str
    url: str


def readiness(season: Season) -> list[Item]:
    """Return the list for a draft, in the order in which organisers work. Two queries."""
    details = reverse("console:season_details", args=[season.slug])
    rules = reverse("console:season_rules", args=[season.slug])
    kinds = reverse("console:season_categories", args=[season.slug])
    people = reverse("admin:seasons_nominee_changelist") + f"?season__id__exact={season.pk}"
    categories = list(
        season.categories.annotate(
            running=Count("nominees", filter=Q(nominees__withdrawn_at__isnull=True))
        )
    )
    sizes = [category.running for category in categories]
    limits = tuple(
        Cap(cap.scope, cap.period, cap.counts, cap.max) for cap in season.rule_sheet.caps.all()
    )
    sheet = BallotRules(season.rule_sheet.min_choices, limits)
    fits = not problems(sheet, sizes if any(sizes) else None)
    short = [str(one) for one in categories if one.running <= one.places]
    return [
        Item(bool(limits), _("There are limits for voters"), rules),
        Item(fits, _("The limits fit together"), rules),
        Item(
            season.identity_level == Season.IdentityLevel.ANONYMOUS,
            _("Voters need no sign-in (confirmed voters are not possible yet)"),
            rules,
        ),
        Item(season.closes_at > timezone.now(), _("Voting ends in the future"), details),
        Item(
            bool(season.contact_phone or season.contact_email),
            _("Voters can ask somebody: a phone number or an e-mail address"),
            details,
        ),
        Item(bool(categories), _("There are categories"), kinds),
        Item(bool(sizes) and all(sizes), _("Every category has nominees"), people),
        Item(
            bool(sizes) and not short,
            _("Every category has more nominees than places")
            + (_(": ") + _(", ").join(short) if short else ""),
            people,
        ),
    ]
