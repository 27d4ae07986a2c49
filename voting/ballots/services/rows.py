"""Ledger rows as plain tuples, and the quickest way of adding them to either database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from django.db import connection

from voting.ballots.models import ENTRIES_PER_CURSOR, LedgerCursor
from voting.hotpath.keyring import nullifier
from voting.hotpath.stream import Accepted, uses
from voting.hotpath.tokens import receipt_code

COLUMNS = {
    "ballots_ballot": (
        "id",
        "season_id",
        "slice",
        "epoch",
        "stream_ms",
        "stream_seq",
        "vote_id",
        "accepted_ms",
        "receipt_code",
    ),
    "ballots_choice": ("ballot_id", "nominee_id", "season_id", "slice"),
    "ballots_slot": ("nullifier", "ballot_id", "season_id", "slice"),
    "ballots_evidence": (
        "ballot_id",
        "season_id",
        "slice",
        "voter_key",
        "device_key",
        "prefix_key",
        "prefix_day",
        "slots",
        "fresh",
        "over_budget",
        "prefix_changed",
        "token_age_ms",
        "browser",
        "referrer",
        "work_ms",
    ),
}


class BallotRows(msgspec.Struct):
    """All rows that one ballot leaves in the ledger."""

    entry: Accepted
    ballot: tuple[Any, ...]
    choices: list[tuple[Any, ...]]
    slots: list[tuple[Any, ...]]
    evidence: tuple[Any, ...]
    nullifiers: list[str]


def rows_for(
    cursor: LedgerCursor,
    number: int,
    entry: Accepted,
    *,
    nominees: dict[str, int],
    season_key: bytes,
) -> BallotRows:
    """Return a ballot's rows.

    number: the ballot's running number under this cursor, from 0.
    nominees: ballot number -> primary key. Raises KeyError for a number that is not among them.
    Source: docs/formats.md, "Ledger".
    """
    pk = cursor.pk * ENTRIES_PER_CURSOR + number
    season, part = cursor.season_id, cursor.slice
    voter = entry.evidence.voter_key
    nullifiers = [
        nullifier(
            season_key, voter=voter, cap=use.cap, scope=use.scope, period=use.period,
            number=use.number,
        ).hex()
        for use in uses(entry.slots)
    ]  # fmt: skip
    seen = entry.evidence
    return BallotRows(
        entry=entry,
        ballot=(
            pk, season, part, cursor.epoch, entry.ms, entry.seq, entry.vote_id.hex(),
            entry.accepted_ms, receipt_code(entry.vote_id),
        ),
        choices=[(pk, nominees[name], season, part) for name in entry.choices],
        slots=[(text, pk, season, part) for text in nullifiers],
        evidence=(
            pk, season, part, voter.hex(), seen.device_key.hex(), seen.prefix_key.hex(),
            seen.prefix_day, entry.slots, seen.fresh, entry.over_budget, seen.prefix_changed,
            seen.token_age_ms, seen.browser, seen.referrer, seen.work_ms,
        ),
        nullifiers=nullifiers,
    )  # fmt: skip


def copy_texts(ballots: Sequence[BallotRows]) -> dict[str, str]:
    """Return what COPY is to be given for each table.

    Every value is a number, a truth value, hexadecimal or a word of ours, so nothing has to be
    escaped; what is missing is spelled as Python spells it.
    """
    texts = {}
    for table, rows in _tables(ballots):
        line = "\t".join(["%s"] * len(COLUMNS[table])) + "\n"
        texts[table] = "".join([line % row for row in rows])
    return texts


def insert(ballots: Sequence[BallotRows], texts: dict[str, str] | None = None) -> None:
    """Add the rows in the present transaction.

    texts: what ``copy_texts`` returns for these ballots, where somebody had time to make them.
    Raises IntegrityError when a vote id or nullifier is there already.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table, text in (texts or copy_texts(ballots)).items():
                columns = ", ".join(COLUMNS[table])
                copying = cursor.copy(f"COPY {table} ({columns}) FROM STDIN (NULL 'None')")
                # Django does not wrap COPY by itself, and a double must be an IntegrityError here.
                with connection.wrap_database_errors, copying as copy:
                    copy.write(text)
            return
        for table, rows in _tables(ballots):
            columns = ", ".join(COLUMNS[table])
            marks = ", ".join(["%s"] * len(COLUMNS[table]))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))  # noqa: S608 -- names from the table above


def _tables(ballots: Sequence[BallotRows]) -> Iterator[tuple[str, Iterable[tuple[Any, ...]]]]:
    """Yield each table with its rows, in the order in which they refer to each other."""
    yield "ballots_ballot", (rows.ballot for rows in ballots)
    yield "ballots_choice", (row for rows in ballots for row in rows.choices)
    yield "ballots_slot", (row for rows in ballots for row in rows.slots)
    yield "ballots_evidence", (rows.evidence for rows in ballots)
