"""The generator against a small server: what it counts is what the server answered."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from loadtests.generator import (
    Load,
    NotMeasured,
    answer_size,
    measure,
    read_requests,
    write_requests,
)

ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello"
REQUEST = b"POST /x HTTP/1.1\r\nHost: h\r\n\r\n"


class Server:
    """Answers every request; hangs up after ``limit`` answers where there is one."""

    def __init__(self, *, limit: int = 0, answer: bytes = ANSWER) -> None:
        self.limit = limit
        self.answer = answer
        self.seen: list[bytes] = []
        self.connections = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        answered = 0
        try:
            while True:
                self.seen.append(await reader.readuntil(b"\r\n\r\n"))
                # In two pieces: an answer need not come whole.
                writer.write(self.answer[:20])
                await writer.drain()
                await asyncio.sleep(0)
                writer.write(self.answer[20:])
                answered += 1
                if answered == self.limit:
                    break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[int]:
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()


def load(port: int, path: Path, requests: list[bytes], **changes: object) -> Load:
    write_requests(path, requests)
    plain = {"connections": 4, "warm_seconds": 0.05, "seconds": 0.3, "forever": True}
    return Load(port, str(path), **(plain | changes))  # type: ignore[arg-type] -- fields by name


def test_requests_survive_the_file(tmp_path: Path) -> None:
    requests = [REQUEST, b"", b"\x00\n" * 300]

    write_requests(tmp_path / "file", requests)

    assert read_requests(tmp_path / "file") == requests


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (ANSWER, len(ANSWER)),
        (ANSWER + b"HTTP/1.1 2", len(ANSWER)),
        (ANSWER[:-2], len(ANSWER)),
        (ANSWER[:30], 0),
        (b"", 0),
    ],
)
def test_size_of_an_answer(data: bytes, size: int) -> None:
    assert answer_size(data) == size


def test_an_answer_without_length_is_not_guessed() -> None:
    with pytest.raises(NotMeasured, match="without a length"):
        answer_size(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n")


async def test_counts_what_was_answered(tmp_path: Path) -> None:
    server = Server()
    async with running(server) as port:
        result = await measure(load(port, tmp_path / "r", [REQUEST], watch={"web": os.getpid()}))

    assert result.statuses == {"201": result.requests}
    assert 0 < result.requests <= len(server.seen)
    assert 0 < result.p50_ms <= result.p99_ms
    assert result.cpu["web"] >= 0
    assert server.connections == 4


async def test_each_request_once_then_the_end(tmp_path: Path) -> None:
    requests = [b"GET /%d HTTP/1.1\r\n\r\n" % number for number in range(40)]
    server = Server()
    async with running(server) as port:
        with pytest.raises(NotMeasured, match="all requests were gone"):
            await measure(
                load(port, tmp_path / "r", requests, forever=False, seconds=5, warm_seconds=0)
            )

    # None twice; those still under way when the last one was sent need not be answered.
    assert len(set(server.seen)) == len(server.seen) > len(requests) - 4
    assert set(server.seen) <= set(requests)


async def test_reconnects_when_the_server_hangs_up(tmp_path: Path) -> None:
    server = Server(limit=5)
    async with running(server) as port:
        result = await measure(load(port, tmp_path / "r", [REQUEST], seconds=0.1))

    assert result.reconnects > 0
    assert result.statuses == {"201": result.requests}
