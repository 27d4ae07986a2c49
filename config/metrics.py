"""Prometheus text from all web processes and the ledger. No label ever names a nominee.

Each web process leaves its numbers in the cache once a second, so that whichever process is
asked can answer for all of them.
"""

import asyncio
import hmac
import json
import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Final

import redis.asyncio
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from config.facts import ask_database
from voting.hotpath.metrics import metrics
from voting.hotpath.stores import connect_async

Answer = tuple[int, list[tuple[bytes, bytes]], bytes]
PROCESSES: Final = "metrics:processes"  # set of process names, in the cache
EXPIRE_SECONDS: Final = 15
REPORT_SECONDS: Final = 1.0
PROCESS: Final = f"{socket.gethostname()}-{os.getpid()}"
# The first word of every name.
SITE: Final = "welfare_star"
_PASSED_ON: Final = {
    b"x-forwarded-for",
    b"x-forwarded-proto",
    b"x-forwarded-host",
    b"x-forwarded-port",
    b"forwarded",
    b"x-real-ip",
    b"via",
    b"cf-connecting-ip",
    b"true-client-ip",
}

log = structlog.get_logger(__name__)


def process_key(process: str) -> str:
    """Return where a web process leaves its numbers (JSON, 15 seconds)."""
    return f"metrics:web:{process}"


async def report_forever(cache: redis.asyncio.Redis, *, process: str = PROCESS) -> None:
    """Leave this process's numbers in the cache once a second, until cancelled."""
    while True:
        try:
            await report(cache, process=process)
        except (RedisError, OSError) as error:
            log.warning("metrics cannot be left in the cache", error=repr(error))
        await asyncio.sleep(REPORT_SECONDS)


async def report(cache: redis.asyncio.Redis, *, process: str = PROCESS) -> None:
    """Leave this process's numbers in the cache."""
    async with cache.pipeline(transaction=False) as pipe:
        pipe.sadd(PROCESSES, process)
        pipe.set(process_key(process), json.dumps(metrics.snapshot()), ex=EXPIRE_SECONDS)
        await pipe.execute()


async def metrics_response(scope_headers: Iterable[tuple[bytes, bytes]], peer: str) -> Answer:
    """Answer GET /metrics: this machine without a proxy in between, or the bearer of the token."""
    if not is_allowed(dict(scope_headers), peer):
        return 403, [(b"content-type", b"text/plain; charset=utf-8")], b"forbidden\n"
    registry = CollectorRegistry()
    registry.register(SiteCollector(await collect()))
    headers = [
        (b"content-type", CONTENT_TYPE_LATEST.encode()),
        (b"cache-control", b"no-store"),
    ]
    return 200, headers, generate_latest(registry)


def is_allowed(headers: Mapping[bytes, bytes], peer: str) -> bool:
    """Return whether this caller may read the metrics."""
    token = settings.METRICS_TOKEN
    given = headers.get(b"authorization", b"")
    if token and hmac.compare_digest(given, f"Bearer {token}".encode()):
        return True
    # A proxy on this machine makes everybody look like this machine.
    if any(name.lower() in _PASSED_ON for name in headers):
        return False
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


@dataclass(frozen=True, slots=True)
class Collected:
    """What one scrape shows."""

    snapshots: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by process
    lags: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # by season
    conflicts: int | None = None
    database: bool = False
    cache: bool = False


async def collect() -> Collected:
    """Gather the numbers; a store that does not answer is left out and reported as down."""
    slugs: list[str] = []
    conflicts: int | None = None
    try:
        facts = await ask_database()
        slugs, conflicts = [season.slug for season in facts.seasons], facts.conflicts
    except (TimeoutError, DatabaseError) as error:
        log.warning("database is left out of the metrics", error=repr(error))
    snapshots: dict[str, Any] = {}
    lags: dict[str, Any] = {}
    answered = False
    if settings.CACHE_REDIS_URL:
        try:
            async with connect_async(settings.CACHE_REDIS_URL) as cache:
                snapshots = await _read_snapshots(cache)
                lags = await _read_all(cache, {slug: f"ledger:lag:{slug}" for slug in slugs})
                answered = True
        except (RedisError, OSError) as error:
            log.warning("cache is left out of the metrics", error=repr(error))
    return Collected(snapshots, lags, conflicts, conflicts is not None, answered)


async def _read_snapshots(cache: redis.asyncio.Redis) -> dict[str, Any]:
    members: set[Any] = await cache.smembers(PROCESSES)
    names = sorted(name.decode() for name in members)
    found = await _read_all(cache, {name: process_key(name) for name in names})
    gone = [name for name in names if name not in found]
    if gone:
        await cache.srem(PROCESSES, *gone)
    return found


async def _read_all(cache: redis.asyncio.Redis, keys: Mapping[str, str]) -> dict[str, Any]:
    if not keys:
        return {}
    told = await cache.mget(list(keys.values()))
    return {name: json.loads(text) for name, text in zip(keys, told, strict=True) if text}


class SiteCollector(Collector):
    """Turns what was collected into metric families."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected

    def collect(self) -> Iterator[Metric]:
        """Return the families, in the order in which a person would ask for them."""
        yield from self._ballots()
        yield from self._gauges()
        yield from self._ledger()
        up = GaugeMetricFamily(
            f"{SITE}_source_up", "Whether a store answered this scrape", labels=["source"]
        )
        up.add_metric(["cache"], float(self.collected.cache))
        up.add_metric(["database"], float(self.collected.database))
        yield up

    def _ballots(self) -> Iterator[Metric]:
        requests = CounterMetricFamily(
            f"{SITE}_ballot_requests",
            "Requests to cast a ballot, by problem code or ok",
            labels=["process", "outcome"],
        )
        seconds = HistogramMetricFamily(
            f"{SITE}_ballot_seconds", "Time to answer a ballot", labels=["process"]
        )
        for process, snapshot in self.collected.snapshots.items():
            for outcome, count in sorted(snapshot["outcomes"].items()):
                requests.add_metric([process, outcome], count)
            seconds.add_metric([process], _cumulative(snapshot), snapshot["seconds"])
        yield requests
        yield seconds

    def _gauges(self) -> Iterator[Metric]:
        snapshots = self.collected.snapshots
        yield GaugeMetricFamily(
            f"{SITE}_web_processes", "Web processes that reported lately", value=len(snapshots)
        )
        for name in sorted(
            {name for snapshot in snapshots.values() for name in snapshot["gauges"]}
        ):
            family = GaugeMetricFamily(
                f"{SITE}_{name}", f"{name.replace('_', ' ').capitalize()}", labels=["process"]
            )
            for process, snapshot in snapshots.items():
                if name in snapshot["gauges"]:
                    family.add_metric([process], snapshot["gauges"][name])
            yield family

    def _ledger(self) -> Iterator[Metric]:
        lag = GaugeMetricFamily(
            f"{SITE}_ledger_lag_seconds", "How far the ledger is behind", labels=["season"]
        )
        backlog = GaugeMetricFamily(
            f"{SITE}_ledger_backlog", "Accepted ballots not yet in the ledger", labels=["season"]
        )
        age = GaugeMetricFamily(
            f"{SITE}_ledger_report_age_seconds",
            "Time since the ledger writer last spoke",
            labels=["season"],
        )
        for slug, told in self.collected.lags.items():
            lag.add_metric([slug], told["lag_ms"] / 1000)
            backlog.add_metric([slug], told["backlog"])
            age.add_metric([slug], max(0.0, time.time() - told["at_ms"] / 1000))
        yield from (lag, backlog, age)
        if self.collected.conflicts is not None:
            yield GaugeMetricFamily(
                f"{SITE}_ledger_conflicts",
                "Stream entries that the ledger could not take; must be 0",
                value=self.collected.conflicts,
            )


def _cumulative(snapshot: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Return the buckets as Prometheus wants them: each holds all below it."""
    total = 0
    buckets = []
    for bound, count in zip([*snapshot["bounds"], None], snapshot["buckets"], strict=True):
        total += count
        buckets.append(("+Inf" if bound is None else str(bound), float(total)))
    return buckets
