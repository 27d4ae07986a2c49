"""Run a small site: store, ledger writer, ticker and web processes in one go."""

import subprocess
import sys
import time
from argparse import ArgumentParser
from contextlib import closing
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from config import catalogues, env, welcome
from config.embedded_store import EmbeddedStore, StoreError
from config.env import BASE_DIR
from config.management.commands.serve_web import web_children
from config.site_lock import SiteLock, StartRefused, listen, raise_file_limit
from config.supervisor import Child, Supervisor, stopping_on_signals

CRASH_PATIENCE = 8  # seconds for the processes of a killed run to be gone
SLOW_START = 60  # seconds after which a site that is not ready says so


class Command(BaseCommand):
    """The whole site on one machine. Each part is a command of its own for larger ones."""

    help = "Run the whole site: embedded store, ledger writer, ticker and web processes."
    # The parts check the settings themselves, once they have the address of the store.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-demo", action="store_true", help="leave an empty site empty, without the demo"
        )

    def handle(self, *, no_demo: bool, **options: Any) -> None:
        """Start in order, run until Ctrl-C or SIGTERM, end in order."""
        if catalogues.is_stale():
            catalogues.compile_all()
        try:
            lock = SiteLock(settings.DATA_DIR)
            try:
                self._serve(after_crash=lock.after_crash, demo=not no_demo)
            finally:
                lock.release()
        except (StartRefused, StoreError) as error:
            raise CommandError(str(error)) from error

    def _serve(self, *, after_crash: bool, demo: bool) -> None:
        if warning := raise_file_limit():
            self.stderr.write(warning)
        listener = listen(
            settings.HOST, settings.PORT, patience=CRASH_PATIENCE if after_crash else 0
        )
        port = int(listener.getsockname()[1])
        place = welcome.addresses(
            settings.HOST,
            port,
            named=env.text("SITE_ORIGIN"),
            extra=env.words("EXTRA_ORIGINS"),
        )
        changes = {"PORT": str(port), "HOST": settings.HOST, **place.environment()}
        changes |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
        store = None if settings.REDIS_URL else EmbeddedStore(settings.DATA_DIR / "valkey")
        note = settings.DATA_DIR / "redis-url"  # for commands that are run by hand beside the site
        if store is not None:
            changes["REDIS_URL"] = store.start()
            note.write_text(f"{store.url}\n", encoding="utf-8")
        environment = env.for_child(changes)
        supervisor = Supervisor(
            children=[
                Child("ledger writer", _command("write_ledger"), stop_seconds=3),
                Child("ticker", _command("tick_tallies"), stop_seconds=1.5),
                *web_children(listener, settings.WEB_PROCESSES),
            ],
            environment=environment,
            store=store,
        )
        announcement = _Announcement(self, place, settings.HOST, port)
        with stopping_on_signals(supervisor.stop), closing(listener):
            try:
                _prepare(environment, demo=demo)
                supervisor.run(each_round=announcement.look)
            except StartRefused:
                if not supervisor.stop.is_set():  # Ctrl-C reaches the preparation too
                    raise
            finally:
                if store is not None:
                    store.stop()
                    note.unlink(missing_ok=True)


class _Announcement:
    """Says once that the site is ready, or that it takes long."""

    def __init__(self, command: Command, place: welcome.Addresses, host: str, port: int) -> None:
        self.command, self.place, self.host, self.port = command, place, host, port
        self.started = self.last_look = time.monotonic()
        self.done = self.complained = False

    def look(self) -> None:
        """Ask the site, at most three times a second."""
        now = time.monotonic()
        if self.done or now - self.last_look < 0.3:
            return
        if welcome.is_ready(self.host, self.port, self.place.origin):
            self.done = True
            self.command.stdout.write(welcome.banner(self.place, host=self.host))
            self.command.stdout.flush()
            connections.close_all()
        elif not self.complained and now - self.started > SLOW_START:
            self.complained = True
            self.command.stderr.write(
                f"Not ready after {SLOW_START} s; {self.place.origin}/readyz says what is missing."
            )
        self.last_look = time.monotonic()


def _prepare(environment: dict[str, str], *, demo: bool) -> None:
    """Run the preparation in a process of its own, which knows the store's address."""
    command = [*_command("prepare_site"), *(["--demo"] if demo else [])]
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise StartRefused("The site could not be prepared; the lines above say why.")


def _command(name: str) -> tuple[str, ...]:
    return (sys.executable, str(BASE_DIR / "manage.py"), name)
