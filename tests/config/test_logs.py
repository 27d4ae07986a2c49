import json
import logging
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.conf import settings as site
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config import logs
from config.middleware import request_id


@pytest.fixture
def written() -> Iterator[StringIO]:
    """What the logs write, as JSON, while a test runs."""
    structlog.contextvars.clear_contextvars()  # the request number of another test
    stream = StringIO()
    wanted = logs.settings("json", "INFO")
    wanted["handlers"]["stderr"]["stream"] = stream
    logs.configure(wanted)
    yield stream
    logs.configure(site.LOGGING)


def lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_both_logging_systems_write_the_same_json(written: StringIO) -> None:
    structlog.get_logger("voting").info("epoch loaded", season="demo", ballots=12)
    logging.getLogger("django.request").warning("Not Found: %s", "/nowhere")

    first, second = lines(written)
    assert (first["event"], first["season"], first["ballots"]) == ("epoch loaded", "demo", 12)
    assert (first["logger"], first["level"]) == ("voting", "info")
    assert (second["event"], second["level"]) == ("Not Found: /nowhere", "warning")
    assert "timestamp" in first
    assert "timestamp" in second


SECRETS = [
    "luo.xiaoman+vote@mail.example.cn",
    "13800138000",
    "+8613800138000",
    "138 0013 8000",
    "+447700900123",
    "203.0.113.77",
    "2001:db8:85a3::8a2e:370:7334",
    "::ffff:203.0.113.77",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_leads_to_a_person_is_not_written(written: StringIO, secret: str) -> None:
    log = structlog.get_logger("voting")

    event = f"ballot from {secret} refused"
    log.info(event, note=f"({secret})", many=[secret], deep={"a": secret})
    logging.getLogger("other").warning("from %s", secret)
    try:
        {}[secret]  # whose message is the key
    except KeyError:
        log.exception("failed")

    assert len(lines(written)) == 3
    assert secret not in written.getvalue()


OPENERS = [
    ("code=123456", "123456"),
    ("验证码：123456", "123456"),
    ("Authorization: Bearer abc.def-ghi", "abc.def-ghi"),
    ("GET /x?token=deadbeef&next=/", "deadbeef"),
    ("Cookie: session=s3cr3tvalue; other=1", "s3cr3tvalue"),
    ('{"token": "v1.abcdef", "choices": ["107"]}', "v1.abcdef"),
    ("password='hunter2 and more'", "hunter2"),
    ("Not Found: /en/s/x-2027/notice/objection/23456789ABCDEFGH/", "23456789ABCDEFGH"),
    ("Forbidden: /zh-hans/join/Yp3_-abcdefghijklmnop/", "Yp3_-abcdefghijklmnop"),
    ("Forbidden: /en/join/token-abcdefghijklmnopq/", "abcdefghijklmnopq"),
    ("/en/nominations/link/K7M2QX9ABC.0~s1gnature_-x/", "s1gnature_-x"),
    ("/accounts/login/?next=/en/join/Yp3_-abcdefghijklmnop/", "Yp3_-abcdefghijklmnop"),
    ("?next=%2Fen%2Fjoin%2FYp3_-abcdefghijklmnop%2F", "Yp3_-abcdefghijklmnop"),
]


@pytest.mark.parametrize(("text", "secret"), OPENERS)
def test_what_opens_a_door_is_not_written(written: StringIO, text: str, secret: str) -> None:
    structlog.get_logger("voting").info("seen", line=text)
    logging.getLogger("other").warning(text)

    assert secret not in written.getvalue()


NAMES = [
    "code", "token", "csrf", "password", "cookie", "authorization", "email", "phone", "ip",
    "remote_addr", "client_ip", "voter_key", "vote_id", "login_code", "session_key",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_some_names_never_carry_a_value(written: StringIO, name: str) -> None:
    structlog.get_logger("voting").info("seen", **{name: "harmless-looking"})
    structlog.get_logger("voting").info("seen", inner={name: "harmless-looking"})

    assert "harmless-looking" not in written.getvalue()


HARMLESS = [
    "listening on http://127.0.0.1:8000",
    "bound to 0.0.0.0",
    "at 12:34:56 the season opened",
    "stream 1764000000000-17, epoch 3",
    "accepted 1764000000000",
    "Valkey 9.1.2, Django 5.2.19",
    "voting.hotpath.gate: not ready",
    "Not Found: /en/nominations/link/",
    "Not Found: /en/s/x-2027/notice/objection/",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_an_operator_needs_stays(text: str) -> None:
    assert logs.clean_text(text) == text


def test_a_person_at_a_terminal_gets_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    stream = StringIO()
    wanted = logs.settings("text", "INFO")
    wanted["handlers"]["stderr"]["stream"] = stream
    logs.configure(wanted)
    try:
        structlog.get_logger("voting").info("epoch loaded", season="demo")
    finally:
        logs.configure(site.LOGGING)

    assert "epoch loaded" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_the_servers_access_log_is_off(written: StringIO) -> None:
    logging.getLogger("uvicorn.access").info("203.0.113.77 GET /")
    logging.getLogger("uvicorn.error").info("started")

    assert [line["event"] for line in lines(written)] == ["started"]


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "new\nline-line-line", "a b c d e f g h"])
def test_a_request_gets_a_number_of_its_own(rf: RequestFactory, given: str) -> None:
    answer = request_id(lambda _request: HttpResponse())(
        rf.get("/", headers={"x-request-id": given})
    )

    assert isinstance(answer, HttpResponse)
    assert len(answer["X-Request-ID"]) == 16


@pytest.mark.django_db
def test_the_number_stands_in_the_log_and_in_the_answer(
    client: Client, written: StringIO, collected_static: Path
) -> None:
    answer = client.get("/nowhere.txt", headers={"x-request-id": "proxy-0123456789"})

    assert answer["X-Request-ID"] == "proxy-0123456789"
    assert [line.get("request_id") for line in lines(written)] == ["proxy-0123456789"]


HOSTILE = [
    "token-" * 10_000,
    "a" * 65_536,
    "a@" * 32_768,
    "a@" + "b" * 65_536,
    "a.a+" * 16_384,
    "code" * 16_384,
    "code-" * 13_000,
    "cookie" + " " * 65_536,
    "bearer" + " " * 65_536,
    "bearer " * 9_000,
    'token="' * 9_000 + "'",
    "code: " * 10_000,
    "1." * 32_768,
    ":" * 65_536,
    "+86 " * 16_384,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_text_is_cleaned_in_no_time(text: str) -> None:
    begun = time.perf_counter()
    logs.clean_text(text)

    assert time.perf_counter() - begun < 0.5


def test_a_long_text_is_cut_and_half_an_address_is_not_left() -> None:
    before = "x " * (logs.LONGEST // 2 - 5)

    event = logs.redact(None, "", {"note": before + "luo.xiaoman@mail.example.cn " + "y" * 9_000})

    assert event["note"].startswith("x x")
    assert event["note"].endswith("…")
    assert len(event["note"]) <= logs.LONGEST
    assert "luo" not in event["note"]


def test_of_a_long_traceback_both_ends_are_kept() -> None:
    frames = "  File 'x.py', line 1, in somewhere\n" * 2_000
    text = f"Traceback (most recent call last):\n{frames}KeyError: 'a b token=deadbeef'"

    cleaned = str(logs.redact(None, "", {"exception": text})["exception"])

    assert cleaned.startswith("Traceback")
    assert "KeyError" in cleaned[-60:]
    assert "deadbeef" not in cleaned
    assert 10_000 < len(cleaned) <= logs.LONGEST_TRACEBACK + 10
