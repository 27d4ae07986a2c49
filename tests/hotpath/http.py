"""Speaking HTTP to a real server process, byte by byte where it matters."""

import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.processes import end_with_parent

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Response:
    """A whole answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def members(self) -> dict[str, Any]:
        """The JSON object."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def problem(self) -> str:
        """The code of a documented refusal; raises when it is none."""
        assert self.headers["content-type"] == "application/problem+json"
        members = self.members
        assert members["status"] == self.status
        return str(members["type"]).removeprefix("/problems/")


def read_response(stream: Any) -> Response | None:
    """Read one answer; None when the server hangs up without one."""
    line = stream.readline()
    if not line:
        return None
    status = int(line.split()[1])
    headers = {}
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        headers[name.decode("latin-1").lower()] = value.strip().decode("latin-1")
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while length := int(stream.readline(), 16):
            body += stream.read(length)
            stream.readline()
        stream.readline()
    else:
        body = stream.read(int(headers.get("content-length", 0)))
    return Response(status, headers, body)


def exchange(port: int, raw: bytes, *, seconds: float = 10) -> Response | None:
    """Send these bytes on a connection of their own; return the answer, None if there is none."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(raw)
        with connection.makefile("rb") as stream, suppress(ConnectionResetError, TimeoutError):
            return read_response(stream)
    return None


def request(
    port: int,
    path: str,
    body: bytes = b"{}",
    *,
    method: str = "POST",
    length: bool = True,
    **changes: str | None,
) -> bytes:
    """Return a request as a page of the site sends it; a header that is None is left out."""
    headers: dict[str, str | None] = {
        "host": f"127.0.0.1:{port}",
        "origin": f"http://127.0.0.1:{port}",
        "sec-fetch-site": "same-origin",
        "content-type": "application/json",
        "connection": "close",
        "content-length": str(len(body)) if length else None,
    }
    headers |= {name.replace("_", "-"): value for name, value in changes.items()}
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


class WebServer:
    """A web process of the site on a socket that outlives it."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port: int = self.listener.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.environment = {**environment, "SITE_ORIGIN": self.origin, "PORT": str(self.port)}
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; it is ready when it answers."""
        number = self.listener.fileno()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [
                    sys.executable, "manage.py", "serve_web", "--skip-checks",
                    f"--descriptor={number}",
                ],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[number],
                preexec_fn=end_with_parent(),  # noqa: PLW1509 -- from the main thread
            )  # fmt: skip

    def wait(self, seconds: float = 30) -> None:
        """Wait until it answers and has a connection to the vote store."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(OSError):
                answer = exchange(self.port, request(self.port, "/healthz", b"", method="GET"))
                if answer is not None and answer.status == 200:
                    return
            assert self.process is not None
            assert self.process.poll() is None, self.log.read_text()[-2000:]
            time.sleep(0.05)
        raise TimeoutError(self.log.read_text()[-2000:])

    def kill(self) -> None:
        """End it at once, as a crash would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)

    def stop(self) -> None:
        """End it in good order, and give the port back."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
        self.listener.close()
