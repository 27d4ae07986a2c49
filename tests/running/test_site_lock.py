"""Starts that must be refused, each in one line that says what to do."""

import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import site_lock
from config.site_lock import SiteLock, StartRefused, listen, raise_file_limit


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A socket that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_second_start_on_the_same_data_names_the_first(tmp_path: Path) -> None:
    lock = SiteLock(tmp_path)

    with pytest.raises(StartRefused) as refusal:
        SiteLock(tmp_path)
    lock.release()

    assert str(refusal.value) == (
        f"Welfare Star already runs on {tmp_path} (process {os.getpid()}). "
        f"Stop it with `kill {os.getpid()}`, or choose another folder: DATA_DIR=…"
    )


def test_lock_is_free_after_an_orderly_end(tmp_path: Path) -> None:
    SiteLock(tmp_path).release()

    again = SiteLock(tmp_path)

    assert not again.after_crash
    again.release()


def test_lock_of_a_killed_run_is_taken_over(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from config.site_lock import SiteLock; "
        "lock = SiteLock(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)

    lock = SiteLock(tmp_path)

    assert lock.after_crash
    lock.release()


def test_taken_port_names_another_one(taken: socket.socket) -> None:
    port = taken.getsockname()[1]

    with pytest.raises(StartRefused) as refusal:
        listen("127.0.0.1", port)

    assert str(refusal.value) == (
        f"Port {port} is taken. Choose another one: PORT={port + 1} make run"
    )


def test_port_that_becomes_free_is_waited_for(taken: socket.socket) -> None:
    threading.Timer(0.3, taken.close).start()

    with listen("127.0.0.1", taken.getsockname()[1], patience=5) as listener:
        assert listener.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "message"),
    [("not an address", "is not an address"), ("192.0.2.1", "Cannot listen on 192.0.2.1")],
)
def test_wrong_host_is_named(host: str, message: str) -> None:
    with pytest.raises(StartRefused, match=message):
        listen(host, 0)


def test_low_file_limit_is_raised_as_far_as_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [(256, 1024)]
    monkeypatch.setattr(resource, "getrlimit", lambda _which: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _which, pair: limits.append(pair))

    warning = raise_file_limit()

    assert limits[-1] == (1024, 1024)
    assert warning.startswith("Only 1024 files may be open, so about 824 people")


def test_plenty_of_files_needs_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (65536, 65536))

    assert site_lock.raise_file_limit() == ""
