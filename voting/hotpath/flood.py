"""A bucket per network in this process's memory, before anything costs a round trip.

It counts every request, need not be exact, and forgets under pressure: it protects the server,
and decides nothing about a vote.
"""

from collections import OrderedDict


class FloodBucket:
    """Lets a network make ``per_second`` requests, and save up ``burst`` of them."""

    def __init__(self, *, per_second: float, burst: int, most: int = 50_000) -> None:
        self.interval = 1.0 / per_second
        self.tolerance = burst * self.interval
        self.most = most
        self._arrival: OrderedDict[bytes, float] = OrderedDict()

    def wait_seconds(self, prefix: bytes, now: float) -> float:
        """Count one request; return 0, or how long the network should wait before another."""
        arrival = max(now, self._arrival.get(prefix, 0.0)) + self.interval
        if arrival - now > self.tolerance:
            return arrival - now - self.tolerance
        self._arrival[prefix] = arrival
        if len(self._arrival) > self.most:
            self._arrival.popitem(last=False)
        return 0.0
