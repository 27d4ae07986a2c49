"""Each judge beside the panel, and each nominee on whom the judges are not of one mind.

Descriptions of the marks that were given, not verdicts: a severe judge can be right. Exact
fractions, square roots with 28 digits. The order of judges and nominees never matters, and a judge
who has marked nobody changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from operator import mul
from typing import Literal

from voting.rules.conversions import root
from voting.rules.mark_tables import (
    Figure,
    Reason,
    Table,
    midranks,
    severities,
    signed_root,
    signed_square,
    table_of,
)
from voting.rules.panels import Marks


@dataclass(frozen=True, slots=True)
class JudgeFigures:
    """How one judge marks, compared with the panel.

    severity: how far the judge's marks lie below the panel's means of the same nominees, in marks,
        on average; below zero for a lenient judge. The panel includes the judge.
    spread: standard deviation of the judge's marks (of the population, as z-scores use it).
    lowest, highest: the smallest and the largest mark that the judge gave.
    pearson, spearman: correlation with the mean of the others' marks, of the marks themselves and
        of their ranks; equal marks share the mean of their ranks.
    Spread and range are of all marks of the judge; the rest is of the nominees whom somebody else
    has marked too, and ``left_out`` counts the judge's others.
    """

    severity: Figure
    spread: Figure
    lowest: Fraction
    highest: Fraction
    pearson: Figure
    spearman: Figure

    @property
    def used(self) -> Fraction:
        """The range of marks that the judge uses."""
        return self.highest - self.lowest


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far apart the marks for one nominee are.

    deviation: standard deviation (of the population), in marks; None for a single mark. lowest,
    highest: the smallest and the largest mark, and by whom. marks: how many. flagged: whether the
    deviation is above the threshold.
    """

    deviation: Fraction | None
    reason: Literal["", "one-judge"]
    marks: int
    lowest: Fraction
    highest: Fraction
    lowest_by: tuple[str, ...]
    highest_by: tuple[str, ...]
    flagged: bool

    @property
    def span(self) -> Fraction:
        """The range of marks that the nominee got."""
        return self.highest - self.lowest


def judge_figures(marks: Marks) -> dict[str, JudgeFigures]:
    """Return the figures of every judge who has marked anybody, sorted.

    marks: judge -> nominee -> mark. Raises ValueError for a mark that is no number.
    Source: severity as in many-facet Rasch measurement (Linacre 1989), here counted and not
    estimated; correlations as corrected item-total correlations, without the judge's own marks on
    the other side.
    """
    table = table_of(marks)
    severity = severities(table.rows.values(), table.unit)
    return {
        judge: _of_judge(own, severity.get(judge), table)
        for judge, own in _beside_others(table).items()
    }


def disagreements(marks: Marks, *, threshold: Decimal) -> dict[str, Disagreement]:
    """Return, for every nominee with a mark, how far apart the judges are, sorted.

    marks: judge -> nominee -> mark. threshold: in marks, 0 or more; a larger standard deviation is
    flagged, compared before any root is taken.
    Raises ValueError for a mark that is no number and for a threshold below 0 or without end.
    """
    if not threshold.is_finite() or threshold < 0:
        raise ValueError(f"a threshold of {threshold} tells nobody apart")
    table = table_of(marks)
    return {
        nominee: _disagreement(own, table.unit, Fraction(threshold))
        for nominee, own in table.rows.items()
    }


def _beside_others(table: Table) -> dict[str, list[tuple[int, int | None]]]:
    """Return, for each judge, every own mark and the mean of the others' for the same nominee.

    None where there are no others. All means are multiplied by one number, which changes no
    correlation.
    """
    scale = lcm(*{len(row) - 1 for row in table.rows.values() if len(row) > 1})
    given: dict[str, list[tuple[int, int | None]]] = {judge: [] for judge in table.judges}
    for row in table.rows.values():
        total, others = sum(row.values()), len(row) - 1
        for judge, mark in row.items():
            mean = (total - mark) * (scale // others) if others else None
            given[judge].append((mark, mean))
    return given


def _of_judge(
    own: Sequence[tuple[int, int | None]], severity: Fraction | None, table: Table
) -> JudgeFigures:
    judges = len(table.judges)
    marks = [mark for mark, _mean in own]
    compared = [(mark, mean) for mark, mean in own if mean is not None]
    mine, others = [mark for mark, _mean in compared], [mean for _mark, mean in compared]
    left_out = len(marks) - len(mine)
    few: Reason = "few-nominees" if len(mine) < 3 else ""
    if not mine:
        few = "no-pairs" if judges > 1 else "one-judge"

    def related(one: Sequence[int], other: Sequence[int]) -> Figure:
        square = None if few else _square(one, other)
        reason = few or ("no-variance" if square is None else "")
        value = None if square is None else signed_root(square)
        return Figure(value, reason, judges, len(mine), left_out)

    spread = None if len(marks) < 2 else root(_variance(marks, table.unit))
    return JudgeFigures(
        severity=Figure(severity, "" if mine else few, judges, len(mine), left_out),
        spread=Figure(spread, "one-nominee" if spread is None else "", judges, len(marks), 0),
        lowest=Fraction(min(marks), table.unit),
        highest=Fraction(max(marks), table.unit),
        pearson=related(mine, others),
        spearman=related(_ranked(mine), _ranked(others)),
    )


def _disagreement(own: Mapping[str, int], unit: int, threshold: Fraction) -> Disagreement:
    low, high = min(own.values()), max(own.values())
    variance = _variance(list(own.values()), unit)
    alone = len(own) < 2
    return Disagreement(
        deviation=None if alone else root(variance),
        reason="one-judge" if alone else "",
        marks=len(own),
        lowest=Fraction(low, unit),
        highest=Fraction(high, unit),
        lowest_by=tuple(judge for judge, mark in own.items() if mark == low),
        highest_by=tuple(judge for judge, mark in own.items() if mark == high),
        flagged=variance > threshold**2,
    )


def _variance(values: Sequence[int], unit: int) -> Fraction:
    n, total = len(values), sum(values)
    return Fraction(n * sum(value * value for value in values) - total**2, (n * unit) ** 2)


def _square(one: Sequence[int], other: Sequence[int]) -> Fraction | None:
    return signed_square(
        len(one),
        (sum(one), sum(other)),
        (sum(map(mul, one, one)), sum(map(mul, other, other))),
        sum(map(mul, one, other)),
    )


def _ranked(values: Sequence[int]) -> list[int]:
    rank = midranks(values)
    return [rank[value] for value in values]
