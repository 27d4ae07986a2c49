"""From nominations to a file: XLSX or CSV, with Chinese and English names of the columns."""

from collections.abc import Iterable
from typing import Final

from import_export.formats import base_formats
from tablib import Dataset

from voting.nominations.models import Nomination
from voting.nominations.sheets.columns import COLUMNS
from voting.nominations.sheets.resource import NominationResource
from voting.seasons.models import Season

TYPES: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def sheet(season: Season, rows: Iterable[Nomination], ending: str) -> bytes:
    """Return a file of these nominations. ending: xlsx or csv.

    rows: with category, unit and contact fetched along.
    """
    table = _empty()
    resource = NominationResource(season)
    for one in rows:
        table.append(list(resource.cells_of(one).values()))
    return _file(table, ending)


def template(season: Season, ending: str) -> bytes:
    """Return a file with the names of the columns, and nothing below them. ending: xlsx or csv."""
    del season
    return _file(_empty(), ending)


def _empty() -> Dataset:
    table = Dataset(title="nominations")
    table.headers = [column.heading() for column in COLUMNS]
    return table


def _file(table: Dataset, ending: str) -> bytes:
    if ending == "csv":
        # The mark at the beginning: without it, spreadsheet programs in China read GB 18030.
        return b"\xef\xbb\xbf" + base_formats.CSV().export_data(table).encode()
    found: bytes = base_formats.XLSX().export_data(table)
    return found
