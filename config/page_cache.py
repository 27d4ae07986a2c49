"""Rendered pages that are the same for everyone, answered in front of Django.

A page says so itself, with the header ``X-Shared-Page``. It is rendered once in a while, however
many visitors come: at most every few seconds for an address, and by one request at a time.
"""

import asyncio
import gzip
import hashlib
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Inner = Callable[[Scope, Receive, Send], Awaitable[None]]

LIFETIME_SECONDS: Final = 5.0
MOST_PAGES: Final = 2000
SHARED: Final = b"x-shared-page"
# Pages that may say they are shared; anything else is Django's at once.
ADDRESS: Final = re.compile(
    r"/(?:zh-hans|en)/(?:s/[-0-9A-Za-z_]+/(?:n/[0-9A-Za-z]+/|rules/|board/)?)?"
)
QUERIES: Final = frozenset({b"", b"view=elder"})


@dataclass(slots=True)
class Page:
    """A rendered page, plain and packed."""

    headers: list[tuple[bytes, bytes]]
    plain: bytes
    packed: bytes
    tag: bytes
    stale_at: float


class PageCache:
    """Stands in front of Django for addresses whose pages are the same for everyone."""

    def __init__(self, inner: Inner, *, lifetime_seconds: float = LIFETIME_SECONDS) -> None:
        self.inner = inner
        self.lifetime_seconds = lifetime_seconds
        self._pages: OrderedDict[tuple[bytes, str, bytes], Page] = OrderedDict()
        self._locks: dict[tuple[bytes, str, bytes], asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let Django answer and remember it."""
        query = scope["query_string"]
        if (
            scope["method"] not in {"GET", "HEAD"}
            or query not in QUERIES
            or not ADDRESS.fullmatch(scope["path"])
        ):
            await self.inner(scope, receive, send)
            return
        headers = dict(scope["headers"])
        key = (headers.get(b"host", b""), scope["path"], query)
        page = self._pages.get(key)
        if page is None or page.stale_at <= time.monotonic():
            lock = self._locks.setdefault(key, asyncio.Lock())
            async with lock:
                page = self._pages.get(key)
                if page is None or page.stale_at <= time.monotonic():
                    answer = await self._render(scope, receive)
                    page = self._remember(key, answer)
                    if page is None:
                        for message in answer:
                            await send(message)
                        return
        await self._answer(page, headers, scope["method"], send)

    async def _render(self, scope: Scope, receive: Receive) -> list[Message]:
        """Return Django's answer to the same address without anything personal in the request."""
        impersonal = {
            **scope,
            "method": "GET",
            "headers": [
                (name, value)
                for name, value in scope["headers"]
                if name in {b"host", b"x-forwarded-for", b"x-forwarded-proto"}
            ],
        }
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.inner(impersonal, receive, keep)
        return messages

    def _remember(self, key: tuple[bytes, str, bytes], messages: list[Message]) -> Page | None:
        start = messages[0]
        headers = list(start["headers"])
        names = {name.lower() for name, _value in headers}
        if start["status"] != 200 or SHARED not in names or b"set-cookie" in names:
            self._locks.pop(key, None)
            return None
        plain = b"".join(message.get("body", b"") for message in messages[1:])
        known = self._pages.get(key)
        if known is not None and known.plain == plain:
            known.stale_at = time.monotonic() + self.lifetime_seconds
            return known
        dropped = {
            SHARED,
            b"content-length",
            b"content-encoding",
            b"etag",
            b"vary",
            b"x-request-id",
        }
        page = Page(
            headers=[
                *(line for line in headers if line[0].lower() not in dropped),
                (b"vary", b"Accept-Encoding"),
            ],
            plain=plain,
            packed=gzip.compress(plain, 6, mtime=0),
            tag=b'"' + hashlib.sha256(plain).hexdigest()[:24].encode() + b'"',
            stale_at=time.monotonic() + self.lifetime_seconds,
        )
        self._pages[key] = page
        if len(self._pages) > MOST_PAGES:
            oldest, _page = self._pages.popitem(last=False)
            self._locks.pop(oldest, None)
        return page

    @staticmethod
    async def _answer(page: Page, headers: dict[bytes, bytes], method: str, send: Send) -> None:
        asked = {tag.strip() for tag in headers.get(b"if-none-match", b"").split(b",")}
        packs = b"gzip" in headers.get(b"accept-encoding", b"")
        tag = page.tag[:-1] + b'-z"' if packs else page.tag
        lines = [*page.headers, (b"etag", tag)]
        if tag in {name.removeprefix(b"W/") for name in asked}:
            await send({"type": "http.response.start", "status": 304, "headers": lines})
            await send({"type": "http.response.body", "body": b""})
            return
        body = page.packed if packs else page.plain
        if packs:
            lines.append((b"content-encoding", b"gzip"))
        lines.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": lines})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
