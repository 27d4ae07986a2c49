"""Figures of agreement: published ones, their definitions written out, and what always holds."""

import csv
import json
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path
from typing import Any, get_args

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
from voting.rules.agreement import (
    Form,
    Level,
    alpha,
    icc,
    kendall_w,
    mean_squares,
    squares_by_sum,
)
from voting.rules.conversions import rounded
from voting.rules.mark_tables import Figure

FOLDER = Path(__file__).parents[1] / "data" / "reliability"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"), parse_float=Decimal)
FORMS: tuple[Form, ...] = get_args(Form)
LEVELS: tuple[Level, ...] = get_args(Level)
EXACT: tuple[Level, ...] = ("nominal", "ordinal", "interval")


def published(name: str) -> Table:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return marks(*([mark or None for mark in row.values()] for row in csv.DictReader(file)))


def expected_iccs() -> list[tuple[Form, Decimal]]:
    found = EXPECTED["shrout_fleiss_1979"]
    digits = dict(zip(FORMS, found["icc_6_decimals"], strict=True))
    return [*found["icc"].items(), *digits.items()]


def expected_alphas() -> list[tuple[Level, Decimal]]:
    found = EXPECTED["krippendorff_2011"]
    return [*found["krippendorff_alpha_published"].items(), *found["krippendorff_alpha"].items()]


def to_the_digits_of(number: Decimal, figure: Figure) -> Decimal:
    assert figure.value is not None
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return rounded(figure.value, -exponent)


@pytest.mark.parametrize(("form", "number"), expected_iccs())
def test_icc_of_a_textbook_is_the_published_one(form: Form, number: Decimal) -> None:
    figure = icc(published("shrout_fleiss_1979"))[form]

    assert to_the_digits_of(number, figure) == number
    assert (figure.judges, figure.nominees, figure.left_out) == (4, 6, 0)


@pytest.mark.parametrize(("level", "number"), expected_alphas())
def test_alpha_of_a_textbook_is_the_published_one(level: Level, number: Decimal) -> None:
    figure = alpha(published("krippendorff_2011"), level)

    assert to_the_digits_of(number, figure) == number
    assert (figure.judges, figure.nominees, figure.left_out) == (4, 11, 1)


def test_mean_squares_of_a_textbook_are_the_published_ones() -> None:
    """Shrout & Fleiss 1979, table 3: 11.24, 6.26, 32.49, 1.02."""
    found = mean_squares(published("shrout_fleiss_1979"))

    assert found is not None
    assert [
        str(rounded(one, 2)) for one in (found.nominees, found.within, found.judges, found.residual)
    ] == ["11.24", "6.26", "32.49", "1.02"]
    assert mean_squares(marks([1, 2])) is None


def test_w_by_hand() -> None:
    """Ranks 1 2 3 4, 1 3 2 4, 1.5 1.5 3.5 3.5: sums 3.5, 6.5, 8.5, 11.5 around 7.5."""
    found = kendall_w(marks([1, 10, 5], [2, 12, 5], [3, 11, 6], [4, 13, 6]))

    # 12 x (16 + 1 + 1 + 16) / (9 x 60 - 3 x (6 + 6))
    assert found == Figure(Fraction(12 * 34, 540 - 36), "", 3, 4, 0)


def test_only_alpha_is_of_tables_with_gaps() -> None:
    table = marks([1, 2], [3, 3], [5, None], [4, 5])

    assert {(one.nominees, one.left_out) for one in icc(table).values()} == {(3, 1)}
    assert icc(table)["ICC(1,1)"].value == icc(marks([1, 2], [3, 3], [4, 5]))["ICC(1,1)"].value
    assert (kendall_w(table).value, kendall_w(table).left_out) == (1, 1)
    assert alpha(marks([1, 2, None], [None, 3, 3], [5, None, 5], [4, 4, 4])).left_out == 0


@pytest.mark.parametrize(
    ("table", "reasons"),
    [
        ({}, ("one-judge", "one-judge", "one-judge")),
        ({"A": {}, "B": {}}, ("one-judge", "one-judge", "one-judge")),
        (marks([1], [2], [3]), ("one-judge", "one-judge", "one-judge")),
        (marks([1, 2]), ("one-nominee", "one-nominee", "one-nominee")),
        (marks([1, None], [None, 2]), ("not-complete", "not-complete", "no-pairs")),
        (marks([1, 2], [1, None]), ("not-complete", "not-complete", "one-nominee")),
        (marks([7, 7], [7, 7]), ("no-variance", "no-variance", "no-variance")),
        (marks([7, 9], [7, 9]), ("no-variance", "no-variance", "")),  # nobody is told apart
    ],
)
def test_tables_without_a_figure_say_why(table: Table, reasons: tuple[str, str, str]) -> None:
    found = (icc(table)["ICC(3,k)"], kendall_w(table), alpha(table))

    assert tuple(one.reason for one in found) == reasons
    assert all((one.value is None) == bool(one.reason) for one in found)


def test_contradictions_are_below_zero_or_without_a_figure() -> None:
    found = icc(marks([1, 2], [2, 1]))

    assert {form: one.value for form, one in found.items()} == {
        "ICC(1,1)": -1, "ICC(3,1)": -1,
        # Shares of no variance, or of an estimate below zero: the formulas would give x/0, or 2.
        "ICC(2,1)": None, "ICC(1,k)": None, "ICC(2,k)": None, "ICC(3,k)": None,
    }  # fmt: skip
    assert kendall_w(marks([1, 2], [2, 1])).value == 0
    assert alpha(marks([1, 2], [2, 1])).value == Fraction(-1, 2)


def test_ratios_are_of_marks_from_zero_on() -> None:
    table = marks([0, 0], [0, 5], [4, 5])

    assert alpha(table, "ratio").value is not None
    assert alpha(changed(table, lambda mark: -mark), "ratio").reason == "below-zero"
    assert alpha(changed(table, lambda mark: -mark)).value == alpha(table).value


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("figures", [icc, kendall_w, alpha])
def test_what_is_no_number_is_refused(figures: Callable[[Table], Any], bad: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        figures({"A": {"a": Decimal(bad)}})


def test_alpha_is_its_definition_written_out(size: Size) -> None:
    @size(150, 3000)
    @given(tables, st.sampled_from(LEVELS))
    def check(table: Table, level: Level) -> None:
        found = alpha(table, level).value
        if found is not None:
            assert abs(found - naive_alpha(table, level)) <= (
                0 if level in EXACT else Fraction(1, 10**40)
            )

    check()


def test_icc_is_its_model_written_out(size: Size) -> None:
    @size(150, 3000)
    @given(full_tables)
    def check(table: Table) -> None:
        found = mean_squares(table)
        assert found is not None
        assert (
            found.nominees, found.within, found.judges, found.residual,
        ) == naive_mean_squares(table)  # fmt: skip

    check()


def test_w_is_the_spread_of_rank_sums_over_the_largest_possible(size: Size) -> None:
    @size(150, 3000)
    @given(full_tables)
    def check(table: Table) -> None:
        found = kendall_w(table).value
        if found is not None:
            assert found == naive_w(table)

    check()


def test_long_multiplication_adds_up_the_same(size: Size) -> None:
    @size(150, 3000)
    @given(st.lists(st.one_of(st.integers(0, 40), st.integers(0, 3000)), min_size=1))
    def check(values: list[int]) -> None:
        assert squares_by_sum(values, many=0) == dict(squares_by_sum(values, many=10**9))

    check()


def test_order_and_absent_judges_never_matter(size: Size) -> None:
    @size(150, 3000)
    @given(tables, orders)
    def check(table: Table, chance: random.Random) -> None:
        for other in (shuffled(table, chance), table | {"absent": {}}):
            assert icc(other) == icc(table)
            assert kendall_w(other) == kendall_w(table)
            assert [alpha(other, level) for level in LEVELS] == [
                alpha(table, level) for level in LEVELS
            ]

    check()


def test_names_never_matter(size: Size) -> None:
    """Unlike the order of a mapping, names decide in which order sums are taken."""

    @size(100, 2000)
    @given(tables, st.permutations("JKLMNOPQ"), st.permutations("abcdef"))
    def check(table: Table, judges: list[str], nominees: list[str]) -> None:
        other = {
            judges["JKLMNOPQ".index(judge)]: {
                nominees["abcdef".index(one)]: mark for one, mark in own.items()
            }
            for judge, own in table.items()
        }
        assert (icc(other), kendall_w(other)) == (icc(table), kendall_w(table))
        assert [alpha(other, level) for level in LEVELS] == [
            alpha(table, level) for level in LEVELS
        ]

    check()


def test_units_of_marks_never_matter(size: Size) -> None:
    factors = st.integers(1, 400).map(lambda n: Decimal(n) / 8)

    @size(150, 3000)
    @given(tables, factors, st.integers(-50, 50))
    def check(table: Table, factor: Decimal, shift: int) -> None:
        scaled = changed(table, lambda mark: mark * factor)
        both = changed(table, lambda mark: mark * factor + shift)
        assert icc(both) == icc(table)
        assert kendall_w(both) == kendall_w(table)
        assert [alpha(both, level) for level in EXACT] == [alpha(table, level) for level in EXACT]
        assert alpha(scaled, "ratio") == alpha(table, "ratio")
        # Only the order counts; and only whether marks are equal.
        cubed = changed(table, lambda mark: mark**3)
        assert alpha(cubed, "ordinal") == alpha(table, "ordinal")
        assert kendall_w(cubed) == kendall_w(table)
        mixed = changed(table, lambda mark: mark * 4 * 5 % 13)  # 13 marks, each to another one
        assert alpha(mixed, "nominal") == alpha(table, "nominal")

    check()


def test_severity_leaves_figures_of_consistency_alone(size: Size) -> None:
    @size(100, 2000)
    @given(full_tables, st.integers(-9, 9))
    def check(table: Table, severity: int) -> None:
        other = table | {"A": {one: mark + severity for one, mark in table["A"].items()}}
        for form in ("ICC(3,1)", "ICC(3,k)"):
            assert icc(other)[form] == icc(table)[form]
        assert kendall_w(other) == kendall_w(table)

    check()


def test_figures_stay_between_their_bounds(size: Size) -> None:
    @size(200, 5000)
    @given(st.one_of(tables, full_tables))
    def check(table: Table) -> None:
        found = icc(table)
        values = [*found.values(), *(alpha(table, level) for level in LEVELS)]
        assert all(one.value is None or one.value <= 1 for one in values)
        n, k = found["ICC(1,1)"].nominees, found["ICC(1,1)"].judges
        for form, least in {
            "ICC(1,1)": k - 1, "ICC(3,1)": k - 1, "ICC(2,1)": Fraction(n * k - n - k, n or 1),
        }.items():  # fmt: skip
            value = found[form].value  # type: ignore[index]
            assert value is None or not least or value >= -1 / Fraction(least)
        w = kendall_w(table).value
        assert w is None or 0 <= w <= 1

    check()


def test_judges_who_agree_have_one(size: Size) -> None:
    @size(100, 2000)
    @given(st.lists(st.integers(0, 20), min_size=2, max_size=8), st.integers(2, 6))
    def check(values: list[int], judges: int) -> None:
        same = marks(*([value] * judges for value in values))
        ranked = marks(*([value**judge for judge in range(1, judges + 1)] for value in values))
        one = None if len(set(values)) == 1 else 1
        assert {figure.value for figure in icc(same).values()} == {one}
        assert {alpha(same, level).value for level in LEVELS} == {one}
        assert kendall_w(same).value == kendall_w(ranked).value == one

    check()


def naive_alpha(table: Table, level: Level) -> Fraction:
    """One less observed over expected disagreement, both as means over pairs of marks."""
    units: dict[str, list[Fraction]] = {}
    for own in table.values():
        for one, mark in own.items():
            units.setdefault(one, []).append(Fraction(mark))
    pairable = [unit for unit in units.values() if len(unit) > 1]
    counts = Counter(mark for unit in pairable for mark in unit)
    n = counts.total()

    def apart(one: Fraction, other: Fraction) -> Fraction:
        if one == other:
            return Fraction(0)
        if level == "nominal":
            return Fraction(1)
        if level == "interval":
            return (one - other) ** 2
        if level == "ratio":
            return ((one - other) / (one + other)) ** 2
        low, high = min(one, other), max(one, other)
        between = sum(counts[mark] for mark in counts if low <= mark <= high)
        return (between - Fraction(counts[low] + counts[high], 2)) ** 2

    observed = sum(
        apart(one, other) / (len(unit) - 1)
        for unit in pairable
        for one, other in permutations(unit, 2)
    ) / Fraction(n)
    expected = sum(
        apart(one, other) for one, other in permutations(list(counts.elements()), 2)
    ) / Fraction(n * (n - 1))
    return 1 - observed / expected


def naive_mean_squares(table: Table) -> tuple[Fraction, ...]:
    rows = [[Fraction(own[one]) for own in table.values()] for one in table["A"]]
    n, k = len(rows), len(table)
    nominee = [sum(row) / k for row in rows]
    judge = [sum(column) / n for column in zip(*rows, strict=True)]
    mean = sum(judge) / k
    cells = [(i, j) for i in range(n) for j in range(k)]
    return (
        sum((k * (own - mean) ** 2 for own in nominee), Fraction(0)) / (n - 1),
        sum((rows[i][j] - nominee[i]) ** 2 for i, j in cells) / Fraction(n * (k - 1)),
        sum((n * (own - mean) ** 2 for own in judge), Fraction(0)) / (k - 1),
        sum((rows[i][j] - nominee[i] - judge[j] + mean) ** 2 for i, j in cells)
        / Fraction((n - 1) * (k - 1)),
    )


def naive_w(table: Table) -> Fraction:
    """The variance of the sums of ranks, over the one that agreeing judges with these ties have."""
    columns = [naive_ranks(list(own.values())) for own in table.values()]
    sums = [sum(row) for row in zip(*columns, strict=True)]
    largest = len(columns) * sum(naive_variance(column) for column in columns)
    return naive_variance(sums) / largest


def naive_ranks(values: list[Decimal]) -> list[Fraction]:
    return [Fraction(sum((other < one) - (other > one) for other in values), 2) for one in values]


def naive_variance(values: list[Fraction]) -> Fraction:
    return sum(((one - other) ** 2 for one, other in combinations(values, 2)), Fraction(0))
