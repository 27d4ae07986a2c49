"""Bytes that nobody should send: never a server error, never a trace."""

import json
import random
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.hotpath.conftest import Live
from tests.hotpath.http import exchange, request
from tests.hotpath.sizes import Size, is_long

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the endpoint asks no database
NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"
ACTIONS = ("token", "ballots", "ballots/status")


@pytest.fixture
def naughty_strings(pytestconfig: pytest.Config) -> list[str]:
    """All of them in the long run; else each fourth, since they are sent five times each."""
    found: list[str] = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    return found if is_long(pytestconfig) else found[::4]


def utf8(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("escaped", [False, True])
def test_naughty_strings_in_text_fields_are_refused(
    live: Live, naughty_strings: list[str], escaped: bool
) -> None:
    cookie, token = live.voter()
    before = live.trace()
    wrong = []
    for text in naughty_strings:
        written = json.dumps(text).encode() if escaped else utf8(text)
        for path, body in (
            ("ballots", b'{"token":"%s","choices":[%s]}' % (token.encode(), written)),
            ("ballots", b'{"token":%s,"choices":["101"]}' % written),
            ("ballots", b'{"token":"%s","choices":["101"],%s:1}' % (token.encode(), written)),
            ("ballots/status", b'{"token":%s}' % written),
            ("token", b"{%s:%s}" % (written, written)),
        ):
            answer = live.post(path, body, cookie=cookie)
            if not 400 <= answer.status < 500 or not answer.problem:
                wrong.append((path, body, answer))

    assert wrong == []
    assert live.trace() == before


def test_naughty_strings_in_cookies_and_headers_are_refused(
    live: Live, naughty_strings: list[str]
) -> None:
    _cookie, token = live.voter()
    before = live.trace()
    body = json.dumps({"token": token, "choices": ["101"]}).encode()
    wrong = []
    for text in naughty_strings:
        line = "".join(letter for letter in text if letter >= " ")
        for changes in (
            {"cookie": f"voter-open={line}"},
            {"origin": line, "cookie": line},
            {"host": line},
            {"content_type": line},
            {"sec_fetch_site": line},
        ):
            raw = request(live.server.port, "/api/seasons/open/ballots", body, **changes)
            answer = exchange(live.server.port, raw)
            if answer is None or not 400 <= answer.status < 500:
                wrong.append((changes, answer))

    assert wrong == []
    assert live.trace() == before


def test_naughty_strings_in_paths_are_not_found(live: Live, naughty_strings: list[str]) -> None:
    before = live.trace()
    wrong = []
    for text in naughty_strings:
        name = quote(text.encode("utf-8", "surrogatepass"), safe="")
        for action in ACTIONS:
            answer = live.post(f"/api/seasons/{name}/{action}")
            if answer.status not in {400, 403, 404}:
                wrong.append((text, action, answer))

    assert wrong == []
    assert live.trace() == before


PIECES = [
    b"\r\n", b"\n", b"\r", b"\0", b"\xff", b" ", b":", b"Content-Length: 5\r\n", b"Host: x\r\n",
    b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: identity\r\n",
    b"Expect: 100-continue\r\n",
    b"Upgrade: websocket\r\n", b"Cookie: voter-open=\r\n", b'"', b"\\", b"{", b"[", b"]", b"}",
    b"0\r\n\r\n", b"HTTP/1.0", b"HTTP/9.9", b"%", b"%00", b"../", b"?", b"#", b"A" * 5000,
]  # fmt: skip


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """Return the request with a few bytes changed, taken out, doubled, or put in."""
    data = bytearray(raw)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if data:
                data[min(at, len(data) - 1)] = chance.randrange(256)
            case 1:
                del data[at : at + chance.choice([1, 1, 4, 40])]
            case 2:
                data[at:at] = chance.choice(PIECES)
            case 3:
                data[at:at] = data[at : at + chance.choice([1, 8, 60])]
            case 4:
                lines = bytes(data).split(b"\r\n")
                chance.shuffle(lines)
                data = bytearray(b"\r\n".join(lines))
            case _:
                data[at:at] = chance.randbytes(chance.choice([1, 3, 30]))
    return bytes(data)


def test_mutated_requests_get_no_server_error_and_leave_no_trace(live: Live, size: Size) -> None:
    number = size(1000, 300_000).max_examples
    chance = random.Random(20261123)
    cookie, token = live.voter()
    # No number on the list, and an expired season: whatever stays readable is refused.
    body = json.dumps({"token": token, "choices": ["998", "999"]}).encode()
    whole = [
        request(live.server.port, f"/api/seasons/open/{action}", content, cookie=cookie)
        for action, content in (
            ("ballots", body),
            ("ballots", body),
            ("ballots/status", json.dumps({"token": token}).encode()),
            ("token", b"{}"),
        )
    ]
    before = live.trace()
    errors, statuses = [], {}
    for _ in range(number):
        raw = mutated(chance.choice(whole), chance)
        answer = exchange(live.server.port, raw, seconds=0.05)
        status = answer.status if answer is not None else 0
        statuses[status] = statuses.get(status, 0) + 1
        if status >= 500:
            errors.append((raw, answer))

    assert errors == []
    assert live.trace() == before
    assert live.post("token").status == 200
    assert sum(count for status, count in statuses.items() if status) > number / 3, statuses
