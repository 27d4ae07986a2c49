"""Many websockets in one process, by hand: a library for each would cost more than the server.

Commands come as lines of JSON on standard input, answers go to standard output:
open (port, path, origin, count, name), take (name): what the sockets of a name have got since
the last time, close (name).
"""

import asyncio
import base64
import json
import os
import re
import resource
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final, cast

import uvloop

from loadtests.figures import percentile

_VERSION: Final = re.compile(rb'"version":(\d+)')
_SENT: Final = re.compile(rb'"updated_ms":(\d+)')
TEXT, CLOSE, PING = 1, 8, 9
AT_ONCE = 50  # handshakes under way


@dataclass(slots=True)
class Room:
    """The sockets of one server, and what they have got."""

    sockets: list["Socket"] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)  # ms
    frames: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # version -> sockets
    closed: int = 0


class Socket(asyncio.Protocol):
    """One websocket that listens."""

    def __init__(self, room: Room, request: bytes) -> None:
        self.room = room
        self.request = request
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.buffer = b""
        self.leaving = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        """Take the handshake, then frames."""
        data = self.buffer + data if self.buffer else data
        if not self.opened.done():
            head, found, rest = data.partition(b"\r\n\r\n")
            if not found:
                self.buffer = data
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.opened.set_exception(ConnectionError(repr(head[:200])))
                return
            self.opened.set_result(None)
            data = rest
        self.buffer = self.take_frames(data)

    def take_frames(self, data: bytes) -> bytes:
        """Take all whole frames; return what is left."""
        while len(data) >= 2:
            size, start = data[1], 2
            if size == 126:
                size, start = int.from_bytes(data[2:4], "big"), 4
            elif size == 127:
                size, start = int.from_bytes(data[2:10], "big"), 10
            if len(data) < max(start, 4) and size >= 126:
                break
            if len(data) < start + size:
                break
            self.take(data[0] & 15, data[start : start + size])
            data = data[start + size :]
        return data

    def take(self, kind: int, payload: bytes) -> None:
        """Count a frame."""
        if kind == PING:
            # A client masks what it sends; a mask of zeros leaves the bytes as they are.
            self.transport.write(bytes((0x8A, 0x80 | len(payload), 0, 0, 0, 0)) + payload)
        elif kind == TEXT and payload.startswith(b'{"t":"frame"'):
            version, sent = _VERSION.search(payload), _SENT.search(payload)
            if version and sent:
                self.room.frames[int(version[1])] += 1
                self.room.delays.append(time.time() * 1000 - int(sent[1]))

    def connection_lost(self, exc: Exception | None) -> None:
        """Count a socket that the server has closed."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(f"closed at the handshake: {exc}"))
        elif not self.leaving:
            self.room.closed += 1


def upgrade(port: int, path: str, origin: str) -> bytes:
    """Return the request that opens a websocket."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        f"Origin: {origin}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
    ).encode()


class Client:
    """All rooms, and the commands."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = defaultdict(Room)

    async def open(self, *, name: str, port: int, path: str, origin: str, count: int) -> Any:
        """Open sockets, some at a time."""
        room, began = self.rooms[name], time.perf_counter()
        places = asyncio.Semaphore(AT_ONCE)

        async def one() -> None:
            async with places:
                request = upgrade(port, path, origin)
                _transport, socket = await asyncio.get_running_loop().create_connection(
                    lambda: Socket(room, request), "127.0.0.1", port
                )
                await asyncio.wait_for(socket.opened, 30)
                room.sockets.append(socket)

        await asyncio.gather(*(one() for _ in range(count)))
        return {"open": len(room.sockets), "seconds": time.perf_counter() - began}

    async def take(self, *, name: str) -> Any:
        """Return what came since the last time."""
        room = self.rooms[name]
        delays, frames = sorted(room.delays), dict(room.frames)
        room.delays, room.frames = [], defaultdict(int)
        return {
            "frames": frames,
            "p50_ms": percentile(delays, 0.5),
            "p99_ms": percentile(delays, 0.99),
            "max_ms": delays[-1] if delays else 0.0,
            "closed": room.closed,
            "cpu": time.process_time(),
        }

    async def close(self, *, name: str) -> Any:
        """Close all sockets of a room."""
        room = self.rooms.pop(name)
        for socket in room.sockets:
            socket.leaving = True
            socket.transport.close()
        return {"closed": len(room.sockets)}


async def main() -> None:
    """Carry out commands until standard input ends."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    client, loop = Client(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        words = json.loads(line)
        print(json.dumps(await getattr(client, words.pop("command"))(**words)), flush=True)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
