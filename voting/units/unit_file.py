"""Reading a list of units as offices keep it: a CSV file, from whichever spreadsheet program."""

import csv
import io
from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from voting.units.models import code_validator

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_ROWS: Final = 20_000
MAX_PROBLEMS: Final = 20
NEEDED: Final = ("code", "name", "tier")
LENGTHS: Final = {"name": 60, "name_en": 120, "tier": 30, "tier_en": 60, "kind": 20}


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as the file names it."""

    line: int
    code: str
    name: str
    tier: str
    parent: str
    kind: str
    name_en: str
    tier_en: str


class UnitFileInvalid(ValueError):
    """A file of units that cannot be taken; ``problems`` are sentences that name the lines."""

    def __init__(self, problems: list[str]) -> None:
        shown = problems[:MAX_PROBLEMS]
        if len(problems) > MAX_PROBLEMS:
            shown.append(_("And %(n)d more.") % {"n": len(problems) - MAX_PROBLEMS})
        super().__init__("\n".join(shown))
        self.problems = shown


def parse(raw: bytes) -> list[UnitRow]:
    """Return the units of a file, parents before what belongs to them.

    raw: CSV with a line of column names: code, name, tier, and if wanted parent (a code of this
        file or of a unit that is there already), kind, name_en, tier_en. UTF-8, or GB 18030 as
        Chinese spreadsheet programs write it.
    Raises UnitFileInvalid with everything that is wrong.
    """
    if len(raw) > MAX_BYTES:
        raise UnitFileInvalid([_("The file is larger than 2 MB. Split it by town.")])
    reader = csv.DictReader(io.StringIO(_text(raw), newline=""), strict=True)
    try:
        columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        missing = [name for name in NEEDED if name not in columns]
        if missing:
            raise UnitFileInvalid(
                [
                    _("The first line must name the columns; missing: %(names)s.")
                    % {"names": ", ".join(missing)}
                ]
            )
        reader.fieldnames = columns
        rows = [
            _row(reader.line_num, found)
            for found in reader
            if any(isinstance(value, str) and value.strip() for value in found.values())
        ]
    except csv.Error as error:
        raise UnitFileInvalid(
            [_("Line %(line)d cannot be read as CSV.") % {"line": reader.line_num}]
        ) from error
    problems = _problems(rows)
    if problems:
        raise UnitFileInvalid(problems)
    return _parents_first(rows)


def _text(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnitFileInvalid([_("The file is no text. Save it as CSV (UTF-8) and try again.")])


def _row(line: int, found: dict[str, str | None]) -> UnitRow:
    def cell(name: str) -> str:
        value = found.get(name)
        return value.strip() if isinstance(value, str) else ""

    return UnitRow(
        line, cell("code"), cell("name"), cell("tier"), cell("parent"), cell("kind"),
        cell("name_en"), cell("tier_en"),
    )  # fmt: skip


def _problems(rows: list[UnitRow]) -> list[str]:
    found = []
    if not rows:
        found.append(_("The file names no units."))
    if len(rows) > MAX_ROWS:
        found.append(_("The file names more than %(n)d units.") % {"n": MAX_ROWS})
        return found
    for row in rows:
        try:
            code_validator(row.code)
        except ValidationError:
            found.append(
                _("Line %(line)d: a code is 1 to 20 letters, digits or hyphens.")
                % {"line": row.line}
            )
        found.extend(
            _("Line %(line)d: the column %(name)s is empty.") % {"line": row.line, "name": name}
            for name in ("name", "tier")
            if not getattr(row, name)
        )
        found.extend(
            _("Line %(line)d: the column %(name)s is longer than %(n)d characters.")
            % {"line": row.line, "name": name, "n": most}
            for name, most in LENGTHS.items()
            if len(getattr(row, name)) > most
        )
    found.extend(
        _("The code %(code)s stands %(n)d times.") % {"code": code, "n": times}
        for code, times in Counter(row.code for row in rows).items()
        if times > 1
    )
    names: dict[tuple[str, str], list[int]] = {}
    for row in filter(lambda row: row.name, rows):
        names.setdefault((row.parent, row.name), []).append(row.line)
    found.extend(
        _("Lines %(lines)s: %(name)s stands more than once below the same unit.")
        % {"lines": ", ".join(str(line) for line in lines[:5]), "name": name}
        for (_parent, name), lines in names.items()
        if len(lines) > 1
    )
    return found


def _parents_first(rows: list[UnitRow]) -> list[UnitRow]:
    by_code = {row.code: row for row in rows}
    placed: dict[str, UnitRow] = {}
    for row in rows:
        chain, codes = [row], {row.code}
        # Up to the first that is placed already, or whose parent the file does not name.
        while chain[-1].parent in by_code and chain[-1].parent not in placed:
            above = by_code[chain[-1].parent]
            if above.code in codes:
                raise UnitFileInvalid(
                    [
                        _("Line %(line)d: %(name)s would belong to itself.")
                        % {"line": row.line, "name": row.name}
                    ]
                )
            chain.append(above)
            codes.add(above.code)
        for one in reversed(chain):
            placed.setdefault(one.code, one)
    return list(placed.values())
