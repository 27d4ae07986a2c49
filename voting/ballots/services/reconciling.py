"""Whether the count is the count: vote store, ledger and stream, compared at one position."""

import time
from dataclasses import dataclass, field

import redis

from voting.ballots import queries
from voting.ballots.models import ENTRIES_PER_CURSOR, Ballot, Choice, LedgerCursor
from voting.hotpath import gate, stream
from voting.hotpath.keys import slice_keys
from voting.seasons.models import Season
from voting.seasons.services import fingerprint

STREAM_CHUNK = 2000


@dataclass(slots=True)
class Reconciliation:
    """What was compared, and where it differs; no differences means: the count is the count."""

    ballots: int = 0
    choices: int = 0
    nominees: int = 0
    entries: int = 0
    positions: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


class NotCopied(Exception):
    """The ledger does not get to the position: the writer is not running, or is too slow."""


def reconcile(*, slug: str, client: redis.Redis, wait_seconds: float = 30.0) -> Reconciliation:
    """Compare tallies, ledger and stream, also while voting is open.

    The tallies are read together with the position that they stand for; the ledger is counted
    up to that position, once the writer has passed it. Each entry still in the stream must stand
    in the ledger with the same choices.
    Raises Season.DoesNotExist, gate.NotReady, NotCopied after ``wait_seconds``.
    Source: README, "What is promised", P3.
    """
    season = Season.objects.select_related("rule_sheet").get(slug=slug)
    found = Reconciliation()
    slices = gate.read_tallies(client, season=slug, slices=season.slices, epoch=season.epoch)
    upto: dict[int, int] = {}
    for number, tally in enumerate(slices):
        cursor = _wait_for(season, number, tally.last_id, wait_seconds)
        upto[cursor.pk] = _ballots_upto(cursor, tally.last_id)
        found.positions.append(f"{number}:{season.epoch}:{tally.last_id}")
    for number, tally in enumerate(slices):
        _compare_slice(season, number, tally, upto, found)
        _compare_stream(season, number, tally.last_id, client, found)
    if conflicts := queries.conflict_count(season.pk):
        found.differences.append(f"{conflicts} stream entries in conflict with the ledger")
    if fingerprint(season) != season.rule_sheet.fingerprint:
        found.differences.append("the rules are not those that were frozen at opening")
    found.nominees = season.nominees.count()
    return found


def _split(entry_id: str) -> tuple[int, int]:
    ms, _, seq = entry_id.partition("-")
    return int(ms), int(seq)


def _wait_for(season: Season, number: int, last_id: str, wait_seconds: float) -> LedgerCursor:
    ms, seq = _split(last_id)
    deadline = time.monotonic() + wait_seconds
    while True:
        cursor = LedgerCursor.objects.get(season=season, slice=number, epoch=season.epoch)
        if (cursor.last_ms, cursor.last_seq) >= (ms, seq):
            return cursor
        if time.monotonic() > deadline:
            raise NotCopied(
                f"slice {number}: the ledger stands at {cursor.last_id}, the vote store at "
                f"{last_id}; is the writer running (manage.py write_ledger)?"
            )
        time.sleep(0.1)


def _ballots_upto(cursor: LedgerCursor, last_id: str) -> int:
    """Return how many running numbers of a cursor stand at or before a position."""
    ms, seq = _split(last_id)
    later = Ballot.objects.filter(
        season_id=cursor.season_id, slice=cursor.slice, epoch=cursor.epoch
    )
    after = later.filter(stream_ms__gt=ms) | later.filter(stream_ms=ms, stream_seq__gt=seq)
    first = after.order_by("pk").values_list("pk", flat=True).first()
    if first is None:
        return cursor.entries
    return first - cursor.pk * ENTRIES_PER_CURSOR


def _compare_slice(
    season: Season,
    number: int,
    tally: gate.SliceTally,
    upto: dict[int, int],
    found: Reconciliation,
) -> None:
    counted = queries.recount(season.pk, slice_number=number, ballots_upto=upto)
    for name in sorted(set(counted) | set(tally.counts)):
        in_store, in_ledger = tally.counts.get(name, 0), counted.get(name, 0)
        if in_store != in_ledger:
            found.differences.append(
                f"nominee {name}: {in_store} in the vote store, {in_ledger} in the ledger"
            )
    ballots = Ballot.objects.filter(season=season, slice=number)
    for cursor_pk, entries in upto.items():
        first = cursor_pk * ENTRIES_PER_CURSOR
        ballots = ballots.exclude(pk__gte=first + entries, pk__lt=first + ENTRIES_PER_CURSOR)
    in_ledger = ballots.count()
    if in_ledger != tally.ballots:
        found.differences.append(
            f"ballots: {tally.ballots} in the vote store, {in_ledger} in the ledger"
        )
    found.ballots += in_ledger
    found.choices += sum(counted.values())


def _compare_stream(
    season: Season, number: int, last_id: str, client: redis.Redis, found: Reconciliation
) -> None:
    keys = slice_keys(season.slug, number, season.epoch)
    names = dict(season.nominees.values_list("pk", "ballot_number"))
    after, end = "0-0", _split(last_id)
    while True:
        entries = stream.read(client, {keys.stream: after}, count=STREAM_CHUNK, block_ms=None)
        batch = [entry for entry in entries.get(keys.stream, []) if (entry.ms, entry.seq) <= end]
        if not batch:
            return
        after = f"{batch[-1].ms}-{batch[-1].seq}"
        accepted = {
            entry.vote_id.hex(): entry for entry in batch if isinstance(entry, stream.Accepted)
        }
        for entry in batch:
            if isinstance(entry, stream.Damaged):
                found.differences.append(f"stream entry {entry.ms}-{entry.seq}: {entry.reason}")
        found.entries += len(accepted)
        pks = {
            vote_id.hex: pk
            for pk, vote_id in Ballot.objects.filter(
                season=season, vote_id__in=list(accepted)
            ).values_list("pk", "vote_id")
        }
        chosen: dict[int, list[str]] = {pk: [] for pk in pks.values()}
        for ballot_id, nominee_id in Choice.objects.filter(ballot_id__in=list(chosen)).values_list(
            "ballot_id", "nominee_id"
        ):
            chosen[ballot_id].append(names.get(nominee_id, "?"))
        for vote, entry in accepted.items():
            if vote not in pks:
                found.differences.append(
                    f"stream entry {entry.ms}-{entry.seq} is not in the ledger"
                )
            elif sorted(chosen[pks[vote]]) != sorted(entry.choices):
                found.differences.append(
                    f"stream entry {entry.ms}-{entry.seq} has other choices in the ledger"
                )
