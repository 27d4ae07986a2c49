"""Processes of a measurement: started, waited for, and ended by their own number."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.processes import end_with_parent
from loadtests import machine

ROOT = Path(__file__).resolve().parent.parent


class Broken(Exception):
    """A part of the measurement does not work; says which."""


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """Return an environment in which nothing of the person's own site is seen or touched."""
    neutral = dict.fromkeys(
        ("ALLOWED_HOSTS", "EXTRA_ORIGINS", "TRUSTED_PROXIES", "SECRET_KEY", "EMAIL_URL"), ""
    )
    return {
        **os.environ,
        **neutral,
        "DATA_DIR": str(folder),
        "KEY_DIR": str(folder / "keys"),
        "DEBUG": "off",
        "WEB_PROCESSES": "1",
        "HOST": "127.0.0.1",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        **changes,
    }


class Process:
    """One process with its output in a file, kept on some processors."""

    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        env: Mapping[str, str],
        log: Path,
        cpus: frozenset[int],
        talks: bool = False,
    ) -> None:
        self.name = name
        self.log = log
        pipe = subprocess.PIPE if talks else subprocess.DEVNULL
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                command,
                cwd=ROOT,
                env=dict(env),
                stdin=pipe,
                stdout=subprocess.PIPE if talks else output,
                stderr=output,
                start_new_session=True,
                preexec_fn=end_with_parent(),  # noqa: PLW1509 -- from the main thread
            )
        os.sched_setaffinity(self.popen.pid, cpus)

    @property
    def pid(self) -> int:
        """Its number."""
        return self.popen.pid

    def wait_for(self, port: int, path: str, *, seconds: float = 60) -> None:
        """Wait until it answers 200. Raises Broken."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.popen.poll() is not None:
                raise Broken(f"{self.name} ended:\n{self.last_words()}")
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", path)
                if connection.getresponse().status == 200:
                    return
            except OSError:
                pass
            finally:
                connection.close()
            time.sleep(0.05)
        raise Broken(f"{self.name} does not answer:\n{self.last_words()}")

    def last_words(self) -> str:
        """Return the end of its output."""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-15:])

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send one line of JSON, and return the one that comes back. Raises Broken."""
        pipes = self.popen.stdin, self.popen.stdout
        assert pipes[0] is not None  # noqa: S101 -- for the type checker: started with talks=True
        assert pipes[1] is not None  # noqa: S101
        try:
            pipes[0].write(json.dumps(command).encode() + b"\n")
            pipes[0].flush()
            line = pipes[1].readline()
        except OSError:
            line = b""
        if not line:
            raise Broken(f"{self.name} ended at {command}:\n{self.last_words()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self, *, seconds: float = 10) -> None:
        """End it, and what it has started."""
        family = machine.tree(self.pid)
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                for pid in family:
                    _kill(pid)
                self.popen.wait(5)
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                pipe.close()


def _kill(pid: int) -> None:
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        return


def run(command: list[str], *, env: Mapping[str, str], log: Path) -> None:
    """Run a command to its end. Raises Broken."""
    with log.open("ab") as output:
        code = subprocess.run(
            command, cwd=ROOT, env=dict(env), stdout=output, stderr=output, check=False
        ).returncode
    if code:
        words = "\n".join(log.read_text("utf-8", errors="replace").splitlines()[-15:])
        raise Broken(f"{' '.join(command)} failed:\n{words}")


def python(*words: str) -> list[str]:
    """Return a command of this environment's Python."""
    return [sys.executable, *words]
