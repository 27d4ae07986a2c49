"""The supervisor: what dies is started again, and what was started ends."""

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

from redis import Redis

from config.embedded_store import EmbeddedStore
from config.processes import is_alive, wait_until
from config.supervisor import Child, Supervisor, stopping_on_signals

SLEEPER = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
NOTING = (
    "import signal, sys, time\n"
    "def end(*_):\n"
    "    open(sys.argv[1], 'a').write(sys.argv[2]); sys.exit()\n"
    "signal.signal(signal.SIGTERM, end)\n"
    "open(sys.argv[1] + sys.argv[2], 'w').close()\n"
    "time.sleep(600)\n"
)


def child(name: str, script: str, *words: str, stop_seconds: float = 3) -> Child:
    return Child(name, (sys.executable, "-c", script, *words), stop_seconds=stop_seconds)


@contextmanager
def running(supervisor: Supervisor) -> Iterator[None]:
    """Run in a thread, so that the test can look on."""
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        wait_until(lambda: len(supervisor.pids()) == len(supervisor.children), seconds=10)
        yield
    finally:
        supervisor.stop.set()
        thread.join(30)


def environment() -> dict[str, str]:
    return dict(os.environ)


def test_a_child_that_dies_is_started_again() -> None:
    supervisor = Supervisor([child("sleeper", SLEEPER)], environment())

    with running(supervisor):
        first = supervisor.pids()["sleeper"]
        os.kill(first, signal.SIGKILL)

        assert wait_until(lambda: supervisor.pids().get("sleeper", first) != first, seconds=10)


def test_restarts_become_slower() -> None:
    starts: list[float] = []
    supervisor = Supervisor([child("hasty", "")], environment())
    plain_start = supervisor._start

    def noted_start(each: object) -> None:
        starts.append(time.monotonic())
        plain_start(each)  # type: ignore[arg-type]

    supervisor._start = noted_start  # type: ignore[method-assign,assignment]
    with running(supervisor):
        wait_until(lambda: len(starts) >= 4, seconds=15)

    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert pauses[:3] == sorted(pauses[:3])
    assert pauses[2] >= 1


def test_children_end_in_reverse_order(tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    names = ["writer", "ticker", "web"]
    supervisor = Supervisor(
        [child(name, NOTING, str(notes), name + " ") for name in names], environment()
    )

    with running(supervisor):
        assert wait_until(
            lambda: all(Path(f"{notes}{name} ").exists() for name in names), seconds=10
        )

    assert notes.read_text() == "web ticker writer "


def test_a_child_that_does_not_listen_is_killed() -> None:
    supervisor = Supervisor([child("deaf", DEAF, stop_seconds=0.5)], environment())

    with running(supervisor):
        pid = supervisor.pids()["deaf"]
        time.sleep(0.3)
        stopped = time.monotonic()

    assert not is_alive(pid)
    assert time.monotonic() - stopped < 5


def test_a_store_that_dies_comes_back_with_its_data() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        store = EmbeddedStore(Path(folder))
        store.start()
        client = Redis.from_url(store.url)
        client.set("ballot", "kept")
        supervisor = Supervisor([], environment(), store=store)

        with running(supervisor):
            first = store.pid
            os.kill(first, signal.SIGKILL)

            assert wait_until(lambda: store.pid != first, seconds=10)
            assert wait_until(lambda: value_of(client) == b"kept", seconds=10)
        client.close()
        assert not store.is_running


def value_of(client: Redis) -> object:
    with suppress(OSError, Exception):
        return client.get("ballot")
    return None


def test_signals_ask_for_the_end() -> None:
    stop = threading.Event()
    with stopping_on_signals(stop):
        os.kill(os.getpid(), signal.SIGTERM)

        assert stop.wait(2)
