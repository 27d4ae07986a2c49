"""A criterion that may be left empty brings 0 on a sheet that is otherwise whole."""

from decimal import Decimal
from typing import Any, get_args

import pytest

from voting.rules.panels import Method, Panel, aggregate
from voting.rules.rubrics import (
    Criterion,
    Rubric,
    judge_sums,
    of_sheets,
    problems,
    unfinished,
    without_each_judge,
)

A = Criterion("a")
B = Criterion("b", highest=Decimal(20), optional=True)


def table(**judges: Any) -> dict[str, dict[str, Decimal]]:
    """Judge -> nominee -> mark; a plain number is for x."""
    return {
        judge: {
            one: Decimal(mark)
            for one, mark in (own if isinstance(own, dict) else {"x": own}).items()
        }
        for judge, own in judges.items()
    }


def test_a_judge_who_leaves_it_empty_has_finished() -> None:
    """J1 has 80 and nothing, J2 90 and 10: (80 + 100) / 2."""
    sheets = {"a": table(J1=80, J2=90), "b": table(J2=10)}
    rubric = Rubric((A, B))
    value = of_sheets(sheets, Panel(), rubric)["x"]
    assert (value.value, value.unfinished) == (90, ())
    assert judge_sums(sheets, rubric) == table(J1=80, J2=100)
    assert unfinished(sheets, rubric) == {}
    # By itself the criterion has a value too, for steps between equals.
    assert value.criteria["b"].value == 5


def test_where_the_criteria_come_first_it_is_zero_as_well() -> None:
    rubric = Rubric((A, B), "criteria")
    nobody = of_sheets({"a": table(J1=80, J2=90)}, Panel(), rubric)["x"]
    assert nobody.value == 85
    assert nobody.products["b"].added == 0
    half = of_sheets({"a": table(J1=80, J2=90), "b": table(J2=10)}, Panel(), rubric)["x"]
    assert half.value == 90


def test_what_must_be_there_is_still_missed() -> None:
    """J2 has given b alone: that is no sheet, and no 0 is made up for a."""
    sheets = {"a": table(J1=80), "b": table(J2=10)}
    value = of_sheets(sheets, Panel(), Rubric((A, B)))["x"]
    assert (value.value, value.unfinished) == (80, ("J2",))
    # In the other order of criteria too, and where a judge has left one nominee out.
    value = of_sheets(sheets, Panel(), Rubric((B, A)))["x"]
    assert (value.value, value.unfinished) == (80, ("J2",))
    more = {"a": table(J1={"x": 80, "y": 70}), "b": table(J1={"y": 4})}
    found = of_sheets(more, Panel(), Rubric((A, B)))
    assert {one: own.value for one, own in found.items()} == {"x": 80, "y": 74}


def test_where_all_may_be_left_empty_a_sheet_with_anything_is_whole() -> None:
    both = Rubric((Criterion("a", optional=True), B))
    found = of_sheets({"a": table(J1=80), "b": table(J2=10)}, Panel(), both)["x"]
    assert (found.value, found.unfinished) == (45, ())


@pytest.mark.parametrize("first", ["sheets", "criteria"])
def test_empty_is_no_mark_and_may_lie_below_the_lowest_mark(first: Any) -> None:
    some = Criterion("b", lowest=Decimal(5), highest=Decimal(20), optional=True)
    rubric = Rubric((Criterion("a", lowest=Decimal(60)), some), first)
    assert of_sheets({"a": table(J1=60)}, Panel(), rubric)["x"].value == 60
    for mark in (4, 21):
        with pytest.raises(ValueError, match=f"the mark {mark} of J1 for x is out of range"):
            of_sheets({"a": table(J1=60), "b": table(J1=mark)}, Panel(), rubric)


@pytest.mark.parametrize("first", ["sheets", "criteria"])
@pytest.mark.parametrize("method", get_args(Method))
def test_every_rule_treats_it_as_a_zero_that_was_given(method: Any, first: Any) -> None:
    panel, rubric = Panel(method, drop_low=0, trim_from=2), Rubric((A, B), first)
    if problems(rubric, panel):
        assert method in {"exponential", "votes", "z"}
        return
    a = table(J1={"x": 80, "y": 70}, J2={"x": 90, "y": 75}, J3={"x": 60, "y": 95})
    empty = {"a": a, "b": table(J1={"x": 10}, J2={"x": 2, "y": 20})}
    zeros = {"a": a, "b": table(J1={"x": 10, "y": 0}, J2={"x": 2, "y": 20}, J3={"x": 0, "y": 0})}
    found = of_sheets(empty, panel, rubric)
    assert {one: own.value for one, own in found.items()} == {
        one: own.value for one, own in of_sheets(zeros, panel, rubric).items()
    }
    if first == "sheets" and method == "z":
        assert found["x"].value == aggregate(judge_sums(zeros, rubric), Panel("z"))["x"].value
    # Without one of the judges it is the same.
    for judge, fewer in without_each_judge(empty, panel, rubric):
        left = {
            key: {name: own for name, own in marks.items() if name != judge}
            for key, marks in empty.items()
        }
        whole = of_sheets(left, panel, rubric)
        assert dict(fewer.raw) == {one: own.value for one, own in whole.items()}
        assert {one: fewer.value(one).value for one in "xy"} == dict(fewer.raw)
