"""Both ways of a ballot through the server: connections that go on, break off or run ahead."""

import json
import socket
import time
from contextlib import closing
from typing import Any

import pytest

from tests.hotpath.conftest import Live
from tests.hotpath.http import Response, read_response, request

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the endpoint asks no database


def ballot(live: Live, *choices: str, **changes: str | None) -> bytes:
    cookie, token = live.voter()
    body = json.dumps({"token": token, "choices": choices or ["101"]}).encode()
    path = f"/api/seasons/{live.season.slug}/ballots"
    return request(
        live.server.port, path, body, **{"connection": "keep-alive", "cookie": cookie, **changes}
    )


def connect(live: Live) -> socket.socket:
    return socket.create_connection(("127.0.0.1", live.server.port), timeout=10)


def answers(connection: socket.socket, count: int) -> list[Response]:
    with connection.makefile("rb") as stream:
        found = [read_response(stream) for _ in range(count)]
    assert None not in found
    return [answer for answer in found if answer is not None]


def test_many_ballots_and_other_requests_share_a_connection(live: Live) -> None:
    health = request(live.server.port, "/healthz", b"", method="GET", connection="keep-alive")
    got = []
    with closing(connect(live)) as connection:
        for raw in (ballot(live), health, ballot(live, "999"), health, ballot(live, "102")):
            connection.sendall(raw)
            got += answers(connection, 1)

    assert [answer.status for answer in got] == [201, 200, 422, 200, 201]
    assert all("connection" not in answer.headers for answer in got)


def test_requests_that_run_ahead_are_answered_in_order(live: Live) -> None:
    health = request(live.server.port, "/healthz", b"", method="GET", connection="keep-alive")
    raw = [ballot(live), ballot(live, "999"), health, ballot(live, "102"), ballot(live, "103")]
    with closing(connect(live)) as connection:
        connection.sendall(b"".join(raw))
        got = answers(connection, len(raw))

    assert [answer.status for answer in got] == [201, 422, 200, 201, 422]
    assert [answer.problem for answer in (got[1], got[4])] == ["unknown-nominee", "withdrawn"]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_a_request_in_pieces_is_one_request(live: Live, size: int) -> None:
    raw = ballot(live)
    with closing(connect(live)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(raw), size):
            connection.sendall(raw[start : start + size])
        (got,) = answers(connection, 1)

    assert got.status == 201


@pytest.mark.parametrize(
    ("changes", "http", "status"),
    [
        ({"connection": "close"}, b"1.1", 201),
        ({"connection": None}, b"1.0", 201),
        ({"expect": "100-continue"}, b"1.1", 100),
        ({"content_length": "0005000"}, b"1.1", 413),
    ],
)
def test_unusual_requests_are_answered_too(
    live: Live, changes: dict[str, Any], http: bytes, status: int
) -> None:
    raw = ballot(live, **changes).replace(b"HTTP/1.1", b"HTTP/" + http, 1)
    with closing(connect(live)) as connection:
        connection.sendall(raw)
        (got,) = answers(connection, 1)

    assert got.status == status
    if status == 201:
        assert got.headers["connection"] == "close"


def test_a_body_in_chunks_is_read(live: Live) -> None:
    head, _, body = ballot(live, content_length=None, transfer_encoding="chunked").partition(
        b"\r\n\r\n"
    )
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    with closing(connect(live)) as connection:
        connection.sendall(head + b"\r\n\r\n" + chunk)
        (got,) = answers(connection, 1)

    assert got.status == 201


def test_a_voter_who_hangs_up_has_voted_and_harms_nobody(live: Live) -> None:
    tallies = live.keys().tallies

    def counted() -> int:
        return int(live.client.hget(tallies, "#") or 0)

    before = counted()
    for _ in range(20):
        raw = ballot(live)
        with closing(connect(live)) as connection:
            connection.sendall(raw)
    half = ballot(live)[:-5]
    with closing(connect(live)) as connection:
        connection.sendall(half)
    deadline = time.monotonic() + 5
    while counted() < before + 20 and time.monotonic() < deadline:
        time.sleep(0.02)

    assert counted() == before + 20
    assert live.post("token").status == 200


def test_both_ways_say_the_same_in_the_same_words(live: Live) -> None:
    cookie, token = live.voter()
    other, _ = live.voter()
    said = []
    for body, changes in (
        (b"", {}),
        (b"{", {}),
        (b'{"token":"x","choices":["101"]}', {}),
        (json.dumps({"token": token, "choices": ["101", "101"]}).encode(), {}),
        (json.dumps({"token": token, "choices": ["101"]}).encode(), {"cookie": other}),
        (json.dumps({"token": token, "choices": ["101"]}).encode(), {"origin": "null"}),
        (json.dumps({"token": token, "choices": ["999"]}).encode(), {}),
    ):
        answer = live.post("ballots", body, **{"cookie": cookie, **changes})
        said.append((answer.status, sorted(answer.headers), answer.problem))
    usual = ["cache-control", "connection", "content-length", "content-type", "date"]

    assert said == [
        (400, usual, "bad-request"),
        (400, usual, "bad-request"),
        (403, usual, "bad-token"),
        (422, usual, "duplicate-choice"),
        (403, usual, "foreign-token"),
        (403, usual, "forbidden-origin"),
        (422, usual, "unknown-nominee"),
    ]
