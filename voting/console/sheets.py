"""Lists as CSV and XLSX files that no spreadsheet program can be made to execute."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from itertools import islice
from typing import Final

from django.http import HttpResponse
from openpyxl import Workbook

from voting.nominations.sheets.cells import escaped

LONGEST_CELL: Final = 32_767  # characters that a cell of XLSX can hold
MOST_ROWS: Final = 100_000
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """Answer with a CSV file of the first ``MOST_ROWS`` rows. name: without ending."""
    text = StringIO()
    text.write("\ufeff")  # else spreadsheet programs take it for another encoding
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([escaped(cell) for cell in row] for row in islice(rows, MOST_ROWS))
    return _attached(text.getvalue().encode(), "text/csv; charset=utf-8", f"{name}.csv")


def xlsx_response(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """Answer with an XLSX file of the first ``MOST_ROWS`` rows. name: without ending."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    sheet.append(list(head))
    for row in islice(rows, MOST_ROWS):
        sheet.append([escaped(cell)[:LONGEST_CELL] for cell in row])
    target = BytesIO()
    book.save(target)
    return _attached(target.getvalue(), _XLSX, f"{name}.xlsx")


def _attached(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
