"""Marks into values: published competitions, examples by hand, and what must hold for all."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.panels import Panel, Value, aggregate, out_of, problems
from voting.rules.ranking import judge_ranks

SKATING = Path(__file__).parents[1] / "data" / "figure_skating"
METHODS = ("mean", "median", "trimmed", "middle", "z", "z_refit")
OTHERS = (Panel("sum"), Panel("rank_sum"), Panel("rank_sum", min_marks=2))


def marks(**columns: list[Any]) -> dict[str, dict[str, Decimal]]:
    """Nominee -> one mark for each judge, None where absent, as judge -> nominee -> mark."""
    given: dict[str, dict[str, Decimal]] = {}
    for nominee, own in columns.items():
        for place, mark in enumerate(own):
            if mark is not None:
                given.setdefault(f"J{place}", {})[nominee] = Decimal(str(mark))
    return given


def values(panel: Panel, **columns: list[Any]) -> dict[str, str]:
    return {one: str(value.value) for one, value in aggregate(marks(**columns), panel).items()}


def test_all_panel_scores_of_a_figure_skating_event_are_the_official_ones() -> None:
    with (SKATING / "components.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rule = Panel(method="trimmed", drop_high=1, drop_low=1, trim_from=3, highest=Decimal(10))
    found = [
        values(rule, one=[row[f"J{judge}"] or None for judge in range(1, 10)])["one"]
        for row in rows
    ]

    assert len(rows) == 420
    assert [Decimal(own) for own in found] == [Decimal(row["panel_score"]) for row in rows]


def test_component_totals_of_that_event_are_the_official_ones() -> None:
    rule = Panel(method="trimmed", trim_from=3, highest=Decimal(10))
    totals: dict[str, Decimal] = {}
    with (SKATING / "components.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            own = {f"J{judge}": {"one": Decimal(row[f"J{judge}"])} for judge in range(1, 10)}
            value = aggregate(own, rule)["one"].value
            assert value is not None
            product = (value * Decimal(row["factor"])).quantize(Decimal("0.01"), "ROUND_HALF_UP")
            totals[row["performance_id"]] = totals.get(row["performance_id"], Decimal(0)) + product
    with (SKATING / "performances.csv").open(encoding="utf-8", newline="") as file:
        official = {
            row["performance_id"]: Decimal(row["total_component_score"])
            for row in csv.DictReader(file)
        }
    assert len(official) == 84
    assert totals == official


def test_methods_by_hand() -> None:
    five = [70, 88, 90, 91, 99]
    assert values(Panel(), a=five) == {"a": "87.60"}
    assert values(Panel(method="median"), a=five, b=[1, 4, None, None, None]) == {
        "a": "90.00", "b": "2.50",
    }  # fmt: skip
    assert values(Panel(method="middle", keep=3), a=five) == {"a": "89.67"}
    assert values(Panel(method="middle", keep=2), a=five) == {"a": "89.67"}  # three: the same aside
    assert values(Panel(method="trimmed", drop_high=2, drop_low=1), a=five) == {"a": "89.00"}
    assert values(Panel(decimals=0), a=[1, 2]) == {"a": "2"}  # halves go up
    assert values(Panel(decimals=1), a=["0.05", "0.25"], b=["0.15", "0.15"]) == {
        "a": "0.2", "b": "0.2",
    }  # fmt: skip


def test_z_scores_by_hand() -> None:
    """Judge 1: 60, 50, 40 (mean 50, deviation √(200/3)); judge 2: 85, 95, 90 (90, √(50/3))."""
    columns = {"a": [60, 85], "b": [50, 95], "c": [40, 90]}
    plain = aggregate(marks(**columns), Panel(method="z", decimals=4))
    half = Fraction(Decimal("1.5").sqrt() / 2)
    for one, expected in {"a": Fraction(0), "b": half, "c": -half}.items():
        exact = plain[one].exact
        assert exact is not None
        assert abs(exact - expected) < Fraction(1, 10**20)
    assert values(Panel(method="z_refit"), **columns) == {"a": "68.75", "b": "72.50", "c": "65.00"}


def test_a_judge_who_tells_nobody_apart_is_measured_by_the_round() -> None:
    """Marks 70, 80, 90, 85, 85, 85, 80: mean 575/7; the flat judge is above it for everybody."""
    found = aggregate(marks(a=[70, 85, 80], b=[80, 85, None], c=[90, 85, None]), Panel(method="z"))
    mean = Fraction(575, 7)
    spread = sum(((Fraction(one) - mean) ** 2 for one in (70, 80, 90, 85, 85, 85, 80)), Fraction(0))
    deviation = Decimal(float(spread / 7)).sqrt()
    flat = (Fraction(85) - mean) / Fraction(deviation)
    exact = found["b"].exact
    assert exact is not None
    assert abs(exact - flat / 2) < Fraction(1, 10**12)
    same = aggregate(marks(a=[80, 80], b=[80, 80]), Panel(method="z_refit"))
    assert {one: value.value for one, value in same.items()} == {"a": 80, "b": 80}


def test_ranks_fall_by_a_share_and_sums_become_points() -> None:
    found = aggregate(
        marks(a=[1, 3, 4], b=[2, 2, 2], c=[3, 1, 5], d=[4, 5, 1], e=[5, 4, 3]),
        Panel(method="exponential", points=(12, 10, 8)),
    )
    assert {one: value.value for one, value in found.items()} == {
        "a": 10, "b": 12, "c": 8, "d": 0, "e": 0,
    }  # fmt: skip
    assert out_of(Panel(method="exponential")) == 12
    tied = aggregate(marks(a=[1, 2], b=[2, 1], c=[3, 3]), Panel(method="exponential"))
    assert {one: value.value for one, value in tied.items()} == {"a": 12, "b": 12, "c": 8}


def test_sums_and_picks() -> None:
    assert values(Panel("sum"), a=[70, 88, None], b=[90, 91, 1]) == {"a": "158.00", "b": "182.00"}
    found = aggregate(marks(a=[1, 1, 0], b=[1, 0, 1], c=[0, 0, None]), Panel("votes", picks=2))
    assert {one: (value.value, sorted(value.counted)) for one, value in found.items()} == {
        "a": (2, ["J0", "J1"]), "b": (2, ["J0", "J2"]), "c": (0, []),
    }  # fmt: skip
    with pytest.raises(ValueError, match="J0 has more picks than 1"):
        aggregate(marks(a=[1, 1], b=[1, 0]), Panel("votes", picks=1))
    assert out_of(Panel("sum")) is out_of(Panel("votes")) is None


def test_sums_of_ranks_by_hand() -> None:
    """Ranks 1, 2.5, 2.5, 4 and 2, 1, 3, 4: sums 3, 3.5, 5.5, 8 of 2 to 8."""
    columns = {"a": [90, 70], "b": [80, 75], "c": [80, 60], "d": [10, 20]}
    sums = {one: sum(own[one] for own in judge_ranks(marks(**columns)).values()) for one in columns}
    assert sums == {"a": 3, "b": Fraction(7, 2), "c": Fraction(11, 2), "d": 8}
    found = aggregate(marks(**columns), Panel("rank_sum"))
    assert {one: value.exact for one, value in found.items()} == {
        one: (8 - own) * 100 / 6 for one, own in sums.items()
    }
    assert str(found["b"].value) == "75.00"
    assert out_of(Panel("rank_sum")) == 100
    # Whom J1 has not marked has J0's ranks alone; J1 still ranks the others.
    columns["a"][1] = None
    assert values(Panel("rank_sum"), **columns) == {
        "a": "100.00", "b": "75.00", "c": "50.00", "d": "0.00",
    }  # fmt: skip
    alone = aggregate(marks(a=[90, None, 3], b=[80, 75, 2]), Panel("rank_sum"))["b"]
    assert (dict(alone.dropped), alone.value) == ({"J1": Decimal(75)}, 0)


def test_few_marks_count_less_up_to_the_usual_number() -> None:
    columns: dict[str, list[Any]] = {"a": [8] * 6, "b": [9] * 6, "c": [10, 10], "d": [10] * 3}
    assert values(Panel(shrink="median"), **columns) == {
        "a": "8.00",
        "b": "9.00",
        "c": "6.67",
        "d": "8.16",
    }  # fmt: skip  -- the median of 6, 6, 2, 3 is 4.5
    assert values(Panel(shrink="half_median"), **columns)["c"] == "9.43"
    assert values(Panel(shrink="off"), **columns)["c"] == "10.00"


def test_what_is_missing_is_said() -> None:
    rule = Panel(method="trimmed", trim_from=5, min_marks=2)
    found = aggregate(marks(a=[80, 90, 91, 96, None], b=[80, 90, 91, 96, 88], c=[95]), rule)
    assert [value.note for value in found.values()] == ["not-trimmed", "", "too-few"]
    assert found["c"] == Value(None, None, {"J0": Decimal(95)}, {}, "too-few")
    assert dict(found["b"].dropped) == {"J0": Decimal(80), "J3": Decimal(96)}
    assert aggregate({}, rule) == aggregate({"J": {}}, rule) == {}
    assert aggregate({}, Panel(method="z")) == {}


@pytest.mark.parametrize(
    ("panel", "code"),
    [
        (Panel(lowest=Decimal(5), highest=Decimal(5)), "mark-range"),
        (Panel(highest=Decimal("NaN")), "mark-range"),
        (Panel(highest=Decimal(1001)), "mark-range"),
        (Panel(decimals=5), "decimals-out-of-range"),
        (Panel(min_marks=0), "min-marks-out-of-range"),
        (Panel(method="trimmed", drop_high=0, drop_low=0), "drops-nothing"),
        (Panel(method="trimmed", drop_high=2, drop_low=2, trim_from=4), "drops-all"),
        (Panel(method="middle", keep=0), "keeps-nothing"),
        (Panel(method="median", shrink="median"), "shrinks-no-mean"),
        (Panel("votes", picks=0), "picks-out-of-range"),
        (Panel(method="exponential", fall=100), "fall-out-of-range"),
        (Panel(method="exponential", points=()), "points-missing"),
        (Panel(method="exponential", points=(1, 2)), "points-rise"),
        (Panel(method="exponential", points=(0,)), "points-below-zero"),
    ],
)
def test_settings_that_mean_nothing_are_named(panel: Panel, code: str) -> None:
    assert problems(panel) == [code]
    with pytest.raises(ValueError, match=code):
        aggregate({"J": {"a": Decimal(5)}}, panel)


@pytest.mark.parametrize(("panel", "mark"), [
    (Panel(), "101"), (Panel(lowest=Decimal(70)), "69.99"), (Panel(method="exponential"), "0"),
    (Panel(method="exponential"), "1.5"), (Panel("votes"), "2"), (Panel("votes"), "0.5"),
])  # fmt: skip
def test_marks_out_of_range_are_refused(panel: Panel, mark: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        aggregate({"J": {"a": Decimal(mark)}}, panel)


tables = st.dictionaries(
    st.sampled_from("JKLMNOPQ"),
    st.dictionaries(st.sampled_from("abcde"), st.integers(0, 400).map(lambda n: Decimal(n) / 4)),
    max_size=8,
)
panels = st.sampled_from(
    [
        *(Panel(method=one, trim_from=3) for one in METHODS),
        *OTHERS, Panel(shrink="median"), Panel(min_marks=3), Panel(method="z_refit", min_marks=2),
    ]
)  # fmt: skip


@given(tables, panels, st.randoms(use_true_random=False))
def test_the_order_of_judges_and_nominees_never_matters(
    table: dict[str, dict[str, Decimal]], panel: Panel, chance: Any
) -> None:
    shuffled = {}
    for judge in chance.sample(sorted(table), len(table)):
        own = table[judge]
        shuffled[judge] = {one: own[one] for one in chance.sample(sorted(own), len(own))}
    assert aggregate(shuffled, panel) == aggregate(table, panel)


@given(tables, panels)
def test_an_absent_judge_changes_nothing(
    table: dict[str, dict[str, Decimal]], panel: Panel
) -> None:
    assert aggregate(table | {"absent": {}}, panel) == aggregate(table, panel)


@given(tables, st.sampled_from([one for one in METHODS if one != "z"]))
def test_a_value_lies_between_the_lowest_and_the_highest_mark(
    table: dict[str, dict[str, Decimal]], method: Any
) -> None:
    everything = [mark for own in table.values() for mark in own.values()]
    for value in aggregate(table, Panel(method=method, trim_from=3)).values():
        assert value.exact is not None
        assert min(everything) <= value.exact <= max(everything)


@given(tables)
def test_refitted_scores_reach_from_the_lowest_to_the_highest_mean(
    table: dict[str, dict[str, Decimal]],
) -> None:
    plain = [value.exact for value in aggregate(table, Panel()).values() if value.exact is not None]
    even = [
        v.exact for v in aggregate(table, Panel(method="z_refit")).values() if v.exact is not None
    ]
    if len(set(even)) > 1:
        assert (min(even), max(even)) == (min(plain), max(plain))
