import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django.fixtures import Settings

from config import metrics
from voting.ballots.models import LedgerConflict
from voting.hotpath.metrics import BOUNDS, VoteMetrics
from voting.hotpath.stores import connect_async
from voting.seasons.models import Season

LOCAL = "127.0.0.1"


@pytest.fixture
async def cache(settings: Settings, store_url: str) -> AsyncIterator[Any]:
    async with connect_async(settings.CACHE_REDIS_URL) as client:
        yield client


def test_observations_fall_into_their_buckets() -> None:
    counted = VoteMetrics()

    for seconds in (0.0, 0.001, 0.0011, 0.009, 60.0):
        counted.observe("ok", seconds)
    counted.observe("busy", 0.02)

    snapshot = counted.snapshot()
    assert snapshot["outcomes"] == {"ok": 5, "busy": 1}
    assert sum(snapshot["buckets"]) == 6
    assert snapshot["buckets"][0] == 2  # both ends of the first bucket
    assert snapshot["buckets"][-1] == 1
    assert snapshot["buckets"][BOUNDS.index(0.02)] == 1
    assert snapshot["seconds"] == pytest.approx(60.0311)
    assert json.loads(json.dumps(snapshot)) == snapshot


def test_a_gauge_is_asked_when_somebody_looks_and_may_fail() -> None:
    counted = VoteMetrics()
    sockets = [3]
    counted.provide("sockets", lambda: sockets[0])
    counted.provide("broken", lambda: 1 / 0)
    sockets[0] = 7

    assert counted.snapshot()["gauges"] == {"sockets": 7.0}


def test_an_observation_costs_next_to_nothing() -> None:
    counted = VoteMetrics()
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(10_000):
            counted.observe("ok", 0.004)
        best = min(best, (time.perf_counter() - begun) / 10_000)

    assert best < 1e-6 * 3  # a microsecond, with room for a busy machine


def season(slug: str = "demo") -> Season:
    now = timezone.now()
    return Season.objects.create(
        slug=slug,
        name="公益之星",
        phase=Season.Phase.OPEN,
        epoch=1,
        opens_at=now,
        closes_at=now + timedelta(days=1),
        organiser="县文明办",
    )


@pytest.mark.django_db(transaction=True)
async def test_all_processes_and_the_ledger_stand_in_one_answer(cache: Any) -> None:
    # Closes its thread's connection, which asyncio's own way would leave to the collector.
    demo = await database_sync_to_async(season)()
    await database_sync_to_async(LedgerConflict.objects.create)(
        season=demo, slice=0, epoch=1, stream_ms=1, stream_seq=0, kind="damaged", entry={}
    )
    for process, accepted in (("a-1", 10), ("b-2", 5)):
        counted = VoteMetrics()
        for _ in range(accepted):
            counted.observe("ok", 0.004)
        counted.observe("rate-limited", 0.001)
        counted.provide("sockets", lambda: 12)
        await cache.sadd(metrics.PROCESSES, process)
        await cache.set(metrics.process_key(process), json.dumps(counted.snapshot()))
    at_ms = int(time.time() * 1000)
    told = {"lag_ms": 1500, "at_ms": at_ms, "backlog": 42}
    await cache.set("ledger:lag:demo", json.dumps(told))

    status, headers, body = await metrics.metrics_response([], LOCAL)

    assert status == 200
    assert dict(headers)[b"content-type"].startswith(b"text/plain")
    found = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }
    a, b = ("process", "a-1"), ("process", "b-2")
    requests = "welfare_star_ballot_requests_total"
    assert found[requests, (("outcome", "ok"), a)] == 10
    assert found[requests, (("outcome", "ok"), b)] == 5
    assert found[requests, (("outcome", "rate-limited"), a)] == 1
    assert found["welfare_star_ballot_seconds_count", (a,)] == 11
    assert found["welfare_star_ballot_seconds_bucket", (("le", "0.001"), a)] == 1
    assert found["welfare_star_ballot_seconds_bucket", (("le", "+Inf"), a)] == 11
    assert found["welfare_star_ballot_seconds_sum", (b,)] == pytest.approx(0.021)
    assert found["welfare_star_sockets", (b,)] == 12
    assert found["welfare_star_web_processes", ()] == 2
    assert found["welfare_star_ledger_lag_seconds", (("season", "demo"),)] == 1.5
    assert found["welfare_star_ledger_backlog", (("season", "demo"),)] == 42
    assert found["welfare_star_ledger_report_age_seconds", (("season", "demo"),)] < 5
    assert found["welfare_star_ledger_conflicts", ()] == 1
    assert found["welfare_star_source_up", (("source", "cache"),)] == 1
    assert found["welfare_star_source_up", (("source", "database"),)] == 1
    assert {name for _, labels in found for name, _ in labels} == {
        "process",
        "outcome",
        "le",
        "season",
        "source",
    }


@pytest.mark.django_db(transaction=True)
async def test_a_process_that_is_gone_is_forgotten(cache: Any) -> None:
    await metrics.report(cache, process="here")
    await cache.sadd(metrics.PROCESSES, "gone")

    await metrics.metrics_response([], LOCAL)

    assert await cache.smembers(metrics.PROCESSES) == {b"here"}
    assert 0 < await cache.ttl(metrics.process_key("here")) <= 15


async def test_reporting_goes_on_when_the_cache_comes_back(
    cache: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "REPORT_SECONDS", 0.01)
    failures = iter([OSError("gone"), OSError("gone")])
    real = metrics.report

    async def report(client: Any, *, process: str) -> None:
        for error in failures:
            raise error
        await real(client, process=process)

    monkeypatch.setattr(metrics, "report", report)
    task = asyncio.create_task(metrics.report_forever(cache, process="p"))
    for _ in range(200):
        if await cache.exists(metrics.process_key("p")):
            break
        await asyncio.sleep(0.01)
    task.cancel()

    assert await cache.exists(metrics.process_key("p"))


@pytest.mark.django_db(transaction=True)
async def test_without_a_cache_the_answer_says_so(settings: Settings) -> None:
    settings.CACHE_REDIS_URL = "redis://127.0.0.1:1/0"

    status, _headers, body = await metrics.metrics_response([], LOCAL)

    assert status == 200
    assert b'welfare_star_source_up{source="cache"} 0.0' in body
    assert b'welfare_star_source_up{source="database"} 1.0' in body


TOKEN = "a-token-of-more-than-24-characters"
DOORS: list[tuple[list[tuple[bytes, bytes]], str, bool]] = [
    ([], "127.0.0.1", True),
    ([], "::1", True),
    ([], "::ffff:127.0.0.1", True),
    ([], "192.0.2.7", False),
    ([], "", False),
    ([(b"x-forwarded-for", b"127.0.0.1")], "127.0.0.1", False),
    ([(b"forwarded", b"for=127.0.0.1")], "127.0.0.1", False),
    ([(b"x-forwarded-proto", b"https")], "127.0.0.1", False),
    ([(b"x-forwarded-host", b"vote.example.org")], "127.0.0.1", False),
    ([(b"x-forwarded-port", b"443")], "127.0.0.1", False),
    ([(b"cf-connecting-ip", b"127.0.0.1")], "127.0.0.1", False),
    ([(b"true-client-ip", b"127.0.0.1")], "127.0.0.1", False),
    ([(b"authorization", b"Bearer " + TOKEN.encode())], "192.0.2.7", True),
    ([(b"authorization", b"Bearer " + TOKEN.encode()), (b"via", b"p")], "127.0.0.1", True),
    ([(b"authorization", b"Bearer wrong")], "192.0.2.7", False),
    ([(b"authorization", b"Bearer ")], "192.0.2.7", False),
]


@pytest.mark.parametrize(("headers", "peer", "allowed"), DOORS)
def test_only_this_machine_or_the_bearer_of_the_token_may_read(
    settings: Settings, headers: list[tuple[bytes, bytes]], peer: str, allowed: bool
) -> None:
    settings.METRICS_TOKEN = TOKEN

    assert metrics.is_allowed(dict(headers), peer) is allowed


def test_no_token_opens_nothing(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert not metrics.is_allowed({b"authorization": b"Bearer "}, "192.0.2.7")


async def test_strangers_are_refused() -> None:
    status, _headers, body = await metrics.metrics_response([], "192.0.2.7")

    assert (status, body) == (403, b"forbidden\n")
