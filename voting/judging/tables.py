"""Tables that name nominees: their columns, their rows, and all that is wrong with them.

Used for score sheets and for figures from outside. Nothing is believed: the file is read by
``nominations.sheets``, and every cell that cannot be used is a problem with its row.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from tablib import Dataset

from voting.nominations.sheets.columns import LANGUAGES, folded
from voting.nominations.sheets.reading import Bounds, Problem, SheetInvalid, rows_of
from voting.seasons.models import Nominee, Season
from voting.seasons.services import RuleBroken

# 60 judges x 400 nominees x 8 criteria are 192,000 rows.
BOUNDS: Final = Bounds(
    file=40 * 1024 * 1024, unpacked=300 * 1024 * 1024, rows=500_000, tags=20_000_000
)
WEB_ROWS: Final = 5_000  # about a second of the web process
SHOWN: Final = 20
MOST_DECIMALS: Final = 4
LARGEST: Final = Decimal(10**11)


def in_the_web(command: str) -> Bounds:
    """Return how large a table may be that comes through a page.

    command: what takes larger ones at the server, to be named in the refusal.
    """
    return Bounds(unpacked=12 * 1024 * 1024, rows=WEB_ROWS, tags=200_000, command=command)


class TableInvalid(RuleBroken):
    """The file cannot be used; ``problems`` holds all that is wrong, by row."""

    def __init__(self, file_name: str, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        lines = [_("Nothing was imported from %(file)s:") % {"file": file_name}]
        lines += [_in_words(one) for one in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(_("And %(count)d more problems.") % {"count": len(self.problems) - SHOWN})
        super().__init__("\n".join(lines))


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in the file, and its title, by which a file may call it as well."""

    key: str
    title: Any
    needed: bool = True

    def names(self) -> set[str]:
        """Return all names by which a file may call it, folded."""
        found = {self.key}
        for language in LANGUAGES:
            with override(language):
                found.add(str(self.title))
        return {folded(name) for name in found}


NOMINEE: Final = Column("nominee", gettext_lazy("Nominee"))


class Table:
    """A table as it is read; problems are collected, so that all of them can be said at once."""

    def __init__(
        self, raw: bytes, file_name: str, columns: Sequence[Column], *, bounds: Bounds = BOUNDS
    ) -> None:
        """Read the file. Raises TableInvalid for what is no table, is too large, or lacks a column.

        bounds: those of the command line, if nothing else is said.
        """
        self.file_name = file_name
        self.problems: list[Problem] = []
        try:
            self._rows: Dataset = rows_of(raw, bounds)
        except SheetInvalid as error:
            raise TableInvalid(file_name, error.problems) from error
        self._at = self._columns(columns)
        self.finish()

    def _columns(self, columns: Sequence[Column]) -> dict[str, int]:
        known = {name: one.key for one in columns for name in one.names()}
        found: dict[str, int] = {}
        for at, header in enumerate(self._rows.headers or ()):
            key = known.get(folded(header))
            if key is None:
                wanted = _(", ").join(f"{one.title} ({one.key})" for one in columns)
                self.problems.append(
                    Problem(1, header, _("Nobody knows this column. There are: %(names)s.")
                            % {"names": wanted})
                )  # fmt: skip
            elif key in found:
                self.problems.append(Problem(1, header, _("This column stands twice.")))
            else:
                found[key] = at
        self.problems += [
            Problem(1, one.key, _("This column is missing."))
            for one in columns
            if one.needed and one.key not in found
        ]
        return found

    def rows(self) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Yield each row's number in the file, and its cells by key, without blanks around them."""
        for number in range(len(self._rows)):
            cells, tags = self._rows[number], self._rows._data[number].tags  # noqa: SLF001 -- tablib gives tags of rows in no other way
            yield int(tags[0]), {key: cells[at].strip() for key, at in self._at.items()}

    def add(self, row: int, column: str, text: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(row, column, text))

    def number(self, row: int, column: str, text: str) -> Decimal | None:
        """Return a number of at most four decimals; None, with the problem noted, for another."""
        try:
            value = Decimal(text if "_" not in text else "") + 0  # no -0
        except InvalidOperation:
            value = Decimal("NaN")
        if not (text.isascii() and value.is_finite()):
            self.add(row, column, _("“%(text)s” is not a number.") % {"text": text[:40]})
            return None
        if abs(value) >= LARGEST:
            self.add(row, column, _("“%(text)s” is too large.") % {"text": text[:40]})
            return None
        if value != round(value, MOST_DECIMALS):
            self.add(row, column, _("At most %(most)d decimals.") % {"most": MOST_DECIMALS})
            return None
        return value or Decimal(0)  # "0e-20000" is nought, and too long for a column

    def finish(self) -> None:
        """Raise TableInvalid if anything is wrong."""
        if self.problems:
            raise TableInvalid(self.file_name, self.problems)


class Nominees:
    """Nominees by ballot number, or by a name that only one of them has."""

    def __init__(self, season: Season) -> None:
        """Read them in one query."""
        self.category_of: dict[int, str] = {}
        self._numbers: dict[str, Nominee] = {}
        self._names: dict[str, list[Nominee]] = {}
        for one in Nominee.objects.filter(season=season).select_related("category"):
            self.category_of[one.pk] = one.category.name
            if one.ballot_number:
                self._numbers[one.ballot_number] = one
            self._names.setdefault(one.name, []).append(one)

    def find(self, table: Table, row: int, text: str) -> Nominee | None:
        """Return the nominee that a cell names; None, with the problem noted, without one."""
        if text in self._numbers:
            return self._numbers[text]
        found = self._names.get(text, [])
        if len(found) == 1:
            return found[0]
        if found:
            said = _("“%(text)s” is the name of several nominees. Write the ballot number.")
        elif text:
            said = _("No nominee has the ballot number or name “%(text)s”.")
        else:
            said = _("The nominee is missing.")
        table.add(row, NOMINEE.key, said % {"text": text[:40]} if text else said)
        return None


def _in_words(problem: Problem) -> str:
    if not problem.row:
        return problem.text
    return _("Row %(row)d, %(column)s: %(text)s") % {
        "row": problem.row, "column": problem.column, "text": problem.text,
    }  # fmt: skip
