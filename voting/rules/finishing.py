"""When a score sheet is finished: criteria that a judge may leave empty bring 0, not nothing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Protocol

Marks = Mapping[str, Mapping[str, Decimal]]  # judge -> nominee -> mark


class Line(Protocol):
    """What is asked of a criterion here: its key, its range, and whether it can be left empty."""

    @property
    def key(self) -> str:
        """Its name in files."""

    @property
    def lowest(self) -> Decimal:
        """The lowest mark that can be given."""

    @property
    def highest(self) -> Decimal:
        """The highest mark that can be given."""

    @property
    def optional(self) -> bool:
        """Whether a sheet is finished without it."""


def completed(sheets: Mapping[str, Marks], criteria: Sequence[Line]) -> Mapping[str, Marks]:
    """Return the sheets with 0 for each optional criterion that an otherwise whole one lacks.

    A judge who has left it empty has finished the sheet, and must not be thrown out as if a mark
    were missing. Done twice it changes nothing more. Raises ValueError for a mark of an optional
    criterion that is neither 0 nor in its range.
    """
    optional = [one for one in criteria if one.optional]
    if not optional:
        return sheets
    needed = [sheets.get(one.key, {}) for one in criteria if not one.optional]
    # Of a rubric that asks for nothing a sheet is whole as soon as there is anything on it.
    some = needed[:1] or [sheets.get(one.key, {}) for one in optional]
    whole: dict[str, list[str]] = {}
    for marks in some:
        for judge, own in marks.items():
            kept = [one for one in own if all(one in part.get(judge, {}) for part in needed)]
            whole.setdefault(judge, []).extend(kept)
    found = dict(sheets)
    for criterion in optional:
        marks = sheets.get(criterion.key, {})
        for judge, own in marks.items():
            for nominee, mark in own.items():
                if mark:
                    check_range(criterion, mark, judge, nominee)
        found[criterion.key] = {
            judge: dict.fromkeys(whole.get(judge, ()), Decimal(0)) | dict(marks.get(judge, {}))
            for judge in (*marks, *(one for one in whole if one not in marks))
        }
    return found


def check_range(criterion: Line, mark: Decimal, judge: str, nominee: str) -> None:
    """Raise ValueError for a mark that cannot be given there."""
    if not criterion.lowest <= mark <= criterion.highest:
        raise ValueError(f"the mark {mark} of {judge} for {nominee} is out of range")


def lowest_of(criterion: Line) -> Decimal:
    """Return the least that a criterion brings: where it can be left out, 0."""
    return min(criterion.lowest, Decimal(0)) if criterion.optional else criterion.lowest
