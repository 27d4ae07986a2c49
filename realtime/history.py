"""What the ticker remembers: tallies at whole minutes, and ballots minute by minute."""

from collections import deque
from collections.abc import Callable, Mapping

from voting.rules.display import MINUTE_MS, SeasonFacts, Snapshot, is_kept

# Readings further apart than this say nothing about the minute that began between them.
GAP_MS = 5_000
MINUTES = 60


def whole_minute(at_ms: int) -> int:
    """Return the start of the minute."""
    return at_ms // MINUTE_MS * MINUTE_MS


class History:
    """The tallies as they were when each minute began; bounded by the display rule."""

    def __init__(self) -> None:
        self._minutes: dict[int, Mapping[str, int]] = {}
        self._last: Snapshot | None = None

    def observe(self, season: SeasonFacts, reading: Snapshot) -> None:
        """Take a reading; the last one before a minute stands for the minute's beginning.

        So a snapshot never holds a ballot that is younger than it, and may miss those of one tick.
        """
        minute = whole_minute(reading.at_ms)
        if self._last is not None and self._last.at_ms < minute <= self._last.at_ms + GAP_MS:
            self.put(minute, self._last.counts)
        if self._last is None or whole_minute(self._last.at_ms) != minute:
            self._minutes = {
                at: counts
                for at, counts in self._minutes.items()
                if is_kept(season, at, reading.at_ms)
            }
        self._last = reading

    def put(self, at_ms: int, counts: Mapping[str, int]) -> None:
        """Add what the ledger says about a moment."""
        self._minutes[at_ms] = counts

    def at(self, at_ms: int, *, tolerance_ms: int = 0) -> Mapping[str, int] | None:
        """Return the tallies of a moment, or the latest ones that are not much older."""
        known = [at for at in self._minutes if at_ms - tolerance_ms <= at <= at_ms]
        return self._minutes[max(known)] if known else None

    def __len__(self) -> int:
        return len(self._minutes)


class Minutes:
    """Ballots per minute over the last hour.

    A ballot may be counted to the minute beside its own, by at most one tick.
    """

    def __init__(self) -> None:
        self.counts: deque[int] = deque(maxlen=MINUTES)
        self._running_ms = 0
        self._base = 0
        self._last = 0

    @property
    def minute_ms(self) -> int:
        """The start of the last whole minute."""
        return self._running_ms - MINUTE_MS

    def observe(
        self,
        at_ms: int,
        ballots: int,
        *,
        opens_ms: int,
        recover: Callable[[int, int], list[int] | None],
    ) -> None:
        """Take the number of ballots so far.

        recover: the ledger's ballots per minute from a time on, for so many minutes; asked on
            the first reading and after a gap.
        """
        running = whole_minute(at_ms)
        if running == self._running_ms:
            self._last = ballots
            return
        if running == self._running_ms + MINUTE_MS:
            self.counts.append(max(0, self._last - self._base))
            self._base = self._last
        else:
            first = max(running - MINUTES * MINUTE_MS, min(whole_minute(opens_ms), running))
            number = (running - first) // MINUTE_MS
            found = recover(first, number + 1)
            if found is None:
                return
            self.counts = deque(found[:number], maxlen=MINUTES)
            self._base = ballots - found[number]
        self._running_ms = running
        self._last = ballots
