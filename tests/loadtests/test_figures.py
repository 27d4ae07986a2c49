"""Medians, pairs and gates: what a benchmark concludes must not depend on luck."""

import pytest

from loadtests.figures import (
    Spread,
    at_least,
    at_most,
    gaps,
    no_growth,
    percentile,
    ratios,
    slope,
    spread,
    table,
)


def test_spread_is_median_and_quartiles() -> None:
    assert spread([4, 1, 3, 2, 5]) == Spread(2, 3, 4, 5)
    assert spread([7]) == Spread(7, 7, 7, 1)


def test_nothing_measured_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        spread([])


def test_ratios_are_of_pairs() -> None:
    # Both slow down together in the second round: the ratio does not move.
    assert ratios([10, 30], [5, 15]) == [2, 2]


def test_an_incomplete_pair_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios([1, 2], [1])


def test_percentile_of_ordered_values() -> None:
    values = [float(value) for value in range(1, 101)]

    assert [percentile(values, share) for share in (0, 0.5, 0.99, 1)] == [1, 51, 100, 100]
    assert percentile([], 0.5) == 0


def test_slope_is_the_rise_per_step() -> None:
    assert slope([(1, 12), (10, 30), (40, 90)]) == pytest.approx(2)
    with pytest.raises(ValueError, match="two different x"):
        slope([(1, 2), (1, 3)])


def test_gaps_counts_missing_versions() -> None:
    assert gaps([4, 5, 8, 9]) == 2


@pytest.mark.parametrize(
    ("values", "passed"),
    [
        ([1.0, 1.1, 1.0, 1.1], True),
        ([1.2, 1.0, 1.3, 0.9], True),  # above the limit, but half of the pairs say otherwise
        ([1.2, 1.3, 1.2, 1.3], False),
    ],
)
def test_growth_fails_only_when_it_is_sure(values: list[float], passed: bool) -> None:
    assert no_growth("cost", values, limit=1.15, sure=1.05).passed is passed


def test_gates_judge_the_median() -> None:
    assert at_most("ratio", [1, 9, 1], 1.7).passed
    assert not at_most("ratio", [2, 2, 1], 1.7).passed
    assert at_least("times", [16, 1, 16], 15, goal="30").text() == (
        "pass  times: 16.00 (gate 15, goal 30)"
    )


def test_table_aligns_columns() -> None:
    assert table([("name", "n"), ("a", "100")]) == "name    n\na     100"
