"""Declarations and inputs for the tests of results: two real competitions, and short forms."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from voting.rules.components import Component, Consolidation, Given
from voting.rules.conversions import Conversion
from voting.rules.panels import TEN, Panel
from voting.rules.rubrics import Criterion, Rubric

DATA = Path(__file__).parents[1] / "data"
SONGS = Conversion("rank_points", points=TEN)
LEADER = Conversion()
SHARE = Conversion("share_of_votes")


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def part(key: str, weight: Any = 0, conversion: Conversion | None = LEADER, **other: Any) -> Any:
    kind = key if key in {"public", "panel", "hours", "points", "bonus"} else "channel"
    return Component(
        key, **{"kind": kind, "weight": Decimal(str(weight)), "conversion": conversion} | other
    )


def plain(key: str, weight: Any, most: int = 100, **other: Any) -> Any:
    """What is out of so many already: marks that others have averaged, points, an exam."""
    return part(key, weight, None, most=Decimal(most), **other)


def numbers(**own: Any) -> Given:
    return Given(numbers={one: Decimal(str(number)) for one, number in own.items()})


def song_contest(year: str) -> tuple[Consolidation, list[str], dict[str, Given]]:
    """Each jury and each public gives its points to ten; both are a stratified component.

    Votes are not published, only their order: the points stand for it.
    """
    votes = [row for row in rows("eurovision/votes.csv") if row["year"] == year]
    voters = sorted({row["from"] for row in votes})
    given = {}
    for key, column in (("jury", "jury_points"), ("public", "tele_points")):
        strata: dict[str, dict[str, int]] = defaultdict(dict)
        for row in votes:
            if points := int(row[column]):
                strata[row["from"]][row["to"]] = points
        given[key] = Given(strata=strata)
    declared = Consolidation(
        (
            Component("jury", "panel", Decimal(1), SONGS, strata=tuple(voters)),
            Component("public", "public", Decimal(1), SONGS, strata=tuple(voters)),
        ),
        adds="sum",
    )
    entries = [row["country"] for row in rows("eurovision/results.csv") if row["year"] == year]
    return declared, entries, given


def skating(program: str) -> tuple[Consolidation, list[dict[str, str]], dict[str, Given]]:
    """Elements, plus the components' trimmed means x factor, less deductions."""
    skaters = [row for row in rows("figure_skating/performances.csv") if row["program"] == program]
    names = {row["performance_id"] for row in skaters}
    sheets: dict[str, Any] = defaultdict(lambda: defaultdict(dict))
    factors = {}
    for row in rows("figure_skating/components.csv"):
        if row["performance_id"] in names:
            factors[row["component"]] = Decimal(row["factor"])
            for judge in (f"J{number}" for number in range(1, 10)):
                sheets[row["component"]][judge][row["performance_id"]] = Decimal(row[judge])
    rubric = Rubric(
        tuple(
            Criterion(name, factor, highest=Decimal(10)) for name, factor in sorted(factors.items())
        ),
        first="criteria",
        decimals=2,
    )
    declared = Consolidation(
        (
            Component("elements", "points", Decimal(1)),
            Component(
                "panel", "panel", Decimal(1), panel=Panel("trimmed", trim_from=3), rubric=rubric
            ),
            Component("deductions", "points", Decimal(-1)),
        ),
        adds="sum",
    )
    given = {
        "panel": Given(sheets=sheets),
        "elements": _column(skaters, "total_element_score"),
        "deductions": _column(skaters, "total_deductions"),
    }
    return declared, skaters, given


def _column(skaters: list[dict[str, str]], name: str) -> Given:
    return Given(numbers={row["performance_id"]: abs(Decimal(row[name])) for row in skaters})
