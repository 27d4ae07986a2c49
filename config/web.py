"""One web process: its connections, its memory, and which request goes where."""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import redis.asyncio
from channels.db import database_sync_to_async
from django.conf import settings

from config import health
from config.env import BASE_DIR
from config.http_limits import MOST_ADDRESS_BYTES, bounded, most_body_bytes
from config.metrics import metrics_response, report_forever
from config.page_cache import PageCache
from realtime.hub import hub
from realtime.published import copies, tallies_response
from realtime.routing import websocket_application
from voting.ballots import queries
from voting.ballots.stores import keyring
from voting.hotpath.app import PATH, BallotEndpoint, Site
from voting.hotpath.directory import Directory
from voting.hotpath.flood import FloodBucket
from voting.hotpath.memory import settle
from voting.hotpath.metrics import metrics
from voting.hotpath.network import TrustedProxies, client_prefix
from voting.hotpath.origin import Entrance, header_table
from voting.hotpath.pipe import ScriptPipe
from voting.hotpath.problems import Problem
from voting.hotpath.stores import connect_async

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]

# The page that says so is the only one that Django does not send.
TOO_LARGE_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; img-src 'self'"),
    (b"x-content-type-options", b"nosniff"),
]


class WebProcess:
    """Everything that one web process keeps, started and stopped with it."""

    def __init__(self, django_application: Any) -> None:
        self.django = PageCache(django_application)
        trusted = TrustedProxies(settings.TRUSTED_PROXIES)
        self.trusted = trusted
        site = Site(
            entrance=Entrance(hosts=_host_names(), origins=settings.SITE_ORIGINS),
            trusted=trusted,
            https=settings.HTTPS,
            flood_per_second=settings.FLOOD_PER_SECOND,
            flood_burst=settings.FLOOD_BURST,
        )
        self.pipe = ScriptPipe(settings.REDIS_URL, answer_seconds=settings.VOTE_ANSWER_SECONDS)
        self.cache: redis.asyncio.Redis | None = None
        self.directory = Directory(connect_async(settings.REDIS_URL))
        self.endpoint = BallotEndpoint(
            site,
            keyring=keyring(),
            pipe=self.pipe,
            directory=self.directory,
            find_recorded=database_sync_to_async(queries.recorded),
            observe=metrics.observe,
        )
        self.page_flood = FloodBucket(
            per_second=settings.FLOOD_PER_SECOND, burst=settings.FLOOD_BURST
        )
        self.too_large = (BASE_DIR / "templates" / "413.html").read_bytes()
        hub.client_prefix = self._prefix
        metrics.provide("sockets", lambda: float(sum(hub.sockets().values())))
        self._tasks: list[asyncio.Task[None]] = []

    def _prefix(self, scope: Scope) -> bytes:
        """Return the network behind a socket, looking through trusted proxies."""
        peer = (scope.get("client") or ("",))[0]
        hops = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        return client_prefix(peer, b",".join(hops) if hops else None, self.trusted)

    async def start(self) -> None:
        """Connect; a store that is away now is connected to when it comes."""
        self.cache = connect_async(settings.CACHE_REDIS_URL)
        await self.pipe.start()
        await self.directory.start()
        await hub.start()
        self._tasks = [asyncio.create_task(report_forever(self.cache), name="metrics")]
        settle()

    async def stop(self) -> None:
        """Answer what is under way, then let go."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await hub.stop()
        await self.pipe.stop()
        await self.directory.stop()
        await self.directory.client.aclose()
        await copies.close()
        if self.cache is not None:
            await self.cache.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "websocket":
            await websocket_application(dict(scope), receive, send)  # type: ignore[arg-type]  # ASGI
            return
        path: str = scope["path"]
        if path.startswith(PATH):
            action = self.endpoint.action_for(path)
            if action is not None:
                await self.endpoint(scope, receive, send, *action)
                return
            if path.endswith("/tallies"):
                await _send(send, scope, await self._tallies(scope, path))
                return
        if path in {"/healthz", "/readyz", "/metrics"}:
            await _send(send, scope, await self._machine(scope, path))
            return
        refused = self._refusal(scope)
        if refused is not None:
            await _send(send, scope, refused)
            return
        await self.django(scope, bounded(receive, most_body_bytes(path)), send)

    def _refusal(self, scope: Scope) -> Answer | None:
        """Return why a request does not get as far as Django, cheaply and without a store."""
        try:
            headers = header_table(scope["headers"])
            self.endpoint.site.entrance.check_host(headers)
        except Problem as problem:
            return problem.status, problem.headers(), problem.body()
        if len(scope["raw_path"]) + len(scope["query_string"]) > MOST_ADDRESS_BYTES:
            return 414, [(b"content-type", b"text/plain")], b"The address is too long."
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most_body_bytes(scope["path"]):
            return 413, TOO_LARGE_HEADERS, self.too_large
        wait = self.page_flood.wait_seconds(self._prefix(scope), time.perf_counter())
        if wait:
            crowded = Problem("flooded", retry_ms=int(wait * 1000) + 1)
            return crowded.status, crowded.headers(), crowded.body()
        return None

    async def _tallies(self, scope: Scope, path: str) -> Answer:
        try:
            headers = header_table(scope["headers"])
            self.endpoint.site.entrance.check_host(headers)
            if scope["method"] not in {"GET", "HEAD"}:
                raise Problem("wrong-method")
        except Problem as problem:
            return problem.status, problem.headers(), problem.body()
        slug = path[len(PATH) :].removesuffix("/tallies")
        return await tallies_response(slug, headers.get(b"if-none-match", b""))

    async def _machine(self, scope: Scope, path: str) -> Answer:
        if path == "/metrics":
            return await metrics_response(scope["headers"], (scope.get("client") or ("",))[0])
        return await (health.healthz() if path == "/healthz" else health.readyz())


def _host_names() -> list[str]:
    """Return the names that the endpoint answers to: Django's, less what has no meaning here."""
    names = {name for name in settings.ALLOWED_HOSTS if name != "*"}
    return sorted(names | {urlsplit(origin).hostname or "" for origin in settings.SITE_ORIGINS})


async def _send(send: Send, scope: Scope, answer: Answer) -> None:
    status, headers, body = answer
    lines = [
        *headers,
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    if status == 304:
        lines = [line for line in lines if line[0] != b"content-length"]
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
