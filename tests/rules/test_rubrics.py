"""Sheets with criteria: summed by judge first, or the panel's rule first; and what is missing."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given

from tests.rules.mark_samples import Table, marks, orders, shuffled, tables
from voting.rules.panels import Panel
from voting.rules.rubrics import Criterion, Rubric, of_marks, of_sheets, out_of, problems

DEEDS = Criterion("deeds", Decimal("0.6"))
SPEECH = Criterion("speech", Decimal("0.4"))
SHEETS_FIRST = Rubric((DEEDS, SPEECH))
CRITERIA_FIRST = Rubric((DEEDS, SPEECH), first="criteria", decimals=1)
TRIM = Panel("trimmed", trim_from=3)
# One nominee, five judges.
BOTH = {
    "deeds": marks([60, 80, 82, 84, 95]),
    "speech": marks([90, 95, 70, 71, 20]),
}


def test_sheets_first_drops_whole_sheets() -> None:
    """Sums 72, 86, 77.2, 78.8, 65: without the highest and the lowest 228 / 3."""
    value = of_sheets(BOTH, TRIM, SHEETS_FIRST)["a"]
    assert (value.value, value.exact) == (76, 76)
    assert value.panel is not None
    assert value.panel.dropped == {"B": Decimal(86), "E": Decimal(65)}
    assert out_of(TRIM, SHEETS_FIRST) == 100


def test_criteria_first_drops_marks_and_rounds_products() -> None:
    """82 x 0.6 = 49.2; 231 / 3 = 77 x 0.4 = 30.8."""
    value = of_sheets(BOTH, TRIM, CRITERIA_FIRST)["a"]
    assert value.value == 80
    product = value.products["speech"]
    assert (product.value.value, product.exact, product.added) == (
        77, Fraction("30.8"), Fraction("30.8"),
    )  # fmt: skip
    assert out_of(TRIM, CRITERIA_FIRST) == 100


def test_an_unfinished_sheet_does_not_count_and_is_said() -> None:
    sheets = {"deeds": marks([60, 80]), "speech": marks([None, 90])}
    value = of_sheets(sheets, Panel(), SHEETS_FIRST)["a"]
    assert (value.value, value.unfinished) == (84, ("A",))
    alone = of_sheets({"deeds": marks([60])}, Panel(), SHEETS_FIRST)["a"]
    assert (alone.value, alone.unfinished) == (None, ("A",))
    parted = of_sheets({"deeds": marks([60])}, Panel(), CRITERIA_FIRST)["a"]
    assert parted.value is None
    assert set(parted.products) == {"deeds"}


@pytest.mark.parametrize(
    ("rubric", "panel", "code"),
    [
        (Rubric(()), Panel(), "criteria-missing"),
        (Rubric((DEEDS, DEEDS)), Panel(), "criterion-twice"),
        (Rubric((Criterion("a", Decimal(0)),)), Panel(), "factor-out-of-range"),
        (SHEETS_FIRST, Panel("exponential"), "ranks-without-criteria"),
        (CRITERIA_FIRST, Panel("z"), "criteria-without-range"),
        (Rubric((DEEDS,), decimals=1), Panel(), "product-decimals"),
        (Rubric((DEEDS,), "criteria", 9), Panel(), "product-decimals"),
        (Rubric((Criterion("a", Decimal(20)),)), Panel(), "mark-range"),
        (Rubric((Criterion("a", highest=Decimal(0)),), "criteria"), Panel(), "mark-range"),
    ],
)
def test_rubrics_that_mean_nothing_are_named(rubric: Rubric, panel: Panel, code: str) -> None:
    assert problems(rubric, panel) == [code]
    with pytest.raises(ValueError, match=code):
        of_sheets({}, panel, rubric)


@pytest.mark.parametrize("rubric", [SHEETS_FIRST, CRITERIA_FIRST])
def test_marks_and_criteria_that_do_not_fit_are_refused(rubric: Rubric) -> None:
    with pytest.raises(ValueError, match="out of range"):
        of_sheets(BOTH | {"speech": marks([101])}, TRIM, rubric)
    with pytest.raises(ValueError, match="unknown criteria: poise"):
        of_sheets({"poise": {}}, TRIM, rubric)


@given(tables, tables, orders)
def test_neither_order_nor_an_absent_judge_changes_anything(
    deeds: Table, speech: Table, chance: Any
) -> None:
    for rubric in (SHEETS_FIRST, CRITERIA_FIRST):
        value = of_sheets({"deeds": deeds, "speech": speech}, TRIM, rubric)
        again = {"speech": shuffled(speech, chance), "deeds": shuffled(deeds, chance)}
        assert of_sheets(again, TRIM, rubric) == value
        more = {"deeds": deeds | {"absent": {}}, "speech": speech}
        assert of_sheets(more, TRIM, rubric) == value


@given(tables)
def test_one_criterion_of_factor_one_is_the_panel_without_criteria(table: Table) -> None:
    plain = {one: own.value for one, own in of_marks(table, TRIM).items()}
    for first in ("sheets", "criteria"):
        rubric = Rubric((Criterion("all"),), first)
        assert {
            one: own.value for one, own in of_sheets({"all": table}, TRIM, rubric).items()
        } == plain
