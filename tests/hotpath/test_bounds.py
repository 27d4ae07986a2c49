"""What one client may send before it is cut off, against a real server process."""

import socket
import time
from contextlib import suppress

import pytest

from tests.hotpath.conftest import Live
from tests.hotpath.http import exchange, request

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the endpoint asks no database


def get(live: Live, path: str, **headers: str) -> int:
    answer = exchange(
        live.server.port,
        request(live.server.port, path, b"", method="GET", length=False, **headers),
    )
    assert answer is not None
    return answer.status


def test_an_unfinished_request_does_not_freeze_a_page(live: Live) -> None:
    port = live.server.port
    page = f"/zh-hans/s/{live.season.slug}/"
    head = f"GET {page} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-length: 1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as held:
        held.sendall(head.encode())
        time.sleep(0.2)

        begun = time.monotonic()
        status = get(live, page)

    assert status == 200
    assert time.monotonic() - begun < 5


def test_header_lines_without_end_are_cut_off(live: Live) -> None:
    sent = 0
    with socket.create_connection(("127.0.0.1", live.server.port), timeout=5) as endless:
        endless.sendall(b"GET / HTTP/1.1\r\nX-A: ")
        with suppress(OSError):  # reset or broken pipe, as it comes
            while sent < 4_000_000:
                endless.sendall(b"a" * 4096)
                sent += 4096
                time.sleep(0.001)

    assert sent < 1_000_000


def test_addresses_and_bodies_have_bounds(live: Live) -> None:
    form = f"/zh-hans/s/{live.season.slug}/form/"

    assert get(live, "/zh-hans/" + "a" * 3000) == 414
    too_large = live.post(form, b"x" * 70_000)
    assert too_large.status == 413
    assert "没有收下" in too_large.body.decode()
    assert get(live, form, host="elsewhere.example") == 400


def test_a_log_line_about_a_hostile_address_takes_no_time(live: Live) -> None:
    begun = time.monotonic()

    assert get(live, "/" + "token-" * 300) == 404

    assert time.monotonic() - begun < 2
