"""Judges rank and pick in each category by itself, also where one order holds for all."""

import time
from collections.abc import Mapping
from decimal import Decimal

import pytest

from voting.rules.components import Component, Consolidation, Given
from voting.rules.consolidation import Consolidated, consolidate
from voting.rules.panels import MOST_RANKED, Marks, Panel, aggregate

GROUPS = {one: one[0] for one in ("A1", "A2", "A3", "B1", "B2")}
RANKED = {"J1": {"A1": 1, "A2": 2, "A3": 3, "B1": 1, "B2": 2}, "J2": {"A2": 1, "A1": 2, "A3": 3}}


def given(marks: Mapping[str, Mapping[str, int]]) -> dict[str, Given]:
    as_marks: Marks = {
        judge: {one: Decimal(mark) for one, mark in own.items()} for judge, own in marks.items()
    }
    return {"panel": Given(marks=as_marks)}


def result(marks: Mapping[str, Mapping[str, int]], panel: Panel, *, gone: str = "") -> Consolidated:
    declared = Consolidation((Component("panel", "panel", Decimal(1), panel=panel),), adds="sum")
    return consolidate(
        declared, list(GROUPS), given(marks), withdrawn=[gone] if gone else [], groups=GROUPS
    )


def totals(
    marks: Mapping[str, Mapping[str, int]], panel: Panel, *, gone: str = ""
) -> dict[str, int]:
    return {one: int(total) for one, total in result(marks, panel, gone=gone).totals.items()}


def test_a_judge_picks_so_many_in_each_category() -> None:
    assert totals({"J": {"A1": 1, "B1": 1, "A2": 0}}, Panel("votes", picks=1)) == {
        "A1": 1, "A2": 0, "A3": 0, "B1": 1, "B2": 0,
    }  # fmt: skip
    with pytest.raises(ValueError, match="J has more picks than 1"):
        totals({"J": {"A1": 1, "A2": 1}}, Panel("votes", picks=1))


def test_ranks_close_in_each_category() -> None:
    """A1 and A2 are equal, with A3 as without: nobody of B comes between their ranks."""
    before = totals(RANKED, Panel("exponential"))
    assert (before["A1"], before["A2"]) == (12, 12)
    after = result(RANKED, Panel("exponential"), gone="A3")
    assert (after.totals["A1"], after.totals["A2"]) == (12, 12)
    panel = {one: own.parts["panel"].panel for one, own in after.standings.items() if own.parts}
    counted = {one: own.panel.counted for one, own in panel.items() if own and own.panel}
    assert counted == {
        "A1": {"J1": 1, "J2": 2}, "A2": {"J1": 2, "J2": 1}, "B1": {"J1": 1}, "B2": {"J1": 2},
    }  # fmt: skip


def test_it_does_not_matter_when_a_judge_is_kept_out() -> None:
    """J2 keeps out of A1: with the ranks 1 and 2 from the start, or 2 and 3 that are left."""
    first = {"A1": 1, "A2": 2, "A3": 3}
    before = {"J1": first, "J2": {"A3": 1, "A2": 2}}
    afterwards = {"J1": first, "J2": {"A3": 2, "A2": 3}}
    assert totals(before, Panel("exponential")) == totals(afterwards, Panel("exponential"))


def test_ranks_that_no_season_has_are_refused_and_others_take_no_time() -> None:
    panel = Panel("exponential")
    with pytest.raises(ValueError, match="the mark 10001 of J for x is out of range"):
        aggregate({"J": {"x": Decimal(MOST_RANKED + 1)}}, panel)
    begun = time.process_time()
    aggregate({"J": {"x": Decimal(MOST_RANKED), "y": Decimal(1)}}, panel)
    assert time.process_time() - begun < 2
