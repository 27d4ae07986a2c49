"""The ballot endpoint through a real server process: what it refuses, and that nothing is left."""

import base64
import itertools
import json
import secrets
from typing import Any

import pytest

from tests.hotpath.conftest import Live
from voting.ballots.stores import keyring
from voting.hotpath import tokens
from voting.hotpath.problems import PROBLEMS

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the endpoint asks no database


def ballot(token: str, *choices: str) -> bytes:
    return json.dumps({"token": token, "choices": choices or ["101"]}).encode()


def test_ballot_is_accepted_once_and_repeated_with_the_same_answer(live: Live) -> None:
    cookie, token = live.voter()
    first = live.post("ballots", ballot(token, "101", "201"), cookie=cookie)
    before = live.trace()
    again = live.post("ballots", ballot(token, "201", "101"), cookie=cookie)

    assert (first.status, again.status) == (201, 200)
    assert first.members == again.members
    assert set(first.members) == {"code", "accepted_ms", "next_ms", "left"}
    assert first.members["left"] == {"ballots": 0, "choices": None}
    assert first.headers["cache-control"] == "no-store"
    assert live.trace() == before


def test_token_comes_with_what_is_left(live: Live) -> None:
    fresh = live.post("token")
    cookie = fresh.headers["set-cookie"]
    value = cookie.split(";")[0]
    code = live.post("ballots", ballot(fresh.members["token"]), cookie=value).members["code"]
    after = live.post("token", cookie=value)

    assert fresh.members["left"] == {"ballots": 1, "choices": None}
    assert fresh.members["voter"] == {"level": "anonymous", "fresh": True}
    assert (fresh.members["phase"], fresh.members["last"], fresh.members["used"]) == (
        "open", None, [],
    )  # fmt: skip
    assert 0 < fresh.members["expires_ms"] - fresh.members["now_ms"] <= 30 * 60_000
    assert cookie.startswith("voter-open=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "set-cookie" not in after.headers
    assert after.members["left"] == {"ballots": 0, "choices": None}
    assert after.members["last"]["code"] == code


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("action", ["token", "ballots", "ballots/status"])
def test_only_post_is_taken(live: Live, method: str, action: str) -> None:
    answer = live.post(action, method=method) if method != "HEAD" else None
    if answer is not None:
        assert (answer.status, answer.problem, answer.headers["allow"]) == (
            405, "wrong-method", "POST",
        )  # fmt: skip


SITES = (None, "same-origin", "same-site", "cross-site", "none", "bogus")
ORIGINS = (None, "own", "null", "http://evil.example", "https://127.0.0.1")
TYPES = ("application/json", "text/plain", "application/json; charset=utf-8", None)
HOSTS = ("own", "evil.example", "127.0.0.1.evil.example", "")


@pytest.mark.parametrize("action", ["token", "ballots"])
def test_matrix_of_headers_lets_in_pages_of_this_site_only(live: Live, action: str) -> None:
    cookie, token = live.voter()
    before = live.trace()
    wrong = []
    for site, origin, kind, host in itertools.product(SITES, ORIGINS, TYPES, HOSTS):
        own_origin = live.server.origin if origin == "own" else origin
        trusted = own_origin in (None, live.server.origin) if site == "same-origin" else (
            site is None and origin == "own"
        )  # fmt: skip
        expected = (
            "unknown-host" if host != "own"
            else "forbidden-origin" if not trusted
            else "wrong-media-type" if kind != "application/json"
            else None
        )  # fmt: skip
        changes: dict[str, Any] = {
            "sec_fetch_site": site, "origin": own_origin, "content_type": kind, "cookie": cookie,
        }  # fmt: skip
        if host != "own":
            changes["host"] = host
        body = b"{}" if action == "token" else ballot(token, "999")
        answer = live.post(action, body, **changes)
        got = answer.problem if answer.status != 200 else None
        if expected is None and action == "ballots":
            expected = "unknown-nominee"
        if got != expected:
            wrong.append((site, origin, kind, host, got, expected))

    assert wrong == []
    assert live.trace() == before


def flipped(text: str, position: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    raw[position] ^= 1
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token_of(cookie: str, *, expires_ms: int, key: bytes | None = None) -> str:
    keys = keyring()
    known = tokens.cookie_hash(cookie.partition("=")[2])
    token = tokens.Token(secrets.token_bytes(16), 0, expires_ms, known, b"p" * 16, 0, 0)
    signing = tokens.Keys({1: key}) if key else keys.ballot
    return tokens.sign_token(signing, season="open", token=token)


def test_matrix_of_tokens_and_cookies(live: Live) -> None:
    cookie, token = live.voter()
    another, its_token = live.voter()
    elsewhere, token_elsewhere = live.voter(live.other)
    renamed = "voter-open=" + elsewhere.partition("=")[2]
    forged = [flipped(token, position) for position in (0, 1, 5, 20, 40, 60, 94)]
    used_cookie, used = live.voter()
    assert live.post("ballots", ballot(used), cookie=used_cookie).status == 201
    before = live.trace()
    cases: list[tuple[str, str | None, str]] = [
        (token, None, "no-cookie"),
        (token, "", "no-cookie"),
        (token, "voter-open=", "no-cookie"),
        (token, "voter-open=nonsense", "no-cookie"),
        (token, "voter-open=" + flipped(cookie.partition("=")[2], 30), "no-cookie"),
        (token, elsewhere, "no-cookie"),
        (token, renamed, "no-cookie"),
        (its_token, cookie, "foreign-token"),
        (token, another, "foreign-token"),
        (token_elsewhere, cookie, "foreign-token"),
        *((text, cookie, "bad-token") for text in forged),
        ("", cookie, "bad-token"),
        ("A" * 127, cookie, "bad-token"),
        (token[:-1], cookie, "bad-token"),
        (token + "AAAA", cookie, "bad-token"),
        (cookie.partition("=")[2], cookie, "bad-token"),
        (token_of(cookie, expires_ms=2**45, key=b"k" * 32), cookie, "bad-token"),
        (token_of(cookie, expires_ms=1), cookie, "expired-token"),
        (token_of(used_cookie, expires_ms=2**45), used_cookie, "already-voted"),
    ]

    for text, sent, code in cases:
        answer = live.post("ballots", ballot(text), cookie=sent)
        assert (answer.problem, answer.status) == (code, PROBLEMS[code][0]), (text, sent)
    other = live.post("ballots", ballot(used, "102"), cookie=used_cookie)
    assert (other.status, other.problem) == (409, "token-used")
    assert set(other.members) >= {"code", "accepted_ms"}
    assert live.trace() == before


def test_matrix_of_ballots(live: Live) -> None:
    cookie, token = live.voter()
    before = live.trace()
    cases = [
        (["999"], "unknown-nominee", {"nominees": ["999"]}),
        (["101", "0101"], "unknown-nominee", {"nominees": ["0101"]}),
        (["103"], "withdrawn", {"nominees": ["103"]}),
        (["101", "101"], "duplicate-choice", {}),
        (["101", "102", "201", "202"], "too-many", {"max": 3, "got": 4}),
        ([f"{number}" for number in range(65)], "too-many", {"max": 64, "got": 65}),
        ([], "too-few", {"min": 1, "got": 0}),
    ]

    for choices, code, members in cases:
        body = json.dumps({"token": token, "choices": choices}).encode()
        answer = live.post("ballots", body, cookie=cookie)
        assert (answer.problem, answer.status) == (code, PROBLEMS[code][0])
        assert answer.members.items() >= members.items()
    assert live.trace() == before


@pytest.mark.parametrize(("slug", "code"), [("ended", "closed"), ("later", "not-open")])
def test_season_that_is_not_open_takes_no_ballot(live: Live, slug: str, code: str) -> None:
    token = live.post(f"/api/seasons/{slug}/token")
    before = live.trace()
    cookie = token.headers["set-cookie"].split(";")[0]
    answer = live.post(
        f"/api/seasons/{slug}/ballots", ballot(token.members["token"]), cookie=cookie
    )

    assert token.members["phase"] == code
    assert (answer.status, answer.problem) == (403, code)
    assert live.trace() == before


@pytest.mark.parametrize("action", ["token", "ballots", "ballots/status"])
@pytest.mark.parametrize("slug", ["nobody", "OPEN", "%00", "open%20", "%E4%B8%AD", "draft"])
def test_unknown_season_is_not_found(live: Live, action: str, slug: str) -> None:
    answer = live.post(f"/api/seasons/{slug}/{action}", ballot("x"))

    assert (answer.status, answer.problem) == (404, "unknown-season")


BODIES: list[tuple[bytes, str]] = [
    (b"", "bad-request"),
    (b"{", "bad-request"),
    (b"[]", "bad-request"),
    (b"null", "bad-request"),
    (b'{"token":"T","choices":"101"}', "bad-request"),
    (b'{"token":"T","choices":[101]}', "bad-request"),
    (b'{"token":"T","choices":[null]}', "bad-request"),
    (b'{"token":"T","choices":[["101"]]}', "bad-request"),
    (b'{"token":1,"choices":["101"]}', "bad-request"),
    (b'{"token":"T"}', "bad-request"),
    (b'{"token":"T","choices":["101"],"token":"T"}', "bad-request"),
    (b'{"token":"T","choices":["101"],"choices":["101"]}', "bad-request"),
    (b'{"token":"T","choices":["101"],"\\u0074oken":"T"}', "bad-request"),
    (b'{"token":"T","choices":["\\u0031\\u0030\\u0031"]}', "bad-request"),
    (b'{"token":"T","choices":["101"],"x":1}', "unknown-field"),
    (b'{"token":NaN,"choices":["101"]}', "bad-request"),
    (b'{"token":"T","choices":[Infinity]}', "bad-request"),
    (b'{"token":"T","choices":["101"]} ', "ok"),
    (b'{"token":"T\xff","choices":["101"]}', "bad-request"),
    (b'{"token":"\xc0\xaf","choices":["101"]}', "bad-request"),
    (b'{"token":' + b"[" * 2000 + b"]" * 2000 + b"}", "bad-request"),
    (b'{"x":' + b'{"a":' * 600 + b"1" + b"}" * 601, "unknown-field"),
    (b'{"token":"T","choices":["101"]}' + b" " * 4096, "too-large"),
    (b"x" * 100_000, "too-large"),
]


def test_matrix_of_bodies(live: Live) -> None:
    cookie, token = live.voter()
    before = live.trace()
    for body, code in BODIES:
        if code == "ok":
            continue
        answer = live.post("ballots", body.replace(b'"T', b'"' + token.encode()), cookie=cookie)
        assert (answer.problem, answer.status) == (code, PROBLEMS[code][0]), body[:80]
    assert live.trace() == before
    good = next(body for body, code in BODIES if code == "ok")
    assert (
        live.post("ballots", good.replace(b'"T', b'"' + token.encode()), cookie=cookie).status
        == 201
    )


def chunked(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_body_without_a_length_is_limited_too(live: Live) -> None:
    cookie, token = live.voter()
    before = live.trace()
    for size, total in ((1000, 5000), (4097, 4097), (1, 4200), (60_000, 300_000)):
        answer = live.post(
            "ballots", chunked(b" " * total, size), length=False, transfer_encoding="chunked",
            cookie=cookie,
        )  # fmt: skip
        assert (answer.status, answer.problem) == (413, "too-large")
    assert live.trace() == before

    answer = live.post(
        "ballots", chunked(ballot(token), 7), length=False, transfer_encoding="chunked",
        cookie=cookie,
    )  # fmt: skip
    assert answer.status == 201


def test_status_tells_received_and_unknown(live: Live) -> None:
    cookie, token = live.voter()
    query = json.dumps({"token": token}).encode()
    unknown = live.post("ballots/status", query, cookie=cookie)
    cast = live.post("ballots", ballot(token), cookie=cookie)
    received = live.post("ballots/status", query, cookie=cookie)

    assert unknown.members == {"state": "unknown"}
    assert received.members == {
        "state": "received", "code": cast.members["code"],
        "accepted_ms": cast.members["accepted_ms"],
    }  # fmt: skip
    assert live.post("ballots/status", query).problem == "no-cookie"
    another, _ = live.voter()
    assert live.post("ballots/status", query, cookie=another).problem == "foreign-token"
    assert live.post("ballots/status", b'{"token":"x"}', cookie=cookie).problem == "bad-token"


def test_status_of_a_store_that_has_forgotten_is_not_unknown(live: Live) -> None:
    cookie, token = live.voter()
    meta = live.keys().meta
    live.client.rename(meta, "aside")
    try:
        answer = live.post("ballots/status", json.dumps({"token": token}).encode(), cookie=cookie)
    finally:
        live.client.rename("aside", meta)

    assert answer.problem == "not-ready"


def test_forwarded_for_of_an_untrusted_peer_changes_nothing(live: Live) -> None:
    day_keys = set()
    for spoof in (None, "198.51.100.7", "10.0.0.1, 198.51.100.8", "garbage", "::1, 2001:db8::1"):
        cookie, token = live.voter(x_forwarded_for=spoof)
        answer = live.post("ballots", ballot(token), cookie=cookie, x_forwarded_for=spoof)
        assert answer.status == 201
        entry = live.client.xrevrange(live.keys().stream, count=1)[0][1]
        prefix, _day, _fresh, changed = entry[b"b"].decode().split("|")[6].split(",")[2:6]
        day_keys.add(prefix)
        assert changed == "0"

    assert len(day_keys) == 1
