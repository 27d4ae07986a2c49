"""Files that people take along: tables at once, long ones piece by piece."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from django.http import HttpResponse
from tablib import Dataset

from voting.seasons.views import disposition


async def in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Return pieces as they are made, without holding up the server."""
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def csv_response(table: Dataset, name: str) -> HttpResponse:
    """Hand a table out as CSV. name: of the file, with its ending."""
    # The mark at the beginning: without it, spreadsheet programs in China read GB 18030.
    raw = b"\xef\xbb\xbf" + str(table.export("csv")).encode()
    response = HttpResponse(raw, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(name, attached=True)
    return response
