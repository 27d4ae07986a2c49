"""Sockets: a consumer lets one browser in and hands it to the hub. It decides nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Any, ClassVar, Never
from urllib.parse import urlparse

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.security.websocket import OriginValidator

from realtime.hub import Hub, Listener, Scope, Send, hub

Receive = Callable[[], Awaitable[dict[str, Any]]]


class CloseCode(IntEnum):
    """Why we hang up; 4000 to 4999 are free for applications (RFC 6455, 7.4.2)."""

    LISTEN_ONLY = 4000
    FOREIGN_ORIGIN = 4403
    UNKNOWN_SEASON = 4004
    NOTHING_HERE = 4404
    TOO_MANY = 4429


class Consumer(AsyncWebsocketConsumer):  # type: ignore[misc] # Channels has no types
    """A consumer without channel layer and without database."""

    channel_layer_alias = "__none__"  # a layer would subscribe once for every socket

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call the handler at once: the original visits a thread first, to tidy the database."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> Never:
        """End."""
        raise StopConsumer


class TallyConsumer(Consumer):
    """Shows one browser one season's published state: all of it on joining, then every frame."""

    hub: ClassVar[Hub] = hub
    listener: Listener | None = None
    admitted: bytes | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from opening to end."""
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            if self.listener is None or not self.listener.dropped:
                raise
        finally:
            if self.listener is not None:
                self.hub.leave(self.listener)
            if self.admitted is not None:
                self.hub.release(self.admitted)

    async def connect(self) -> None:
        """Let the browser in, and give it the present state."""
        prefix = self.hub.client_prefix(self.scope)
        if not self.hub.admit(prefix):
            await self.close(CloseCode.TOO_MANY)
            return
        self.admitted = prefix
        await self.accept()
        slug = self.scope["url_route"]["kwargs"]["slug"]
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- for the type checker: a server runs us in a task
        self.listener = Listener(slug, prefix, self.base_send, task.cancel)
        if not await self.hub.join(self.listener):
            await self.close(CloseCode.UNKNOWN_SEASON)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Hang up: browsers only listen here."""
        if self.listener is not None:
            self.hub.leave(self.listener)
        await self.close(CloseCode.LISTEN_ONLY)


class Refusal(Consumer):
    """Refuses to open a socket."""

    code = CloseCode.NOTHING_HERE

    async def connect(self) -> None:
        """Refuse."""
        await self.close(self.code)


class ForeignOrigin(Refusal):
    """Refuses pages of other sites."""

    code = CloseCode.FOREIGN_ORIGIN


class SiteOrigins(OriginValidator):  # type: ignore[misc] # as above
    """Lets in pages of this site alone, and refuses others without a subscription for each."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on to the application if the origin is one of ours."""
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        try:
            ours = len(origins) == 1 and self.valid_origin(urlparse(origins[0].decode("latin-1")))
        except ValueError:  # not an address
            ours = False
        application = self.application if ours else ForeignOrigin.as_asgi()
        await application(scope, receive, send)
