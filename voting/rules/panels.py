"""From the marks of a panel to one value for each nominee.

A judge who has not marked a nominee is absent there and changes nothing. Arithmetic is exact
fractions; only square roots have 28 digits. The order of judges and nominees never matters.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import reduce
from statistics import median
from typing import Final, Literal

import msgspec

from voting.rules.conversions import FULL, points_problems, root, rounded
from voting.rules.ranking import Beaten, Worth
from voting.rules.standardising import Standardised

Method = Literal[
    "mean",
    "median",
    "trimmed",  # the mean without the highest and lowest marks
    "middle",  # the mean of the middle marks
    "sum",
    "z",  # the mean of z-scores
    "z_refit",  # that, on the scale of the marks
    "rank_sum",  # what the marks say about the order, as per cent of comparisons that are won
    "exponential",  # judges rank; points by the sum of what ranks are worth
    "votes",  # judges pick; the number of picks
]
Shrink = Literal["off", "median", "half_median"]
Note = Literal["", "too-few", "not-trimmed", "shrunk"]

MOST_DECIMALS: Final = 4
LARGEST_MARK: Final = 1000
MOST_MARKS: Final = 1000
# What the first ten of a panel that ranks get, by default: the points of a known song contest.
TEN: Final = (12, 10, 8, 7, 6, 5, 4, 3, 2, 1)

# The largest rank: a season has no more nominees. What ranks are worth takes digits by the rank.
MOST_RANKED: Final = 10_000

# Methods where a value depends on nothing but the nominee's own marks.
ALONE: Final = frozenset({"mean", "median", "trimmed", "middle", "sum", "votes"})

# Decimals are summed ten times as fast as fractions; what cannot be held exactly here is refused.
_WIDE: Final = Context(prec=80, traps=[Inexact])

Marks = Mapping[str, Mapping[str, Decimal]]  # judge -> nominee -> mark
# nominee -> category, within which judges rank and pick; who is not in it shares one with the like.
Groups = Mapping[str, str]


class Panel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the marks of a panel become one value.

    lowest, highest: which marks can be given. min_marks: with fewer a nominee has no value.
    drop_high, drop_low: for ``trimmed``; trim_from: with fewer marks nothing is dropped.
    keep: for ``middle``, how many of the middle marks count. shrink: for ``mean``, up to which
    number of marks a nominee counts less. fall, points: for ``exponential``, per cent of the
    worth of a rank that the next one has, and what the first, second ... of the sum get. picks: for
    ``votes``, how many nominees a judge may pick in a category; a pick is a mark of 1, and 0 is
    none. There neither the range of marks nor min_marks matters.
    decimals: of the value, halves rounded away from zero.
    """

    method: Method = "mean"
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(100)
    decimals: int = 2
    min_marks: int = 1
    drop_high: int = 1
    drop_low: int = 1
    trim_from: int = 5
    keep: int = 3
    shrink: Shrink = "off"
    fall: int = 85
    points: tuple[int, ...] = TEN
    picks: int = 3


@dataclass(frozen=True, slots=True)
class Value:
    """What a nominee gets from the panel.

    value: None when there are too few marks. exact: before rounding. counted, dropped: the marks
    by judge. note: what was not as usual.
    """

    value: Decimal | None
    exact: Fraction | None
    counted: Mapping[str, Decimal]
    dropped: Mapping[str, Decimal]
    note: Note = ""


def problems(panel: Panel) -> list[str]:
    """Return codes of what makes the settings contradict themselves or mean nothing."""
    found = []
    bounds = (panel.lowest, panel.highest)
    if not all(bound.is_finite() for bound in bounds) or not (
        0 <= panel.lowest < panel.highest <= LARGEST_MARK
    ):
        found.append("mark-range")
    if not 0 <= panel.decimals <= MOST_DECIMALS:
        found.append("decimals-out-of-range")
    if not 1 <= panel.min_marks <= MOST_MARKS:
        found.append("min-marks-out-of-range")
    if panel.shrink != "off" and panel.method != "mean":
        found.append("shrinks-no-mean")
    if panel.method == "trimmed":
        found += _trim_problems(panel)
    elif panel.method == "middle" and not 1 <= panel.keep <= MOST_MARKS:
        found.append("keeps-nothing")
    elif panel.method == "exponential":
        found += points_problems(panel.points)
        if not 1 <= panel.fall <= 99:
            found.append("fall-out-of-range")
    elif panel.method == "votes" and not 1 <= panel.picks <= MOST_MARKS:
        found.append("picks-out-of-range")
    return found


def _trim_problems(panel: Panel) -> list[str]:
    if panel.drop_high < 0 or panel.drop_low < 0 or panel.drop_high + panel.drop_low < 1:
        return ["drops-nothing"]
    if not panel.drop_high + panel.drop_low < panel.trim_from <= MOST_MARKS:
        return ["drops-all"]
    return []


def out_of(panel: Panel) -> Fraction | None:
    """Return the most that a nominee can get.

    None where there is no end (plain z-scores), or none that the rules alone say: a sum of marks or
    picks depends on how many judges there are.
    """
    if panel.method == "exponential":
        return Fraction(panel.points[0])
    if panel.method == "rank_sum":
        return Fraction(FULL)
    return None if panel.method in {"z", "sum", "votes"} else Fraction(panel.highest)


def needed(panel: Panel) -> int:
    """Return with how many marks a nominee has a value."""
    return 1 if panel.method == "votes" else panel.min_marks


def aggregate(marks: Marks, panel: Panel, groups: Groups | None = None) -> dict[str, Value]:
    """Return the value of every nominee that anybody has marked.

    marks: judge -> nominee -> mark; for ``exponential``, judge -> nominee -> rank from 1. groups:
    categories of which each has picks of its own; None: all nominees are of one.
    Raises ValueError for settings with ``problems`` and for marks out of the range.
    """
    if wrong := problems(panel):
        raise ValueError(", ".join(wrong))
    _check(marks, panel, groups or {})
    by_nominee = table_by_nominee(marks)
    if by_itself(panel):
        return values_of(by_nominee, panel)
    enough = {one: own for one, own in by_nominee.items() if len(own) >= needed(panel)}
    if panel.method == "mean":
        found = {one: _of_marks(own, panel) for one, own in enough.items()}
        found = _shrunk(found, panel.shrink) if found else {}
    else:
        found = {
            one: Value(None, Fraction(*ratio), *split(enough[one], marks, panel))
            for one, ratio in compared(marks, panel).ratios().items()
        }
    return _finished(found, by_nominee, panel)


def compared(marks: Marks, panel: Panel) -> Standardised | Worth | Beaten:
    """Return what works out a panel where each value depends on the marks of others."""
    if panel.method == "rank_sum":
        return Beaten(marks, panel.min_marks)
    if panel.method == "exponential":
        return Worth(marks, panel.min_marks, panel.fall, panel.points)
    return Standardised(marks, panel.min_marks, refit=panel.method == "z_refit")


def split(
    own: Mapping[str, Decimal], marks: Marks, panel: Panel
) -> tuple[Mapping[str, Decimal], Mapping[str, Decimal]]:
    """Return which of a nominee's marks count in a comparison, and which do not."""
    if panel.method != "rank_sum":
        return own, {}
    alone = {judge: mark for judge, mark in own.items() if len(marks[judge]) < 2}
    return {judge: mark for judge, mark in own.items() if judge not in alone}, alone


def by_itself(panel: Panel) -> bool:
    """Return whether a nominee's value depends on nothing but the marks for this nominee."""
    return panel.method in ALONE and panel.shrink == "off"


def table_by_nominee(marks: Marks) -> dict[str, dict[str, Decimal]]:
    """Return nominee -> judge -> mark, the judges in the order of their names."""
    table: dict[str, dict[str, Decimal]] = {}
    for judge in sorted(marks):
        for nominee, mark in marks[judge].items():
            table.setdefault(nominee, {})[judge] = mark
    return table


def values_of(table: Mapping[str, Mapping[str, Decimal]], panel: Panel) -> dict[str, Value]:
    """Return the values of a panel where each is ``by_itself``.

    table: nominee -> judge -> mark, of equal marks the judges in the order of their names; marks
    are in the range.
    """
    enough = {one: own for one, own in table.items() if len(own) >= needed(panel)}
    return _finished({one: _of_marks(own, panel) for one, own in enough.items()}, table, panel)


def _finished(
    found: Mapping[str, Value], table: Mapping[str, Mapping[str, Decimal]], panel: Panel
) -> dict[str, Value]:
    """Return the values rounded, with those that too few marks leave without one."""
    values = {}
    for one in sorted(table):
        value = found.get(one)
        if value is None or value.exact is None:
            values[one] = Value(None, None, table[one], {}, "too-few")
        else:
            number = rounded(value.exact, panel.decimals)
            values[one] = Value(number, value.exact, value.counted, value.dropped, value.note)
    return values


def mean_of(values: Mapping[str, Decimal]) -> Fraction:
    """Return the exact mean."""
    top, bottom = exact_sum(values.values()).as_integer_ratio()
    return Fraction(top, bottom * len(values))


def exact_sum(values: Iterable[Decimal]) -> Fraction:
    """Return the sum without any rounding."""
    numbers = tuple(values)
    try:
        return Fraction(reduce(_WIDE.add, numbers, Decimal(0)))
    except Inexact:
        return sum(map(Fraction, numbers), Fraction(0))


def _check(marks: Marks, panel: Panel, groups: Groups) -> None:
    for judge, own in marks.items():
        if panel.method not in {"exponential", "votes"} and (
            not own or panel.lowest <= min(own.values()) <= max(own.values()) <= panel.highest
        ):
            continue
        for nominee, mark in own.items():
            if panel.method == "votes":
                fits = mark in {0, 1}
            elif panel.method == "exponential":
                fits = 1 <= mark <= MOST_RANKED and mark == mark.to_integral_value()
            else:
                fits = panel.lowest <= mark <= panel.highest
            if not fits:
                raise ValueError(f"the mark {mark} of {judge} for {nominee} is out of range")
        if panel.method == "votes":
            picked = Counter(groups.get(one, "") for one, mark in own.items() if mark)
            if max(picked.values(), default=0) > panel.picks:
                raise ValueError(f"{judge} has more picks than {panel.picks}")


def _of_marks(own: Mapping[str, Decimal], panel: Panel) -> Value:
    """Return sum, mean, median, trimmed mean or the mean of the middle marks of one nominee."""
    # Equal marks are dropped in the order of the judges' names, in which they stand here; which one
    # it is changes no value.
    order = sorted(own, key=own.__getitem__)
    low, high = window(panel, len(order))
    counted = {judge: own[judge] for judge in order[low:high]}
    if panel.method == "votes":
        counted = {judge: mark for judge, mark in counted.items() if mark}
    if panel.method in {"sum", "votes"}:
        return Value(None, exact_sum(counted.values()), counted, {})
    exact = mean_of(counted)
    if panel.method == "median":
        # The others are not dropped: that there are as many on each side is what they count for.
        return Value(None, exact, {judge: own[judge] for judge in order}, {})
    dropped = {judge: own[judge] for judge in (*order[:low], *order[high:])}
    note: Note = "not-trimmed" if panel.method == "trimmed" and not dropped else ""
    return Value(None, exact, counted, dropped, note)


def window(panel: Panel, count: int) -> tuple[int, int]:
    """Return from where to where marks in rising order are averaged: all, or those between."""
    if panel.method == "trimmed" and count >= panel.trim_from:
        return panel.drop_low, count - panel.drop_high
    if panel.method == "median":
        return (count - 1) // 2, count // 2 + 1
    if panel.method == "middle":
        spare = max(0, count - panel.keep)
        return spare // 2, count - spare // 2
    return 0, count


def _shrunk(found: Mapping[str, Value], shrink: Shrink) -> dict[str, Value]:
    """Multiply by the root of n over the usual number of marks, where n is smaller."""
    parts = shares({one: len(value.counted) for one, value in found.items()}, shrink)
    return {
        one: Value(None, value.exact * parts[one], value.counted, {}, "shrunk")
        if value.exact is not None and parts[one] < 1
        else value
        for one, value in found.items()
    }


def shares(counts: Mapping[str, int], shrink: Shrink) -> dict[str, Fraction]:
    """Return by what each mean is multiplied, of nominees with so many marks."""
    usual = Fraction(median(Fraction(count) for count in counts.values()))
    if shrink == "half_median":
        usual /= 2
    by_count = {
        count: root(count / usual) if count < usual else Fraction(1)
        for count in set(counts.values())
    }
    return {one: by_count[count] for one, count in counts.items()}
