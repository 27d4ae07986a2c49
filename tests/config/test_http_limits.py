"""Who takes too long over a request's head is hung up on; who is only idle is not."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from config import http_limits

REQUEST = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"


async def application(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(0.3 if scope["path"] == "/slow" else 0)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(http_limits, "HEAD_SECONDS", 0.1)
    config = uvicorn.Config(application, log_config=None, lifespan="off")
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: http_limits.BoundedHttp(config, state, {}), "127.0.0.1", 0
    )
    yield server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()


async def ended(reader: asyncio.StreamReader, *, seconds: float) -> bool:
    """Return whether the server hangs up within a time."""
    try:
        return await asyncio.wait_for(reader.read(1), seconds) == b""
    except ConnectionResetError:  # it hung up while something was on its way
        return True
    except TimeoutError:
        return False


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nhost: a\r\n"])
async def test_a_head_that_does_not_end_is_hung_up_on(port: int, head: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head)
    assert await ended(reader, seconds=2)
    writer.close()


async def test_a_head_that_drips_is_hung_up_on(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for letter in b"GET / HTTP/1.1\r\nx-a: " + b"a" * 80:
        if reader.at_eof() or writer.is_closing():
            break
        writer.write(bytes([letter]))
        await asyncio.sleep(0.02)
    assert await ended(reader, seconds=1)
    writer.close()


async def test_idle_and_slowly_answered_connections_stay(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for path in (b"/", b"/slow", b"/"):
        writer.write(REQUEST.replace(b" / ", b" " + path + b" "))
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
        await asyncio.sleep(0.35)  # longer than a head may take
    writer.close()
    await writer.wait_closed()
