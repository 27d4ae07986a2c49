"""The whole site as one command: started, killed, started again, ended."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from config.processes import is_alive, wait_until

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Site:
    """One run of ``serve_all`` on a folder and a port of its own."""

    def __init__(self, folder: Path, port: int, *words: str) -> None:
        self.port = port
        self.data = folder / "site data"
        self.log = folder / "log"
        own = {"DATABASE_URL", "REDIS_URL", "CACHE_REDIS_URL", "KEY_DIR", "SITE_ORIGIN"}
        settings = {name: value for name, value in os.environ.items() if name not in own}
        settings |= {
            "DATA_DIR": str(self.data),
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, ROOT / "manage.py", "serve_all", *words],
                env=settings,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def family(self) -> list[int]:
        """Return the processes that the supervisor has started, and theirs."""
        return [each.pid for each in psutil.Process(self.process.pid).children(recursive=True)]

    def wait_until_ready(self) -> None:
        """Wait for the words that a person waits for."""
        ready = wait_until(
            lambda: f"http://127.0.0.1:{self.port}/en/" in self.said() or self.has_ended(),
            seconds=180,
        )
        assert ready, self.said()
        assert not self.has_ended(), self.said()

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def status(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()


@contextmanager
def site(folder: Path, port: int, *words: str) -> Iterator[Site]:
    """Start a site; leave none of its processes behind."""
    started = Site(folder, port, *words)
    try:
        yield started
    finally:
        if not started.has_ended():
            started.process.send_signal(signal.SIGTERM)
            try:
                started.process.wait(20)
            except subprocess.TimeoutExpired:
                started.process.kill()
                started.process.wait()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_killed_site_leaves_nothing_and_starts_again(tmp_path: Path) -> None:
    port = free_port()  # without the demonstration: the tests in browsers start one with it
    with site(tmp_path, port, "--no-demo") as first:
        first.wait_until_ready()
        family = first.family()
        assert len(family) == 4  # store, writer, ticker, web
        assert first.status("/readyz") == 200
        assert first.status("/zh-hans/") == 200

        refused = second_start(first)
        first.process.kill()
        first.process.wait()

        assert f"already runs on {first.data} (process {first.process.pid})" in refused
        assert wait_until(lambda: not any(map(is_alive, family)), seconds=5)

    with site(tmp_path, port, "--no-demo") as second:
        (tmp_path / "log").write_text("")
        second.wait_until_ready()
        family = second.family()
        stopped = time.monotonic()
        second.process.send_signal(signal.SIGTERM)
        second.process.wait(15)

        assert second.process.returncode == 0
        assert time.monotonic() - stopped < 10
        assert not any(map(is_alive, family))
        assert not (second.data / "redis-url").exists()


def second_start(first: Site) -> str:
    """Try to start a second site on the same data; return what it says."""
    answer = subprocess.run(
        [sys.executable, ROOT / "manage.py", "serve_all"],
        env={
            **os.environ,
            "DATA_DIR": str(first.data),
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 1
    return answer.stderr


def test_a_taken_port_is_named_in_one_line(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        site(tmp_path, port := taken.getsockname()[1]) as refused,
    ):
        refused.process.wait(30)

        assert refused.process.returncode == 1
        assert refused.said().strip().splitlines() == [
            f"CommandError: Port {port} is taken. Choose another one: PORT={port + 1} make run"
        ]
