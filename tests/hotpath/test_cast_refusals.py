"""Each refusal of cast.lua: its answer, and that it leaves nothing behind."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from tests.hotpath.booth import DAY_MS, Booth, cap, dump, now_ms
from voting.hotpath import gate
from voting.hotpath.gate import Outcome

VOTER = "aa" * 16
VOTE = "bb" * 16
EARLIER = "cc" * 16


@dataclass(frozen=True)
class Case:
    """A way to be refused."""

    outcome: Outcome
    choices: tuple[str, ...] = ("101",)
    # Makes the booth's present state, and returns the details that are expected.
    prepare: Callable[[Booth], tuple[Any, ...]] = lambda _booth: ()
    booth: dict[str, Any] = field(default_factory=dict)
    ballot: dict[str, Any] = field(default_factory=dict)


def forget_epoch(booth: Booth) -> tuple[Any, ...]:
    booth.client.delete(booth.keys.meta)
    return ()


def lose_phase(booth: Booth) -> tuple[Any, ...]:
    booth.client.hdel(booth.keys.meta, "phase")
    return ()


def pause(booth: Booth) -> tuple[Any, ...]:
    assert gate.set_phase(booth.client, booth.keys, "paused") is gate.PhaseChange.CHANGED
    return ()


def close(booth: Booth) -> tuple[Any, ...]:
    assert gate.set_phase(booth.client, booth.keys, "closed") is gate.PhaseChange.CHANGED
    # Before its time: the refusal names when it was closed, not when it was to close.
    closed = booth.client.hget(booth.keys.meta, "closes")
    assert isinstance(closed, bytes)
    assert abs(int(closed) - now_ms()) < 5000
    return (closed,)


def one_ballot(booth: Booth) -> tuple[Any, ...]:
    result = booth.cast("101", voter=VOTER, vote=EARLIER)
    assert result.reply is not None
    last = f"{result.reply.accepted_ms}:{EARLIER}"
    return (str(booth.next_ms).encode(), last.encode())


def two_choices(booth: Booth) -> tuple[Any, ...]:
    assert booth.cast("101", "201", voter=VOTER).outcome is Outcome.ACCEPTED
    return (1, 2)


def category_one(booth: Booth) -> tuple[Any, ...]:
    assert booth.cast("101", voter=VOTER).outcome is Outcome.ACCEPTED
    return (b"1", 1, 2)


def nominee_101_102(booth: Booth) -> tuple[Any, ...]:
    assert booth.cast("101", "102", voter=VOTER).outcome is Outcome.ACCEPTED
    return (str(booth.next_ms).encode(), b"101", b"102")


def fill_stream(booth: Booth) -> tuple[Any, ...]:
    for _ in range(4):
        assert booth.cast("101").outcome is Outcome.ACCEPTED
    return ()


LATER = {"opens_ms": now_ms() + DAY_MS}
OVER = {"closes_ms": now_ms() - 1}
CASES = {
    "empty store": Case(Outcome.NOT_READY, prepare=forget_epoch),
    "no phase": Case(Outcome.NOT_READY, prepare=lose_phase),
    "another run": Case(Outcome.NOT_READY, ballot={"run": "1" * 40}),
    "not open yet": Case(
        Outcome.NOT_OPEN, prepare=lambda booth: (str(booth.opens_ms).encode(),), booth=LATER
    ),
    "paused": Case(Outcome.PAUSED, prepare=pause),
    "closed by script": Case(Outcome.CLOSED, prepare=close),
    "closing time": Case(
        Outcome.CLOSED, prepare=lambda booth: (str(booth.closes_ms).encode(),), booth=OVER
    ),
    "expired": Case(Outcome.EXPIRED, ballot={"expires_ms": now_ms() - 1}),
    "too few": Case(Outcome.TOO_FEW, prepare=lambda _booth: (2, 1), booth={"least": 2}),
    "unknown": Case(
        Outcome.UNKNOWN_NOMINEE, ("101", "998", "999"), lambda _booth: (b"998", b"999")
    ),
    "unknown before withdrawn": Case(
        Outcome.UNKNOWN_NOMINEE, ("104", "999"), lambda _booth: (b"999",)
    ),
    "withdrawn": Case(Outcome.WITHDRAWN, ("101", "104"), lambda _booth: (b"104",)),
    "too many on a ballot": Case(
        Outcome.TOO_MANY, ("101", "102", "103", "201"), lambda _booth: (3, 4)
    ),
    "too many for the day": Case(
        Outcome.TOO_MANY, ("101", "102"), two_choices,
        booth={"caps": [cap("season", "day", "choices", 3)]},
    ),
    "category full on a ballot": Case(
        Outcome.CATEGORY_FULL, ("101", "102"), lambda _booth: (b"1", 1, 2),
        booth={"caps": [cap("category", "ballot", "choices", 1)]},
    ),
    "category full for the day": Case(
        Outcome.CATEGORY_FULL, ("102", "103"), category_one,
        booth={"caps": [cap("category", "day", "choices", 2)]},
    ),
    "voted today": Case(Outcome.ALREADY_VOTED, ("102",), one_ballot),
    "voted this season": Case(
        Outcome.ALREADY_VOTED, ("102",), lambda booth: (b"", one_ballot(booth)[1]),
        booth={"caps": [cap("season", "season", "ballots", 1)]},
    ),
    "nominees used": Case(
        Outcome.NOMINEE_USED, ("101", "102", "103"), nominee_101_102,
        booth={"caps": [cap("nominee", "day", "choices", 1)]},
    ),
    "backlog": Case(Outcome.BUSY, prepare=fill_stream, booth={"longest_stream": 5}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_refusal_says_why_and_writes_nothing(redis: Redis, case: Case) -> None:
    booth = Booth(redis, **case.booth)
    expected = case.prepare(booth)
    before = dump(redis)

    result = booth.cast(*case.choices, voter=VOTER, vote=VOTE, **case.ballot)

    assert (result.outcome, result.reply, result.details) == (case.outcome, None, expected)
    assert dump(redis) == before


def test_every_refusal_has_a_case() -> None:
    elsewhere = {Outcome.TOKEN_USED, Outcome.RATE_LIMITED}

    assert {case.outcome for case in CASES.values()} | elsewhere == {
        outcome for outcome in Outcome if outcome < 0
    }


def test_used_vote_id_with_other_choices_is_told_what_stands(redis: Redis) -> None:
    booth = Booth(redis)
    first = booth.cast("101", "201", voter=VOTER, vote=VOTE)
    before = dump(redis)

    for other in (("101",), ("201",), ("101", "201", "202"), ("1",)):
        result = booth.cast(*other, voter=VOTER, vote=VOTE)

        assert (result.outcome, result.reply) == (Outcome.TOKEN_USED, first.reply)
    assert dump(redis) == before


def test_rate_limit_says_how_long_to_wait_and_writes_nothing(redis: Redis) -> None:
    booth = Booth(redis, caps=[], interval_ms=60_000, burst=2)
    for _ in range(2):
        assert booth.cast("101", voter=VOTER).outcome is Outcome.ACCEPTED
    before = dump(redis)

    result = booth.cast("101", voter=VOTER, vote=VOTE)

    assert result.outcome is Outcome.RATE_LIMITED
    assert 55_000 < float(result.details[0]) <= 60_000
    assert dump(redis) == before
    assert booth.cast("101").outcome is Outcome.ACCEPTED  # somebody else's rate is another one


def test_rate_recovers_one_ballot_an_interval(redis: Redis) -> None:
    booth = Booth(redis, caps=[], interval_ms=60_000, burst=2)
    key = f"{booth.keys.voter}{VOTER}:s"
    for _ in range(2):
        booth.cast("101", voter=VOTER)
    # As if a minute had passed.
    redis.hset(key, "g", float(redis.hget(key, "g")) - 60_000)

    outcomes = [booth.cast("101", voter=VOTER).outcome for _ in range(2)]

    assert outcomes == [Outcome.ACCEPTED, Outcome.RATE_LIMITED]


def test_full_memory_refuses_the_script_as_a_whole(redis: Redis) -> None:
    booth = Booth(redis)
    before = dump(redis)
    limit = redis.config_get("maxmemory")["maxmemory"]
    redis.config_set("maxmemory", 1)
    try:
        with pytest.raises(ResponseError, match="maxmemory"):
            booth.cast("101")
    finally:
        redis.config_set("maxmemory", limit)

    assert dump(redis) == before
    assert booth.cast("101").outcome is Outcome.ACCEPTED
