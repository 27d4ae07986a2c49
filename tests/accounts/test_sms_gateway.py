"""The HTTP gateway for text messages, against a recorded one on this machine."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts.sms.gateway import GatewaySender, filled
from accounts.sms.senders import SmsFailed, TextMessage

MESSAGE = TextMessage("+8613800138000", "验证码 012345", "012345", 5)


class Gateway:
    """What it was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, str], Any]] = []
        self.status = 200
        self.answer = b'{"code": 0, "message": "OK"}'
        self.headers: dict[str, str] = {}


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    recorded = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            recorded.asked.append((dict(self.headers), json.loads(body)))
            self.send_response(recorded.status)
            for name, value in recorded.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(recorded.answer)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.SMS_GATEWAY_HEADERS = '{"Authorization": "Bearer key"}'
    settings.SMS_GATEWAY_BODY = (
        '{"to": ["{national}"], "template": {"id": "T1", "values": ["{code}", "{minutes}"]}}'
    )
    settings.SMS_GATEWAY_ACCEPTED = '{"code": 0}'
    yield recorded
    server.shutdown()
    server.server_close()


def test_a_message_is_posted_once_in_the_gateways_own_form(gateway: Gateway) -> None:
    GatewaySender().send(MESSAGE)

    [(headers, body)] = gateway.asked
    assert headers["Authorization"] == "Bearer key"
    assert headers["Content-Type"] == "application/json"
    assert body == {"to": ["13800138000"], "template": {"id": "T1", "values": ["012345", "5"]}}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, b'{"code": 160038, "message": "too many"}'),
        (200, b"not json"),
        (200, b"[]"),
        (500, b'{"code": 0}'),
        (302, b'{"code": 0}'),
    ],
)
def test_a_refusal_is_told_and_nothing_is_sent_twice(
    gateway: Gateway, status: int, answer: bytes
) -> None:
    gateway.status, gateway.answer = status, answer
    gateway.headers = {"Location": "/send"}

    with pytest.raises(SmsFailed):
        GatewaySender().send(MESSAGE)

    assert len(gateway.asked) == 1


def test_a_gateway_that_is_away_is_told(settings: Settings) -> None:
    settings.SMS_GATEWAY_URL = "http://127.0.0.1:9/send"
    settings.SMS_TIMEOUT = (0.2, 0.2)

    with pytest.raises(SmsFailed):
        GatewaySender().send(MESSAGE)


def test_values_are_put_in_wherever_they_stand() -> None:
    template = {"a": "{phone}", "b": [{"c": "{code}/{minutes}"}, 7, None], "d": True}

    assert filled(template, {"phone": "+1", "code": "001", "minutes": "5"}) == {
        "a": "+1", "b": [{"c": "001/5"}, 7, None], "d": True,
    }  # fmt: skip
