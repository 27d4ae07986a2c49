"""Rehearsals: a copy played through to the count and wiped; real seasons cannot be."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis

from tests import make
from voting.audit.models import AuditEntry
from voting.ballots.models import Ballot, Choice, LedgerConflict, LedgerCursor, Slot
from voting.ballots.services import following
from voting.ballots.services.rehearsing import (
    NoRehearsal,
    close_rehearsal,
    count_rehearsal,
    open_rehearsal,
    wipe_rehearsal,
)
from voting.ballots.stores import keyring
from voting.hotpath import stream
from voting.hotpath.keys import slice_keys
from voting.seasons.copying import begin_rehearsal
from voting.seasons.models import Category, Nominee, RuleSheet, Season, SeasonEvent
from voting.seasons.numbering import numbers_of
from voting.seasons.queries import public_seasons, season_by_slug
from voting.seasons.services import RuleBroken, canonical_rules

pytestmark = pytest.mark.django_db

WHO: dict[str, Any] = {"actor": "袁秋萍", "reason": "彩排"}
# Tables whose rows tell of all seasons and are never deleted.
LOGS = {"audit_auditentry"}


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture
def real(redis: Redis) -> Season:
    """A real season with three ballots in its ledger."""
    season = make.opened(redis, caps=make.UNLIMITED)
    make.ballots(redis, season, 3, "101")
    make.copied(redis)
    LedgerConflict.objects.create(
        season=season, slice=0, epoch=1, stream_ms=1, stream_seq=1, kind="damaged", entry={}
    )
    return season


@pytest.fixture
def played(real: Season, redis: Redis) -> Season:
    """A rehearsal of it with two ballots, closed."""
    copy = begin_rehearsal(slug=real.slug, **WHO)
    open_rehearsal(slug=copy.slug, client=redis, **WHO)
    copy.refresh_from_db()
    make.ballots(redis, copy, 2, "101", "201")
    make.copied(redis)
    close_rehearsal(slug=copy.slug, client=redis, **WHO)
    make.copied(redis)
    copy.refresh_from_db()
    return copy


def everything() -> dict[str, list[Any]]:
    """Return all rows of all tables of the award."""
    return {
        model._meta.db_table: list(model.objects.order_by("pk").values())
        for model in apps.get_models()
        if model.__module__.startswith("voting.") and model._meta.db_table not in LOGS
    }


def test_rehearsal_is_a_copy_that_nobody_guesses(real: Season) -> None:
    before = everything()
    copy = begin_rehearsal(slug=real.slug, **WHO)

    assert len(copy.slug) == 26
    assert list(public_seasons()) == [real]
    assert Client().get(f"/en/s/{copy.slug}/").status_code == 404
    was, became = canonical_rules(real), canonical_rules(copy)
    assert was.replace(real.slug.encode(), b"") != became  # other dates, but the same limits
    assert list(copy.nominees.values_list("ballot_number", "name")) == list(
        real.nominees.values_list("ballot_number", "name")
    )
    # Nothing of the season itself is other than before but one more line in its history.
    after = {
        table: [row for row in rows if row.get("season_id", row["id"]) == real.pk]
        for table, rows in everything().items()
        if table in {"seasons_season", "seasons_nominee", "seasons_category"}
    }
    assert after == {table: before[table] for table in after}
    with pytest.raises(RuleBroken, match="rehearsal already"):
        begin_rehearsal(slug=copy.slug, **WHO)


def test_category_without_nominees_gets_invented_ones(db: None) -> None:
    season = make.season(nominees={1: (), 2: ("201",)})
    copy = begin_rehearsal(slug=season.slug, **WHO)

    assert list(copy.nominees.values_list("ballot_number", flat=True)) == [
        "1901", "1902", "1903", "201",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("numbering", "numbers"),
    [
        ("by_strokes", {"王小明": "101", "陈小红": "102", "Li Na": "103"}),
        # Nobody has drawn them yet: as they stand in the list.
        ("drawn", {"王小明": "103", "陈小红": "102", "Li Na": "101"}),
    ],
)
def test_nominees_have_the_numbers_that_they_will_have(
    db: None, numbering: str, numbers: dict[str, str]
) -> None:
    season = make.season(numbering=numbering, nominees={1: []})
    for name in ("Li Na", "陈小红", "王小明"):
        make.nominee(season, season.categories.get(), "", name=name)

    copy = begin_rehearsal(slug=season.slug, **WHO)

    assert dict(copy.nominees.values_list("name", "ballot_number")) == numbers
    if numbering == "by_strokes":
        real = numbers_of(season_by_slug(season.slug))
        assert {real.keys[pk]: number for pk, number in real.of.items()} == numbers


def test_rehearsal_is_played_to_the_count_and_marked_on_its_pages(
    played: Season, redis: Redis
) -> None:
    count = count_rehearsal(slug=played.slug, client=redis)
    pages = ("", "rules/", "board/", "n/101/", "receipt/")
    shown = [Client().get(f"/en/s/{played.slug}/{page}").content.decode() for page in pages]

    assert (count.ballots, count.tallies, count.differences) == (2, {"101": 2, "201": 2}, [])
    assert all("All votes are invented. Nothing here counts." in page for page in shown)
    assert all('<meta name="robots" content="noindex">' in page for page in shown)
    assert played.slug not in Client().get("/en/").content.decode()


def test_wiping_leaves_no_trace_and_touches_nothing_else(real: Season, redis: Redis) -> None:
    rows = everything()
    kept = {key: redis.dump(key) for key in redis.keys(f"{{{real.slug}:*")}
    copy = begin_rehearsal(slug=real.slug, **WHO)
    open_rehearsal(slug=copy.slug, client=redis, **WHO)
    copy.refresh_from_db()
    make.ballots(redis, copy, 2, "101", "201")
    make.copied(redis)
    begun = SeasonEvent.objects.get(season=real, action="rehearse")

    wipe_rehearsal(slug=copy.slug, client=redis, **WHO)

    rows["seasons_seasonevent"].append(SeasonEvent.objects.filter(pk=begun.pk).values()[0])
    assert everything() == rows
    assert redis.keys(f"*{copy.slug}*") == []
    assert not redis.hexists("directory", copy.slug)
    assert {key: redis.dump(key) for key in redis.keys(f"{{{real.slug}:*")} == kept
    assert not keyring().season_path(copy.slug).exists()
    assert keyring().season_path(real.slug).exists()
    assert Client().get(f"/en/s/{copy.slug}/").status_code == 404
    entry = AuditEntry.objects.get(action="season.rehearsal_wipe")
    assert (entry.season, entry.target, entry.before) == (real.slug, copy.slug, {"ballots": 2})


def test_the_writer_goes_on_when_a_rehearsal_is_wiped_while_it_copies(
    real: Season, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = begin_rehearsal(slug=real.slug, **WHO)
    open_rehearsal(slug=copy.slug, client=redis, **WHO)
    copy.refresh_from_db()
    make.ballots(redis, copy, 2, "101", "201")
    make.ballots(redis, real, 1, "101")
    follower = following.Follower(redis, redis)
    read = stream.read

    def then_wiped(*what: Any, **words: Any) -> Any:
        found = read(*what, **words)
        wipe_rehearsal(slug=copy.slug, client=redis, **WHO)
        return found

    monkeypatch.setattr(stream, "read", then_wiped)
    assert follower.step(block_ms=None) == 1

    monkeypatch.undo()
    make.ballots(redis, real, 1, "101")
    assert follower.step(block_ms=None) == 1
    assert list(follower.positions()) == [slice_keys(real.slug, 0, 1).stream]


@pytest.mark.postgres
def test_wiping_takes_the_cursor_first_as_the_writer_does(real: Season, redis: Redis) -> None:
    copy = begin_rehearsal(slug=real.slug, **WHO)
    open_rehearsal(slug=copy.slug, client=redis, **WHO)
    with CaptureQueriesContext(connection) as queries:
        wipe_rehearsal(slug=copy.slug, client=redis, **WHO)

    locks = [query["sql"] for query in queries if " FOR UPDATE" in query["sql"]]
    assert [sql.partition(' FROM "')[2].partition('"')[0] for sql in locks] == [
        "ballots_ledgercursor", "seasons_season",
    ]  # fmt: skip


@pytest.mark.parametrize("step", [open_rehearsal, close_rehearsal, count_rehearsal, wipe_rehearsal])
def test_real_season_is_never_played_with(
    real: Season, redis: Redis, step: Callable[..., Any]
) -> None:
    who = {} if step is count_rehearsal else WHO
    before, store = everything(), sorted(redis.keys())

    with pytest.raises(NoRehearsal):
        step(slug=real.slug, client=redis, **who)

    assert everything() == before
    assert sorted(redis.keys()) == store


@pytest.mark.parametrize(
    "change",
    [
        lambda real: Season.objects.filter(pk=real.pk).update(rehearsal_of=Season.objects.create(
            slug="other", name="x", organiser="y", opens_at=real.opens_at, closes_at=real.closes_at
        )),
        lambda real: Choice.objects.filter(season=real)._raw_delete("default"),
        lambda real: Slot.objects.filter(season=real)._raw_delete("default"),
        lambda real: Ballot.objects.filter(season=real)._raw_delete("default"),
        lambda real: LedgerConflict.objects.filter(season=real)._raw_delete("default"),
        lambda real: SeasonEvent.objects.filter(season=real)._raw_delete("default"),
        lambda real: RuleSheet.objects.filter(season=real).update(frozen_at=None, fingerprint=""),
        lambda real: RuleSheet.objects.filter(season=real)._raw_delete("default"),
        lambda real: Nominee.objects.filter(season=real)._raw_delete("default"),
        lambda real: Category.objects.filter(season=real)._raw_delete("default"),
    ],
    ids=["flag", "choices", "slots", "ballots", "conflicts", "events", "thaw", "sheet", "nominees",
         "categories"],
)  # fmt: skip
def test_database_refuses_to_wipe_a_real_season(
    real: Season, redis: Redis, change: Callable[[Season], Any]
) -> None:
    # A limit of its own, so that slots exist.
    limited = make.opened(redis)
    make.ballots(redis, limited, 1, "101")
    make.copied(redis)
    begin_rehearsal(slug=limited.slug, **WHO)
    before = everything()

    for season in (real, limited):
        touched = change_rows(season, change)
        assert touched in {"refused", "nothing there"}
    assert everything() == before


def change_rows(season: Season, change: Callable[[Season], Any]) -> str:
    try:
        with transaction.atomic():
            done = change(season)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError:
        return "refused"
    return "changed" if done else "nothing there"


@pytest.mark.parametrize(
    "change",
    [
        lambda copy: Season.objects.filter(pk=copy.pk).update(rehearsal_of=None),
        lambda copy: Season.objects.filter(pk=copy.pk).update(published_at=copy.opens_at),
        lambda copy: RuleSheet.objects.filter(season=copy).update(min_choices=2),
        lambda copy: Ballot.objects.filter(season=copy).update(slice=3),
    ],
    ids=["flag", "publication", "rules", "ledger"],
)
def test_database_keeps_a_rehearsal_what_it_is(
    played: Season, change: Callable[[Season], Any]
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        change(played)
    assert LedgerCursor.objects.filter(season=played).count() == 1
    assert played.closes_at - played.opens_at == timedelta(hours=2)
