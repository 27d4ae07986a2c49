"""What a start must be sure of: nobody else on the same data, a free port, enough files."""

import errno
import fcntl
import os
import resource
import socket
from contextlib import suppress
from pathlib import Path

from config.processes import wait_until

FEW_FILES = 4096


class StartRefused(Exception):
    """The site cannot start; the text says why and what to do, in one line."""


class SiteLock:
    """Held by the supervisor for as long as it works on a data folder."""

    def __init__(self, data_dir: Path) -> None:
        """Take the lock.

        Raises StartRefused when another supervisor has it.
        """
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Inherited by nobody: a child that outlives the supervisor does not keep the lock.
        self._file = (data_dir / "run.lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            pid = self._file.read().strip() or "?"
            self._file.close()
            raise StartRefused(
                f"Welfare Star already runs on {data_dir} (process {pid}). "
                f"Stop it with `kill {pid}`, or choose another folder: DATA_DIR=…"
            ) from None
        self._file.seek(0)
        self.after_crash = bool(self._file.read().strip())
        self._write(f"{os.getpid()}\n")

    def release(self) -> None:
        """Give the lock back after an orderly end."""
        self._write("")
        self._file.close()

    def _write(self, text: str) -> None:
        self._file.seek(0)
        self._file.truncate()
        self._file.write(text)
        self._file.flush()


def listen(host: str, port: int, *, patience: float = 0) -> socket.socket:
    """Return a socket bound to the address; the web processes share it.

    patience: seconds to wait for a former run's web process to let go of the port.
    Raises StartRefused when the port is taken or the address is not this machine's.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise StartRefused(f"HOST={host} is not an address: {error}") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    failure = OSError()

    def bound() -> bool:
        nonlocal failure
        try:
            listener.bind(address)
        except OSError as error:
            failure = error
            # Only a taken port may become free while we wait.
            return error.errno != errno.EADDRINUSE
        failure = OSError()
        return True

    wait_until(bound, seconds=patience, pause=0.1)
    if failure.errno is None:
        return listener
    listener.close()
    if failure.errno == errno.EADDRINUSE:
        raise StartRefused(f"Port {port} is taken. Choose another one: PORT={port + 1} make run")
    if failure.errno == errno.EACCES:
        raise StartRefused(f"Port {port} needs more rights. Choose another one: PORT=8000 make run")
    raise StartRefused(f"Cannot listen on {host} port {port}: {failure.strerror}")


def raise_file_limit() -> str:
    """Allow as many open files as the system lets us; return a warning if those are few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 1_048_576 if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # macOS has a limit of its own below "unlimited"
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= FEW_FILES:
        return ""
    return (
        f"Only {soft} files may be open, so about {max(0, soft - 200)} people can watch at once. "
        "More: `ulimit -n 65536` before the start."
    )
