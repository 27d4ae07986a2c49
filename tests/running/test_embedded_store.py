"""The embedded store: what it promises, and what is left of it after a crash."""

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest
from redis import Redis

from config import embedded_store
from config.embedded_store import MAX_SOCKET_PATH, EmbeddedStore, StoreError
from config.processes import is_alive, wait_until


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a blank in its name, and short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="store ", dir="/tmp") as name:
        yield Path(name)


def test_every_write_is_on_the_disk_before_its_reply(folder: Path) -> None:
    with EmbeddedStore(folder) as store, Redis.from_url(store.url) as client:
        answers = {
            name: client.config_get(name)[name]
            for name in (
                *("appendonly", "appendfsync", "no-appendfsync-on-rewrite", "save"),
                *("maxmemory-policy", "port", "databases", "aof-load-truncated"),
            )
        }

    assert answers == {
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "port": "0",
        "databases": "2",
        "aof-load-truncated": "yes",
    }


def test_what_was_written_is_there_after_a_kill(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.start()
    with Redis.from_url(store.url) as client:
        client.set("ballot", "kept")
    store.kill()

    with store, Redis.from_url(store.url) as client:
        assert client.get("ballot") == b"kept"


def test_files_are_for_their_owner_alone(folder: Path) -> None:
    data = folder / "valkey"
    with EmbeddedStore(data):
        modes = {
            path.name: stat.S_IMODE(path.stat().st_mode)
            for path in (data, data / "store.conf", data / "store.sock")
        }

    assert modes == {"valkey": 0o700, "store.conf": 0o600, "store.sock": 0o700}


def test_socket_of_a_deep_folder_is_short_and_private(folder: Path) -> None:
    deep = folder / ("deep " * 40)
    store = EmbeddedStore(deep)

    with store, Redis.from_url(store.url) as client:
        place = store.socket_path
        assert client.ping()
        assert len(os.fsencode(place)) <= MAX_SOCKET_PATH
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
        assert EmbeddedStore(deep).socket_path == place
    assert not place.parent.exists()


def test_somebody_elses_socket_folder_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedStore(folder / ("deep " * 40))
    (folder / "elsewhere").mkdir()
    store.socket_path.parent.symlink_to(folder / "elsewhere")

    try:
        with pytest.raises(StoreError, match="belongs to somebody else"):
            store.start()
    finally:
        store.socket_path.parent.unlink()


def test_server_of_a_killed_run_is_ended_first(folder: Path) -> None:
    # A parent that the kernel does not watch for, as on other systems than Linux.
    script = (
        "import sys, signal; from pathlib import Path; from config import embedded_store as m; "
        "m.end_with_parent = lambda: None; "
        "s = m.EmbeddedStore(Path(sys.argv[1])); s.start(); print(s.pid)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True
    )
    orphan = int(printed.stdout)
    assert is_alive(orphan)

    with EmbeddedStore(folder) as store:
        assert not is_alive(orphan)
        assert store.pid != orphan


def test_a_stale_number_of_somebody_else_is_left_alone(folder: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (folder / "store.pid").write_text(f"{stranger.pid}\n")
        with EmbeddedStore(folder):
            assert is_alive(stranger.pid)
        stranger.kill()


def test_server_ends_with_a_parent_that_is_killed(folder: Path) -> None:
    script = (
        "import os, sys, signal; from pathlib import Path; "
        "from config.embedded_store import EmbeddedStore; "
        "s = EmbeddedStore(Path(sys.argv[1])); s.start(); print(s.pid, flush=True); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=False
    )

    assert wait_until(lambda: not is_alive(int(printed.stdout)), seconds=5)


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    (folder / "appendonlydir").write_text("in the way")

    with pytest.raises(StoreError, match=r"(?s)ended at its start:\n.*appendonlydir"):
        EmbeddedStore(folder).start()


def test_without_any_server_the_advice_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_store.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(StoreError, match="apt install redis-server") as refusal:
        embedded_store.find_server()
    assert "\n" not in str(refusal.value)


def test_an_old_server_on_path_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_store.importlib.util, "find_spec", lambda _name: None)
    for name, version in (("valkey-server", "6.2.14"), ("redis-server", "7.0.15")):
        program = folder / name
        program.write_text(f"#!/bin/sh\necho Redis server v={version} sha=0 bits=64\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))

    assert embedded_store.find_server() == folder / "redis-server"


def test_memory_limit_is_a_part_of_the_machine() -> None:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    assert 0 < embedded_store.memory_limit() <= whole * 0.7


@pytest.mark.parametrize(
    ("found", "built", "expected"),
    [
        ("libm.so.6", "malloc=libc", {"LD_PRELOAD": "libm.so.6"}),  # any that can be loaded
        ("libnowhere.so.9", "malloc=libc", {}),
        (None, "malloc=libc", {}),
        ("libm.so.6", "malloc=jemalloc-5.3.0", {}),
    ],
)
def test_a_better_allocator_is_taken_where_it_is_and_where_it_helps(
    monkeypatch: pytest.MonkeyPatch, found: str | None, built: str, expected: dict[str, str]
) -> None:
    server = embedded_store.find_server()
    monkeypatch.delenv("LD_PRELOAD", raising=False)
    monkeypatch.setattr(embedded_store, "find_library", lambda _name: found)
    monkeypatch.setattr(embedded_store, "version_line", lambda _binary: built)

    assert embedded_store.memory_of(server) == expected


def test_the_store_runs_with_jemalloc_where_there_is_one(folder: Path) -> None:
    with EmbeddedStore(folder) as store:
        loaded = Path(f"/proc/{store.pid}/maps").read_text(encoding="utf-8")
        built = embedded_store.version_line(embedded_store.find_server())

    has_one = find_library("jemalloc") is not None and "malloc=libc" in built
    assert ("libjemalloc" in loaded) == has_one
