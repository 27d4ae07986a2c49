"""Steps of a tie chain that ask for one criterion or one component."""

from decimal import Decimal
from typing import Any

import pytest

from voting.rules.components import Component, Consolidation, Given
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
