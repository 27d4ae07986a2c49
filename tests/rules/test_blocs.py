"""Blocs: planted ones are found, chance makes none, and numbers say why."""

import random
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from statistics import correlation, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotpath.sizes import Size
from tests.rules.mark_samples import Table, changed, marks, orders, panel, shuffled, tables
from voting.rules.blocs import Bloc, Blocs, _groups, blocs, by_chance

# Two camps of two: what one gives more, the other gives less; around 10, 20, 30, 40, 50.
CAMPS = ([13, 13, 7, 7], [18, 18, 22, 22], [31, 31, 29, 29], [36, 36, 44, 44], [52, 52, 48, 48])


def severe(table: Table, judge: str, by: int) -> Table:
    return table | {judge: {one: mark - by for one, mark in table[judge].items()}}


def test_two_camps_by_hand() -> None:
    found = blocs(severe(marks(*CAMPS), "B", 5))

    assert [(bloc.judges, bloc.others) for bloc in found.found] == [
        (("A", "B"), ("C", "D")), (("C", "D"), ("A", "B")),
    ]  # fmt: skip
    first = found.found[0]
    assert (first.weakest, first.within, first.between) == (1, 1, -1)
    # The differences of the table; B's severity is taken away, and they are 0 on average.
    assert list(first.favours.items()) == [("d", -8), ("a", 6), ("b", -4), ("e", 4), ("c", 2)]
    assert (found.pairs, found.usual, found.majority) == (6, Fraction(-1, 3), None)
    assert (found.judges, found.nominees, found.left_out) == (4, 5, 0)


def test_a_planted_bloc_is_found_in_a_panel_with_gaps() -> None:
    bloc = ("J01", "J04", "J07")
    found = blocs(panel(7, 9, 60, bloc=bloc, strength=12, absent=0.1))

    assert [one.judges for one in found.found] == [bloc]
    assert found.majority is None
    assert found.found[0].between < 0 < found.found[0].needed < found.found[0].weakest
    assert found.found[0].weakest <= found.found[0].within <= 1


def test_a_bloc_does_not_make_blocs_of_the_others() -> None:
    """A strong bloc pulls the means; what that leaves in all others' marks is an echo."""
    bloc = ("J01", "J04", "J07")
    found = [blocs(panel(seed, 9, 60, bloc=bloc, strength=14)) for seed in range(25)]

    assert {one.judges for panel_ in found for one in panel_.found} == {bloc}
    assert sum(len(panel_.found) for panel_ in found) >= 23


def test_two_blocs_are_both_found() -> None:
    one = panel(5, 12, 60, bloc=("J01", "J04", "J07"), strength=14)
    other = panel(6, 12, 60, bloc=("J02", "J03"), strength=14)
    half = {
        judge: {nominee: (mark + other[judge][nominee]) / 2 for nominee, mark in own.items()}
        for judge, own in one.items()
    }
    assert [bloc.judges for bloc in blocs(half).found] == [("J01", "J04", "J07"), ("J02", "J03")]


def test_more_than_half_are_no_bloc_but_the_majority() -> None:
    """Two careless judges pull every mean; what the five others then share is no secret bond."""
    found = [blocs(panel(seed, 7, 20, careless={"J02", "J05"})) for seed in range(30)]
    majorities = [one.majority for one in found if one.majority]

    assert majorities
    assert all(len(one.judges) > len(one.others) for one in majorities)
    assert sum(bool(one.found) for one in found) <= 3


@pytest.mark.parametrize(("judges", "nominees"), [(5, 8), (7, 15), (12, 30)])
def test_independent_judges_seldom_look_like_a_bloc(judges: int, nominees: int) -> None:
    """One panel in twenty at most is what the limit is made for; a threshold alone finds many."""
    alarms = [bool(blocs(panel(seed, judges, nominees)).found) for seed in range(60)]

    assert sum(alarms) <= 6


def test_what_chance_makes_rises_with_pairs_and_falls_with_nominees() -> None:
    # 1.645 / sqrt(7) = 0.6217, and its hyperbolic tangent
    assert by_chance(10, 1) == Fraction("0.5523")
    assert by_chance(10, 1) < by_chance(10, 300) < 1
    assert by_chance(4, 300) > by_chance(40, 300) > by_chance(400, 300) > 0


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({}, "few-judges"),
        (marks([1, 2, 3], [2, 3, 1], [3, 1, 2], [1, 1, 2]), "few-judges"),
        (marks(*CAMPS[:3]), "few-nominees"),
        (marks(*[[5, 6, 7, 8]] * 4), "no-variance"),
    ],
)
def test_tables_in_which_no_bloc_can_be_seen_say_why(table: Table, reason: str) -> None:
    found = blocs(table)

    assert (found.found, found.majority, found.pairs, found.usual) == ((), None, 0, None)
    assert found.reason == reason


def test_nominees_of_few_judges_are_left_out() -> None:
    table = marks(*CAMPS, [1, 9, 1, None])

    assert (blocs(table).nominees, blocs(table).left_out) == (5, 1)
    assert blocs(table).found == blocs(marks(*CAMPS)).found


def test_groups_are_as_close_as_their_least_agreeing_pair() -> None:
    """After A and B, C and D (7) are closer than C and the two (8 and 5)."""
    squares = {("A", "B"): 9, ("A", "C"): 8, ("B", "C"): 5, ("C", "D"): 7}
    agreeing = {pair: Fraction(square, 10) for pair, square in squares.items()}

    assert _groups(("A", "B", "C", "D"), agreeing) == [("A", "B"), ("C", "D")]


def test_two_who_share_too_few_nominees_with_each_other_judge_are_no_bloc() -> None:
    """A and B mark all nine, alike; of the others each marks three, and is not compared."""
    rows = []
    for nominee in range(9):
        row: list[int | None] = [nominee * nominee] * 2 + [None] * 6
        row[2 + nominee // 3 * 2 : 4 + nominee // 3 * 2] = [40 - nominee] * 2
        rows.append(row)
    found = blocs(marks(*rows))

    assert (found.pairs, found.usual, found.found, found.majority) == (1, 1, (), None)


@pytest.mark.parametrize("bad", ["-0.1", "1", "NaN"])
def test_thresholds_that_mean_nothing_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="no correlation"):
        blocs({}, threshold=Decimal(bad))


def test_a_higher_threshold_takes_more_agreement() -> None:
    table = panel(7, 9, 60, bloc=("J01", "J04", "J07"), strength=12)
    weakest = blocs(table).found[0].weakest

    below, above = (Decimal(int(weakest * 1000) + step) / 1000 for step in (0, 1))
    assert [len(one.judges) for one in blocs(table, threshold=below).found] == [3]
    assert all(len(one.judges) < 3 for one in blocs(table, threshold=above).found)


def test_every_two_of_a_bloc_agree_more_than_is_needed(size: Size) -> None:
    @size(40, 1000)
    @given(
        st.integers(0, 10**6), st.integers(4, 9), st.integers(4, 30), st.sampled_from([0, 6, 12])
    )
    def check(seed: int, judges: int, nominees: int, strength: int) -> None:
        table = panel(seed, judges, nominees, bloc=("J00", "J01", "J02"), strength=strength)
        found = blocs(table)
        left = {
            judge: [float(own[one]) - fmean(float(other[one]) for other in table.values())
                    for one in sorted(own)]
            for judge, own in table.items()
        }  # fmt: skip
        named = [judge for bloc in groups(found) for judge in bloc.judges]
        assert len(named) == len(set(named))
        for bloc in groups(found):
            inside = [correlation(left[a], left[b]) for a, b in combinations(bloc.judges, 2)]
            across = [correlation(left[a], left[b]) for a in bloc.judges for b in bloc.others]
            assert float(bloc.weakest) == pytest.approx(min(inside))
            assert float(bloc.within) == pytest.approx(fmean(inside))
            assert float(bloc.between) == pytest.approx(fmean(across))
            assert bloc.weakest > bloc.needed >= Fraction(1, 2)
            assert sorted(bloc.judges + bloc.others) == sorted(table)
            # Severity is taken away, so on average a bloc favours nobody.
            assert sum(bloc.favours.values()) == 0

    check()


def test_order_and_absent_judges_never_matter(size: Size) -> None:
    drawn = st.builds(
        lambda seed, absent: panel(seed, 6, 8, bloc=("J00", "J03"), strength=15, absent=absent),
        st.integers(0, 10**6), st.sampled_from([0, 0.2]),
    )  # fmt: skip

    @size(100, 2000)
    @given(st.one_of(drawn, tables), orders)
    def check(table: Table, chance: random.Random) -> None:
        for other in (shuffled(table, chance), table | {"absent": {}}):
            assert repr(blocs(other)) == repr(blocs(table))

    check()


def test_severity_and_units_of_marks_make_no_bloc(size: Size) -> None:
    @size(60, 1000)
    @given(st.integers(0, 10**6), st.integers(1, 9), st.integers(-50, 50))
    def check(seed: int, factor: int, severity: int) -> None:
        table = panel(seed, 6, 10, bloc=("J00", "J03"), strength=12)
        before, after = (
            blocs(one)
            for one in (table, changed(severe(table, "J00", severity), lambda mark: mark * factor))
        )
        assert after.usual == before.usual
        assert [(one.judges, one.weakest, one.between) for one in groups(after)] == [
            (one.judges, one.weakest, one.between) for one in groups(before)
        ]
        assert [dict(one.favours) for one in groups(after)] == [
            {nominee: value * factor for nominee, value in one.favours.items()}
            for one in groups(before)
        ]

    check()


def groups(found: Blocs) -> list[Bloc]:
    return [*found.found, *([found.majority] if found.majority else [])]
