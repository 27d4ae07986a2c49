"""The published state: its keys in the cache, and each web process's copy of it."""

import asyncio

import msgspec
import redis
import redis.asyncio
import structlog
from django.conf import settings

from realtime.presence import as_text
from voting.hotpath.stores import connect_async
from voting.rules import display
from voting.rules.display import Frame, PublishedState

VERSION_KEY = "published:version"
SEASONS_KEY = "published:seasons"
REFRESH_SECONDS = 1.0

Headers = list[tuple[bytes, bytes]]
log = structlog.get_logger(__name__)


def state_key(slug: str) -> str:
    """Return where a season's published state is kept (JSON, no expiry)."""
    return f"published:{slug}"


def encode(message: PublishedState | Frame) -> str:
    """Return a message as it goes out, the same bytes for all."""
    return msgspec.json.encode(message).decode()


def decode(text: bytes | str) -> PublishedState:
    """Return a message that ``encode`` made."""
    return msgspec.json.decode(text, type=dict[str, object])


class Copy:
    """One season's state as this process knows it; encoded when somebody asks."""

    __slots__ = ("_text", "state")

    def __init__(self, state: PublishedState, text: str | None = None) -> None:
        self.state = state
        self._text = text

    @property
    def text(self) -> str:
        """The state as JSON."""
        if self._text is None:
            self._text = encode(self.state)
        return self._text

    @property
    def first_message(self) -> str:
        """The state as the first message of a socket."""
        return '{"t":"state",' + self.text[1:]

    @property
    def tag(self) -> bytes:
        """The entity tag: moves with every frame and every pulse."""
        return b'"%d-%d"' % (self.state["version"], self.state["updated_ms"])


class Copies:
    """All seasons' states in this process: read at most once a second, kept current by frames."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cache: redis.asyncio.Redis | None = None
        self._copies: dict[str, Copy] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def get(self, slug: str) -> Copy | None:
        """Return a season's copy, not older than a second unless the cache cannot be asked."""
        loop = asyncio.get_running_loop()
        if loop.time() - self._read_at >= REFRESH_SECONDS:
            if self._reading is None:
                self._reading = loop.create_task(self._read())
            # Shielded: one visitor who leaves must not cancel what the others wait for.
            await asyncio.shield(self._reading)
        return self._copies.get(slug)

    def present(self, slug: str) -> Copy | None:
        """Return a season's copy as it is."""
        return self._copies.get(slug)

    def hear(self, slug: str, told: Frame) -> None:
        """Keep a copy current; what was missed is read when it is next asked for."""
        copy = self._copies.get(slug)
        following = display.apply(copy.state, told) if copy else None
        if following is None:
            self.forget()
        elif copy is not None and following is not copy.state:
            self._copies[slug] = Copy(following)

    def forget(self) -> None:
        """Read again at the next question: something may have been missed."""
        self._read_at = float("-inf")

    async def close(self) -> None:
        """Close the connection; the next question opens another."""
        self.forget()
        if self._cache is not None:
            await self._cache.aclose()
            self._cache = None

    async def _read(self) -> None:
        if self._cache is None:
            self._cache = connect_async(self._url)
        cache = self._cache
        try:
            names = sorted(as_text(name) for name in await cache.smembers(SEASONS_KEY))
            texts = await cache.mget([state_key(name) for name in names]) if names else []
        except (redis.RedisError, OSError) as error:
            log.warning("published_state_unreadable", error=repr(error))
        else:
            self._take(dict(zip(names, texts, strict=True)))
        finally:
            self._read_at = asyncio.get_running_loop().time()
            self._reading = None

    def _take(self, texts: dict[str, bytes | str | None]) -> None:
        for slug, text in texts.items():
            if text is None:
                continue
            state, known = decode(text), self._copies.get(slug)
            # A frame may have overtaken the reading.
            if known is None or _moment(state) > _moment(known.state):
                self._copies[slug] = Copy(state, as_text(text))


def _moment(state: PublishedState) -> tuple[int, int]:
    return state["version"], state["updated_ms"]


async def answer(copies: Copies, slug: str, if_none_match: bytes) -> tuple[int, Headers, bytes]:
    """Return status, headers and body for a GET of a season's published state."""
    copy = await copies.get(slug)
    if copy is None:
        problem = {
            "type": "/problems/unknown-season",
            "title": "Unknown season",
            "status": 404,
            "detail": "No numbers are published under this name.",
        }
        headers = [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")]
        return 404, headers, msgspec.json.encode(problem)
    headers = [(b"cache-control", b"max-age=1"), (b"etag", copy.tag)]
    if copy.tag in {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}:
        return 304, headers, b""
    return 200, [(b"content-type", b"application/json"), *headers], copy.text.encode()


copies = Copies(settings.CACHE_REDIS_URL)


async def tallies_response(slug: str, if_none_match: bytes = b"") -> tuple[int, Headers, bytes]:
    """Return the answer to GET /api/seasons/<slug>/tallies from this process's copy."""
    return await answer(copies, slug, if_none_match)
