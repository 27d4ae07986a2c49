"""A draw of judges: repeated by hand, with reserves, and by the types of the seats."""

import hashlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.draws import Candidate, PoolTooSmall, draw

POOL = [Candidate(f"E{number}", "expert") for number in range(1, 6)]
POOL += [Candidate(f"C{number}", "citizen") for number in range(1, 5)]
SEED = "2026-11-30 3888.60"


def by_hand(pool: list[Candidate]) -> list[str]:
    r"""What ``printf '%s\n%s' "$SEED" $KEY | sha256sum`` sorts the keys into."""
    keys = [one.key for one in pool]
    return sorted(keys, key=lambda key: hashlib.sha256(f"{SEED}\n{key}".encode()).hexdigest())


def test_the_draw_is_the_published_order_and_whoever_is_left_stands_by() -> None:
    order = by_hand(POOL)
    experts = [one for one in order if one[0] == "E"]
    citizens = [one for one in order if one[0] == "C"]
    found = draw(POOL, {"expert": 2, "citizen": 1}, SEED)
    assert found.order == tuple(order)
    assert found.chosen == {"citizen": (citizens[0],), "expert": tuple(experts[:2])}
    assert found.reserves == {"citizen": tuple(citizens[1:]), "expert": tuple(experts[2:])}
    # Of the shell, for whoever has no Python.
    assert order == ["E1", "E2", "E3", "E5", "C3", "E4", "C4", "C1", "C2"]


def test_open_seats_are_filled_last_and_by_anybody() -> None:
    order = by_hand(POOL)
    experts = [one for one in order if one[0] == "E"]
    left = [one for one in order if one not in experts[:1]]
    found = draw(POOL, {"": 3, "expert": 1}, SEED)
    assert found.chosen == {"": tuple(left[:3]), "expert": (experts[0],)}
    assert found.reserves[""] == tuple(left[3:])
    assert found.reserves["expert"] == tuple(one for one in left[3:] if one in experts)


def test_who_is_fixed_sits_and_who_has_a_conflict_does_not() -> None:
    order = by_hand(POOL)
    free = [one for one in order if one[0] == "E" and one not in {"E5", "E2"}]
    found = draw(POOL, {"expert": 2, "": 1}, SEED, fixed=["E5"], conflicted=["E2", "C3"])
    assert found.chosen["expert"] == ("E5", free[0])
    assert found.order == tuple(order)
    seated = {one for own in found.chosen.values() for one in own}
    assert not {"E2", "C3"} & (seated | set(found.reserves[""]))
    # More of a type than it has seats: the open seat is for that.
    both = draw(POOL, {"expert": 1, "": 1}, SEED, fixed=["E1", "E5"])
    assert set(both.chosen["expert"] + both.chosen[""]) == {"E1", "E5"}


def test_a_pool_that_is_too_small_says_for_which_seats() -> None:
    with pytest.raises(PoolTooSmall, match="5 seats of type citizen, 4 candidates") as small:
        draw(POOL, {"expert": 1, "citizen": 5}, SEED)
    assert (small.value.seat_type, small.value.seats, small.value.there) == ("citizen", 5, 4)
    with pytest.raises(PoolTooSmall, match="of type any, 7 candidates"):
        draw(POOL, {"": 8, "expert": 1}, SEED, conflicted=["C1"])
    with pytest.raises(PoolTooSmall, match="of type unit, 0 candidates"):
        draw(POOL, {"unit": 1}, SEED)


@pytest.mark.parametrize(("wrong", "match"), [
    ({"seed": ""}, "seed"), ({"seats": {"expert": -1}}, "0 or more"),
    ({"fixed": ["X"]}, "not in the pool: X"),
    ({"fixed": ["E1"], "conflicted": ["E1"]}, "fixed and conflicted: E1"),
    ({"fixed": ["E1", "E2"]}, "more are fixed"), ({"fixed": ["C1"]}, "more are fixed"),
    ({"pool": [Candidate("a", "")]}, "seat type"), ({"pool": [POOL[0], POOL[0]]}, "twice"),
])  # fmt: skip
def test_what_no_draw_can_have_is_refused(wrong: Any, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        draw(**({"pool": POOL, "seats": {"expert": 1}, "seed": SEED} | wrong))


@given(
    st.integers(0, 3), st.integers(0, 3), st.integers(0, 2),
    st.sets(st.sampled_from([one.key for one in POOL]), max_size=3), st.text("abc", min_size=1),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_seats_are_filled_in_whatever_order_the_pool_is_given(
    experts: int, citizens: int, anybody: int, out: set[str], seed: str, chance: Any
) -> None:
    seats = {"expert": experts, "citizen": citizens, "": anybody}
    there = Counter(one.seat_type for one in POOL if one.key not in out)
    enough = all(there[own] >= seats[own] for own in ("expert", "citizen")) and (
        sum(there.values()) >= sum(seats.values())
    )
    if not enough:
        with pytest.raises(PoolTooSmall):
            draw(POOL, seats, seed, conflicted=out)
        return
    found = draw(POOL, seats, seed, conflicted=out)
    assert {seat: len(own) for seat, own in found.chosen.items()} == seats
    seated = [one for own in found.chosen.values() for one in own]
    assert len(set(seated)) == len(seated)
    # Everybody who may sit does, or stands by for every seat of the own type and every open one.
    standing = set(found.reserves[""])
    assert standing | set(seated) == {one.key for one in POOL} - out
    assert set(found.reserves["expert"]) | set(found.reserves["citizen"]) == standing
    mixed = chance.sample(POOL, len(POOL))
    assert draw(mixed, seats, seed, conflicted=out) == found
    # The next in line would have sat, had the last one there not stood in the pool; but for seats
    # of a type while others are open, where a draw anew would move somebody from an open one.
    for seat, own in found.chosen.items():
        if own and found.reserves[seat] and not (seat and anybody):
            again = draw(POOL, seats, seed, conflicted=out | {own[-1]})
            assert found.reserves[seat][0] in {one for got in again.chosen.values() for one in got}
