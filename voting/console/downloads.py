"""Files that people take along: how they are called, and how long ones are sent."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from django.utils.http import content_disposition_header


async def in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Return pieces as they are made, without holding up the server."""
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def disposition(name: str, *, attached: bool) -> str:
    """Return the header that names a file. attached: whether it is kept rather than shown."""
    return content_disposition_header(attached, name) or "attachment"
