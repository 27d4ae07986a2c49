"""What nominations still miss before voting can open."""

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.nominations.models import Likeness, Nomination
from voting.nominations.review.queue import STANDING, WAITING
from voting.seasons.models import Season
from voting.seasons.readiness import Item

State = Nomination.State


def readiness(season: Season) -> list[Item]:
    """Return the items of a season; none if nobody was ever put forward. Three queries at most.

    A shortlist that was begun and not confirmed, and nominations under review, stop the opening;
    nominations with their nominator, and pairs that nobody has looked at, do not.
    """
    counts = Nomination.objects.filter(season=season).aggregate(
        sent=Count("pk", filter=~Q(state=State.DRAFT)),
        waiting=Count("pk", filter=Q(state__in=WAITING)),
        returned=Count("pk", filter=Q(state=State.RETURNED)),
    )
    if not counts["sent"]:
        return []
    pairs = Likeness.objects.filter(
        first__season=season, verdict="", first__state__in=STANDING, second__state__in=STANDING
    ).count()
    begun = season.categories.filter(
        shortlist__isnull=False, shortlist__confirmed_at=None
    ).values_list("name", flat=True)
    items = [
        _item(
            not counts["waiting"], _("Every nomination is decided"),
            ngettext(
                "One nomination waits for review.", "%(number)d nominations wait for review.",
                counts["waiting"],
            ) % {"number": counts["waiting"]},
        ),
        *(
            Item("shortlist", False, _("The shortlist of %(category)s is not confirmed.")
                 % {"category": name})
            for name in begun
        ),
        _item(
            not pairs, _("No pair of nominations may be the same"),
            ngettext(
                "One pair of nominations may be the same.",
                "%(number)d pairs of nominations may be the same.", pairs,
            ) % {"number": pairs},
            blocks=False,
        ),
    ]  # fmt: skip
    if counts["returned"]:
        items.append(
            Item(
                "nominations", False,
                ngettext(
                    "One returned nomination has not come back.",
                    "%(number)d returned nominations have not come back.", counts["returned"],
                ) % {"number": counts["returned"]},
                False,
            )
        )  # fmt: skip
    return items


def _item(done: bool, ready: str, missing: str, *, blocks: bool = True) -> Item:  # noqa: FBT001 -- the one thing that an item is about
    return Item("nominations", done, ready if done else missing, blocks)
