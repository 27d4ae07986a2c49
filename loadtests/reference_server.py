"""References beside the endpoint, on the very server that ``manage.py serve_web`` runs.

    bare    answers 200 and does nothing else
    script  reads the body, calls the vote script with arguments made beforehand, answers 200
    group   a Channels consumer for each viewer, all of them members of one group of the layer

    python -m loadtests.reference_server KIND PORT [SLUG EPOCH NOMINEES CHOICES]

The server's settings are not repeated here: ``serve`` is called as it is, and finds the
reference under the name of the site's application.
"""

import os
import sys
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from config.http_limits import BoundedHttp
from config.management.commands.serve_web import serve
from config.site_lock import listen, raise_file_limit
from loadtests.ballots_made import make, numbers, script_arguments
from voting.hotpath.gate import CAST
from voting.hotpath.keyring import Keyring
from voting.hotpath.memory import settle
from voting.hotpath.pipe import ScriptPipe

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"2")],
}
BODY = {"type": "http.response.body", "body": b"{}"}


class Bare:
    """What any application on this server costs at least."""

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def answer(self, path: str, receive: Receive) -> None:
        """Nothing to do."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await receive()
            await self.start()
            settle()  # as the site's own process does
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await self.answer(scope["path"], receive)
        await send(START)
        await send(BODY)


class Script(Bare):
    """What any application costs at least that makes this script call over this pipe."""

    def __init__(self, slug: str, epoch: int, nominees: int, choices: int) -> None:
        self.pipe = ScriptPipe(os.environ["REDIS_URL"])
        self.keyring = Keyring(Path(os.environ["KEY_DIR"]))
        self.slug, self.epoch = slug, epoch
        self.names, self.choices = numbers(nominees), choices
        self.calls: deque[tuple[Any, ...]] = deque()

    async def start(self) -> None:
        """Connect."""
        await self.pipe.start()

    async def stop(self) -> None:
        """Close."""
        await self.pipe.stop()

    async def answer(self, path: str, receive: Receive) -> None:
        """Cast one ballot, or make ballots for the next measurement (``/make/<count>``)."""
        if path.startswith("/make/"):
            self._make(int(path.rpartition("/")[2]))
            return
        if path == "/healthz":
            return
        await receive()
        arguments = self.calls.popleft()
        raw = await self.pipe.call(CAST, lambda _run: arguments)
        if raw[0] != 1:
            raise RuntimeError(f"not accepted: {raw}")

    def _make(self, count: int) -> None:
        made = make(
            self.keyring, slug=self.slug, names=self.names, choices=self.choices, count=count
        )
        self.calls = deque(
            script_arguments(
                one, keyring=self.keyring, slug=self.slug, epoch=self.epoch, run=self.pipe.run
            )
            for one in made
        )
        settle()  # what was made now must not be looked at again during the measurement


def group_application() -> Any:
    """Return the application with one consumer and one subscription for each viewer."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "loadtests.conventional.settings"
    import django  # noqa: PLC0415 -- after the settings are named

    django.setup()
    from loadtests.conventional.consumers import application  # noqa: PLC0415 -- likewise

    return application


def main(kind: str, port: str, *rest: str) -> None:
    """Serve until SIGTERM."""
    application: Any
    if kind == "group":
        application = group_application()
    elif kind == "script":
        application = Script(rest[0], *(int(word) for word in rest[1:]))
    else:
        application = Bare()
    module = ModuleType("config.asgi")
    module.__dict__["application"] = application
    sys.modules["config.asgi"] = module
    raise_file_limit()
    # The ordinary way; the short one (config/ballot_http.py) is what is measured beside it.
    serve(listen("127.0.0.1", int(port)), http=BoundedHttp)


if __name__ == "__main__":
    main(*sys.argv[1:])
