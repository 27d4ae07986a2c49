"""Pages that are the same for everyone: rendered once, never held up by a visitor."""

import asyncio
from typing import Any

from config.page_cache import PageCache

PATH = "/zh-hans/s/spring/"


class Site:
    """A site behind the cache, which counts how often it is asked."""

    def __init__(self, *, shared: bool = True, pause: float = 0.0) -> None:
        self.asked: list[tuple[str, bytes, list[tuple[bytes, bytes]]]] = []
        self.shared = shared
        self.pause = pause
        self.text = "第一版"

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append((scope["path"], scope["query_string"], scope["headers"]))
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(self.pause)
        headers = [(b"content-type", b"text/html")]
        if self.shared:
            headers.append((b"x-shared-page", b"yes"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.text.encode()})


async def get(
    cache: PageCache, path: str = PATH, query: bytes = b"", *lines: tuple[bytes, bytes],
    method: str = "GET", receive: Any = None,
) -> tuple[int, dict[bytes, bytes], bytes]:  # fmt: skip
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def nothing() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"method": method, "path": path, "query_string": query, "headers": list(lines)}
    await cache(scope, receive or nothing, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


async def test_many_visitors_are_one_rendering() -> None:
    site = Site(pause=0.05)
    cache = PageCache(site)

    answers = await asyncio.gather(*(get(cache) for _ in range(50)))

    assert len(site.asked) == 1
    assert {body.decode() for _status, _headers, body in answers} == {"第一版"}


async def test_a_body_that_never_comes_holds_nobody_up() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    cache = PageCache(Site())

    async with asyncio.timeout(2):
        assert (await get(cache, receive=never))[0] == 200
        assert (await get(cache))[0] == 200


async def test_a_visitor_who_leaves_takes_nothing_from_the_others() -> None:
    site = Site(pause=0.1)
    cache = PageCache(site)
    leaving = asyncio.create_task(get(cache))
    await asyncio.sleep(0.02)
    staying = asyncio.create_task(get(cache))
    await asyncio.sleep(0.02)

    leaving.cancel()

    assert (await staying)[0] == 200
    assert len(site.asked) == 1


async def test_nothing_personal_reaches_the_rendering() -> None:
    site = Site()

    await get(PageCache(site), PATH, b"x=1&view=elder", (b"cookie", b"a=b"), (b"host", b"h"))

    assert site.asked == [(PATH, b"view=elder", [(b"host", b"h")])]


async def test_host_and_strange_queries_make_no_further_copies() -> None:
    site = Site()
    cache = PageCache(site)

    for number in range(20):
        await get(cache, PATH, f"from=chat{number}".encode(), (b"host", f"h:{number}".encode()))

    assert len(site.asked) == 1


async def test_the_old_copy_serves_while_the_new_one_is_made() -> None:
    site = Site()
    cache = PageCache(site, lifetime_seconds=0.05)
    await get(cache)
    await asyncio.sleep(0.1)
    site.text, site.pause = "第二版", 0.2
    slow = asyncio.create_task(get(cache))
    await asyncio.sleep(0.02)

    assert (await get(cache))[2].decode() == "第一版"
    assert (await slow)[2].decode() == "第二版"


async def test_a_page_that_does_not_say_it_is_shared_is_asked_for_each_time() -> None:
    site = Site(shared=False)
    cache = PageCache(site)

    await get(cache)
    await get(cache)

    assert len(site.asked) == 2


async def test_a_browser_that_has_the_page_gets_304_and_head_gets_no_body() -> None:
    cache = PageCache(Site())
    _status, headers, _body = await get(cache)

    again = await get(cache, PATH, b"", (b"if-none-match", headers[b"etag"]))
    head = await get(cache, method="HEAD")

    assert (again[0], again[2]) == (304, b"")
    assert (head[0], head[2]) == (200, b"")
