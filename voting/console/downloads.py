"""Long files that people take along, sent piece by piece."""

import asyncio
from collections.abc import AsyncIterator, Iterator


async def in_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Return pieces as they are made, without holding up the server."""
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece
