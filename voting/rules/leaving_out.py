"""A panel's values without each of its judges, sooner than by computing them anew.

Sums and ordered marks of all judges are kept, and what one judge gave is taken out of them. The
results are the same; how firm a result stands is asked once for each judge.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Protocol

from voting.rules import panels
from voting.rules.conversions import rounded
from voting.rules.panels import Marks, Panel, Value
from voting.rules.whole_marks import Ratio, rounded_whole, scaled


class Without(Protocol):
    """A panel from which judges are left out one at a time."""

    def ratios(self, without: str | None = None) -> dict[str, Ratio]:
        """Return the values of all who have enough marks without this judge."""


@dataclass(frozen=True, slots=True)
class Fewer:
    """The values without a judge. numbers: x 10^decimals; value: how one of them came about."""

    numbers: Mapping[str, int]
    value: Callable[[str], Value]


class Judges:
    """The marks of a panel, checked before, from which judges are left out one at a time."""

    def __init__(self, marks: Marks, panel: Panel) -> None:
        self.marks, self.panel = marks, panel
        self.table = panels.table_by_nominee(marks)
        self.kept: Without = (
            _Ordered(marks, sorted(self.table), panel)
            if panels.by_itself(panel) or panel.method == "mean"
            else panels.compared(marks, panel)
        )

    def without(self, judge: str) -> Fewer:
        """Return the values without a judge, equal to those of ``panels.aggregate``."""
        ratios = self.kept.ratios(judge)
        decimals = self.panel.decimals

        def value(one: str) -> Value:
            left = {other: mark for other, mark in self.table[one].items() if other != judge}
            if panels.by_itself(self.panel):
                return panels.values_of({one: left}, self.panel)[one]
            exact = Fraction(*ratios[one])
            return Value(
                rounded(exact, decimals), exact, *panels.split(left, self.marks, self.panel)
            )

        numbers = {one: rounded_whole(ratio, decimals) for one, ratio in ratios.items()}
        return Fewer(numbers, value)


class _Ordered:
    """Each nominee's marks in rising order, with sums from the lowest on.

    For panels that sum all marks, or average all or those in the middle; where it is so declared,
    few marks count less.
    """

    def __init__(self, marks: Marks, nominees: Sequence[str], panel: Panel) -> None:
        self.panel, self.summed = panel, panel.method in {"sum", "votes"}
        self.scale, self.marks = scaled(marks)
        self.order: dict[str, list[int]] = {one: [] for one in nominees}
        for own in self.marks.values():
            for one, mark in own.items():
                self.order[one].append(mark)
        for given in self.order.values():
            given.sort()
        self.sums = {one: [0, *accumulate(own)] for one, own in self.order.items()}
        counts = {len(own) for own in self.order.values()}
        self.windows = {
            count: panels.window(panel, count)
            for count in counts | {count - 1 for count in counts}
            if count >= panels.needed(panel)
        }

    def ratios(self, without: str | None = None) -> dict[str, Ratio]:
        """Return the values of all who have enough marks without this judge."""
        out = self.marks.get(without, {}) if without is not None else {}
        found: dict[str, Ratio] = {}
        for one, own in self.order.items():
            sums, mark = self.sums[one], out.get(one)
            window = self.windows.get(len(own) - (mark is not None))
            if window is None:
                continue
            low, high = window
            if mark is None:
                total = sums[high] - sums[low]
            elif (place := bisect_left(own, mark)) < low:
                total = sums[high + 1] - sums[low + 1]
            elif place >= high:
                total = sums[high] - sums[low]
            else:
                total = sums[high + 1] - sums[low] - mark
            found[one] = (total, self.scale if self.summed else (high - low) * self.scale)
        if self.panel.shrink == "off" or not found:
            return found
        return self._shrunk(found, {one: len(self.order[one]) - (one in out) for one in found})

    def _shrunk(self, found: Mapping[str, Ratio], counts: Mapping[str, int]) -> dict[str, Ratio]:
        shares = panels.shares(counts, self.panel.shrink)
        return {
            one: (top * shares[one].numerator, bottom * shares[one].denominator)
            for one, (top, bottom) in found.items()
        }
