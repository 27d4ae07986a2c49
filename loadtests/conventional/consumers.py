"""Live numbers as Channels' own tutorial has them: every consumer is a member of a group."""

from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path

GROUP = "viewers"


class GroupConsumer(AsyncWebsocketConsumer):  # type: ignore[misc] # Channels has no types
    """Passes every message of the group on to its browser."""

    groups = [GROUP]

    async def tallies(self, event: dict[str, Any]) -> None:
        """Pass one message on."""
        await self.send(text_data=event["text"])


async def plain(_scope: Any, _receive: Any, send: Any) -> None:
    """Answer that the server is there."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"ok"})


async def lifespan(_scope: Any, receive: Any, send: Any) -> None:
    """Start and stop with the server."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


application = ProtocolTypeRouter(
    {
        "http": plain,
        "lifespan": lifespan,
        "websocket": URLRouter([path("ws/group", GroupConsumer.as_asgi())]),
    }
)
