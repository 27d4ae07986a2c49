"""Bounds on what a client may send before anybody looks at it.

httptools itself has none: one connection could send header lines without end. A proxy in front
sets bounds of its own; this holds without one.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_HEADER_BYTES: Final = 32 * 1024
HEAD_SECONDS: Final = 20.0  # for the first line and the headers; twice that when it begins badly
MOST_ADDRESS_BYTES: Final = 2048
MOST_BODY_BYTES: Final = 64 * 1024
MOST_ADMIN_BODY_BYTES: Final = 6 * 1024 * 1024
# Where files are taken in; the console's addresses begin with a language.
STAFF_PAGES: Final = re.compile(r"/admin/|/[a-z-]+/console/")
# Photos and proofs of nominations, evidence with objections, offices' answers (their own pages and
# the organisers'), and the nominations' long texts.
MOST_UPLOAD_BYTES: Final = 13 * 1024 * 1024
MOST_FORM_BYTES: Final = 512 * 1024
UPLOADS: Final = re.compile(
    r"/[a-z-]+/nominations/[0-9A-Z]{10}/add/[a-z]+/\Z"
    r"|/[a-z-]+/s/[-\w]+/notice/(object|objection/[0-9A-Z]{16})/\Z"
    r"|/[a-z-]+/console/seasons/[-\w]+/(nominations/at/[0-9A-Z]{10}|objections/[0-9A-Za-z]+)/\Z"
)
# A table of figures (5 MB) with a scan that proves it (10 MB).
MOST_FIGURES_BYTES: Final = 16 * 1024 * 1024
FIGURES: Final = re.compile(r"/[a-z-]+/console/seasons/[-\w]+/figures/\Z")
LONG_FORMS: Final = re.compile(r"/[a-z-]+/nominations/[0-9A-Z]{10}/edit/[a-z]+/\Z")

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]


class BoundedHttp(HttpToolsProtocol):
    """Hangs up on whoever sends more than 32 KB of header lines, or takes too long over them."""

    _in_head = True
    _head_bytes = 0
    # One look at a connection every so often, not a timer for each request: a head that is
    # unfinished at two looks in a row, and is still the same one, has had its time.
    _heads = 0
    _unfinished = -1

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._look)

    def _look(self) -> None:
        transport = self.transport
        # After an upgrade the connection is a socket's, which has bounds of its own.
        if transport.is_closing() or transport.get_protocol() is not self:
            return
        if self._in_head and self._unfinished == self._heads:
            transport.close()
            return
        self._unfinished = self._heads if self._in_head else -1
        self.loop.call_later(HEAD_SECONDS, self._look)

    def on_message_begin(self) -> None:
        """Begin to count."""
        self._in_head, self._head_bytes = True, 0
        self._heads += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Stop counting: bodies are bounded by whoever reads them."""
        self._in_head = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count while a request's head is coming in."""
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > MOST_HEADER_BYTES:
                # May be the head and the beginning of a body in one piece: then it is no head.
                end = data.find(b"\r\n\r\n")
                if end < 0 or self._head_bytes - len(data) + end > MOST_HEADER_BYTES:
                    self.transport.close()
                    return
        super().data_received(data)


def most_body_bytes(path: str) -> int:
    """Return how large a request's body to Django may be."""
    if UPLOADS.match(path):
        return MOST_UPLOAD_BYTES
    if FIGURES.match(path):
        return MOST_FIGURES_BYTES
    if LONG_FORMS.match(path):
        return MOST_FORM_BYTES
    return MOST_ADMIN_BODY_BYTES if STAFF_PAGES.match(path) else MOST_BODY_BYTES


def bounded(receive: Receive, most: int) -> Receive:
    """Return a receiver that ends the request once its body has become too large."""
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        return {"type": "http.disconnect"} if total > most else message

    return counting
