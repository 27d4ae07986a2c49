"""Judges beside their panel, nominees who divide it: by hand, by definition, and in any order."""

import random
import statistics
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotpath.sizes import Size
from tests.rules.mark_samples import (
    Table,
    changed,
    full_tables,
    marks,
    orders,
    shuffled,
    tables,
)
from voting.rules.conversions import root
from voting.rules.mark_tables import Figure
from voting.rules.severity import Disagreement, disagreements, judge_figures

NO_MORE_THAN_ROOTS = Fraction(1, 10**20)


def test_judges_by_hand() -> None:
    """Means 80, 84, 88, 70; A is 4, 2, 0 above and 3 below them."""
    found = judge_figures(marks([84, 76, None], [86, 80, 86], [88, None, 88], [67, 73, None]))

    assert list(found) == ["A", "B", "C"]
    assert found["A"].severity == Figure(Fraction(-3, 4), "", 3, 4, 0)
    assert found["B"].severity.value == Fraction(4 + 4 - 3, 3)
    assert found["C"].severity.value == -1
    assert (found["A"].lowest, found["A"].highest, found["A"].used) == (67, 88, 21)
    # 84, 86, 88, 67 around 81.25: squares 7.5625 + 22.5625 + 45.5625 + 203.0625
    assert found["A"].spread.value == root(Fraction("278.75") / 4)
    # Beside them 76, 83, 88, 73 around 80: squares 138, products -11 + 14.25 + 54 + 99.75
    assert found["A"].pearson.value == root(Fraction(157) ** 2 / (Fraction("278.75") * 138))
    # Ranks 2, 3, 4, 1 and 2, 3, 4, 1
    assert found["A"].spearman.value == 1
    assert found["C"].pearson == Figure(None, "few-nominees", 3, 2, 0)


def test_ties_share_the_mean_of_their_ranks() -> None:
    """Ranks 1.5, 1.5, 3, 4 and 1, 2, 3.5, 3.5: products 4 and squares 4.5 each around 2.5."""
    found = judge_figures(marks([5, 1], [5, 2], [6, 9], [7, 9]))

    assert found["A"].spearman.value == root(Fraction(8, 9) ** 2)
    assert found["B"].spearman.value == found["A"].spearman.value


def test_one_who_stands_alone_is_told_so() -> None:
    alone = judge_figures(marks([3], [4], [5]))["A"]
    assert (alone.severity.reason, alone.pearson.reason) == ("one-judge", "one-judge")
    assert (alone.severity.left_out, alone.spread.nominees) == (3, 3)

    apart = judge_figures(marks([3, None], [None, 4]))["A"]
    assert (apart.severity.reason, apart.spearman.reason) == ("no-pairs", "no-pairs")
    assert apart.spread == Figure(None, "one-nominee", 2, 1, 0)

    flat = judge_figures(marks([3, 1], [3, 2], [3, 3]))
    assert flat["A"].spread.value == 0
    assert {one.pearson.reason for one in flat.values()} == {"no-variance"}
    assert judge_figures({}) == judge_figures({"A": {}}) == {}


def test_nominees_by_hand() -> None:
    table = marks([80, 84, 94], [80, 80, 80], [None, 70, None], [90, 90, 96])
    found = disagreements(table, threshold=Decimal("2.9"))

    assert found["a"] == Disagreement(
        root(Fraction(104, 3)), "", 3, Fraction(80), Fraction(94), ("A",), ("C",), flagged=True
    )
    assert found["a"].span == 14
    assert (found["b"].deviation, found["b"].flagged) == (0, False)
    assert found["b"].lowest_by == ("A", "B", "C")
    assert (found["c"].deviation, found["c"].reason, found["c"].flagged) == (
        None,
        "one-judge",
        False,
    )
    assert [one for one, own in found.items() if own.flagged] == ["a"]


def test_a_deviation_at_the_threshold_is_not_above_it() -> None:
    """The deviation is the root of 2, which no decimal is."""
    table = marks([3, 3, 0])
    assert disagreements(table, threshold=Decimal("1.41421356237309504880168872420"))["a"].flagged
    assert not disagreements(table, threshold=Decimal("1.4142135623730950488016887242097"))[
        "a"
    ].flagged
    assert not disagreements(marks([0, 4]), threshold=Decimal(2))["a"].flagged


@pytest.mark.parametrize("bad", ["-0.1", "NaN", "Infinity"])
def test_thresholds_that_mean_nothing_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="tells nobody apart"):
        disagreements({}, threshold=Decimal(bad))


def test_judges_are_their_definitions_written_out(size: Size) -> None:
    @size(100, 2000)
    @given(tables)
    def check(table: Table) -> None:
        found = judge_figures(table)
        assert list(found) == sorted(judge for judge, own in table.items() if own)
        for judge, own in found.items():
            mine = {one: Fraction(mark) for one, mark in table[judge].items()}
            others = {
                one: [Fraction(table[other][one]) for other in table
                      if other != judge and one in table[other]]
                for one in mine
            }  # fmt: skip
            compared = sorted(one for one in mine if others[one])
            if compared:
                assert own.severity.value == sum(
                    (sum([mine[one], *others[one]]) / (len(others[one]) + 1) - mine[one]
                     for one in compared), Fraction(0),
                ) / len(compared)  # fmt: skip
            if own.pearson.value is not None and own.spearman.value is not None:
                pair = (
                    [mine[one] for one in compared],
                    [statistics.mean(others[one]) for one in compared],
                )
                ranks = [[sum((b < a) - (b > a) for b in side) for a in side] for side in pair]
                assert float(own.pearson.value) == pytest.approx(statistics.correlation(*pair))
                assert float(own.spearman.value) == pytest.approx(statistics.correlation(*ranks))
                assert max(abs(own.pearson.value), abs(own.spearman.value)) <= 1
            if own.spread.value is not None:
                assert float(own.spread.value) == pytest.approx(statistics.pstdev(mine.values()))

    check()


def test_severities_of_a_full_panel_cancel_out(size: Size) -> None:
    @size(100, 2000)
    @given(full_tables)
    def check(table: Table) -> None:
        severity = [own.severity.value for own in judge_figures(table).values()]
        assert sum(value for value in severity if value is not None) == 0

    check()


def test_a_judge_who_is_the_panels_mean_has_no_severity(size: Size) -> None:
    @size(100, 2000)
    @given(full_tables)
    def check(table: Table) -> None:
        scaled = changed(table, lambda mark: mark * 60)  # so that means of up to six are decimals
        mean = {
            one: sum((own[one] for own in scaled.values()), Decimal(0)) / len(scaled)
            for one in table["A"]
        }
        found = judge_figures(scaled | {"mean": mean})["mean"]
        assert found.severity.value == 0
        assert found.pearson.value in {None, 1}
        assert found.spearman.value in {None, 1}

    check()


def test_order_and_absent_judges_never_matter(size: Size) -> None:
    @size(150, 3000)
    @given(tables, orders)
    def check(table: Table, chance: random.Random) -> None:
        for other in (shuffled(table, chance), table | {"absent": {}}):
            assert list(judge_figures(other).items()) == list(judge_figures(table).items())
            assert list(disagreements(other, threshold=Decimal(1)).items()) == list(
                disagreements(table, threshold=Decimal(1)).items()
            )

    check()


def test_units_of_marks_change_only_what_is_in_marks(size: Size) -> None:
    @size(100, 2000)
    @given(tables, st.integers(1, 9), st.integers(-50, 50))
    def check(table: Table, factor: int, shift: int) -> None:
        other = judge_figures(changed(table, lambda mark: mark * factor + shift))
        for judge, own in judge_figures(table).items():
            assert (other[judge].pearson, other[judge].spearman) == (own.pearson, own.spearman)
            assert other[judge].used == own.used * factor
            assert other[judge].severity.value == (
                None if own.severity.value is None else own.severity.value * factor
            )
            if own.spread.value is not None:
                spread = other[judge].spread.value
                assert spread is not None
                assert abs(spread - own.spread.value * factor) < NO_MORE_THAN_ROOTS

    check()
