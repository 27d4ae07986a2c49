"""Counting what the vote path does: plain numbers in this process, read once a second.

Nothing here waits, locks or allocates more than a number: one observation costs less than a
microsecond. All of it runs in the event loop's thread, which makes locks unnecessary.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Final

# Upper ends of the latency buckets in seconds, inclusive; one more bucket takes what is slower.
BOUNDS: Final = (
    0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05,
    0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0,
)  # fmt: skip

Gauge = Callable[[], float]


class VoteMetrics:
    """Outcomes by code, a latency histogram, and gauges that are asked when somebody looks."""

    __slots__ = ("_buckets", "_gauges", "_outcomes", "_seconds")

    def __init__(self) -> None:
        self._outcomes: dict[str, int] = {}
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._gauges: dict[str, Gauge] = {}

    def observe(self, outcome: str, seconds: float) -> None:
        """Count one request: its problem code or "ok", and how long it took."""
        outcomes = self._outcomes
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def provide(self, name: str, gauge: Gauge) -> None:
        """Have ``gauge`` asked for a present value at each snapshot, such as open sockets."""
        self._gauges[name] = gauge

    def snapshot(self) -> dict[str, Any]:
        """Return all numbers, ready for JSON; a gauge that fails is left out."""
        gauges: dict[str, float] = {}
        for name, gauge in self._gauges.items():
            try:
                gauges[name] = float(gauge())
            except Exception:  # noqa: BLE001, S112 -- numbers about the work must not end the work
                continue
        return {
            "outcomes": dict(self._outcomes),
            "bounds": list(BOUNDS),
            "buckets": list(self._buckets),
            "seconds": self._seconds,
            "gauges": gauges,
        }


metrics = VoteMetrics()
