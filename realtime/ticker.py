"""The ticker: the only reader of the tallies. It publishes what the display rule allows.

One ticker works at a time; a second one waits until the first one's lease runs out. What it
stores and says is decided by ``voting.rules.display``; here are only clocks, stores and failures.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import redis
import structlog
from django.db import close_old_connections

from realtime import presence, published
from realtime.season_ticker import SeasonTicker
from voting.ballots.queries import LiveSeason, live_seasons
from voting.hotpath.gate import NotReady
from voting.rules.display import PublishedState

LEASE_KEY: Final = "ticker:lease"
LEASE_MS: Final = 5_000
ALIVE_KEY: Final = "ticker:alive"  # when the ticker last worked (Unix ms); /readyz reads it
FACTS_SECONDS: Final = 1.0
HEARTBEAT_SECONDS: Final = 4.0
PRESENCE_SECONDS: Final = 5.0
LONGEST_PAUSE_SECONDS: Final = 5.0

Announce = Callable[[str, str], None]
log = structlog.get_logger(__name__)

_HOLD_LEASE: Final = """#!lua
-- KEYS[1] lease  ARGV[1] token  ARGV[2] lifetime in ms. Returns 1 if the lease is ours now.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_GIVE_UP_LEASE: Final = """#!lua
-- KEYS[1] lease  ARGV[1] token
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return redis.call('DEL', KEYS[1])
end
return 0
"""
_STORE: Final = """#!lua
-- KEYS[1] lease  KEYS[2] state  KEYS[3] version  KEYS[4] seasons
-- ARGV[1] token  ARGV[2] state  ARGV[3] version  ARGV[4] slug
-- Returns 0 and writes nothing if the lease is not ours any more.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('SET', KEYS[3], ARGV[3])
redis.call('SADD', KEYS[4], ARGV[4])
return 1
"""


class LeaseLost(Exception):
    """Another ticker has taken over."""


class Store:
    """Where published states are kept; refuses to write for a ticker that lost its lease."""

    def __init__(self, cache: redis.Redis) -> None:
        self.cache = cache
        self.token = secrets.token_hex(16)
        self._hold = cache.register_script(_HOLD_LEASE)
        self._give_up = cache.register_script(_GIVE_UP_LEASE)
        self._store = cache.register_script(_STORE)
        self._version = 0

    def hold(self) -> bool:
        """Take or renew the lease; return whether it is ours."""
        return bool(self._hold(keys=[LEASE_KEY], args=[self.token, LEASE_MS]))

    def give_up(self) -> None:
        """Let another ticker begin at once."""
        self._give_up(keys=[LEASE_KEY], args=[self.token])

    def load(self, slug: str) -> PublishedState | None:
        """Return what was published last."""
        text = self.cache.get(published.state_key(slug))
        return published.decode(text) if isinstance(text, bytes) else None

    def next_version(self) -> int:
        """Return a version above all earlier ones, also after the cache has lost everything.

        It starts from the clock in milliseconds, and rises by a few a second at most.
        """
        stored = self.cache.get(published.VERSION_KEY)
        last = int(stored) if isinstance(stored, bytes) else time.time_ns() // 1_000_000
        self._version = max(last, self._version) + 1
        return self._version

    def save(self, state: PublishedState) -> None:
        """Store a state. Raises LeaseLost."""
        saved = self._store(
            keys=[
                LEASE_KEY,
                published.state_key(state["season"]),
                published.VERSION_KEY,
                published.SEASONS_KEY,
            ],
            args=[
                self.token,
                published.encode(state),
                max(self._version, state["version"]),
                state["season"],
            ],
        )
        if not saved:
            raise LeaseLost

    def lag(self, slug: str) -> tuple[int, int, int] | None:
        """Return the ledger's lag, when the writer said so, and up to when the ledger is complete.

        In milliseconds; the first by the writer's clock, the last by the vote store's.
        """
        text = self.cache.get(f"ledger:lag:{slug}")
        if not isinstance(text, bytes):
            return None
        told = published.decode(text)
        return int(told["lag_ms"]), int(told["at_ms"]), int(told["complete_ms"])


class Ticker:
    """Looks at all seasons a few times a second, each for itself."""

    def __init__(
        self, *, votes: redis.Redis, cache: redis.Redis, announce: Announce, rate: float
    ) -> None:
        self.votes = votes
        self.store = Store(cache)
        self._announce = announce
        self._interval = 1 / rate
        self._seasons: dict[str, SeasonTicker] = {}
        self._facts: Sequence[LiveSeason] = ()
        self._viewers: Mapping[str, int] = {}
        self._facts_at = self._viewers_at = self._heartbeat_at = float("-inf")
        self._retry: dict[str, tuple[float, float]] = {}

    def run(self, stop: threading.Event) -> None:
        """Tick until told to stop; a store that is away is asked again ever more rarely."""
        pause = 0.0
        while not stop.is_set():
            began = time.monotonic()
            try:
                working = self.tick()
            except (redis.RedisError, OSError) as error:
                pause = min(max(pause * 2, 0.5), LONGEST_PAUSE_SECONDS)
                log.warning("ticker_has_no_cache", error=repr(error), pause_seconds=pause)
                stop.wait(pause)
                continue
            pause = 0.0
            # Who waits for the lease looks once a second.
            stop.wait(max(0.0, (self._interval if working else 1.0) + began - time.monotonic()))
        try:
            self.store.give_up()
        except (redis.RedisError, OSError) as error:
            log.info("lease_not_given_up", error=repr(error))  # it runs out by itself

    def tick(self) -> bool:
        """Look at every season once; return False while another ticker is at work.

        Raises RedisError if the cache cannot be reached.
        """
        if not self.store.hold():
            self._seasons.clear()
            return False
        now = time.monotonic()
        self._read_facts(now)
        if now - self._viewers_at >= PRESENCE_SECONDS:
            self._viewers = presence.viewers(self.store.cache)
            self._viewers_at = now
        try:
            for facts in self._facts:
                self._tick_season(facts, now)
        except LeaseLost:
            log.warning("lease_lost")
            self._seasons.clear()
            return False
        if now - self._heartbeat_at >= HEARTBEAT_SECONDS:
            self._heartbeat_at = now
            self.store.cache.set(ALIVE_KEY, time.time_ns() // 1_000_000, ex=60)
            self._say("", "")
        return True

    def _read_facts(self, now: float) -> None:
        if now - self._facts_at < FACTS_SECONDS:
            return
        self._facts_at = now
        try:
            self._facts = live_seasons()
        except Exception as error:  # noqa: BLE001 -- with the database away, live numbers go on
            log.warning("seasons_unreadable", error=repr(error))
        finally:
            close_old_connections()
        slugs = {facts.slug for facts in self._facts}
        self._seasons = {slug: one for slug, one in self._seasons.items() if slug in slugs}

    def _tick_season(self, facts: LiveSeason, now: float) -> None:
        """Tick one season; its failures stop none of the others."""
        slug = facts.slug
        retry_at, pause = self._retry.get(slug, (0.0, 0.0))
        if now < retry_at:
            return
        season = self._seasons.get(slug)
        try:
            if season is None:
                season = self._seasons[slug] = SeasonTicker(self.votes, self.store, facts.slug)
            for text in season.tick(facts, viewers=self._viewers.get(slug, 0)):
                self._say(slug, text)
        except LeaseLost:
            raise
        except Exception as error:  # one broken season must not stop the others
            pause = min(max(pause * 2, 0.5), LONGEST_PAUSE_SECONDS)
            self._retry[slug] = (now + pause, pause)
            if isinstance(error, NotReady | redis.RedisError | OSError):
                log.warning("season_not_readable", season=slug, error=repr(error))
            else:
                log.exception("season_not_published", season=slug)
        else:
            if self._retry.pop(slug, None):
                log.info("season_readable_again", season=slug)

    def _say(self, slug: str, text: str) -> None:
        """Tell the hubs. What is lost here shows as a gap, and browsers fetch the state."""
        try:
            self._announce(slug, text)
        except (redis.RedisError, OSError) as error:
            log.warning("frame_not_sent", season=slug, error=repr(error))
