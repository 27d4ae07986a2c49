"""What the tests of live numbers share."""

import json
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections
from redis import Redis

from realtime.hub import Hub
from realtime.published import SEASONS_KEY, VERSION_KEY, Copies, encode, state_key
from realtime.ticker import Ticker
from voting.ballots.models import ENTRIES_PER_CURSOR, Ballot, Choice, LedgerCursor
from voting.hotpath.stores import connect
from voting.rules.display import PublishedState
from voting.seasons.models import Season


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
def cache(redis: Redis) -> Any:
    with connect(settings.CACHE_REDIS_URL) as client:
        yield client


class Said(list[tuple[str, dict[str, Any]]]):
    """What a ticker has announced."""

    def about(self, season: Season) -> list[dict[str, Any]]:
        return [message for slug, message in self if slug == season.slug]


@pytest.fixture
def ticker(redis: Redis, cache: Redis) -> Callable[[], tuple[Ticker, Said]]:
    """Make a ticker that announces into a list."""

    def make() -> tuple[Ticker, Said]:
        said = Said()

        def announce(slug: str, text: str) -> None:
            if slug:
                said.append((slug, json.loads(text)))

        return Ticker(votes=redis, cache=cache, announce=announce, rate=20), said

    return make


def stored(cache: Redis, season: Season) -> PublishedState:
    text = cache.get(state_key(season.slug))
    assert isinstance(text, bytes)
    return dict(json.loads(text))


def lag(cache: Redis, season: Season, lag_ms: int = 0) -> None:
    """Say what the writer says."""
    at_ms = now_ms()
    told = {"lag_ms": lag_ms, "at_ms": at_ms, "complete_ms": at_ms - lag_ms - 1}
    cache.set(f"ledger:lag:{season.slug}", json.dumps(told))


def in_ledger(season: Season, *, at_ms: int, choices: tuple[str, ...], number: int = 1) -> None:
    """Put ballots of the past into the ledger, in order of time."""
    cursor, _created = LedgerCursor.objects.get_or_create(
        season=season, slice=0, epoch=season.epoch
    )
    first = cursor.pk * ENTRIES_PER_CURSOR
    before = Ballot.objects.filter(season=season).count()
    nominees = dict(season.nominees.values_list("ballot_number", "pk"))
    for i in range(before, before + number):
        Ballot.objects.create(
            id=first + i, season=season, slice=0, epoch=season.epoch, stream_ms=at_ms,
            stream_seq=i, vote_id=uuid.uuid4(), accepted_ms=at_ms, receipt_code="A" * 12,
        )  # fmt: skip
        for choice in choices:
            Choice.objects.create(
                ballot_id=first + i, nominee_id=nominees[choice], season=season, slice=0
            )


def state(slug: str = "s", version: int = 1, **fields: Any) -> PublishedState:
    plain = {
        "season": slug, "epoch": 1, "version": version, "updated_ms": now_ms(), "taken_ms": 0,
        "display": "live", "phase": "open", "opens_ms": 0, "closes_ms": 1, "turnout": 0,
        "per_minute": [], "minute_ms": 0, "viewers": 0, "lag_ms": 0, "next_ms": None,
        "frozen": False, "nominees": {"101": {"votes": version, "rank": 1, "was": None}},
    }  # fmt: skip
    return plain | fields


def store(cache: Redis, published: PublishedState) -> None:
    """Publish a state as the ticker does."""
    cache.set(state_key(published["season"]), encode(published))
    cache.set(VERSION_KEY, published["version"])
    cache.sadd(SEASONS_KEY, published["season"])


@pytest.fixture
async def hub(store_url: str) -> AsyncIterator[Hub]:
    """A hub of its own, not the site's."""
    made = Hub(Copies(settings.CACHE_REDIS_URL), settings.CACHE_REDIS_URL)
    await made.start()
    yield made
    await made.stop()
    # Asynchronous code leaves database connections open in threads; the database must be dropped.
    await sync_to_async(connections.close_all)()
