import asyncio
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.utils import timezone
from pytest_django.fixtures import Settings
from redis import Redis

from config import facts, health
from voting.hotpath.epoch import DirectoryEntry, write_directory
from voting.hotpath.keyfiles import make_key
from voting.hotpath.keyring import Keyring
from voting.hotpath.keys import slice_keys
from voting.hotpath.stores import connect
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db(transaction=True)

SLUG = "demo"


class Site:
    """A site that is ready, and can be broken in one place at a time."""

    def __init__(self, votes: Redis, cache: Redis, keys: Path) -> None:
        self.votes = votes
        self.cache = cache
        self.keys = keys

    def prepare(self) -> None:
        now = timezone.now()
        Season.objects.create(
            slug=SLUG,
            name="公益之星",
            phase=Season.Phase.OPEN,
            epoch=2,
            opens_at=now,
            closes_at=now + timedelta(days=1),
            organiser="县文明办",
        )
        keyring = Keyring(self.keys)
        keyring.make()
        keyring.make_season(SLUG)
        make_key(self.keys / "django.key")
        self.approve()
        self.load_epoch(2)
        self.speak(lag_ms=300, age_ms=0)
        self.tick(age_ms=0)

    def approve(self) -> None:
        run = self.votes.info("server")["run_id"]  # type: ignore[index]
        self.votes.hset(slice_keys(SLUG, 0, 2).meta, "run", run)

    def load_epoch(self, epoch: int) -> None:
        entry = DirectoryEntry(epoch, 1, "anonymous", 1_800_000, 0, 1)
        write_directory(self.votes, SLUG, entry)

    def speak(self, *, lag_ms: int, age_ms: int) -> None:
        at_ms = int(time.time() * 1000) - age_ms
        told = {"lag_ms": lag_ms, "backlog": 1, "at_ms": at_ms}
        self.cache.set(f"ledger:lag:{SLUG}", json.dumps(told))

    def tick(self, *, age_ms: int) -> None:
        self.cache.set("ticker:alive", int(time.time() * 1000) - age_ms)


@pytest.fixture
def ready(settings: Settings, redis: Redis, tmp_path: Path) -> Site:
    settings.KEY_DIR = tmp_path / "keys"
    site = Site(redis, connect(settings.CACHE_REDIS_URL), settings.KEY_DIR)
    site.prepare()
    return site


async def states() -> tuple[int, dict[str, Any]]:
    status, headers, body = await health.readyz()
    assert (b"content-type", b"application/json") in headers
    assert (b"cache-control", b"no-store") in headers
    answer: dict[str, Any] = json.loads(body)
    assert answer["ready"] is (status == 200)
    return status, answer["checks"]


async def failing() -> dict[str, str]:
    status, checks = await states()
    failed = {name: state["detail"] for name, state in checks.items() if not state["ok"]}
    assert (status == 503) is bool(failed)
    return failed


async def test_healthz_says_alive() -> None:
    status, _headers, body = await health.healthz()

    assert (status, json.loads(body)) == (200, {"alive": True})


async def test_a_site_that_can_take_ballots_is_ready(ready: Site) -> None:
    status, checks = await states()

    assert status == 200
    assert set(checks) == {
        "database", "vote_store", "cache", "keys", "epochs", "writer", "ticker",
    }  # fmt: skip
    assert all(state == {"ok": True} for state in checks.values())


async def test_a_store_that_started_again_is_not_approved(ready: Site) -> None:
    ready.votes.hset(slice_keys(SLUG, 0, 2).meta, "run", "an earlier run")

    assert await failing() == {"vote_store": "not approved for demo"}


async def test_an_empty_store_is_not_ready(ready: Site) -> None:
    ready.votes.flushdb()

    assert await failing() == {
        "vote_store": "not approved for demo",
        "epochs": "epoch of demo is not loaded",
    }


async def test_an_old_epoch_is_not_ready(ready: Site) -> None:
    ready.load_epoch(1)

    assert await failing() == {"epochs": "epoch of demo is not loaded"}


@pytest.mark.parametrize(
    ("key", "detail"),
    [
        ("django.key", "missing: django"),
        ("ballot-1.key", "missing: ballot"),
        (f"seasons/{SLUG}.key", "missing: season demo"),
    ],
)
async def test_a_missing_key_is_a_failure_and_stays_missing(
    ready: Site, key: str, detail: str
) -> None:
    (ready.keys / key).unlink()

    assert await failing() == {"keys": detail}
    assert not (ready.keys / key).exists()


async def test_a_writer_that_is_silent_or_far_behind_is_not_ready(ready: Site) -> None:
    ready.speak(lag_ms=0, age_ms=16_000)
    assert await failing() == {"writer": "silent about demo"}

    ready.speak(lag_ms=61_000, age_ms=0)
    assert await failing() == {"writer": "more than 60 s behind in demo"}

    ready.cache.delete(f"ledger:lag:{SLUG}")
    assert await failing() == {"writer": "silent about demo"}


async def test_a_silent_ticker_is_not_ready(ready: Site) -> None:
    ready.tick(age_ms=16_000)
    assert await failing() == {"ticker": "silent"}

    ready.cache.set("ticker:alive", json.dumps({"at_ms": int(time.time() * 1000)}))
    assert await failing() == {}

    ready.cache.set("ticker:alive", "nonsense")
    assert await failing() == {"ticker": "silent"}


async def test_stores_that_do_not_answer_are_not_ready(ready: Site, settings: Settings) -> None:
    settings.REDIS_URL = "redis://user:s3cret@127.0.0.1:1/0"
    settings.CACHE_REDIS_URL = ""

    status, _headers, body = await health.readyz()

    checks = json.loads(body)["checks"]
    assert status == 503
    assert checks["vote_store"] == {"ok": False, "detail": "does not answer"}
    assert checks["cache"] == {"ok": False, "detail": "no address is set"}
    assert b"s3cret" not in body


async def test_a_database_that_hangs_is_asked_once_and_not_waited_for(
    ready: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def hang() -> facts.Facts:
        asked.append(1)
        time.sleep(0.6)
        return facts.Facts((), 0)

    monkeypatch.setattr(facts, "read_facts", hang)
    monkeypatch.setattr(facts, "ANSWER_SECONDS", 0.1)

    assert (await failing())["database"] == "does not answer"
    assert (await failing())["database"] == "does not answer"
    assert asked == [1]

    await asyncio.sleep(0.6)
    await asyncio.gather(*(task for task in [facts._Asking.task] if task))


async def test_seasons_that_do_not_take_ballots_are_not_asked_about(ready: Site) -> None:
    await database_sync_to_async(Season.objects.update)(phase=Season.Phase.CLOSED)
    ready.votes.flushdb()

    assert await failing() == {}
