"""Declarations of results: what means nothing is named, under the component that it is about."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from tests.rules.results_samples import SHARE, SONGS, part, plain
from voting.rules.components import Component, Consolidation, Gate, Linear, out_of, problems
from voting.rules.consolidation import consolidate
from voting.rules.conversions import Band, Conversion
from voting.rules.panels import Panel
from voting.rules.rubrics import Criterion, Rubric

JURY = Component("panel", "panel", Decimal(100), panel=Panel())


def test_a_declaration_survives_json() -> None:
    declared = Consolidation(
        (part("public", 30, SONGS, strata=("north", "south")), plain("panel", "69.5")),
        gate=Gate("public", 20),
    )
    text = msgspec.json.encode(declared)
    assert msgspec.json.decode(text, type=Consolidation, strict=False) == declared


def test_the_most_that_can_be_got() -> None:
    bands = Conversion("rank_bands", bands=(Band(None, Decimal(80)),))
    assert [out_of(one) for one in (
        part("public"), part("public", 0, SONGS, strata=tuple("abc")), part("hours", 0, bands),
        plain("points", 0, 40), part("points", 0, None), JURY,
        part("hours", 0, None, linear=Linear(Decimal(0), Decimal(5))),
        part("bonus", 0, None, each=Decimal(1), cap=Decimal(10)), part("bonus", 0, None),
        Component("panel", "panel", panel=Panel("z")),
    )] == [100, 36, 80, 40, None, 100, 100, 10, None, None]  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (Consolidation(()), {"": ["components-missing"]}),
        (Consolidation((plain("a", 50), plain("a", 50))), {"": ["component-twice"]}),
        (Consolidation((plain("", 100),)), {"": ["component-without-key"]}),
        (Consolidation((plain("a", 30), plain("b", 69))), {"": ["weights-sum"]}),
        (Consolidation((plain("a", 0),)), {"": ["nothing-counted"]}),
        (Consolidation((plain("a", 0, reference=True),)), {"": ["nothing-counted"]}),
        (Consolidation((plain("a", 100),), gate=Gate("b", 1)), {"": ["gate-unknown"]}),
        (Consolidation((plain("a", 100),), gate=Gate("a", 0)), {"": ["gate-empty"]}),
        (Consolidation((plain("a", 100),), decimals=9), {"": ["decimals-out-of-range"]}),
    ],
)
def test_wholes_that_mean_nothing_are_named(
    declared: Consolidation, expected: dict[str, list[str]]
) -> None:
    assert problems(declared) == expected
    with pytest.raises(ValueError, match=expected[""][0]):
        consolidate(declared, "a", {})


def changed(**fields: Any) -> Component:
    return msgspec.structs.replace(JURY, **fields)


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (plain("a", "NaN"), "weight-out-of-range"),
        (plain("a", 5, reference=True), "weight-without-use"),
        (plain("a", 0, points_decimals=5), "decimals-out-of-range"),
        (part("a", 0, SHARE, most=Decimal(9)), "conversion-twice"),
        (part("a", 0, None, linear=Linear(Decimal(5), Decimal(5))), "linear-range"),
        (part("a", 0, None), "most-missing"),
        (plain("a", 0, 0), "most-out-of-range"),
        (part("a", 0, Conversion("rank_points")), "points-missing"),
        (part("a", 0, SHARE, strata=("x",)), "strata-too-few"),
        (part("a", 0, SHARE, strata=("x", "x")), "stratum-twice"),
        (part("a", 0, strata=("x", "y")), "strata-unequal"),
        (part("a", 0, None, kind="bonus", each=Decimal(1)), "bonus-out-of-range"),
        (part("a", 0, SHARE, kind="bonus", each=Decimal(1), cap=Decimal(1)), "bonus-converted"),
        (part("a", 0, each=Decimal(1)), "bonus-without-use"),
        (part("a", 0, rubric=Rubric((Criterion("c"),))), "rubric-without-panel"),
        (changed(key="a", weight=Decimal(0), kind="public"), "panel-without-use"),
        (changed(key="a", weight=Decimal(0), panel=Panel(keep=1, decimals=7)),
         "decimals-out-of-range"),
        (changed(key="a", weight=Decimal(0), panel=Panel("z"), conversion=SHARE),
         "z-without-shares"),
        (changed(key="a", weight=Decimal(0), panel=Panel("z")), "panel-without-most"),
        (changed(key="a", weight=Decimal(0), panel=Panel("sum")), "panel-without-most"),
        (changed(key="a", weight=Decimal(0), panel=Panel("votes")), "panel-without-most"),
        (changed(key="a", weight=Decimal(0), rubric=Rubric(())), "criteria-missing"),
    ],
)  # fmt: skip
def test_components_that_mean_nothing_are_named(one: Component, code: str) -> None:
    declared = Consolidation((one, JURY))
    assert problems(declared) == {"a": [code]}
    with pytest.raises(ValueError, match=f"a {code}"):
        consolidate(declared, "a", {})


def test_below_zero_is_right_for_deductions() -> None:
    declared = Consolidation((JURY, plain("deductions", -1)), adds="sum")
    assert problems(declared) == {}
    percent = msgspec.structs.replace(declared, adds="percent")
    assert problems(percent) == {"": ["weights-sum"], "deductions": ["weight-below-zero"]}
