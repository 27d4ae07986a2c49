"""The ledger writer: one sequencer per stream, its cursor in the transaction that adds the rows.

What a killed writer has not committed stays in the stream and is copied by its next run; what it
has committed is behind the cursor. Two writers do no harm: the compare-and-set lets one through.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import structlog
from django.db import IntegrityError, connection, transaction

from voting.ballots.models import Ballot, LedgerConflict, LedgerCursor, Slot
from voting.ballots.services.rows import BallotRows, copy_texts, insert, rows_for
from voting.hotpath.stream import Accepted, Damaged, Entry, Marker

log = structlog.get_logger(__name__)

# SQLite takes so many values in one query and a few more.
MOST_IN_A_QUERY = 30_000


class CursorLost(Exception):
    """Another writer has moved the cursor: this one has nothing to do here."""


@dataclass(frozen=True, slots=True)
class SeasonFacts:
    """What the writer needs to know of a season; fixed while voting is open."""

    nominees: dict[str, int]  # ballot number -> primary key
    key: bytes


@dataclass(slots=True)
class Batch:
    """Entries that stand one behind the other, sorted into what the ledger takes and does not."""

    ballots: list[BallotRows]
    conflicts: list[LedgerConflict]
    ended_ms: int | None
    last_ms: int
    last_seq: int
    numbered: int = 0  # running numbers given, also to what turns out to be a double
    texts: dict[str, str] | None = None  # for PostgreSQL


def _conflict(
    cursor: LedgerCursor, entry: Accepted | Damaged, kind: LedgerConflict.Kind, detail: str
) -> LedgerConflict:
    if isinstance(entry, Damaged):
        fields = entry.fields
    else:
        fields = {
            "vote_id": entry.vote_id.hex(),
            "accepted_ms": str(entry.accepted_ms),
            "choices": ",".join(entry.choices),
            "slots": entry.slots,
        }
    return LedgerConflict(
        season_id=cursor.season_id,
        slice=cursor.slice,
        epoch=cursor.epoch,
        stream_ms=entry.ms,
        stream_seq=entry.seq,
        kind=kind,
        entry=fields,
        detail=detail,
    )


def prepare(cursor: LedgerCursor, entries: Sequence[Entry], facts: SeasonFacts) -> Batch:
    """Return what is to be written for entries that stand right behind a cursor.

    Asks no database, so that it can be done while the database is busy with what comes before.
    """
    last = entries[-1]
    batch = Batch([], [], cursor.ended_ms, last.ms, last.seq)
    for entry in entries:
        if isinstance(entry, Marker):
            if entry.kind == "c":
                batch.ended_ms = int(entry.fields[0])
        elif isinstance(entry, Damaged):
            batch.conflicts.append(
                _conflict(cursor, entry, LedgerConflict.Kind.DAMAGED, entry.reason)
            )
        else:
            try:
                number = cursor.entries + batch.numbered
                batch.ballots.append(
                    rows_for(cursor, number, entry, nominees=facts.nominees, season_key=facts.key)
                )
                batch.numbered += 1
            except (KeyError, ValueError) as error:
                batch.conflicts.append(
                    _conflict(cursor, entry, LedgerConflict.Kind.UNKNOWN, repr(error))
                )
    if connection.vendor == "postgresql":
        batch.texts = copy_texts(batch.ballots)
    return batch


def advance(cursor: LedgerCursor, batch: Batch) -> None:
    """Move a cursor in memory to where it stands once a batch is written."""
    cursor.last_ms, cursor.last_seq = batch.last_ms, batch.last_seq
    cursor.entries += batch.numbered
    cursor.ended_ms = batch.ended_ms


def _pieces(values: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while piece := list(islice(rest, MOST_IN_A_QUERY)):
        yield piece


def _set_aside_doubles(cursor: LedgerCursor, batch: Batch) -> None:
    """Move ballots whose vote id or slot is taken from ``ballots`` to ``conflicts``."""
    taken = {
        vote.hex
        for some in _pieces(rows.entry.vote_id.hex() for rows in batch.ballots)
        for vote in Ballot.objects.filter(vote_id__in=some).values_list("vote_id", flat=True)
    }
    slots = {
        slot.hex
        for some in _pieces(text for rows in batch.ballots for text in rows.nullifiers)
        for slot in Slot.objects.filter(nullifier__in=some).values_list("nullifier", flat=True)
    }
    kept = []
    for rows in batch.ballots:
        vote = rows.entry.vote_id.hex()
        if vote in taken:
            kind, detail = LedgerConflict.Kind.VOTE_ID, vote
        elif double := slots.intersection(rows.nullifiers):
            kind, detail = LedgerConflict.Kind.SLOT, ", ".join(sorted(double))
        else:
            kept.append(rows)
            taken.add(vote)
            slots.update(rows.nullifiers)
            continue
        batch.conflicts.append(_conflict(cursor, rows.entry, kind, detail))
    batch.ballots, batch.texts = kept, None


def apply(cursor: LedgerCursor, entries: Sequence[Entry], facts: SeasonFacts) -> int:
    """Copy entries that stand right behind the cursor; return how many ballots were added.

    The given cursor is moved as well, once the transaction is through.
    Raises CursorLost when another writer was quicker.
    Source: docs/formats.md, "Ledger".
    """
    return write(cursor, prepare(cursor, entries, facts)) if entries else 0


def write(cursor: LedgerCursor, batch: Batch) -> int:
    """Do what ``apply`` does with a batch that was prepared for this cursor."""
    try:
        _write(cursor, batch)
    except IntegrityError:
        # A double: rare enough to look for it only when the database has said so.
        _set_aside_doubles(cursor, batch)
        _write(cursor, batch)
    for conflict in batch.conflicts:
        log.error("ledger conflict", kind=conflict.kind, stream=str(conflict))
    advance(cursor, batch)
    return len(batch.ballots)


def _write(cursor: LedgerCursor, batch: Batch) -> None:
    with transaction.atomic():
        moved = LedgerCursor.objects.filter(
            pk=cursor.pk,
            last_ms=cursor.last_ms,
            last_seq=cursor.last_seq,
            entries=cursor.entries,
        ).update(
            last_ms=batch.last_ms,
            last_seq=batch.last_seq,
            entries=cursor.entries + batch.numbered,
            ended_ms=batch.ended_ms,
        )
        if moved != 1:
            raise CursorLost(str(cursor))
        insert(batch.ballots, batch.texts)
        LedgerConflict.objects.bulk_create(batch.conflicts)
