"""Filling the vote store: what opening and rebuilding write before the first ballot may come.

``meta`` is written last: until it is there, cast refuses.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha1
from itertools import islice
from typing import Any, cast

import msgspec
import redis

from voting.hotpath.keys import DIRECTORY, SliceKeys

REPLY_MS = 26 * 3600 * 1000
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """What cast.lua needs of the rule sheet, in the order in which it unpacks it."""

    least: int
    # (code, scope, period, counts, max), each word by its first letter: ("sdb", "s", "d", "b", 1)
    caps: tuple[tuple[str, str, str, str, int], ...]
    interval_ms: int
    burst: int
    fresh_interval_ms: float
    fresh_burst: int
    longest_stream: int

    def packed(self) -> bytes:
        """Return the plan as MessagePack; a sheet without lasting caps still keeps one hash."""
        kinds = [kind for kind in "wds" if any(cap[2] == kind for cap in self.caps)] or ["s"]
        return msgspec.msgpack.encode(
            [
                self.least,
                [list(cap) for cap in self.caps],
                kinds,
                self.interval_ms,
                self.burst,
                self.fresh_interval_ms,
                self.fresh_burst,
                self.longest_stream,
                REPLY_MS,
            ]
        )


@dataclass(frozen=True, slots=True)
class Period:
    """From ``start_ms`` on, this day and this window; when the next of each starts, if it does."""

    start_ms: int
    day: str
    window: str
    next_day_ms: int | None
    next_window_ms: int | None

    def member(self) -> str:
        """Return the text under which the period stands in the sorted set."""
        return f"{self.day}|{self.window}|{self.next_day_ms or ''}|{self.next_window_ms or ''}"


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """What a web process must know of a season before it can ask a script."""

    epoch: int
    slices: int
    level: str
    token_ms: int
    opens_ms: int
    closes_ms: int


def write_directory(client: redis.Redis, season: str, entry: DirectoryEntry) -> None:
    """Tell the web processes about a season; they look once a second."""
    client.hset(DIRECTORY, season, msgspec.json.encode(entry))


def read_directory(raw: Mapping[bytes, bytes]) -> dict[str, DirectoryEntry]:
    """Return the directory by season slug."""
    return {
        slug.decode(): msgspec.json.decode(entry, type=DirectoryEntry)
        for slug, entry in raw.items()
    }


def entry_fields(body: str) -> dict[str, str]:
    """Return a stream entry's two fields for a body."""
    return {"b": body, "h": sha1(body.encode(), usedforsecurity=False).hexdigest()}


def put_hash(client: redis.Redis, key: str, pairs: Iterable[tuple[str, Any]]) -> None:
    """Write a hash in pieces, so that no single command blocks the server for long."""
    rest = iter(pairs)
    while piece := dict(islice(rest, CHUNK)):
        client.hset(key, mapping=cast(dict[Any, Any], piece))


def put_slice(
    client: redis.Redis,
    keys: SliceKeys,
    *,
    plan: Plan,
    periods: Iterable[Period],
    nominees: Mapping[str, str],
    tallies: Mapping[str, int],
    ballots: int,
    opening: Mapping[str, Any],
) -> None:
    """Write everything of a slice but ``meta``, and the opening entry into its stream.

    nominees: ballot number -> category position, "x" behind it when withdrawn.
    opening: what the opening entry says, for whoever reads the stream later.
    """
    put_hash(client, keys.nominees, nominees.items())
    put_hash(client, keys.tallies, {**tallies, "#": ballots}.items())
    client.zadd(keys.periods, {period.member(): period.start_ms for period in periods})
    client.xadd(keys.stream, entry_fields("o|" + json.dumps(dict(opening), sort_keys=True)))  # type: ignore[arg-type]  # a dict of text is one of the allowed kinds
    put_plan(client, keys, plan)


def put_plan(client: redis.Redis, keys: SliceKeys, plan: Plan) -> None:
    """Write the plan into ``meta``; without ``phase`` beside it, it opens nothing."""
    client.hset(keys.meta, "plan", plan.packed())


def put_meta(
    client: redis.Redis, keys: SliceKeys, *, phase: str, opens_ms: int, closes_ms: int, run: str
) -> None:
    """Write the fields that make the slice live, in one command."""
    client.hset(
        keys.meta,
        mapping={"opens": opens_ms, "closes": closes_ms, "run": run, "phase": phase},
    )


def keep_voters(client: redis.Redis, keys: SliceKeys, ends: Mapping[str, int]) -> int:
    """Let voters' counters live as long as their periods do now; return how many were seen.

    ends: name of a day or window -> when it ends, Unix ms. Counters that were begun before voting
    was extended would go a day after the old end, and with them what a voter has used.
    """
    seen = 0
    pipeline = client.pipeline(transaction=False)
    for key in client.scan_iter(match=_literal(keys.voter) + "*", count=CHUNK):
        end = ends.get(key.rpartition(b":")[2].decode())
        if end is not None:
            pipeline.pexpireat(key, end + REPLY_MS)
            seen += 1
            if seen % CHUNK == 0:
                pipeline.execute()
    pipeline.execute()
    return seen


def drop_slice(client: redis.Redis, season: str, slice_number: int, epoch: int) -> None:
    """Forget one epoch of one slice, ``meta`` first, so that nobody casts into what is left."""
    base = f"{{{season}:{slice_number}}}:{epoch}:"
    client.delete(base + "meta")
    _unlink(client, client.scan_iter(match=_literal(base) + "*", count=CHUNK))


def drop_other_epochs(client: redis.Redis, season: str, slice_number: int, *, keep: int) -> None:
    """Forget all epochs of one slice but one, also those whose rebuild died before its end."""
    base = f"{{{season}:{slice_number}}}:"
    kept = f"{base}{keep}:".encode()
    found = client.scan_iter(match=_literal(base) + "*", count=CHUNK)
    _unlink(client, (key for key in found if not key.startswith(kept)))


def _unlink(client: redis.Redis, keys: Iterable[bytes]) -> None:
    rest = iter(keys)
    while batch := list(islice(rest, CHUNK)):
        client.unlink(*batch)


def _literal(text: str) -> str:
    """Return a glob pattern that matches the text itself."""
    return "".join(f"[{letter}]" if letter in "[]*?{}" else letter for letter in text)
