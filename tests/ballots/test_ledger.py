"""From the stream into the ledger: rows, order, doubles, damage."""

import json
import secrets
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from redis import Redis

from tests import make
from voting.ballots import queries
from voting.ballots.models import (
    ENTRIES_PER_CURSOR,
    Ballot,
    Choice,
    Evidence,
    LedgerConflict,
    LedgerCursor,
    Slot,
)
from voting.ballots.services import rows
from voting.ballots.services.reconciling import reconcile
from voting.ballots.services.writer import CursorLost, SeasonFacts, apply
from voting.hotpath import epoch, stream
from voting.hotpath.keyring import nullifier
from voting.hotpath.keys import slice_keys
from voting.hotpath.tokens import receipt_code
from voting.seasons.models import Season

GOLDEN = Path(__file__).parents[1] / "hotpath" / "golden" / "ledger.json"
KINDS = LedgerConflict.Kind


def keys(season: Season) -> Any:
    return slice_keys(season.slug, 0, season.epoch)


def facts(season: Season) -> SeasonFacts:
    nominees = dict(season.nominees.values_list("ballot_number", "pk"))
    return SeasonFacts(nominees, make.season_key(season))


def waiting(redis: Redis, season: Season) -> tuple[LedgerCursor, list[stream.Entry]]:
    cursor = LedgerCursor.objects.get(season=season, epoch=season.epoch, slice=0)
    name = keys(season).stream
    return cursor, stream.read(redis, {name: cursor.last_id}, count=10_000, block_ms=None)[name]


def append(redis: Redis, season: Season, body: str, **fields: str) -> None:
    redis.xadd(keys(season).stream, epoch.entry_fields(body) | fields)


def body(vote: str, choices: str = "101", slots: str = "", voter: str = "11" * 16) -> str:
    return f"1|{vote}|1794823200000|{choices}|{slots}|0|{make.evidence(voter)}"


def conflicts() -> list[tuple[str, str]]:
    return list(LedgerConflict.objects.order_by("pk").values_list("kind", "detail"))


def test_accepted_ballot_leaves_these_rows(redis: Redis, season: Season) -> None:
    voter, vote = make.voter_key(), secrets.token_hex(16)
    result = make.ballot(redis, season, "201", "101", voter=voter, vote=vote)
    cursor, entries = waiting(redis, season)

    assert make.copied(redis) == 1

    ballot = Ballot.objects.get()
    entry = entries[-1]
    assert result.reply is not None
    assert (ballot.pk, ballot.season, ballot.slice, ballot.epoch) == (
        cursor.pk * ENTRIES_PER_CURSOR, season, 0, 1,
    )  # fmt: skip
    assert (ballot.stream_ms, ballot.stream_seq) == (entry.ms, entry.seq)
    assert (ballot.vote_id.hex, ballot.accepted_ms) == (vote, result.reply.accepted_ms)
    assert ballot.receipt_code == receipt_code(bytes.fromhex(vote))
    assert sorted(ballot.choices.values_list("nominee__ballot_number", flat=True)) == ["101", "201"]
    assert isinstance(entry, stream.Accepted)
    expected = nullifier(
        make.season_key(season), voter=bytes.fromhex(voter), cap="sdb", scope="",
        period=entry.slots.split(":")[2], number=1,
    )  # fmt: skip
    assert [slot.nullifier.bytes for slot in Slot.objects.all()] == [expected]
    evidence = Evidence.objects.get()
    assert (evidence.ballot, evidence.voter_key.hex, evidence.slots) == (ballot, voter, entry.slots)
    cursor.refresh_from_db()
    assert (cursor.last_id, cursor.entries) == (f"{entry.ms}-{entry.seq}", 1)


def test_rows_are_those_of_the_golden_example() -> None:
    example = json.loads(GOLDEN.read_text(encoding="utf-8"))
    cursor = LedgerCursor(**example["cursor"])
    fields = {name.encode(): text.encode() for name, text in example["fields"].items()}
    entry = stream.parse(example["entry_id"].encode(), fields)
    assert isinstance(entry, stream.Accepted)

    made = rows.rows_for(
        cursor, example["number"], entry, nominees=example["nominees"],
        season_key=bytes.fromhex(example["season_key"]),
    )  # fmt: skip

    assert json.loads(json.dumps([made.ballot, made.choices, made.slots, made.evidence])) == [
        example["ballot"], example["choices"], example["slots"], example["evidence"],
    ]  # fmt: skip


@pytest.mark.django_db
def test_tables_are_those_of_the_golden_example() -> None:
    example = json.loads(GOLDEN.read_text(encoding="utf-8"))["columns"]
    found = {}
    with connection.cursor() as cursor:
        for model in (Ballot, Choice, Slot, Evidence, LedgerCursor, LedgerConflict):
            table = model._meta.db_table
            columns = connection.introspection.get_table_description(cursor, table)
            found[table] = sorted(column.name for column in columns)

    assert found == {table: sorted(columns) for table, columns in example.items()}


def test_copying_again_adds_nothing(redis: Redis, unlimited: Season) -> None:
    votes = make.ballots(redis, unlimited, 5)

    assert [make.copied(redis), make.copied(redis)] == [5, 0]
    assert sorted(vote.hex for vote in Ballot.objects.values_list("vote_id", flat=True)) == sorted(
        votes
    )
    assert queries.recount(unlimited.pk) == {"101": 5}


def test_batch_is_taken_whole_or_not_at_all(redis: Redis, unlimited: Season) -> None:
    make.ballots(redis, unlimited, 3)
    cursor, entries = waiting(redis, unlimited)
    stale = LedgerCursor.objects.get(pk=cursor.pk)

    assert apply(cursor, entries, facts(unlimited)) == 3
    with pytest.raises(CursorLost):
        apply(stale, entries, facts(unlimited))

    assert Ballot.objects.count() == Choice.objects.count() == Evidence.objects.count() == 3
    assert conflicts() == []
    assert stale.last_id == "0-0"


def test_a_vote_id_that_is_there_already_becomes_a_conflict(
    redis: Redis, unlimited: Season
) -> None:
    (vote,) = make.ballots(redis, unlimited, 1)
    make.copied(redis)
    append(redis, unlimited, body(vote, "102"))
    make.ballots(redis, unlimited, 2)

    assert make.copied(redis) == 2

    assert conflicts() == [(KINDS.VOTE_ID, vote)]
    assert LedgerConflict.objects.get().entry["choices"] == "102"
    assert queries.recount(unlimited.pk) == {"101": 3}


def test_the_same_vote_id_twice_in_one_batch_becomes_a_conflict(
    redis: Redis, unlimited: Season
) -> None:
    vote = secrets.token_hex(16)
    append(redis, unlimited, body(vote, "101"))
    append(redis, unlimited, body(vote, "102"))

    assert make.copied(redis) == 1

    assert conflicts() == [(KINDS.VOTE_ID, vote)]
    assert queries.recount(unlimited.pk) == {"101": 1}


def test_a_slot_that_is_used_already_becomes_a_conflict(redis: Redis, season: Season) -> None:
    voter = make.voter_key()
    make.ballot(redis, season, voter=voter)
    _cursor, entries = waiting(redis, season)
    assert isinstance(entries[-1], stream.Accepted)
    make.copied(redis)
    append(redis, season, body("ab" * 16, slots=entries[-1].slots, voter=voter))

    assert make.copied(redis) == 0

    assert conflicts() == [(KINDS.SLOT, Slot.objects.get().nullifier.hex)]
    assert Ballot.objects.count() == Slot.objects.count() == 1


def test_damaged_entry_becomes_a_conflict(redis: Redis, unlimited: Season) -> None:
    append(redis, unlimited, body("ab" * 16, "101"), b=body("ab" * 16, "102"))
    make.ballots(redis, unlimited, 1)

    assert make.copied(redis) == 1

    assert conflicts() == [(KINDS.DAMAGED, "checksum does not match")]
    assert LedgerConflict.objects.get().entry["b"] == body("ab" * 16, "102")


@pytest.mark.parametrize(
    "strange",
    [
        body("ab" * 16, "999"),
        body("ab" * 16, "101,999"),
        body("ab" * 16, slots="sdb:no-such-form"),
        body("ab" * 16, slots="sdb::d1:x"),
    ],
)
def test_entry_that_this_season_does_not_know_becomes_a_conflict(
    redis: Redis, unlimited: Season, strange: str
) -> None:
    append(redis, unlimited, strange)
    make.ballots(redis, unlimited, 1)

    assert make.copied(redis) == 1

    assert [kind for kind, _detail in conflicts()] == [KINDS.UNKNOWN]
    assert queries.recount(unlimited.pk) == {"101": 1}


@pytest.mark.parametrize(
    "strange",
    [
        "1|ab",
        "",
        "2|what",
        "1|zz|5|101||0|" + make.evidence("11" * 16),
        "1|ab|5|101||0|no evidence",
    ],
)
def test_entry_of_no_known_form_becomes_a_conflict(
    redis: Redis, unlimited: Season, strange: str
) -> None:
    append(redis, unlimited, strange)
    make.ballots(redis, unlimited, 1)

    assert make.copied(redis) == 1
    assert [kind for kind, _detail in conflicts()] == [KINDS.DAMAGED]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ({b"b": b"\xff\xfe", b"h": b""}, "checksum does not match"),
        ({b"other": b"\xff\x00"}, "checksum does not match"),
    ],
)
def test_entry_of_other_bytes_becomes_a_conflict(
    redis: Redis, unlimited: Season, raw: dict[bytes, bytes], why: str
) -> None:
    redis.xadd(keys(unlimited).stream, raw)
    make.ballots(redis, unlimited, 1)

    assert make.copied(redis) == 1
    assert conflicts() == [(KINDS.DAMAGED, why)]


def test_conflict_fails_reconcile_and_stops_the_public_tally(
    redis: Redis, unlimited: Season
) -> None:
    make.ballots(redis, unlimited, 2)
    make.copied(redis)
    assert reconcile(slug=unlimited.slug, client=redis, wait_seconds=0).differences == []
    assert [live.stopped for live in queries.live_seasons()] == [False]
    append(redis, unlimited, body("ab" * 16, "999"))
    make.copied(redis)

    found = reconcile(slug=unlimited.slug, client=redis, wait_seconds=0)

    assert "1 stream entries in conflict with the ledger" in found.differences
    assert [live.stopped for live in queries.live_seasons()] == [True]


@pytest.mark.django_db
def test_a_double_among_very_many_slots_is_found(redis: Redis) -> None:
    """SQLite as it usually is takes 32,766 values in one query; a batch can hold more slots."""
    numbers = [f"{number:03}" for number in range(64)]
    caps = [("nominee", "season", "choices", 5000)]
    season = make.opened(redis, caps=caps, nominees={1: numbers})
    pipeline = redis.pipeline()
    for number in range(1, 521):
        slots = ";".join(f"nsc:{name}:s:{number}" for name in numbers)
        text = body(f"{max(number, 2):032x}", ",".join(numbers), slots)
        pipeline.xadd(keys(season).stream, epoch.entry_fields(text))
    pipeline.execute()
    if connection.vendor == "sqlite":
        connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)

    assert make.copied(redis) == 519

    assert [kind for kind, _detail in conflicts()] == [KINDS.VOTE_ID]


@pytest.mark.django_db
class TestTheDatabaseItself:
    """What holds whatever the program does."""

    def refused(self, statement: str) -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except DatabaseError:
            return True
        return False

    @pytest.mark.parametrize(
        "table", ["ballots_ballot", "ballots_choice", "ballots_slot", "ballots_ledgerconflict"]
    )
    def test_triggers_refuse_to_change_or_delete(
        self, redis: Redis, season: Season, table: str
    ) -> None:
        make.ballot(redis, season)
        append(redis, season, "damaged", h="")
        make.copied(redis)

        assert self.refused(f"UPDATE {table} SET slice = slice")  # noqa: S608
        assert self.refused(f"UPDATE {table} SET season_id = season_id + 1")  # noqa: S608
        assert self.refused(f"DELETE FROM {table}")  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            assert cursor.fetchone() == (1,)

    @pytest.mark.postgres  # SQLite has no TRUNCATE
    def test_ledger_cannot_be_emptied_by_truncate(self, redis: Redis, season: Season) -> None:
        make.ballot(redis, season)
        make.copied(redis)

        assert self.refused("TRUNCATE ballots_choice")
        assert self.refused("TRUNCATE ballots_slot")
        assert Choice.objects.count() == 1

    def test_evidence_may_be_destroyed(self, redis: Redis, season: Season) -> None:
        make.ballot(redis, season)
        make.copied(redis)

        assert not self.refused("DELETE FROM ballots_evidence")

    @pytest.mark.parametrize("name", ["vote_id", "stream_seq"])
    def test_vote_id_and_stream_entry_are_unique(
        self, redis: Redis, season: Season, name: str
    ) -> None:
        make.ballot(redis, season)
        make.copied(redis)
        ballot = Ballot.objects.get()
        ballot.pk += 1
        if name == "vote_id":
            ballot.stream_seq += 1
        else:
            ballot.vote_id = secrets.token_hex(16)

        with pytest.raises(IntegrityError), transaction.atomic():
            ballot.save(force_insert=True)

    def test_nullifier_is_unique(self, redis: Redis, season: Season) -> None:
        make.ballot(redis, season)
        make.copied(redis)
        slot = Slot.objects.get()
        slot.ballot_id += 1

        with pytest.raises(IntegrityError), transaction.atomic():
            slot.save(force_insert=True)

    def test_one_stream_has_one_cursor(self, redis: Redis, season: Season) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            LedgerCursor.objects.create(season=season, slice=0, epoch=1)
