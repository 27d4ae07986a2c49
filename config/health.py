"""Probes: whether this process is alive, and whether this site can take ballots right now.

The answers hold states and slugs of open seasons; no addresses, no keys, no error texts.
"""

import asyncio
import json
import time
from collections.abc import Awaitable
from typing import Any, Final

import redis.asyncio
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from config import env
from config.facts import OpenSeason, ask_database
from voting.hotpath.epoch import read_directory
from voting.hotpath.keyring import Keyring
from voting.hotpath.keys import DIRECTORY, slice_keys
from voting.hotpath.stores import connect_async

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
HEADERS: Final = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
HEARTBEAT_MS: Final = 15_000
LONGEST_LAG_MS: Final = 60_000
# Longer than any check's own limit; one that hangs all the same is a failed one.
CHECK_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class NotReady(Exception):
    """A check failed; the text is fit to be shown."""


async def healthz() -> Answer:
    """Answer that this process is alive."""
    return 200, HEADERS, b'{"alive":true}'


async def readyz() -> Answer:
    """Answer 200 when ballots can be taken and written down, else 503, with each check's state."""
    states: dict[str, dict[str, Any]] = {}
    try:
        seasons = (await ask_database()).seasons
        states["database"] = {"ok": True}
    except (TimeoutError, DatabaseError) as error:
        log.warning("database is not ready", error=repr(error))
        seasons = ()
        states["database"] = {"ok": False, "detail": "does not answer"}
    names = ("vote_store", "cache", "keys", "epochs", "writer", "ticker")
    checks: tuple[Awaitable[None], ...] = (
        _vote_store(seasons),
        _cache(),
        _keys(seasons),
        _epochs(seasons),
        _writer(seasons),
        _ticker(),
    )
    states |= zip(names, await asyncio.gather(*map(_state_of, checks)), strict=True)
    ready = all(state["ok"] for state in states.values())
    body = {"ready": ready, "checks": states, "open_seasons": [season.slug for season in seasons]}
    return (200 if ready else 503), HEADERS, json.dumps(body).encode()


async def _state_of(check: Awaitable[None]) -> dict[str, Any]:
    try:
        await asyncio.wait_for(check, CHECK_SECONDS)
    except NotReady as reason:
        return {"ok": False, "detail": str(reason)}
    except (RedisError, OSError, TimeoutError) as error:
        log.warning("a check failed", error=repr(error))
        return {"ok": False, "detail": "does not answer"}
    return {"ok": True}


async def _vote_store(seasons: tuple[OpenSeason, ...]) -> None:
    """Ask for its run, and whether the ledger writer has approved it for every open slice."""
    async with _client(settings.REDIS_URL) as client:
        run = (await client.info("server"))["run_id"]
        for season in seasons:
            for number in range(season.slices):
                keys = slice_keys(season.slug, number, season.epoch)
                if await client.hget(keys.meta, "run") != run.encode():
                    raise NotReady(f"not approved for {season.slug}")


async def _epochs(seasons: tuple[OpenSeason, ...]) -> None:
    """Compare the epochs in the vote store with those that the database knows."""
    async with _client(settings.REDIS_URL) as client:
        entries = read_directory(await client.hgetall(DIRECTORY))  # type: ignore[arg-type]  # bytes, as decoding is off
        for season in seasons:
            entry = entries.get(season.slug)
            if entry is None or entry.epoch != season.epoch:
                raise NotReady(f"epoch of {season.slug} is not loaded")


async def _cache() -> None:
    async with _client(settings.CACHE_REDIS_URL) as client:
        await client.ping()


async def _keys(seasons: tuple[OpenSeason, ...]) -> None:
    """Look for every key; a new one made silently would break what the old one guards."""
    missing = Keyring(settings.KEY_DIR).missing([season.slug for season in seasons])
    if not (env.text("SECRET_KEY") or (settings.KEY_DIR / "django.key").is_file()):
        missing.append("django")
    if missing:
        raise NotReady(f"missing: {', '.join(missing)}")


async def _writer(seasons: tuple[OpenSeason, ...]) -> None:
    """Look for a late word of the ledger writer on every open season, and how far behind it is."""
    async with _client(settings.CACHE_REDIS_URL) as client:
        for season in seasons:
            told = await client.get(f"ledger:lag:{season.slug}")
            if told is None or _age_ms(told) > HEARTBEAT_MS:
                raise NotReady(f"silent about {season.slug}")
            if json.loads(told)["lag_ms"] > LONGEST_LAG_MS:
                raise NotReady(f"more than {LONGEST_LAG_MS // 1000} s behind in {season.slug}")


async def _ticker() -> None:
    async with _client(settings.CACHE_REDIS_URL) as client:
        told = await client.get("ticker:alive")
    if told is None or _age_ms(told) > HEARTBEAT_MS:
        raise NotReady("silent")


def _age_ms(told: bytes | str) -> float:
    """Return how long ago a heartbeat was: a number of milliseconds, or JSON with ``at_ms``."""
    try:
        value = json.loads(told)
        at_ms = float(value["at_ms"] if isinstance(value, dict) else value)
    except (ValueError, TypeError, KeyError):
        return float("inf")
    return time.time() * 1000 - at_ms


def _client(url: str) -> redis.asyncio.Redis:
    """Return a client for one check; a probe comes seldom enough to connect anew."""
    if not url:
        raise NotReady("no address is set")
    return connect_async(url)
