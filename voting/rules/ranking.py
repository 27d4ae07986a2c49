"""Panels of which only the order counts: judges who rank, and marks that are read as ranks.

Everything is exact, in whole numbers, and the same can be had without one of the judges.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from voting.rules.conversions import FULL, ranks
from voting.rules.whole_marks import Ratio, mid_ranks, scaled

_Marks = Mapping[str, Mapping[str, Decimal]]


class _Summed:
    """What each judge gives each nominee, as whole numbers that are summed."""

    def __init__(self, given: Mapping[str, Mapping[str, int]], needed: int) -> None:
        self.given, self.needed = given, needed
        self.sizes = Counter(one for own in given.values() for one in own)
        self.sums: Counter[str] = Counter()
        for own in given.values():
            self.sums.update(own)

    def sums_without(self, judge: str | None) -> dict[str, tuple[int, int]]:
        """Return the sum and the number of judges of all who have enough of them."""
        out = self.given.get(judge, {}) if judge is not None else {}
        return {
            one: (self.sums[one] - out.get(one, 0), size - (one in out))
            for one, size in self.sizes.items()
            if size - (one in out) >= self.needed
        }


class Worth(_Summed):
    """Points by the sum of what ranks are worth.

    The first rank is worth as much as the first place's points; each rank below, ``fall`` per
    cent of the one above. marks: judge -> nominee -> rank from 1.
    """

    def __init__(self, marks: _Marks, needed: int, fall: int, points: Sequence[int]) -> None:
        self.points = points
        worth = _worth({int(rank) for own in marks.values() for rank in own.values()}, fall)
        given = {
            judge: {one: points[0] * worth[int(rank)] for one, rank in own.items()}
            for judge, own in marks.items()
        }
        super().__init__(given, needed)

    def ratios(self, without: str | None = None) -> dict[str, Ratio]:
        """Return the points of all who have enough ranks without this judge."""
        sums = {one: total for one, (total, _size) in self.sums_without(without).items()}
        return {
            one: (self.points[rank - 1] if rank <= len(self.points) else 0, 1)
            for one, rank in ranks(sums).items()
        }


def _worth(used: set[int], fall: int) -> dict[int, int]:
    """Return what the ranks that are used are worth beside each other, in whole numbers."""
    # Times 100^(last - 1) no rank's worth is a fraction. From one rank to the next is one step:
    # a power of its own for each would take minutes for some thousand ranks.
    last = max(used, default=1)
    own, found = FULL ** (last - 1), {}
    for rank in range(1, last + 1):
        if rank in used:
            found[rank] = own
        own = own * fall // FULL
    return found


class Beaten(_Summed):
    """Of each judge's other nominees, how many per cent stand below this one; equals count half.

    The mean of that over the judges who have marked the nominee. A judge who has marked one
    nominee has compared nobody, and counts as absent.
    """

    def __init__(self, marks: _Marks, needed: int) -> None:
        _scale, whole = scaled(marks)
        compared = {judge: own for judge, own in whole.items() if len(own) > 1}
        self.bottom = lcm(*(2 * (len(own) - 1) for own in compared.values()))
        given = {}
        for judge, own in compared.items():
            below = mid_ranks(list(own.values()))
            each = self.bottom // (2 * (len(own) - 1))
            given[judge] = {one: below[mark] * each for one, mark in own.items()}
        super().__init__(given, needed)

    def ratios(self, without: str | None = None) -> dict[str, Ratio]:
        """Return the values of all who have enough marks without this judge."""
        return {
            one: (total * FULL, self.bottom * size)
            for one, (total, size) in self.sums_without(without).items()
        }


def judge_ranks(marks: _Marks) -> dict[str, dict[str, Fraction]]:
    """Return judge -> nominee -> rank by this judge's marks, equals with the mean of their ranks.

    Their sum over the judges is the sum of ranks, the smaller the better.
    """
    found = {}
    for judge, own in scaled(marks)[1].items():
        below = mid_ranks(list(own.values()))
        found[judge] = {one: len(own) - Fraction(below[mark], 2) for one, mark in own.items()}
    return found
