"""From a file to rows of text. A file is not believed, neither in its size nor in its kind."""

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final
from xml.parsers import expat

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException
from tablib import Dataset

from voting.nominations.sheets.cells import unescaped

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 60
_ZIP: Final = b"PK\x03\x04"
_ROW: Final = re.compile(rb"<(?:[^\s<>/:]{1,40}:)?row[\s/>]")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a table may be: bytes of the file, bytes unpacked, rows below the first.

    tags: beginnings and ends of elements in all parts of a workbook together; reading one costs
    up to 40 microseconds. command: what takes larger ones at the server; "" if nothing does.
    """

    file: int = MOST_BYTES
    unpacked: int = 60 * 1024 * 1024
    rows: int = MOST_ROWS
    tags: int = 2_000_000
    command: str = ""

    @property
    def lines(self) -> int:
        """How far down a file is looked at: some rows may be empty."""
        return 2 * self.rows


NOMINATIONS: Final = Bounds()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: in which row (0: the file), in which column, in words."""

    row: int
    column: str
    text: str


class _Doctype(Exception):
    """XML that defines what it will be read as."""


class _Element(Exception):
    """The first element: nothing can be defined any more."""


class SheetInvalid(ValueError):
    """A file that cannot be read as a table."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems = [Problem(0, "", text)]


def rows_of(raw: bytes, bounds: Bounds = NOMINATIONS) -> Dataset:
    """Return the first sheet of an XLSX file, or a CSV file, as texts; empty rows are left out.

    The first row names the columns. CSV may be UTF-8, or GB 18030 as Chinese spreadsheet programs
    write it. Each row is tagged with its number in the file. Raises SheetInvalid.
    """
    if len(raw) > bounds.file:
        raise SheetInvalid(
            _larger(_("The file is larger than %(most)d MB. Split it."), bounds)
            % {"most": bounds.file // 1048576}
        )
    table = _xlsx(raw, bounds) if raw[:4] == _ZIP else _csv(raw, bounds)
    if not table or not any(table[0]):
        raise SheetInvalid(_("The file is empty. The first row must name the columns."))
    found = Dataset()
    width = len(table[0])
    found.headers = table[0]
    for number, row in enumerate(table[1:], 2):
        if any(cell.strip() for cell in row):
            found.append((row + [""] * width)[:width], tags=[str(number)])
    return found


def _counted(rows: Iterable[list[str]], bounds: Bounds) -> list[list[str]]:
    """Return the rows, read no further than to the first that is too many. Raises SheetInvalid."""
    table: list[list[str]] = []
    full = -1  # the first row names the columns
    for row in rows:
        table.append(row)
        full += any(cell.strip() for cell in row)
        if full > bounds.rows:
            raise SheetInvalid(
                _larger(_("At most %(most)d rows in one file. Split it."), bounds)
                % {"most": bounds.rows}
            )
        if len(table) > bounds.lines:
            break
    return table


def _larger(said: str, bounds: Bounds) -> str:
    """Return a refusal of what is too large, with what takes it all the same."""
    if not bounds.command:
        return said
    # Before the values are filled in: a sign of the command must not look like one of theirs.
    way = _("Or have it brought in as a whole at the server: %(command)s") % {
        "command": bounds.command
    }
    return f"{said} {way.replace('%', '%%')}"


def _csv(raw: bytes, bounds: Bounds) -> list[list[str]]:
    if b"\0" in raw[:4096] and raw[:2] not in {b"\xff\xfe", b"\xfe\xff"}:
        raise SheetInvalid(_("This is neither an XLSX file nor a CSV file."))
    text = ""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetInvalid(_("This is neither an XLSX file nor a CSV file."))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)

    def cells(row: list[str]) -> list[str]:
        if len(row) > MOST_COLUMNS:
            raise SheetInvalid(_("At most %(most)d columns.") % {"most": MOST_COLUMNS})
        return [unescaped(cell) for cell in row]

    try:
        return _counted(map(cells, reader), bounds)
    except csv.Error as error:
        raise SheetInvalid(
            _("Line %(line)d cannot be read as CSV.") % {"line": reader.line_num}
        ) from error


def _xlsx(raw: bytes, bounds: Bounds) -> list[list[str]]:
    _check_archive(raw, bounds)
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What the file says of its size is not believed: a row far down would be a million rows.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_row=bounds.lines, max_col=MOST_COLUMNS, values_only=True)
        return _trimmed(_counted(([unescaped(cell) for cell in row] for row in rows), bounds))
    except SheetInvalid:
        raise
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        AttributeError,
        SyntaxError,
        OverflowError,
        OSError,
        EOFError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise SheetInvalid(_("This XLSX file is damaged. Save it anew and try again.")) from error


def _check_archive(raw: bytes, bounds: Bounds) -> None:
    """Refuse what unpacks to more than a table of this size can be, and XML that defines things."""
    bomb = _larger(
        _("This file unpacks to far more than such a table can be. It was not opened."), bounds
    )
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > bounds.unpacked:
                raise SheetInvalid(bomb)
            if "xl/workbook.xml" not in archive.namelist():
                raise SheetInvalid(_("This is neither an XLSX file nor a CSV file."))
            left, tags = bounds.unpacked, bounds.tags
            for part in parts:
                with archive.open(part) as file:
                    content = file.read(left + 1)
                left -= len(content)
                tags -= content.count(b"<")
                # Whatever its name: a workbook may call any part a sheet.
                _check_lines(content, bounds)
                if left < 0 or tags < 0:  # it said that it was smaller
                    raise SheetInvalid(bomb)
                if _defines_entities(content):
                    raise SheetInvalid(_("This XLSX file is damaged. Save it anew and try again."))
    except SheetInvalid:
        raise
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        ValueError,
        EOFError,
        OSError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise SheetInvalid(_("This XLSX file is damaged. Save it anew and try again.")) from error


def _check_lines(content: bytes, bounds: Bounds) -> None:
    """Refuse a sheet that is far too long, before a parser has gone through all of it."""
    if sum(1 for _row in islice(_ROW.finditer(content), bounds.lines + 1)) > bounds.lines:
        raise SheetInvalid(
            _larger(
                _(
                    "At most %(most)d rows in one file; this one has more than twice as many, "
                    "perhaps empty ones. Split it, or delete what stands below its last row."
                ),
                bounds,
            )
            % {"most": bounds.rows}
        )


def _defines_entities(content: bytes) -> bool:
    """Return whether the parser that reads the workbook would find a document type in a part.

    Asked of the parser itself: searching for "<!DOCTYPE" misses it in another encoding, and
    behind a long comment. What is no XML defines nothing.
    """

    def doctype(*_facts: object) -> None:
        raise _Doctype

    def element(*_facts: object) -> None:
        raise _Element

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = element
    try:
        parser.Parse(content, True)
    except _Doctype:
        return True
    except (_Element, expat.ExpatError, ValueError, LookupError):
        return False
    return False


def _trimmed(table: list[list[str]]) -> list[list[str]]:
    """Return the table without the empty rows and columns behind its content."""
    while table and not any(table[-1]):
        table.pop()
    width = max((at + 1 for row in table for at, cell in enumerate(row) if cell), default=0)
    return [row[:width] + [""] * (width - len(row)) for row in table]
