"""One season's part of the ticker: reads tallies, remembers, publishes, tells what changed."""

import time
from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeVar

import redis
import structlog
from django.db import DatabaseError, close_old_connections

from realtime.history import History, Minutes
from realtime.published import encode
from voting.ballots.queries import LiveSeason, ballots_per_minute, tallies_at
from voting.hotpath.gate import read_tallies
from voting.rules import display
from voting.rules.display import (
    HOUR_MS,
    MINUTE_MS,
    TOLERANCE_MS,
    Activity,
    PublishedState,
    Snapshot,
)

PULSE_SECONDS: Final = 5.0
LEDGER_RETRY_SECONDS: Final = 5.0
# A writer that has said nothing for so long is itself behind.
WRITER_SILENCE_MS: Final = 15_000

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)


class StateStore(Protocol):
    """What one season needs of the store."""

    def load(self, slug: str) -> PublishedState | None: ...  # noqa: D102
    def next_version(self) -> int: ...  # noqa: D102
    def save(self, state: PublishedState) -> None: ...  # noqa: D102
    def lag(self, slug: str) -> tuple[int, int, int] | None: ...  # noqa: D102


class SeasonTicker:
    """Publishes one season's state whenever it changes, and says every 5 seconds that it stands."""

    def __init__(self, votes: redis.Redis, store: StateStore, slug: str) -> None:
        self.votes = votes
        self.store = store
        self.slug = slug
        self.state = store.load(slug)
        self.history = History()
        self.minutes = Minutes()
        self._epoch: int | None = None
        self._complete_ms: int | None = None
        self._said_at = float("-inf")
        self._ledger_retry_at = float("-inf")

    def tick(self, season: LiveSeason, *, viewers: int) -> list[str]:
        """Return what is to be said now: a frame, a pulse or nothing.

        Raises NotReady or RedisError if the vote store cannot tell, LeaseLost.
        """
        slices = read_tallies(
            self.votes, season=season.slug, slices=season.slices, epoch=season.epoch
        )
        counts: dict[str, int] = {}
        for part in slices:
            for number, count in part.counts.items():
                counts[number] = counts.get(number, 0) + count
        now_ms = max(part.now_ms for part in slices)
        ballots = sum(part.ballots for part in slices)
        if season.epoch != self._epoch:
            # Another loading of the store: what was remembered belongs to the one before.
            self.history, self.minutes, self._epoch = History(), Minutes(), season.epoch
        reading = Snapshot(now_ms, counts)
        self.history.observe(season, reading)
        lag_ms = self._lag(now_ms)
        self._observe_minute(season, now_ms, ballots)
        shown_ms = display.moment(season, now_ms)
        state = display.publish(
            self.state,
            season,
            shown=self._shown(season, reading, shown_ms),
            earlier=self._earlier(season, now_ms),
            activity=Activity(
                ballots=ballots,
                per_minute=list(self.minutes.counts),
                minute_ms=self.minutes.minute_ms,
                viewers=viewers,
                lag_ms=lag_ms,
            ),
            now_ms=now_ms,
        )
        return self._tell(state)

    def _tell(self, state: PublishedState) -> list[str]:
        previous, now = self.state, time.monotonic()
        quiet = now - self._said_at >= PULSE_SECONDS
        if display.is_news(previous, state) or (
            quiet and previous is not None and display.has_riders(previous, state)
        ):
            state["version"] = self.store.next_version()
            said = display.frame(previous, state)
        elif quiet:
            if previous is not None and state["display"] in {"delayed", "daily"}:
                state["taken_ms"] = previous["taken_ms"]
            said = display.pulse(state)
        else:
            return []
        # Stored before it is said: whoever misses the message finds it there.
        self.store.save(state)
        self.state, self._said_at = state, now
        return [encode(said)]

    # --- what is shown -------------------------------------------------------------------------

    def _shown(
        self, season: LiveSeason, reading: Snapshot, shown_ms: int | None
    ) -> Snapshot | None:
        """Return the tallies of the moment to show; None if there is none or it is not known."""
        if shown_ms is None:
            return None
        if shown_ms >= min(reading.at_ms, season.closes_ms):
            # The store takes no ballot after the closing time: its tallies are the final ones.
            return reading
        if shown_ms < season.opens_ms:
            return Snapshot(shown_ms, {})
        counts = self.history.at(shown_ms)
        if counts is None:
            counts = self._from_ledger(season, shown_ms)
        return None if counts is None else Snapshot(shown_ms, counts)

    def _earlier(self, season: LiveSeason, now_ms: int) -> Mapping[str, int] | None:
        wanted = display.hour_before(season, now_ms)
        if wanted is None:
            return None
        known = self.history.at(wanted, tolerance_ms=TOLERANCE_MS)
        self._fill(season, wanted, now_ms)
        return self._from_ledger(season, wanted) if known is None else known

    def _fill(self, season: LiveSeason, wanted: int, now_ms: int) -> None:
        """Ask the ledger, one question per tick, for what a restart made us forget.

        Every tenth minute is enough for "an hour ago", and bounds what it costs.
        """
        last = wanted + HOUR_MS if season.display != "delayed" else now_ms - MINUTE_MS
        step = max(TOLERANCE_MS, display.delay_step(season))
        for at_ms in range(wanted // step * step + step, last, step):
            if self.history.at(at_ms, tolerance_ms=step - MINUTE_MS) is None:
                self._from_ledger(season, at_ms)
                return

    def _from_ledger(self, season: LiveSeason, at_ms: int) -> Mapping[str, int] | None:
        """Return the tallies of a past moment; None until the ledger is known to reach it."""
        if self._complete_ms is None or self._complete_ms < at_ms:
            return None
        counts = self._ask_ledger(lambda: tallies_at(season.pk, at_ms=at_ms))
        if counts is not None:
            self.history.put(at_ms, counts)
        return counts

    def _ask_ledger(self, question: Callable[[], Answer]) -> Answer | None:
        """Return the ledger's answer; None, and for 5 seconds no question, if it gives none.

        The present tallies come from the vote store: a database that is away must not stop them.
        """
        if time.monotonic() < self._ledger_retry_at:
            return None
        try:
            return question()
        except DatabaseError as error:
            self._ledger_retry_at = time.monotonic() + LEDGER_RETRY_SECONDS
            log.warning("ledger_not_readable", season=self.slug, error=repr(error))
            return None
        finally:
            close_old_connections()

    # --- activity ------------------------------------------------------------------------------

    def _lag(self, now_ms: int) -> int | None:
        """Return how far the ledger is behind, in tenths of a second; None if nobody says."""
        told = self.store.lag(self.slug)
        if told is None:
            self._complete_ms = None
            return None
        lag_ms, at_ms, self._complete_ms = told
        silent_ms = now_ms - at_ms
        if silent_ms > WRITER_SILENCE_MS:
            lag_ms += silent_ms
        return max(0, lag_ms) // 100 * 100

    def _observe_minute(self, season: LiveSeason, now_ms: int, ballots: int) -> None:
        def recover(from_ms: int, minutes: int) -> list[int] | None:
            return self._ask_ledger(
                lambda: ballots_per_minute(season.pk, from_ms=from_ms, minutes=minutes)
            )

        # After the end the chart stands still, with the last minute of voting at its end.
        last_ms = season.closes_ms // MINUTE_MS * MINUTE_MS + MINUTE_MS
        self.minutes.observe(
            min(now_ms, last_ms), ballots, opens_ms=season.opens_ms, recover=recover
        )
