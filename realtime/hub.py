"""One subscription per web process, one encoded frame for all its sockets.

A group message per viewer costs ten times as much and comes seconds late at a thousand viewers.
Nothing here waits for a slow reader: a socket that cannot take a frame
is owed the present state, once, and is dropped when it takes nothing for too long.
"""

import asyncio
import secrets
import time
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, MutableMapping
from typing import Any

import redis
import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from realtime import presence, published
from voting.hotpath.network import prefix_of
from voting.hotpath.stores import connect_async

GROUP = "tallies"
# Frames handed on before other work of this process gets its turn: about 3 ms.
STRETCH = 100
# The ticker says something every 5 seconds at least; silence means a dead subscription.
SILENCE_SECONDS = 12.0
CLOSE_SECONDS = 10.0  # a store that is away must not hold up the next attempt
SLOW_SECONDS = 10.0
RETRY_SECONDS = (0.2, 5.0)

Scope = MutableMapping[str, Any]
Send = Callable[[dict[str, Any]], Awaitable[None]]
log = structlog.get_logger(__name__)


def peer_prefix(scope: Scope) -> bytes:
    """Return the network of the peer; a site behind a proxy sets ``hub.client_prefix``."""
    client = scope.get("client")
    return prefix_of(client[0] if client else "")


def _begin(coroutine: Coroutine[object, Any, None]) -> object | None:
    """Run a coroutine up to where it has to wait, and return what it waits for; None at its end.

    A socket whose buffer has room never waits: so a frame costs no task.
    """
    try:
        return coroutine.send(None)
    except StopIteration:
        return None


@types.coroutine
def _go_on(
    coroutine: Coroutine[object, Any, None], waits_for: object
) -> Generator[object, Any, None]:
    """Run the rest of a coroutine that was begun outside a task."""
    try:
        while True:
            try:
                answer = yield waits_for
            except BaseException as error:  # noqa: BLE001 -- passed on to where it belongs
                waits_for = coroutine.throw(error)
            else:
                waits_for = coroutine.send(answer)
    except StopIteration:
        return


class Listener:
    """One open socket."""

    __slots__ = (
        "_blocked_at",
        "_due",
        "_rest",
        "dropped",
        "gone",
        "hang_up",
        "prefix",
        "send",
        "slug",
    )

    def __init__(self, slug: str, prefix: bytes, send: Send, hang_up: Callable[[], object]) -> None:
        self.slug = slug
        self.prefix = prefix
        self.send = send
        self.hang_up = hang_up
        self.gone = False
        self.dropped = False
        self._due = False
        self._rest: asyncio.Task[None] | None = None
        self._blocked_at = 0.0

    def offer(self, text: str, state: Callable[[str], published.Copy | None]) -> None:
        """Send a frame if the socket takes it; else remember that it is owed the state."""
        if self._rest is not None:
            self._due = True
            if time.monotonic() - self._blocked_at > SLOW_SECONDS:
                self.drop()
            return
        sending = self._sending(text)
        try:
            waits_for = _begin(sending)
        except Exception:  # noqa: BLE001 -- servers differ in how they say that a socket is closed
            self.gone = True
            return
        if waits_for is not None:
            self._blocked_at = time.monotonic()
            self._rest = asyncio.ensure_future(self._finish(sending, waits_for, state))

    def drop(self) -> None:
        """Give up on a reader that takes nothing."""
        self.gone = self.dropped = True
        self.hang_up()

    def close(self) -> None:
        """Send nothing more."""
        self.gone = True
        if self._rest is not None:
            self._rest.cancel()

    async def _sending(self, text: str) -> None:
        await self.send({"type": "websocket.send", "text": text})

    async def _finish(
        self,
        sending: Coroutine[object, Any, None],
        waits_for: object,
        state: Callable[[str], published.Copy | None],
    ) -> None:
        try:
            await _go_on(sending, waits_for)
            while self._due and not self.gone:
                self._due = False
                self._blocked_at = time.monotonic()
                copy = state(self.slug)
                if copy is not None:
                    await self._sending(copy.first_message)
        except Exception:  # noqa: BLE001 -- as above
            self.gone = True
        finally:
            self._rest = None


class Hub:
    """Hands each frame of the ticker to the sockets of this process."""

    def __init__(self, copies: published.Copies, cache_url: str) -> None:
        self.copies = copies
        self.client_prefix: Callable[[Scope], bytes] = peer_prefix
        self.process = secrets.token_hex(8)
        self._cache_url = cache_url
        self._rooms: dict[str, dict[Listener, None]] = {}
        self._prefixes: dict[bytes, int] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Subscribe, and report the number of sockets from now on."""
        self._tasks = [
            asyncio.create_task(self._subscription(), name="hub subscription"),
            asyncio.create_task(self._presence(), name="hub presence"),
        ]

    async def stop(self) -> None:
        """Let go of everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self.copies.close()

    # --- sockets -------------------------------------------------------------------------------

    def admit(self, prefix: bytes) -> bool:
        """Count a socket of a network; return False if it has too many."""
        if self._prefixes.get(prefix, 0) >= getattr(settings, "SOCKETS_PER_PREFIX", 2000):
            return False
        self._prefixes[prefix] = self._prefixes.get(prefix, 0) + 1
        return True

    def release(self, prefix: bytes) -> None:
        """Take back what ``admit`` counted."""
        left = self._prefixes.get(prefix, 0) - 1
        if left > 0:
            self._prefixes[prefix] = left
        else:
            self._prefixes.pop(prefix, None)

    async def join(self, listener: Listener) -> bool:
        """Send the present state, then every frame after it; return False if there is no state."""
        copy = await self.copies.get(listener.slug)
        while copy is not None:
            await listener.send({"type": "websocket.send", "text": copy.first_message})
            present = self.copies.present(listener.slug)
            if present is None or present.state["version"] == copy.state["version"]:
                # Nothing was awaited since the comparison: no frame falls between.
                self._rooms.setdefault(listener.slug, {})[listener] = None
                return True
            copy = present
        return False

    def leave(self, listener: Listener) -> None:
        """Forget a socket."""
        listener.close()
        room = self._rooms.get(listener.slug)
        if room is not None and listener in room:
            del room[listener]
            if not room:
                del self._rooms[listener.slug]

    def sockets(self) -> dict[str, int]:
        """Return the number of open sockets by season."""
        return {slug: len(room) for slug, room in self._rooms.items()}

    # --- frames --------------------------------------------------------------------------------

    async def deliver(self, slug: str, text: str) -> None:
        """Hand one encoded message to the sockets of a season."""
        self.copies.hear(slug, published.decode(text))
        for count, listener in enumerate(list(self._rooms.get(slug, ())), 1):
            if not listener.gone:
                listener.offer(text, self.copies.present)
            if count % STRETCH == 0:
                await asyncio.sleep(0)

    async def _subscription(self) -> None:
        """Listen for ever; after a failure or too long a silence, subscribe anew."""
        pause, longest = RETRY_SECONDS
        while True:
            began = time.monotonic()
            try:
                await self._listen()
            except Exception as error:  # noqa: BLE001 -- whatever it was, listening must go on
                log.warning("hub_resubscribes", error=repr(error))
            if time.monotonic() - began > longest:
                pause = RETRY_SECONDS[0]
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _listen(self) -> None:
        layer = get_channel_layer()
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                channel = await layer.new_channel()
                await layer.group_add(GROUP, channel)
            self.copies.forget()  # frames may have passed meanwhile
            while True:
                message = await asyncio.wait_for(layer.receive(channel), SILENCE_SECONDS)
                if message["slug"]:
                    await self.deliver(message["slug"], message["text"])
        finally:
            # Closes the connection as well: only then is a dead one certainly gone.
            async with asyncio.timeout(CLOSE_SECONDS):
                await layer.flush()

    async def _presence(self) -> None:
        cache = connect_async(self._cache_url)
        try:
            while True:
                try:
                    await presence.report(cache, self.process, self.sockets())
                except (redis.RedisError, OSError) as error:
                    log.warning("presence_not_reported", error=repr(error))
                await asyncio.sleep(presence.REPORT_SECONDS)
        finally:
            try:
                await presence.leave(cache, self.process)
            except (redis.RedisError, OSError) as error:
                log.info("presence_not_withdrawn", error=repr(error))  # it expires by itself
            await cache.aclose()


hub = Hub(published.copies, settings.CACHE_REDIS_URL)
