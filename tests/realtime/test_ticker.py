"""The ticker: publishes what changed, one at a time, and outlives what it depends on."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from redis import Redis

from config.embedded_store import EmbeddedStore
from realtime import presence, season_ticker
from realtime import ticker as ticker_module
from realtime.published import SEASONS_KEY, VERSION_KEY, state_key
from realtime.ticker import LEASE_KEY, Ticker
from tests import make
from tests.realtime.conftest import Said, in_ledger, lag, now_ms, stored
from voting.ballots.models import LedgerConflict
from voting.ballots.queries import recount
from voting.hotpath.keys import slice_keys
from voting.rules.display import HOUR_MS, MINUTE_MS, apply

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[[], tuple[Ticker, Said]]


@pytest.fixture(autouse=True)
def facts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticker_module, "FACTS_SECONDS", 0.0)


def test_published_tallies_are_the_recount_of_the_ledger(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis)
    make.ballots(redis, season, 3, "101", "201")
    make.ballots(redis, season, 2, "102")

    ticker()[0].tick()
    make.copied(redis)

    nominees = stored(cache, season)["nominees"]
    assert {number: entry["votes"] for number, entry in nominees.items() if entry["votes"]} == (
        recount(season.pk)
    )
    assert nominees["101"] == {"votes": 3, "rank": 1, "was": None}
    assert stored(cache, season)["turnout"] == 5


def test_frames_lead_to_what_is_stored_and_nothing_is_said_when_nothing_changed(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis)
    one, said = ticker()
    one.tick()
    known = stored(cache, season)
    said.clear()

    one.tick()
    make.ballots(redis, season, 1, "101")
    one.tick()
    one.tick()

    (frame,) = said.about(season)
    assert frame["t"] == "frame"
    assert apply(known, frame) == stored(cache, season)
    assert frame["nominees"] == {"101": {"votes": 1, "rank": 1, "was": None}} | {
        number: {"votes": 0, "rank": 2, "was": None} for number in ("102", "103")
    }


def test_pulse_says_that_nothing_has_changed(
    redis: Redis, cache: Redis, ticker: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = make.opened(redis)
    one, said = ticker()
    one.tick()
    version = stored(cache, season)["version"]
    said.clear()
    monkeypatch.setattr(season_ticker, "PULSE_SECONDS", 0.0)

    one.tick()

    (pulse,) = said.about(season)
    assert (pulse["t"], pulse["version"]) == ("pulse", version)
    assert stored(cache, season)["updated_ms"] == pulse["updated_ms"]


def test_version_rises_over_restart_and_over_a_cache_that_lost_everything(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis)
    ticker()[0].tick()
    first = stored(cache, season)["version"]
    cache.delete(LEASE_KEY)

    ticker()[0].tick()
    assert stored(cache, season)["version"] == first  # nothing new to say
    cache.flushdb()
    ticker()[0].tick()

    assert stored(cache, season)["version"] > first
    assert cache.get(VERSION_KEY) == str(stored(cache, season)["version"]).encode()


def test_working_ticker_stores_again_what_the_cache_lost(
    redis: Redis, cache: Redis, ticker: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = make.opened(redis)
    one, _said = ticker()
    one.tick()
    before = stored(cache, season)["version"]
    monkeypatch.setattr(season_ticker, "PULSE_SECONDS", 0.0)
    cache.delete(state_key(season.slug), VERSION_KEY, SEASONS_KEY)

    one.tick()

    assert stored(cache, season)["version"] == before
    assert cache.smembers(SEASONS_KEY) == {season.slug.encode()}


def test_second_ticker_waits_for_the_lease(redis: Redis, cache: Redis, ticker: Make) -> None:
    make.opened(redis)
    first, _ = ticker()
    second, said = ticker()

    assert [first.tick(), second.tick(), first.tick()] == [True, False, True]
    assert said == []
    first.store.give_up()
    assert second.tick() is True


def test_ticker_that_lost_its_lease_writes_nothing(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis)
    one, said = ticker()
    one.tick()
    before = stored(cache, season)
    said.clear()
    make.ballots(redis, season, 1)
    cache.set(LEASE_KEY, "another")
    one.store.hold = lambda: True  # type: ignore[method-assign]  # as if it had just been ours

    assert one.tick() is False
    assert (stored(cache, season), said.about(season)) == (before, [])


def test_one_broken_season_does_not_stop_the_others(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    broken, whole = make.opened(redis), make.opened(redis)
    redis.delete(slice_keys(broken.slug, 0, broken.epoch).meta)

    ticker()[0].tick()

    assert cache.get(state_key(broken.slug)) is None
    assert stored(cache, whole)["season"] == whole.slug


def test_ledger_that_cannot_be_read_does_not_stop_the_numbers(
    redis: Redis, cache: Redis, ticker: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise season_ticker.DatabaseError

    season = make.opened(redis)
    make.ballots(redis, season, 1)
    monkeypatch.setattr(season_ticker, "tallies_at", away)
    monkeypatch.setattr(season_ticker, "ballots_per_minute", away)

    ticker()[0].tick()

    assert stored(cache, season)["nominees"]["101"]["votes"] == 1


def test_conflict_in_the_ledger_freezes_what_is_public(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis)
    one, said = ticker()
    one.tick()
    said.clear()
    LedgerConflict.objects.create(
        season=season, slice=0, epoch=season.epoch, stream_ms=1, stream_seq=0, kind="slot", entry={}
    )
    make.ballots(redis, season, 1)

    one.tick()

    (frame,) = said.about(season)
    assert (frame["frozen"], frame["nominees"], frame["turnout"]) == (True, {}, 0)
    assert stored(cache, season)["nominees"]["101"]["votes"] == 0


def test_delayed_numbers_are_recovered_from_the_ledger_once_it_is_complete(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis, sheet={"display": "delayed", "display_delay_minutes": 30})
    in_ledger(season, at_ms=now_ms() - HOUR_MS, choices=("101",), number=2)
    in_ledger(season, at_ms=now_ms() - MINUTE_MS, choices=("102",), number=5)
    one, _ = ticker()

    one.tick()
    assert stored(cache, season)["nominees"] == {}  # nobody has said that the ledger is complete
    lag(cache, season)
    one.tick()

    state = stored(cache, season)
    assert {number: entry["votes"] for number, entry in state["nominees"].items()} == {
        "101": 2, "102": 0, "103": 0, "201": 0, "202": 0,
    }  # fmt: skip
    assert now_ms() - state["taken_ms"] >= 30 * MINUTE_MS


def test_daily_snapshot_is_recovered_from_the_ledger(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    season = make.opened(
        redis, sheet={"display": "daily", "display_hour": hour.hour}, time_zone="UTC"
    )
    in_ledger(season, at_ms=int(hour.timestamp() * 1000) - 1, choices=("101",))
    in_ledger(season, at_ms=int(hour.timestamp() * 1000) + 1, choices=("102",))
    lag(cache, season)

    ticker()[0].tick()

    state = stored(cache, season)
    assert state["taken_ms"] == int(hour.timestamp() * 1000)
    assert state["next_ms"] == int((hour + timedelta(days=1)).timestamp() * 1000)
    assert (state["nominees"]["101"]["votes"], state["nominees"]["102"]["votes"]) == (1, 0)


def test_rank_an_hour_ago_and_ballots_per_minute_are_recovered_from_the_ledger(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis)
    minute = now_ms() // MINUTE_MS * MINUTE_MS
    in_ledger(season, at_ms=minute - 2 * HOUR_MS, choices=("102",))
    in_ledger(season, at_ms=minute - 2 * MINUTE_MS, choices=("101",), number=3)
    redis.hset(
        slice_keys(season.slug, 0, season.epoch).tallies, mapping={"#": 4, "101": 3, "102": 1}
    )
    lag(cache, season)

    ticker()[0].tick()

    state = stored(cache, season)
    assert state["nominees"]["101"] == {"votes": 3, "rank": 1, "was": 2}
    assert len(state["per_minute"]) == 60
    assert [place - 60 for place, n in enumerate(state["per_minute"]) if n] in ([-2], [-3])


def test_viewers_are_summed_and_forgotten_processes_left_out(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis)
    for process, number in (("one", 3), ("two", 4), ("gone", 50)):
        cache.sadd(presence.PROCESSES, process)
        if process != "gone":
            cache.set(f"presence:{process}", f'{{"{season.slug}": {number}}}')

    ticker()[0].tick()

    assert stored(cache, season)["viewers"] == 7
    assert cache.smembers(presence.PROCESSES) == {b"one", b"two"}


def test_command_looks_once(redis: Redis, cache: Redis) -> None:
    season = make.opened(redis)

    call_command("tick_tallies", "--once")

    assert stored(cache, season)["season"] == season.slug
    assert cache.get(LEASE_KEY) is None


def test_ticker_outlives_a_restart_of_the_store(
    redis: Redis, cache: Redis, ticker: Make, vote_store: EmbeddedStore
) -> None:
    season = make.opened(redis)
    one, said = ticker()
    stop = threading.Event()
    worker = threading.Thread(target=one.run, args=(stop,))
    worker.start()
    try:
        _until(lambda: bool(said.about(season)))
        vote_store.stop()
        time.sleep(0.3)
        vote_store.start()
        redis.hincrby(slice_keys(season.slug, 0, season.epoch).tallies, "101", 5)

        _until(lambda: said.about(season)[-1].get("nominees", {}).get("101", {}).get("votes") == 5)
    finally:
        stop.set()
        worker.join(10)

    assert stored(cache, season)["nominees"]["101"]["votes"] == 5


def test_ticks_are_bounded_by_the_clock_and_not_by_the_votes(
    redis: Redis, cache: Redis, ticker: Make
) -> None:
    season = make.opened(redis, caps=make.UNLIMITED)
    said: list[str] = []
    one = Ticker(votes=redis, cache=cache, announce=lambda _slug, text: said.append(text), rate=2)
    stop = threading.Event()
    worker = threading.Thread(target=one.run, args=(stop,))
    worker.start()
    began = time.monotonic()
    while time.monotonic() - began < 2.2:
        make.ballots(redis, season, 1)
    stop.set()
    worker.join(10)

    frames = [text for text in said if '"t":"frame"' in text]
    assert 3 <= len(frames) <= 5


def _until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
