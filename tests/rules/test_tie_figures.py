"""Steps of a tie chain that ask for one criterion or one component."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from voting.rules.components import Component, Consolidation, Disqualified, Given
from voting.rules.consolidation import consolidate
from voting.rules.panels import Panel
from voting.rules.places import decide_places
from voting.rules.rubrics import Criterion, Rubric
from voting.rules.tie_figures import figures, step_problems
from voting.rules.ties import Split, Ties


@pytest.mark.parametrize(("first", "a", "b"), [("sheets", 60, 75), ("criteria", 24, 30)])
def test_a_criterion_decides_between_equals(first: Any, a: int, b: int) -> None:
    """Of speech a has 50, 70 and b 70, 80; by criteria first that is multiplied by 0.4."""
    lines = (Criterion("deeds", Decimal("0.6")), Criterion("speech", Decimal("0.4")))
    judged = Component("panel", "panel", Decimal(100), panel=Panel(), rubric=Rubric(lines, first))
    declared = Consolidation((judged,))
    sheets = {
        "deeds": {
            "J": {"a": Decimal(80), "b": Decimal(70)},
            "K": {"a": Decimal(80), "b": Decimal(70)},
        },
        "speech": {
            "J": {"a": Decimal(50), "b": Decimal(70)},
            "K": {"a": Decimal(70), "b": Decimal(80)},
        },
    }
    # A third judge has not finished: those marks count for nothing, here either.
    sheets["speech"]["L"] = {"a": Decimal(100)} if first == "sheets" else {}
    result = consolidate(declared, "ab", {"panel": Given(sheets=sheets)})
    assert result.totals == {"a": 72, "b": 72}
    rule = Ties(("criterion:speech", "shared"))
    assert figures(declared, result, rule.chain) == {"criterion:speech": {"a": a, "b": b}}
    assert [place.nominees for place in decide_places(declared, result, rule).places] == [
        ("b",), ("a",),
    ]  # fmt: skip
    deeds = Ties(("criterion:deeds", "shared"))
    assert decide_places(declared, result, deeds).splits == (
        Split("criterion:deeds", (("a",), ("b",))),
    )


def test_steps_must_name_what_is_declared() -> None:
    lines = Rubric((Criterion("deeds"),))
    two = tuple(
        Component(key, "panel", Decimal(50), panel=Panel(), rubric=lines) for key in ("x", "y")
    )
    declared = Consolidation(two)
    assert step_problems(Ties(("component:y", "panel", "shared")), declared) == []
    for step, code in [
        ("component:z", "step-component-unknown"), ("criterion:speech", "step-criterion-unknown"),
        ("criterion:deeds", "step-criterion-twice"),
    ]:  # fmt: skip
        rule = Ties((step, "shared"))
        assert step_problems(rule, declared) == [code]
        with pytest.raises(ValueError, match=code):
            decide_places(declared, consolidate(declared, "", {}), rule)


def given(**own: tuple[int | str, int | str]) -> dict[str, Given]:
    """Component -> what a and b have there."""
    return {
        key: Given(numbers={"a": Decimal(first), "b": Decimal(second)})
        for key, (first, second) in own.items()
    }


@pytest.mark.parametrize(("kind", "step"), [("panel", "panel"), ("public", "public")])
def test_of_what_is_taken_off_less_is_better(kind: Any, step: str) -> None:
    """15 - 5 and 11 - 1: b was found fault with least."""
    declared = Consolidation(
        (Component("exam", "points", Decimal(1)), Component("faults", kind, Decimal(-1))),
        adds="sum",
    )
    result = consolidate(declared, "ab", given(exam=(15, 11), faults=(5, 1)))
    decided = decide_places(declared, result, Ties((step, "shared")))
    assert [place.nominees for place in decided.places] == [("b",), ("a",)]


def test_of_a_panel_that_takes_off_every_step_turns_round() -> None:
    lines = (Criterion("late"), Criterion("rude"))
    judged = Component(
        "faults", "panel", Decimal(-1), panel=Panel(decimals=0), rubric=Rubric(lines)
    )
    declared = Consolidation((judged,), adds="sum")
    sheets = {
        "late": {"J": {"a": Decimal("7.4"), "b": Decimal(2)}},
        "rude": {"J": {"a": Decimal(2), "b": Decimal("7.2")}},
    }
    result = consolidate(declared, "ab", {"faults": Given(sheets=sheets)})
    found = figures(declared, result, ("more_decimals", "criterion:late", "top_marks"))
    # More of the highest marks is no merit there.
    assert dict(found) == {
        "criterion:late": {"a": -7, "b": -2}, "more_decimals": {"a": Fraction("-9.4"),
                                                                "b": Fraction("-9.2")},
    }  # fmt: skip


def test_a_part_for_reference_takes_no_part_unless_nothing_else_is_there() -> None:
    """80.1 and 80.4 bring 80 each; the panel decides, with a second one beside it or not."""
    first = Component("first", "panel", Decimal(100), panel=Panel(decimals=1), weighted_decimals=0)
    beside = Component("beside", "panel", panel=Panel(), reference=True)
    marks = {"a": Decimal("80.10"), "b": Decimal("80.40")}
    other = {"a": Decimal(9), "b": Decimal(5)}
    for parts in ((first,), (first, beside)):
        declared = Consolidation(parts)
        shown = {"first": Given(marks={"J": marks}), "beside": Given(marks={"J": other})}
        result = consolidate(declared, "ab", {one.key: shown[one.key] for one in parts})
        found = figures(declared, result, ("panel", "more_decimals", "top_marks"))
        assert result.totals == {"a": 80, "b": 80}
        assert found["panel"] == found["more_decimals"] == marks
        assert found["top_marks"] == {"a": (marks["a"],), "b": (marks["b"],)}
    # Where the panel alone makes the result, the public vote beside it can decide.
    public = Component("public", "public", most=Decimal(100), reference=True)
    declared = Consolidation((first, public))
    result = consolidate(
        declared, "ab", {"first": Given(marks={"J": marks})} | given(public=(3, 4))
    )
    assert figures(declared, result, ("public",)) == {"public": {"a": 3, "b": 4}}


def test_what_is_excluded_decides_nothing_between_equals_either() -> None:
    declared = Consolidation(
        (Component("panel", "panel", Decimal(50), most=Decimal(100)),
         Component("exam", "points", Decimal(50), most=Decimal(100)))
    )  # fmt: skip
    result = consolidate(
        declared, "ab", given(panel=(9, 5), exam=(50, 50)), disqualified=[Disqualified("panel")]
    )
    assert result.totals == {"a": 50, "b": 50}
    assert figures(declared, result, ("panel", "component:panel")) == {}
