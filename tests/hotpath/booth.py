"""A polling booth without a database: one slice in a real vote store, and everything in it."""

import secrets
import time
from collections.abc import Sequence
from typing import Any

from redis import Redis

from tests import make
from voting.hotpath import epoch, gate, stream
from voting.hotpath.keys import slice_keys

DAY_MS = 86_400_000
# (code, scope, period, counts, max), each word by its first letter
Cap = tuple[str, str, str, str, int]
ONE_A_DAY: tuple[Cap, ...] = (("sbc", "s", "b", "c", 3), ("sdb", "s", "d", "b", 1))
NOMINEES = {"101": "1", "102": "1", "103": "1", "104": "1x", "201": "2", "202": "2"}


def cap(scope: str, period: str, counts: str, most: int) -> Cap:
    """Return a limit as the plan holds it, from its three words."""
    return scope[0] + period[0] + counts[0], scope[0], period[0], counts[0], most


def now_ms() -> int:
    """Return this machine's time, which is the store's too."""
    return time.time_ns() // 1_000_000


class Booth:
    """One season of one slice that is open, in its epoch 1."""

    def __init__(
        self,
        client: Redis,
        *,
        caps: Sequence[Cap] = ONE_A_DAY,
        nominees: dict[str, str] | None = None,
        least: int = 1,
        interval_ms: int = 1,
        burst: int = 1_000_000,
        fresh_interval_ms: float = 2000.0,
        fresh_burst: int = 60,
        longest_stream: int = 1_000_000,
        opens_ms: int | None = None,
        closes_ms: int | None = None,
        season: str = "booth",
        epoch_number: int = 1,
    ) -> None:
        self.client = client
        self.keys = slice_keys(season, 0, epoch_number)
        self.run = gate.run_id(client)
        self.opens_ms = now_ms() - DAY_MS if opens_ms is None else opens_ms
        self.closes_ms = now_ms() + 5 * DAY_MS if closes_ms is None else closes_ms
        self.next_ms = now_ms() + DAY_MS
        self.plan = epoch.Plan(
            least=least,
            caps=tuple(caps),
            interval_ms=interval_ms,
            burst=burst,
            fresh_interval_ms=fresh_interval_ms,
            fresh_burst=fresh_burst,
            longest_stream=longest_stream,
        )
        epoch.put_slice(
            client,
            self.keys,
            plan=self.plan,
            periods=[epoch.Period(self.opens_ms, "d20260101", "w1", self.next_ms, None)],
            nominees=NOMINEES if nominees is None else nominees,
            tallies={},
            ballots=0,
            opening={"epoch": epoch_number},
        )
        self.set_meta("open")

    def set_meta(self, phase: str) -> None:
        """Write the fields that make the slice live, whatever was there."""
        epoch.put_meta(
            self.client, self.keys, phase=phase, opens_ms=self.opens_ms,
            closes_ms=self.closes_ms, run=self.run,
        )  # fmt: skip

    def set_period(self, day: str, window: str = "w1") -> None:
        """Have a new day or window begin now."""
        self.client.delete(self.keys.periods)
        period = epoch.Period(self.opens_ms, day, window, self.next_ms, None)
        self.client.zadd(self.keys.periods, {period.member(): period.start_ms})

    def cast(
        self,
        *choices: str,
        voter: str | None = None,
        vote: str | None = None,
        expires_ms: int = 2**45,
        prefix: str = "0f" * 16,
        fresh: bool = False,
        run: str | None = None,
    ) -> gate.CastResult:
        """Cast one ballot; without ``vote`` and ``voter`` they are ones that nobody had before."""
        voter = voter or secrets.token_hex(16)
        rest = gate.cast_arguments(
            self.keys,
            run=run or self.run,
            vote=vote or secrets.token_hex(16),
            expires_ms=expires_ms,
            voter=voter,
            prefix=prefix,
            fresh=fresh,
            evidence=make.evidence(voter, fresh="1" if fresh else "0", prefix=prefix),
            choices=sorted(choices),
        )
        return gate.parse_cast(gate.evaluate(self.client, gate.CAST, *rest))

    def accepted(self) -> list[stream.Accepted]:
        """Return the ballots in the stream."""
        entries = stream.read(self.client, {self.keys.stream: "0-0"}, count=10**6, block_ms=None)
        assert not any(isinstance(entry, stream.Damaged) for entry in entries[self.keys.stream])
        return [entry for entry in entries[self.keys.stream] if isinstance(entry, stream.Accepted)]

    def tallies(self) -> dict[str, int]:
        """Return the tallies, ``#`` for the ballots; without what stands at nought."""
        raw: Any = self.client.hgetall(self.keys.tallies)
        return {name.decode(): int(count) for name, count in raw.items() if int(count)}


def dump(client: Redis) -> dict[bytes, Any]:
    """Return all that the store holds: every key with its type, content and time of expiry."""
    readers: dict[bytes, Any] = {
        b"hash": client.hgetall,
        b"string": client.get,
        b"zset": lambda key: client.zrange(key, 0, -1, withscores=True),
        b"stream": lambda key: (client.xrange(key), client.xinfo_stream(key)["last-generated-id"]),
    }
    found: dict[bytes, Any] = {}
    for key in client.keys("*"):
        kind: Any = client.type(key)
        found[key] = (kind, readers[kind](key), client.pexpiretime(key))
    return found
