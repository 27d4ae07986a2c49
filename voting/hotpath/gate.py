"""The scripts of the vote store as typed functions: a caller never sees a number or a key."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha1
from pathlib import Path
from typing import Any, Final

import msgspec
import redis

from voting.hotpath.keys import SliceKeys, slice_keys

LUA: Final = Path(__file__).with_name("lua")


class Script:
    """A Lua script by its source; called by its SHA-1, loaded where it is not known."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.source = (LUA / f"{name}.lua").read_text(encoding="utf-8")
        self.sha = sha1(self.source.encode(), usedforsecurity=False).hexdigest()


CAST: Final = Script("cast")
PEEK: Final = Script("peek")
APPROVE: Final = Script("approve")
SET_PHASE: Final = Script("set_phase")
READ_TALLIES: Final = Script("read_tallies")
WITHDRAW: Final = Script("withdraw")
EXTEND: Final = Script("extend")


class Outcome(IntEnum):
    """What cast.lua answers. Positive: the ballot stands. Negative: it was refused."""

    ACCEPTED = 1
    REPEATED = 2
    TOKEN_USED = -1
    NOT_READY = -2
    NOT_OPEN = -3
    PAUSED = -4
    CLOSED = -5
    EXPIRED = -6
    TOO_FEW = -7
    UNKNOWN_NOMINEE = -8
    WITHDRAWN = -9
    TOO_MANY = -10
    CATEGORY_FULL = -11
    ALREADY_VOTED = -12
    NOMINEE_USED = -13
    RATE_LIMITED = -14
    BUSY = -15


_OUTCOMES: Final = {int(outcome): outcome for outcome in Outcome}
_WITH_REPLY: Final = frozenset({Outcome.ACCEPTED, Outcome.REPEATED, Outcome.TOKEN_USED})


class Approval(IntEnum):
    """What approve.lua answers."""

    APPROVED = 1
    EMPTY = -1
    BEHIND = -2


class PhaseChange(IntEnum):
    """What set_phase.lua answers."""

    CHANGED = 1
    UNCHANGED = 2
    EMPTY = -1
    FINAL = -2


class Withdrawal(IntEnum):
    """What withdraw.lua answers."""

    WITHDRAWN = 1
    UNCHANGED = 2
    UNKNOWN = -1


class Extension(IntEnum):
    """What extend.lua answers."""

    EXTENDED = 1
    UNCHANGED = 2
    EMPTY = -1
    FINAL = -2


class NotReady(Exception):
    """The vote store has no such epoch: it is empty, or another epoch has begun."""


class Reply(msgspec.Struct, frozen=True):
    """What is kept under a vote id, and all that a repeated request gets."""

    accepted_ms: int
    next_ms: int | None
    left_ballots: int | None
    left_choices: int | None
    choices: tuple[str, ...]


class CastResult(msgspec.Struct, frozen=True):
    """The outcome; the stored reply when there is one, else the refusal's details as they came."""

    outcome: Outcome
    stored: bytes = b""
    details: tuple[Any, ...] = ()

    @property
    def stands(self) -> bool:
        """Whether the ballot that was sent counts, now or since an earlier request."""
        return self.outcome > 0

    @property
    def reply(self) -> Reply | None:
        """The stored reply, taken apart; None when the vote id has none."""
        return parse_reply(self.stored) if self.stored else None


@dataclass(frozen=True, slots=True)
class SliceTally:
    """One slice's tallies and the stream position that they stand for."""

    counts: dict[str, int]
    ballots: int
    last_id: str
    backlog: int
    phase: str
    now_ms: int


def parse_reply(stored: bytes) -> Reply:
    """Return the stored reply: ``accepted|next|ballots left|choices left|numbers``."""
    accepted, next_start, ballots, choices, numbers = stored.decode().split("|")
    return Reply(
        int(accepted),
        int(next_start) if next_start else None,
        int(ballots) if ballots else None,
        int(choices) if choices else None,
        tuple(numbers.split(",")),
    )


def cast_arguments(
    keys: SliceKeys,
    *,
    run: bytes | str,
    vote: str,
    expires_ms: int,
    voter: str,
    prefix: str,
    fresh: bool,
    evidence: str,
    choices: Sequence[str],
) -> tuple[Any, ...]:
    """Return what follows the script in EVALSHA: the number of keys, the keys, the arguments.

    choices: ballot numbers, sorted, none twice, 1 to 64 of them.
    Source: cast.lua, whose header is the contract.
    """
    return (
        8,
        keys.meta,
        keys.nominees,
        keys.tallies,
        keys.periods,
        keys.stream,
        keys.reply + vote,
        keys.voter + voter,
        keys.prefix + prefix,
        run,
        vote,
        expires_ms,
        "1" if fresh else "0",
        evidence,
        *choices,
    )


def parse_cast(raw: list[Any]) -> CastResult:
    """Return what cast.lua answered as a typed result."""
    outcome = _OUTCOMES[raw[0]]
    if outcome in _WITH_REPLY:
        return CastResult(outcome, raw[1])
    return CastResult(outcome, b"", tuple(raw[1:]))


def run_id(client: redis.Redis) -> str:
    """Return the id that the server gave itself when it started."""
    return str(client.info("server")["run_id"])


def evaluate(client: redis.Redis, script: Script, *rest: Any) -> list[Any]:
    """Run a script on a synchronous client."""
    try:
        answer: list[Any] = client.evalsha(script.sha, *rest)
    except redis.exceptions.NoScriptError:
        answer = client.eval(script.source, *rest)
    return answer


def cast(client: redis.Redis, arguments: Callable[[bytes], tuple[Any, ...]]) -> CastResult:
    """Cast one ballot on a synchronous client.

    arguments: given the server's run id, returns what follows the script (``cast_arguments``).
    The run is asked for on the very connection that then carries the ballot: a server that has
    started again in between breaks it, and is not mistaken for the one that was checked.
    """
    pool = client.connection_pool
    connection = pool.get_connection()
    try:
        connection.send_command("INFO", "server")  # type: ignore[no-untyped-call]  # of redis-py
        facts = connection.read_response()
        text = facts.decode() if isinstance(facts, bytes) else str(facts)
        run = text.partition("run_id:")[2].partition("\r\n")[0].encode()
        connection.send_command("EVAL", CAST.source, *arguments(run))  # type: ignore[no-untyped-call]  # of redis-py
        return parse_cast(connection.read_response())
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
        connection.disconnect()  # type: ignore[no-untyped-call]  # of redis-py
        raise
    finally:
        pool.release(connection)


def approve(client: redis.Redis, keys: SliceKeys, *, last_ms: int, last_seq: int) -> Approval:
    """Let the server's present run take ballots if it is not behind the ledger's cursor."""
    answer = evaluate(client, APPROVE, 2, keys.meta, keys.stream, run_id(client), last_ms, last_seq)
    return Approval(answer[0])


def set_phase(client: redis.Redis, keys: SliceKeys, phase: str) -> PhaseChange:
    """Pause, resume or close one slice; closing appends the closing entry in the same step."""
    return PhaseChange(
        evaluate(client, SET_PHASE, 3, keys.meta, keys.stream, keys.tallies, phase)[0]
    )


def withdraw(client: redis.Redis, keys: SliceKeys, number: str) -> Withdrawal:
    """Refuse new choices for a nominee from now on."""
    return Withdrawal(evaluate(client, WITHDRAW, 1, keys.nominees, number)[0])


def extend(
    client: redis.Redis, keys: SliceKeys, *, closes_ms: int, periods: Iterable[tuple[int, str]]
) -> Extension:
    """Let voting end later. periods: start and text of every row of the table of periods."""
    rows = msgspec.msgpack.encode(list(periods))
    return Extension(evaluate(client, EXTEND, 2, keys.meta, keys.periods, closes_ms, rows)[0])


def read_tallies(client: redis.Redis, *, season: str, slices: int, epoch: int) -> list[SliceTally]:
    """Return the tallies slice by slice.

    Raises NotReady if the vote store has no such epoch, RedisError if it cannot be asked.
    """
    found = []
    for number in range(slices):
        keys = slice_keys(season, number, epoch)
        answer = evaluate(client, READ_TALLIES, 3, keys.meta, keys.tallies, keys.stream)
        if not answer:
            raise NotReady(f"{season}: no epoch {epoch} in the vote store")
        now, phase, last_id, backlog, pairs = answer
        counts = {
            name.decode(): int(count) for name, count in zip(pairs[::2], pairs[1::2], strict=True)
        }
        ballots = counts.pop("#", 0)
        found.append(
            SliceTally(counts, ballots, last_id.decode(), int(backlog), phase.decode(), int(now))
        )
    return found
