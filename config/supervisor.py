"""Keeps a small site's processes running, and ends them in good order."""

import logging
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from config.embedded_store import EmbeddedStore, StoreError
from config.processes import end_with_parent

log = logging.getLogger(__name__)

BACK_OFF = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before each further restart
SETTLED = 30.0  # seconds after which a process counts as healthy again
LOOK = 0.1  # seconds between two looks at the children


@dataclass(frozen=True)
class Child:
    """One process to keep running."""

    name: str
    command: tuple[str, ...]
    stop_seconds: float = 3.0  # to end by itself before it is killed
    descriptors: tuple[int, ...] = ()  # open files that it inherits: the listening socket


@dataclass
class _Running:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0


@dataclass
class Supervisor:
    """Starts children in order, restarts those that die, ends them in reverse order.

    The embedded store, when there is one, must have been started; it is restarted on the same
    address if it dies, and ended after all children.
    """

    children: Sequence[Child]
    environment: Mapping[str, str]
    store: EmbeddedStore | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    _all: list[_Running] = field(default_factory=list)
    _store_due: float = 0.0
    _store_failures: int = 0

    def run(self, *, each_round: Callable[[], None] = lambda: None) -> None:
        """Run until ``stop`` is set, then end everything.

        each_round: called about ten times a second, for whoever waits for the site to be ready.
        """
        self._all = [_Running(child) for child in self.children]
        try:
            for running in self._all:
                if not self.stop.is_set():
                    self._start(running)
            while not self.stop.wait(LOOK):
                self._look_after_store()
                for running in self._all:
                    self._look_after(running)
                each_round()
        finally:
            self._end_all()

    def pids(self) -> dict[str, int]:
        """Return the process of each child that has been started."""
        return {each.child.name: each.process.pid for each in self._all if each.process}

    def _start(self, running: _Running) -> None:
        running.process = subprocess.Popen(
            running.child.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            pass_fds=running.child.descriptors,
            start_new_session=True,  # Ctrl-C is for us: we end the children in order
            preexec_fn=end_with_parent(),  # noqa: PLW1509 -- no other threads run here
        )
        running.started = time.monotonic()

    def _look_after(self, running: _Running) -> None:
        now = time.monotonic()
        if running.process is not None:
            code = running.process.poll()
            if code is None:
                return
            if now - running.started > SETTLED:
                running.failures = 0
            delay = BACK_OFF[min(running.failures, len(BACK_OFF) - 1)]
            running.failures += 1
            running.due = now + delay
            running.process = None
            log.warning("%s ended (%s); restarting in %.1f s", running.child.name, code, delay)
        elif now >= running.due:
            self._start(running)

    def _look_after_store(self) -> None:
        now = time.monotonic()
        if self.store is None or self.store.is_running or now < self._store_due:
            return
        log.error("the vote store ended; starting it again")
        try:
            self.store.start()
        except StoreError:
            log.exception("the vote store does not start")
            delay = BACK_OFF[min(self._store_failures, len(BACK_OFF) - 1)]
            self._store_failures += 1
            self._store_due = time.monotonic() + delay
        else:
            self._store_failures = 0

    def _end_all(self) -> None:
        for running in reversed(self._all):
            process = running.process
            if process is None or process.poll() is not None:
                continue
            process.terminate()
            try:
                process.wait(running.child.stop_seconds)
            except subprocess.TimeoutExpired:
                log.warning("%s does not end; killing it", running.child.name)
                process.kill()
                process.wait(5)
        if self.store is not None:
            self.store.stop(seconds=2)


@contextmanager
def stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    """Have Ctrl-C, SIGTERM and a closed terminal set the event."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
