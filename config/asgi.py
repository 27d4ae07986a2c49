"""The way in: ballots to the hot path, sockets to realtime, all else to Django."""

import asyncio
import os
from contextlib import suppress
from typing import Any

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from config.ballot_http import STATE  # noqa: E402 -- after the apps are loaded
from config.web import WebProcess  # noqa: E402 -- likewise

_django = get_asgi_application()
process = WebProcess(_django)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer one connection, or start and stop with the server."""
    if scope["type"] == "lifespan":
        await _lifespan(scope, receive, send)
    else:
        await process(scope, receive, send)


async def _lifespan(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    try:
        await process.start()
    except Exception as error:
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        raise
    # For the server's own protocol class (config/ballot_http.py).
    scope.get("state", {})[STATE] = process.endpoint
    await send({"type": "lifespan.startup.complete"})
    await receive()
    with suppress(asyncio.CancelledError):
        await process.stop()
    await send({"type": "lifespan.shutdown.complete"})
