"""Judges who agree with each other against the others.

From every mark the nominee's mean is taken, so that what all see alike is gone, and severity drops
out of a correlation by itself. What is left of two judges who mark independently does not go
together (its correlation is a little below zero); in a bloc it does. Numbers for people to look at,
no verdict: judges of one profession can see the same thing, and be right.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import comb, lcm, sqrt, tanh
from operator import mul
from statistics import NormalDist
from typing import Final, NamedTuple

from voting.rules.mark_tables import (
    Reason,
    Table,
    severities,
    signed_root,
    signed_square,
    table_of,
)
from voting.rules.panels import Marks

THRESHOLD: Final = Decimal("0.5")
# Two against two is the least; with three judges, what two have in common is the third.
FEWEST_JUDGES: Final = 4
# How many panels of independent judges may show a bloc by chance.
FALSE_ALARMS: Final = 0.05
# Fisher's approximation needs more than three points.
FEWEST_TOGETHER: Final = 4


@dataclass(frozen=True, slots=True)
class Bloc:
    """Judges who agree, and in what.

    judges, others: sorted. weakest, within: the lowest and the mean correlation of two of them.
    between: the mean correlation of one of them with one of the others. needed: the correlation
        that two of them had to be above: the threshold, or what chance makes where that is more;
        the largest of all their pairs.
    favours: nominee -> how much higher the bloc's mean mark is than that of the others, in marks
        and without each judge's severity; below zero where the bloc marks lower. Of nominees with
        marks from both sides, the largest difference first.
    """

    judges: tuple[str, ...]
    others: tuple[str, ...]
    weakest: Fraction
    within: Fraction
    between: Fraction
    needed: Fraction
    favours: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Blocs:
    """All blocs of a panel.

    found: groups of at most half of the judges, by their first names. majority: the group that is
        more than half, if there is one: it may be the panel's opinion, from which the others
        depart, and numbers cannot tell the two apart.
    reason: why there was nothing to look at. judges: who have given marks. nominees: those
    counted; left_out: those marked by fewer than four. pairs: how many pairs of judges were
    compared; usual: their mean correlation, None without any.
    """

    found: tuple[Bloc, ...]
    majority: Bloc | None
    reason: Reason
    judges: int
    nominees: int
    left_out: int
    pairs: int
    usual: Fraction | None


class _Pair(NamedTuple):
    """square: r x |r| of what is left of two judges' marks; together: of how many nominees."""

    square: Fraction
    together: int


_Pairs = Mapping[tuple[str, str], _Pair]
_Group = tuple[str, ...]


def blocs(marks: Marks, *, threshold: Decimal = THRESHOLD) -> Blocs:
    """Return groups of judges of whom any two agree more than ``threshold``, and chance, allow.

    The two groups whose least agreeing pair agrees most are joined, again and again, as long as
    that pair is above what is needed (complete linkage); equals in the order of their names. A
    group whose members do not, on average, disagree with the others is none; nor is an echo: a
    bloc pulls the means, which moves all others the same way, so a group must also hold in the
    panel without any one other group. Where that leaves fewer than two others, both are named:
    of two camps, numbers cannot tell which one pulls.
    marks: judge -> nominee -> mark. threshold: a correlation, 0 to below 1.
    Raises ValueError for a mark that is no number and for another threshold.
    Source: residual correlations as in Yen 1984, Applied Psychological Measurement 8, 125-145
    (Q3), here of judges.
    """
    if not threshold.is_finite() or not 0 <= threshold < 1:
        raise ValueError(f"a threshold of {threshold} is no correlation that can be exceeded")
    table = table_of(marks)
    rows = {one: own for one, own in table.rows.items() if len(own) >= FEWEST_JUDGES}
    pairs = _pairs(rows.values(), table.judges)
    reason: Reason = ""
    if not rows:
        reason = "few-judges"
    elif not pairs:
        reason = "few-nominees" if len(rows) < FEWEST_TOGETHER else "no-variance"

    def needed(pair: _Pair) -> Fraction:
        return max(Fraction(threshold), by_chance(pair.together, len(pairs)))

    agreeing = {key for key, pair in pairs.items() if pair.square > needed(pair) ** 2}
    groups = [
        bloc
        for group in _groups(table.judges, {key: pairs[key].square for key in agreeing})
        if (bloc := _bloc(group, table, rows, pairs, needed)) and bloc.between < 0
    ]
    small = [bloc for bloc in groups if len(bloc.judges) <= len(bloc.others)]
    echoes = _echoes(small, rows.values(), needed)
    return Blocs(
        found=tuple(bloc for bloc in small if bloc.judges not in echoes),
        majority=next((bloc for bloc in groups if len(bloc.judges) > len(bloc.others)), None),
        reason=reason,
        judges=len(table.judges),
        nominees=len(rows),
        left_out=len(table.rows) - len(rows),
        pairs=len(pairs),
        usual=_mean([pair.square for pair in pairs.values()]) if pairs else None,
    )


def by_chance(together: int, pairs: int) -> Fraction:
    """Return the correlation that the likest of so many pairs of independent judges stays below.

    In 95 of 100 panels, to four decimals. together: nominees whom both have marked, 4 or more.
    Source: Fisher 1921 (atanh r is about normal, with variance 1 / (n - 3)), Bonferroni's bound.
    """
    deviation = NormalDist().inv_cdf(1 - FALSE_ALARMS / pairs) / sqrt(together - 3)
    # Rounded, so that the last digits of another machine's logarithms decide nothing.
    return Fraction(round(tanh(deviation) * 10_000), 10_000)


def _pairs(rows: Collection[Mapping[str, int]], judges: tuple[str, ...]) -> _Pairs:
    """Return the pairs of these judges with enough nominees in common and something to compare."""
    scale = lcm(*{len(row) for row in rows})
    means = [sum(row.values()) * (scale // len(row)) for row in rows]
    # A nominee whom the judge has not marked is 0 in all three, and so adds to no sum.
    marked = {judge: [int(judge in row) for row in rows] for judge in judges}
    left = {
        judge: [
            row[judge] * scale - mean if judge in row else 0
            for row, mean in zip(rows, means, strict=True)
        ]
        for judge in judges
    }
    squares = {judge: [value * value for value in own] for judge, own in left.items()}
    total = {judge: sum(own) for judge, own in squares.items()}
    found = {}
    for one, other in combinations(judges, 2):
        together = _products(marked[one], marked[other])
        if together < FEWEST_TOGETHER:
            continue
        if together == len(rows):
            sums, of_squares = (sum(left[one]), sum(left[other])), (total[one], total[other])
        else:
            sums = _products(left[one], marked[other]), _products(left[other], marked[one])
            of_squares = (
                _products(squares[one], marked[other]), _products(squares[other], marked[one]),
            )  # fmt: skip
        square = signed_square(together, sums, of_squares, _products(left[one], left[other]))
        if square is not None:
            found[one, other] = _Pair(square, together)
    return found


def _groups(judges: tuple[str, ...], agreeing: Mapping[tuple[str, str], Fraction]) -> list[_Group]:
    """Return the groups that complete linkage ends with, each sorted, without single judges."""
    groups: set[_Group] = {(judge,) for judge in judges}
    # Two groups -> their least agreeing pair; only those in which every pair agrees enough.
    links: dict[tuple[_Group, _Group], Fraction] = {
        ((one,), (other,)): square for (one, other), square in agreeing.items()
    }
    while links:
        joined = min(links, key=lambda link: (-links[link], link))
        group = tuple(sorted(joined[0] + joined[1]))
        groups = groups.difference(joined)
        kept = {link: square for link, square in links.items() if not set(link) & set(joined)}
        for other in groups:
            both = [links.get((min(one, other), max(one, other))) for one in joined]
            known = [square for square in both if square is not None]
            if len(known) == len(both):
                kept[min(group, other), max(group, other)] = min(known)
        groups.add(group)
        links = kept
    return sorted(group for group in groups if len(group) > 1)


def _bloc(
    group: _Group,
    table: Table,
    rows: Mapping[str, Mapping[str, int]],
    pairs: _Pairs,
    needed: Callable[[_Pair], Fraction],
) -> Bloc | None:
    """Return the group in numbers; None where nothing can be said about it and others."""
    inside = [pair for key, pair in pairs.items() if set(key) <= set(group)]
    across = [pair.square for key, pair in pairs.items() if len(set(key) & set(group)) == 1]
    if not across:
        return None
    return Bloc(
        judges=group,
        others=tuple(judge for judge in table.judges if judge not in group),
        weakest=signed_root(min(pair.square for pair in inside)),
        within=_mean([pair.square for pair in inside]),
        between=_mean(across),
        needed=max(map(needed, inside)),
        favours=_favours(group, rows, table.unit),
    )


def _echoes(
    groups: Sequence[Bloc],
    rows: Collection[Mapping[str, int]],
    needed: Callable[[_Pair], Fraction],
) -> set[_Group]:
    """Return the groups that fall apart when another one is taken out of the panel."""
    found: set[_Group] = set()
    for other in groups:
        without = [
            {judge: mark for judge, mark in row.items() if judge not in other.judges}
            for row in rows
        ]
        without = [row for row in without if len(row) >= FEWEST_JUDGES]
        for bloc in groups:
            if bloc is other or len(bloc.others) - len(other.judges) < 2:
                continue
            pairs = _pairs(without, bloc.judges).values()
            holding = sum(pair.square > needed(pair) ** 2 for pair in pairs)
            if holding < comb(len(bloc.judges), 2):
                found.add(bloc.judges)
    return found


def _favours(
    group: _Group, rows: Mapping[str, Mapping[str, int]], unit: int
) -> dict[str, Fraction]:
    severity = severities(rows.values(), unit)
    scale = lcm(unit, *(value.denominator for value in severity.values()))
    added = {judge: int(value * scale) for judge, value in severity.items()}
    found = {}
    for nominee, row in rows.items():
        even = {judge: mark * (scale // unit) + added[judge] for judge, mark in row.items()}
        ours = [mark for judge, mark in even.items() if judge in group]
        theirs = [mark for judge, mark in even.items() if judge not in group]
        if ours and theirs:
            found[nominee] = Fraction(sum(ours), len(ours) * scale) - Fraction(
                sum(theirs), len(theirs) * scale
            )
    return dict(sorted(found.items(), key=lambda item: (-abs(item[1]), item[0])))


def _mean(squares: Sequence[Fraction]) -> Fraction:
    return sum(map(signed_root, squares), Fraction(0)) / len(squares)


def _products(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(map(mul, one, other))
