"""Serve pages, ballots and live tallies."""

import socket
import sys
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from config import env
from config.ballot_http import BallotHttp
from config.env import BASE_DIR
from config.http_limits import BoundedHttp
from config.site_lock import StartRefused, listen, raise_file_limit
from config.supervisor import Child, Supervisor, stopping_on_signals

GRACE = 2  # seconds for requests under way when the process is asked to end


class Command(BaseCommand):
    """Listen on HOST and PORT with WEB_PROCESSES processes."""

    help = "Serve pages, ballots and live tallies on HOST and PORT."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--descriptor", type=int, help="number of an inherited socket that is already bound"
        )

    def handle(self, *, descriptor: int | None, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        if descriptor is not None:
            serve(socket.socket(fileno=descriptor))
            return
        if warning := raise_file_limit():
            self.stderr.write(warning)
        try:
            listener = listen(settings.HOST, settings.PORT)
        except StartRefused as error:
            raise CommandError(str(error)) from error
        if settings.WEB_PROCESSES == 1:
            serve(listener)
            return
        supervisor = Supervisor(web_children(listener, settings.WEB_PROCESSES), env.for_child({}))
        with stopping_on_signals(supervisor.stop):
            supervisor.run()


def web_children(listener: socket.socket, count: int) -> list[Child]:
    """Return processes that share one listening socket: none of them dying closes it."""
    number = listener.fileno()
    command = (sys.executable, str(BASE_DIR / "manage.py"), "serve_web", f"--descriptor={number}")
    return [
        Child(f"web {position}", command, stop_seconds=GRACE + 1, descriptors=(number,))
        for position in range(1, count + 1)
    ]


def serve(listener: socket.socket, *, http: type[HttpToolsProtocol] | None = None) -> None:
    """Run the server in this process.

    http: the class that answers connections, by default the one that BALLOT_ADAPTER names.
    """
    if http is None:
        http = BallotHttp if settings.BALLOT_ADAPTER == "protocol" else BoundedHttp
    server = uvicorn.Server(
        uvicorn.Config(
            "config.asgi:application",
            loop="uvloop",
            http=http,
            ws="websockets-sansio",
            ws_per_message_deflate=False,  # its memory is paid per socket
            proxy_headers=False,  # the client's network is decided in one place, not here
            server_header=False,
            lifespan="on",
            access_log=False,
            log_config=None,
            log_level="warning",
            backlog=4096,
            timeout_keep_alive=75,  # longer than a proxy keeps its connections to us
            timeout_graceful_shutdown=GRACE,
        )
    )
    with suppress(KeyboardInterrupt):  # raised again after an orderly end
        server.run(sockets=[listener])
