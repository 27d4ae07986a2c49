"""Sockets from outside: who is let in, what they get, and why we hang up."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connections
from redis import Redis

from realtime import published
from realtime.consumers import CloseCode
from realtime.hub import Hub, hub
from realtime.routing import websocket_application
from tests.realtime.conftest import state, store
from voting.rules import display

PATH = "/ws/seasons/s/tallies"
OURS = settings.SITE_ORIGIN.encode()


@pytest.fixture(autouse=True)
async def site_hub(store_url: str, cache: Redis) -> AsyncIterator[Hub]:
    store(cache, state(version=5))
    published.copies._copies.clear()
    published.copies.forget()
    yield hub
    await published.copies.close()
    assert (hub.sockets(), hub._prefixes) == ({}, {})
    await sync_to_async(connections.close_all)()


def socket(path: str = PATH, *, origin: bytes | None = OURS, peer: str = "") -> Any:
    headers = [] if origin is None else [(b"origin", origin)]
    made = WebsocketCommunicator(websocket_application, path, headers=headers)
    if peer:
        made.scope["client"] = (peer, 1)
    return made


async def close_code(made: Any) -> int:
    message = await made.receive_output(2)
    assert message["type"] == "websocket.close", message
    return int(message["code"])


async def test_first_message_is_the_state_and_frames_follow() -> None:
    one = socket()
    assert (await one.connect())[0] is True

    first = json.loads(await one.receive_from())
    told = published.encode(display.frame(state(version=5), state(version=6)))
    await hub.deliver("s", told)

    assert first == {"t": "state"} | published.copies.present("s").state | {
        "version": 5, "nominees": {"101": {"votes": 5, "rank": 1, "was": None}},
        "updated_ms": first["updated_ms"],
    }  # fmt: skip
    assert await one.receive_from() == told
    await one.disconnect()


async def test_whoever_speaks_is_hung_up_on() -> None:
    one = socket()
    await one.connect()
    await one.receive_from()

    await one.send_to(text_data="hello")

    assert await close_code(one) == CloseCode.LISTEN_ONLY == 4000
    assert hub.sockets() == {}
    await one.disconnect()


async def test_unknown_season_is_told_so() -> None:
    one = socket("/ws/seasons/unknown/tallies")

    assert (await one.connect())[0] is True

    assert await close_code(one) == CloseCode.UNKNOWN_SEASON == 4004
    await one.disconnect()


@pytest.mark.parametrize(
    "path", ["/", "/ws/seasons/s/tallies/", "/ws/seasons/a%20b/tallies", "/ws"]
)
async def test_other_addresses_are_refused(path: str) -> None:
    one = socket(path)

    assert await one.connect() == (False, CloseCode.NOTHING_HERE)
    await one.disconnect()


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"https://evil.example",
        b"http://127.0.0.1.evil.example:8000",
        b"http://127.0.0.1:8001",
        b"https://127.0.0.1:8000",
        b"null",
        b"http://[",
        b"http://127.0.0.1:99999",
        b"\xff",
    ],
)
async def test_other_origins_are_refused(origin: bytes | None) -> None:
    one = socket(origin=origin)

    assert await one.connect() == (False, CloseCode.FOREIGN_ORIGIN)
    await one.disconnect()


async def test_network_has_a_limit_and_others_are_let_in(settings: Any) -> None:
    settings.SOCKETS_PER_PREFIX = 2
    peers = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"]
    sockets = [socket(peer=peer) for peer in peers]

    let_in = [(await one.connect()) for one in sockets]

    assert [accepted for accepted, _ in let_in] == [True, True, False, True]
    assert let_in[2][1] == CloseCode.TOO_MANY
    for one in sockets:
        await one.disconnect()
    again = socket(peer=peers[0])
    assert (await again.connect())[0] is True
    await again.disconnect()


async def test_prefix_can_be_decided_elsewhere(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SOCKETS_PER_PREFIX = 1
    monkeypatch.setattr(hub, "client_prefix", lambda scope: scope["path"].encode())
    one, other = socket(peer="10.0.0.1"), socket(peer="10.0.0.2")

    assert [(await one.connect())[0], (await other.connect())[0]] == [True, False]
    await one.disconnect()
    await other.disconnect()


async def test_socket_subscribes_nothing_of_its_own(cache: Redis) -> None:
    sockets = [socket() for _ in range(20)]
    for one in sockets:
        await one.connect()

    assert cache.pubsub_channels() == []
    await asyncio.gather(*(one.disconnect() for one in sockets))


async def test_get_answers_from_the_copy_with_an_entity_tag() -> None:
    status, headers, body = await published.tallies_response("s")
    tag = dict(headers)[b"etag"]

    assert (status, dict(headers)[b"cache-control"]) == (200, b"max-age=1")
    assert json.loads(body)["version"] == 5
    assert (await published.tallies_response("s", b'"x", W/' + tag))[0::2] == (304, b"")
    told = published.encode(display.frame(state(version=5), state(version=6)))
    await hub.deliver("s", told)
    assert (await published.tallies_response("s", tag))[0] == 200


async def test_get_of_an_unknown_season_is_a_problem() -> None:
    status, headers, body = await published.tallies_response("unknown")

    assert (status, dict(headers)[b"content-type"]) == (404, b"application/problem+json")
    assert json.loads(body)["type"] == "/problems/unknown-season"


async def test_missed_frame_is_made_up_for_at_the_next_question(cache: Redis) -> None:
    await published.tallies_response("s")
    store(cache, state(version=9))

    await hub.deliver("s", published.encode(display.frame(state(version=8), state(version=9))))

    assert json.loads((await published.tallies_response("s"))[2])["version"] == 9
