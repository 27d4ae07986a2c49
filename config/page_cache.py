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
Key = tuple[str, bytes]  # path, query
Inner = Callable[[Scope, Receive, Send], Awaitable[None]]

LIFETIME_SECONDS: Final = 5.0
MOST_PAGES: Final = 2000
SHARED: Final = b"x-shared-page"
# Pages that may say they are shared; anything else is Django's at once.
ADDRESS: Final = re.compile(
    r"/(?:zh-hans|en)/(?:s/[-0-9A-Za-z_]+/(?:n/[0-9A-Za-z]+/|rules/|board/|notice/)?)?"
)
ELDER: Final = b"view=elder"
RENDER_SECONDS: Final = 20.0


@dataclass(slots=True)
class Page:
    """A rendered page, plain and packed."""

    headers: list[tuple[bytes, bytes]]
    plain: bytes
    packed: bytes
    tag: bytes
    stale_at: float


class PageCache:
    """Stands in front of Django for addresses whose pages are the same for everyone.

    Whoever calls has checked the Host header: it is not part of a page.
    """

    def __init__(self, inner: Inner, *, lifetime_seconds: float = LIFETIME_SECONDS) -> None:
        self.inner = inner
        self.lifetime_seconds = lifetime_seconds
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._rendering: dict[Key, asyncio.Task[list[Message]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or let Django answer and remember it."""
        if scope["method"] not in {"GET", "HEAD"} or not ADDRESS.fullmatch(scope["path"]):
            await self.inner(scope, receive, send)
            return
        # What else an address carries behind its "?" (links shared in chats do) changes nothing.
        elder = ELDER in scope["query_string"].split(b"&")
        key = (scope["path"], ELDER if elder else b"")
        page = self._pages.get(key)
        if page is None or page.stale_at <= time.monotonic():
            if page is not None and key in self._rendering:
                pass  # somebody is at it; until then the last copy does
            else:
                answer = await self._rendered(key, scope)
                page = self._remember(key, answer)
                if page is None:
                    for message in answer:
                        await send(message)
                    return
        await self._answer(page, dict(scope["headers"]), scope["method"], send)

    async def _rendered(self, key: Key, scope: Scope) -> list[Message]:
        """Return Django's answer; all who ask meanwhile wait for the same one."""
        task = self._rendering.get(key)
        if task is None:
            task = asyncio.create_task(self._render(key, scope), name="render")
            self._rendering[key] = task
            task.add_done_callback(lambda _task: self._rendering.pop(key, None))
        # Shielded: a visitor who leaves must not cancel what the others wait for.
        return await asyncio.shield(task)

    async def _render(self, key: Key, scope: Scope) -> list[Message]:
        """Ask Django for the address, with nothing personal and no body in the request."""
        path, query = key
        names = {b"host", b"x-forwarded-for", b"x-forwarded-proto"}
        impersonal = {
            **scope,
            "method": "GET",
            "path": path,
            "query_string": query,
            "headers": [line for line in scope["headers"] if line[0] in names],
        }
        messages: list[Message] = []
        asked = False

        async def nothing() -> Message:
            # Not the visitor's own: a body that never comes would keep everybody waiting.
            nonlocal asked
            if asked:
                await asyncio.Event().wait()
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def keep(message: Message) -> None:
            messages.append(message)

        async with asyncio.timeout(RENDER_SECONDS):
            await self.inner(impersonal, nothing, keep)
        return messages

    def _remember(self, key: Key, messages: list[Message]) -> Page | None:
        start = messages[0]
        headers = list(start["headers"])
        names = {name.lower() for name, _value in headers}
        if start["status"] != 200 or SHARED not in names or b"set-cookie" in names:
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
            self._pages.popitem(last=False)
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
