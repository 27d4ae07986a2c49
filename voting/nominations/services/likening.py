"""Finding nominations that may be one. What is found waits for a person; nothing is merged here.

What is sent in is compared at once with those whose name shares a third of its characters or that
come from the same unit. A search of the whole season finds the rest: the same deeds under quite
another name.
"""

from collections.abc import Iterable
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from voting.nominations.models import Likeness, LikenessSearch, Nomination
from voting.nominations.review import queue
from voting.nominations.services.listing import must_be_time_of_review
from voting.nominations.services.locking import locked_season
from voting.rules import similarity
from voting.seasons.models import Season

COMPARED: Final = 500  # characters of the deeds; more makes the search slow and finds no more
NAME_WORTH_A_LOOK: Final = 30  # per cent
SEARCHED_AT_ONCE: Final = 1_000  # nominations that a page may search while somebody waits
BATCH: Final = 500

_FIELDS: Final = ("pk", "name", "place", "unit_id", "headline", "summary", "story", "full_story")


def suggest_soon(*, nomination_id: int) -> None:
    """Compare a nomination with those like it once the transaction has been committed."""
    transaction.on_commit(partial(suggest_for, nomination_id=nomination_id), robust=True)


def suggest_for(*, nomination_id: int) -> int:
    """Compare one nomination with those like it in name or unit; return how many are alike."""
    one = Nomination.objects.get(pk=nomination_id)
    if one.state not in queue.STANDING:
        return 0
    others = Nomination.objects.filter(season_id=one.season_id, state__in=queue.STANDING).exclude(
        pk=one.pk
    )
    near = [
        pk
        for pk, name, unit_id in others.values_list("pk", "name", "unit_id")
        if (unit_id is not None and unit_id == one.unit_id)
        or similarity.name_percent(one.name, name) >= NAME_WORTH_A_LOOK
    ]
    mine = _compared(one)
    found = []
    for at in range(0, len(near), BATCH):
        for other in Nomination.objects.filter(pk__in=near[at : at + BATCH]).only(*_FIELDS):
            likeness = similarity.likeness(mine, _compared(other))
            if likeness.percent >= similarity.THRESHOLD:
                found.append((one.pk, other.pk, likeness))
    return _keep(one.season_id, found, Q(first=one) | Q(second=one))


def search_now(*, season_id: int) -> int:
    """Search a season because somebody asks for it; return how many pairs are alike.

    Nobody keeps out of this: what is found is computed, and waits for people who keep out of what
    they say about it. Raises NotNow outside the time of review.
    """
    must_be_time_of_review(Season.objects.get(pk=season_id))
    return search(season_id=season_id)


def search(*, season_id: int) -> int:
    """Compare all nominations of a season with each other; return how many pairs are alike.

    5,000 take some seconds: a management command does it, a page only for few.
    """
    at = timezone.now()
    rows = Nomination.objects.filter(season_id=season_id, state__in=queue.STANDING).only(*_FIELDS)
    items = [_compared(row) for row in rows.order_by("pk").iterator()]
    pairs = similarity.find_duplicates(items)
    found = [(int(pair.first), int(pair.second), pair.likeness) for pair in pairs]
    with transaction.atomic():
        _keep(season_id, found, Q(first__season_id=season_id))
        LikenessSearch.objects.update_or_create(
            season_id=season_id, defaults={"at": at, "compared": len(items)}
        )
    return len(found)


@transaction.atomic
def _keep(
    season_id: int, found: Iterable[tuple[int, int, similarity.Likeness]], of: Q
) -> int:  # fmt: skip
    """Store what was found instead of what had been; answers of people stay."""
    # Two that are like each other may come in at once: each would write the other's pairs.
    locked_season(season_id)
    rows = [
        Likeness(
            first_id=min(one, other), second_id=max(one, other), percent=likeness.percent,
            reasons=[list(reason) for reason in likeness.reasons],
        )
        for one, other, likeness in found
    ]  # fmt: skip
    Likeness.objects.filter(of, verdict="").delete()
    Likeness.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, update_fields=["percent", "reasons"],
        unique_fields=["first", "second"],
    )  # fmt: skip
    return len(rows)


def _compared(row: Nomination) -> similarity.Nomination:
    deeds = " ".join((row.headline, row.summary, row.story or row.full_story))
    return similarity.Nomination(
        key=str(row.pk), name=row.name, unit=str(row.unit_id or row.place),
        deeds=deeds[:COMPARED],
    )  # fmt: skip
