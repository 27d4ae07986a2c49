"""A whole small site: vote store, web process and ledger writer, each a process of its own."""

import subprocess
import sys
import time
from pathlib import Path

from redis import Redis

from config.embedded_store import EmbeddedStore
from config.processes import end_with_parent
from tests.hotpath.http import ROOT, WebServer
from voting.ballots.models import LedgerCursor
from voting.hotpath import gate
from voting.seasons.models import Season


class Writer:
    """``manage.py write_ledger``."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.environment = environment
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "write_ledger", "--skip-checks"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 -- from the main thread
            )

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


class World:
    """Starts the parts, kills them, and starts them again."""

    def __init__(self, store: EmbeddedStore, environment: dict[str, str], folder: Path) -> None:
        self.store = store
        environment = environment | {"FLOOD_PER_SECOND": "100000", "FLOOD_BURST": "100000"}
        self.web = WebServer(environment, folder / "web.log")
        self.writer = Writer(environment, folder / "writer.log")

    def start(self) -> None:
        """Start what is not running."""
        if not self.store.is_running:
            self.store.start()
        if self.web.process is None or self.web.process.poll() is not None:
            self.web.start()
        if self.writer.process is None or self.writer.process.poll() is not None:
            self.writer.start()

    def stop(self) -> None:
        """End web and writer in good order; the vote store belongs to the test run."""
        self.web.stop()
        self.writer.stop()

    def logs(self) -> str:
        """Return the last words of both."""
        return self.web.log.read_text()[-3000:] + self.writer.log.read_text()[-3000:]


def wait_until_copied(redis: Redis, season: Season, *, seconds: float = 60) -> None:
    """Wait until the ledger's cursors stand where the streams end."""
    deadline = time.monotonic() + seconds
    while True:
        tallies = gate.read_tallies(
            redis, season=season.slug, slices=season.slices, epoch=season.epoch
        )
        cursors = LedgerCursor.objects.filter(season=season, epoch=season.epoch).order_by("slice")
        if [cursor.last_id for cursor in cursors] == [tally.last_id for tally in tallies]:
            return
        assert time.monotonic() < deadline, "the ledger does not catch up"
        time.sleep(0.1)
