"""The marks of a panel as one table of whole numbers, and what statistics of judges share.

A common denominator turns every sum into one of whole numbers: exact, and the same in any order.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Literal

from voting.rules.conversions import root
from voting.rules.panels import Marks

Reason = Literal[
    "",
    "one-judge",  # fewer than two judges have given marks
    "few-judges",  # fewer than four, or nobody has marked anything together with three others
    "one-nominee",  # fewer than two nominees can be compared
    "few-nominees",  # fewer than three: two points always lie on a line
    "no-pairs",  # no nominee was marked by two judges
    "not-complete",  # fewer than two nominees were marked by all judges
    "no-variance",  # what the figure would be a share of is zero, or estimated below zero
    "below-zero",  # ratios of marks below zero mean nothing
]


@dataclass(frozen=True, slots=True)
class Figure:
    """One statistic of a panel.

    value: None for a table that has none, then ``reason`` says why. judges: who have given marks.
    nominees: how many were counted; left_out: how many were marked but could not be.
    """

    value: Fraction | None
    reason: Reason
    judges: int
    nominees: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Table:
    """Who has marked whom.

    judges: all with any mark, sorted. rows: nominee -> judge -> mark x ``unit``, both sorted.
    """

    judges: tuple[str, ...]
    rows: Mapping[str, Mapping[str, int]]
    unit: int

    def complete(self) -> list[list[int]]:
        """Return the rows of those whom all judges have marked, one column for each judge."""
        return [list(own.values()) for own in self.rows.values() if len(own) == len(self.judges)]


def table_of(marks: Marks) -> Table:
    """Return judge -> nominee -> mark as a table. Raises ValueError for a mark without an end."""
    ratios: dict[str, dict[str, tuple[int, int]]] = {}
    for judge in sorted(marks):
        for nominee, mark in marks[judge].items():
            if not mark.is_finite():
                raise ValueError(f"the mark {mark} of {judge} for {nominee} is no number")
            ratios.setdefault(nominee, {})[judge] = mark.as_integer_ratio()
    unit = lcm(*{below for own in ratios.values() for _above, below in own.values()})
    rows = {
        nominee: {judge: above * (unit // below) for judge, (above, below) in own.items()}
        for nominee, own in sorted(ratios.items())
    }
    return Table(tuple(judge for judge in sorted(marks) if marks[judge]), rows, unit)


def midranks(values: Iterable[int]) -> dict[int, int]:
    """Return value -> twice its rank from below; equal values share the mean of their ranks."""
    found, before = {}, 0
    for value, count in sorted(Counter(values).items()):
        found[value] = 2 * before + count + 1
        before += count
    return found


def signed_square(
    n: int, sums: tuple[int, int], squares: tuple[int, int], products: int
) -> Fraction | None:
    """Return r x |r| of Pearson's r, exactly; None where one side does not vary.

    n: how many pairs. sums, squares: of both sides, of their squares. products: their sum.
    """
    below = (n * squares[0] - sums[0] ** 2) * (n * squares[1] - sums[1] ** 2)
    above = n * products - sums[0] * sums[1]
    return Fraction(above * abs(above), below) if below else None


def signed_root(value: Fraction) -> Fraction:
    """Return r from r x |r|, to 28 digits."""
    return root(value) if value >= 0 else -root(-value)


def severities(rows: Iterable[Mapping[str, int]], unit: int) -> dict[str, Fraction]:
    """Return how far each judge's marks lie below the means of the same nominees, in marks.

    rows: judge -> mark x unit, one for each nominee; where a judge is alone there is no comparison.
    """
    compared = [row for row in rows if len(row) > 1]
    scale = lcm(*{len(row) for row in compared})
    sums: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for row in compared:
        mean = sum(row.values()) * (scale // len(row))
        for judge, mark in row.items():
            sums[judge] += mean - mark * scale
            counts[judge] += 1
    return {judge: Fraction(sums[judge], counts[judge] * scale * unit) for judge in sorted(counts)}
