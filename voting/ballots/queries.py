"""Reading the ledger: counts, positions, receipts."""

from dataclasses import dataclass

from django.db.models import Count, Max

from voting.ballots.models import (
    ENTRIES_PER_CURSOR,
    Ballot,
    Choice,
    LedgerConflict,
    LedgerCursor,
)
from voting.seasons.models import Nominee, Season

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class LiveSeason:
    """What the ticker must know of a season."""

    pk: int
    slug: str
    epoch: int
    slices: int
    phase: str
    opens_ms: int
    closes_ms: int
    display: str
    display_delay_minutes: int
    display_hour: int
    time_zone: str
    turnout_public: bool
    category_of: dict[str, int]
    withdrawn: frozenset[str]
    stopped: bool


def live_seasons() -> list[LiveSeason]:
    """Return the seasons that have been opened, in a constant number of queries."""
    seasons = (
        Season.objects.exclude(phase=Season.Phase.DRAFT)
        .filter(epoch__gt=0)
        .select_related("rule_sheet")
        .prefetch_related("nominees__category")
        .order_by("pk")
    )
    stopped = set(LedgerConflict.objects.values_list("season_id", flat=True).distinct())
    found = []
    for season in seasons:
        nominees = list(season.nominees.all())
        sheet = season.rule_sheet
        found.append(
            LiveSeason(
                pk=season.pk,
                slug=season.slug,
                epoch=season.epoch,
                slices=season.slices,
                phase=season.phase,
                opens_ms=int(season.opens_at.timestamp() * 1000),
                closes_ms=int(season.ends_at.timestamp() * 1000),
                display=sheet.display,
                display_delay_minutes=sheet.display_delay_minutes,
                display_hour=sheet.display_hour,
                time_zone=season.time_zone,
                turnout_public=sheet.turnout_public,
                category_of={
                    nominee.ballot_number: nominee.category.position for nominee in nominees
                },
                withdrawn=frozenset(
                    nominee.ballot_number for nominee in nominees if nominee.withdrawn_at
                ),
                stopped=season.pk in stopped,
            )
        )
    return found


def recount(
    season_id: int,
    *,
    slice_number: int | None = None,
    ballots_upto: dict[int, int] | None = None,
) -> dict[str, int]:
    """Count the ledger's choices by ballot number; nominees without any are left out.

    slice_number: that slice only. ballots_upto: for each cursor's primary key, how many of its
    ballots to count, so that the count stands for a position; cursors that are not named are
    counted whole.
    """
    choices = Choice.objects.filter(season_id=season_id)
    if slice_number is not None:
        choices = choices.filter(slice=slice_number)
    for cursor_pk, number in (ballots_upto or {}).items():
        first = cursor_pk * ENTRIES_PER_CURSOR
        choices = choices.exclude(
            ballot_id__gte=first + number, ballot_id__lt=first + ENTRIES_PER_CURSOR
        )
    by_pk = dict(
        choices.order_by()
        .values("nominee_id")
        .annotate(n=Count("*"))
        .values_list("nominee_id", "n")
    )
    numbers = Nominee.objects.filter(season_id=season_id).values_list("pk", "ballot_number")
    return {number: by_pk[pk] for pk, number in numbers if pk in by_pk}


def ledger_facts(season_id: int) -> dict[str, int]:
    """Return how many ballots and choices the ledger holds of a season."""
    return {
        "ballots": Ballot.objects.filter(season_id=season_id).count(),
        "choices": Choice.objects.filter(season_id=season_id).count(),
    }


def _position_at(season_id: int, at_ms: int) -> dict[int, int]:
    """Return how many ballots of each cursor had been accepted by a moment."""
    position = {}
    for cursor in LedgerCursor.objects.filter(season_id=season_id):
        first = cursor.pk * ENTRIES_PER_CURSOR
        last = Ballot.objects.filter(
            season_id=season_id,
            accepted_ms__lte=at_ms,
            pk__gte=first,
            pk__lt=first + ENTRIES_PER_CURSOR,
        ).aggregate(last=Max("pk"))["last"]
        position[cursor.pk] = 0 if last is None else last - first + 1
    return position


def tallies_at(season_id: int, *, at_ms: int) -> dict[str, int]:
    """Return choices by ballot number as they stood at a moment (Unix ms)."""
    return recount(season_id, ballots_upto=_position_at(season_id, at_ms))


def ballots_per_minute(season_id: int, *, from_ms: int, minutes: int = 60) -> list[int]:
    """Return accepted ballots minute by minute from a full minute on, oldest first."""
    series = [0] * minutes
    moments = Ballot.objects.filter(
        season_id=season_id,
        accepted_ms__gte=from_ms,
        accepted_ms__lt=from_ms + minutes * MINUTE_MS,
    ).values_list("accepted_ms", flat=True)
    for moment in moments.iterator(10_000):
        series[(moment - from_ms) // MINUTE_MS] += 1
    return series


def recorded(vote_id: bytes) -> tuple[str, int] | None:
    """Return receipt code and acceptance time of a ballot in the ledger."""
    return (
        Ballot.objects.filter(vote_id=vote_id.hex())
        .values_list("receipt_code", "accepted_ms")
        .first()
    )


def receipt_time(season_id: int, code: str) -> int | None:
    """Return when the ballot with a receipt code was accepted (Unix ms); None if not recorded."""
    return (
        Ballot.objects.filter(receipt_code=code, season_id=season_id)
        .values_list("accepted_ms", flat=True)
        .first()
    )


def conflict_count(season_id: int) -> int:
    """Return how many stream entries the ledger could not take."""
    return LedgerConflict.objects.filter(season_id=season_id).count()


def ballot_count(season_id: int) -> int:
    """Return how many ballots the ledger holds."""
    return Ballot.objects.filter(season_id=season_id).count()
