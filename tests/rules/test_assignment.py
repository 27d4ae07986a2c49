"""Who scores whom: even loads by every way there is, conflicts and what stays."""

import random
import time
from collections import Counter
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.assignment import Assignment, Pair, assign

SEATS, NOMINEES = "JKLM", "abcde"
pairs = st.frozensets(st.tuples(st.sampled_from(SEATS), st.sampled_from(NOMINEES)), max_size=8)


def squares(loads: Any) -> int:
    return sum(load**2 for load in loads)


def every_way(k: int, conflicts: frozenset[Pair], fixed: frozenset[Pair]) -> int:
    """The smallest sum of squared loads, by trying all ways: what is most even has the smallest."""
    choices = []
    for one in NOMINEES:
        own = [seat for seat in SEATS if (seat, one) in fixed]
        open_ = [s for s in SEATS if (s, one) not in conflicts and s not in own]
        more = min(max(0, k - len(own)), len(open_))
        choices.append([(*own, *added) for added in combinations(open_, more)])
    best = None
    for way in product(*choices):
        loads = Counter(seat for judges in way for seat in judges)
        found = squares(loads[seat] for seat in SEATS)
        best = found if best is None else min(best, found)
    assert best is not None
    return best


@given(st.integers(1, 3), pairs, pairs, pairs)
def test_loads_are_as_even_as_any_way_makes_them(
    k: int, conflicts: frozenset[Pair], kept: frozenset[Pair], done: frozenset[Pair]
) -> None:
    found = assign(SEATS, NOMINEES, per_nominee=k, conflicts=conflicts, kept=kept, done=done)

    assert not set(found.pairs) & conflicts
    assert (kept | done) - conflicts <= set(found.pairs)
    assert set(found.refused) == (kept | done) & conflicts
    judges = Counter(one for _seat, one in found.pairs)
    for one in NOMINEES:
        fixed = len({pair for pair in (kept | done) - conflicts if pair[1] == one})
        there = sum((seat, one) not in conflicts for seat in SEATS)
        assert judges[one] == max(fixed, min(k, there))
        assert found.short.get(one, 0) == max(0, k - judges[one])
    assert found.loads == {seat: sum(pair[0] == seat for pair in found.pairs) for seat in SEATS}
    assert squares(found.loads.values()) == every_way(k, conflicts, (kept | done) - conflicts)


@given(st.integers(1, 3) | st.none(), pairs, pairs, st.randoms(use_true_random=False))
def test_the_order_of_anything_never_matters(
    k: int | None, conflicts: frozenset[Pair], kept: frozenset[Pair], chance: Any
) -> None:
    def mixed(own: Any) -> list[Any]:
        return chance.sample(sorted(own), len(own))

    found = assign(SEATS, NOMINEES, per_nominee=k, conflicts=conflicts, kept=kept)
    assert found == assign(
        mixed(SEATS), mixed(NOMINEES), per_nominee=k, conflicts=mixed(conflicts), kept=mixed(kept)
    )


def test_everybody_scores_everything_but_conflicts() -> None:
    conflicts = [("J", "a"), ("K", "a"), ("J", "b")]
    assert assign("JK", "ab", per_nominee=None, conflicts=conflicts) == Assignment(
        (("K", "b"),), {"J": 0, "K": 1}, {"a": 1}
    )


def test_a_chain_of_swaps_evens_out_what_no_single_swap_could() -> None:
    """J can have a alone, K a and b, L b and c, M c and d; whoever is first would get two."""
    may = {"a": "JK", "b": "KL", "c": "LM", "d": "M"}
    conflicts = [(seat, one) for one in may for seat in "JKLM" if seat not in may[one]]
    found = assign("JKLM", "abcd", per_nominee=1, conflicts=conflicts)
    assert found.pairs == (("J", "a"), ("K", "b"), ("L", "c"), ("M", "d"))


def test_after_a_dropout_only_what_is_missing_is_added() -> None:
    seats = [f"J{number:02}" for number in range(12)]
    names = [f"n{number:02}" for number in range(40)]
    before = assign(seats, names, per_nominee=3)
    assert set(before.loads.values()) == {10}
    gone = {pair for pair in before.pairs if pair[0] == "J05"}
    done = sorted(gone)[:4]
    left = set(before.pairs) - gone
    after = assign(
        [one for one in seats if one != "J05"], names, per_nominee=3, kept=left, done=done
    )
    # Four are scored already, six need somebody else; 116 over eleven seats is 10 or 11 each.
    assert left | set(done) <= set(after.pairs)
    assert len(after.pairs) == len(before.pairs) == 120
    assert sorted(after.loads.values()) == [10] * 5 + [11] * 6
    assert not after.short
    # A pair of somebody who is not there any more asks for nobody.
    assert assign(
        "J", "a", per_nominee=1, kept=[("K", "a"), ("J", "x")], done=[("J", "y")]
    ).pairs == (("J", "a"),)


def test_many_judges_meet_each_other() -> None:
    """Else nobody could tell a strict group from one with weaker nominees."""
    seats = [f"J{number:02}" for number in range(20)]
    found = assign(seats, [f"n{number:03}" for number in range(100)], per_nominee=4)
    by_nominee: dict[str, list[str]] = {}
    for seat, one in found.pairs:
        by_nominee.setdefault(one, []).append(seat)
    met = {pair for judges in by_nominee.values() for pair in combinations(judges, 2)}
    assert len(met) > 150  # of 190


def test_sixty_judges_and_four_hundred_nominees_take_a_second() -> None:
    chance = random.Random(1)
    seats = [f"J{number:02}" for number in range(60)]
    names = [f"n{number:03}" for number in range(400)]
    # A third of all pairs, and a few judges who may see almost nobody.
    conflicts = {(s, n) for s in seats for n in names if chance.random() < 0.3}
    conflicts |= {(s, n) for s in seats[:5] for n in names[20:]}
    seconds = []
    while not seconds or (min(seconds) >= 1 and len(seconds) < 3):
        begun = time.process_time()
        found = assign(seats, names, per_nominee=5, conflicts=conflicts)
        seconds.append(time.process_time() - begun)
    assert min(seconds) < 1
    loads = sorted(found.loads.values())
    assert sum(loads) == 2000
    assert loads[-1] - loads[5] <= 1
    assert not found.short


@pytest.mark.parametrize("wrong", [
    {"seats": "JJ"}, {"nominees": "aa"}, {"per_nominee": 0},
])  # fmt: skip
def test_what_means_nothing_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"twice|1 or more"):
        assign(**({"seats": "J", "nominees": "a", "per_nominee": 1} | wrong))
