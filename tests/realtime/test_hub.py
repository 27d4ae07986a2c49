"""The hub: a slow socket harms nobody, and a dead subscription is replaced."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from config.embedded_store import EmbeddedStore
from realtime import hub as hub_module
from realtime.hub import GROUP, Hub, Listener
from realtime.published import Copies, encode
from tests.realtime.conftest import state, store
from voting.rules import display


class Socket:
    """The far end of a socket; it takes nothing while ``writable`` is clear."""

    def __init__(self, slug: str = "s") -> None:
        self.got: list[dict[str, Any]] = []
        self.offered = 0
        self.writable = asyncio.Event()
        self.writable.set()
        self.hung_up = False
        self.listener = Listener(slug, b"", self.send, self.hang_up)

    async def send(self, message: dict[str, Any]) -> None:
        self.offered += 1
        await self.writable.wait()
        self.got.append(json.loads(message["text"]))

    def hang_up(self) -> None:
        self.hung_up = True

    @property
    def versions(self) -> list[tuple[str, int]]:
        return [(message["t"], message["version"]) for message in self.got]


def frame(version: int, slug: str = "s") -> str:
    return encode(display.frame(state(slug, version - 1), state(slug, version)))


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 -- what is waited for has no event
            await asyncio.sleep(0.01)


async def announce(text: str, slug: str = "s") -> None:
    message = {"type": "tallies", "slug": slug, "text": text}
    await get_channel_layer().group_send(GROUP, message)


async def announce_until(true: Callable[[], bool], first: int) -> None:
    """Say frame after frame until the subscription is there to hear one."""
    for version in range(first, first + 500):
        await announce(frame(version))
        await asyncio.sleep(0.02)
        if true():
            return
    raise AssertionError("nothing arrived")


async def test_socket_gets_the_state_and_then_every_frame(hub: Hub, cache: Redis) -> None:
    store(cache, state(version=5))
    socket = Socket()

    assert await hub.join(socket.listener) is True
    await hub.deliver("s", frame(6))
    await hub.deliver("other", frame(9, "other"))
    await hub.deliver("s", frame(7))

    assert socket.versions == [("state", 5), ("frame", 6), ("frame", 7)]
    assert socket.got[0]["nominees"]["101"]["votes"] == 5
    hub.leave(socket.listener)
    await hub.deliver("s", frame(8))
    assert len(socket.got) == 3
    assert hub.sockets() == {}


async def test_unknown_season_cannot_be_joined(hub: Hub, cache: Redis) -> None:
    store(cache, state())

    assert await hub.join(Socket("unknown").listener) is False
    assert hub.sockets() == {}


async def test_no_frame_falls_between_state_and_joining(hub: Hub, cache: Redis) -> None:
    store(cache, state(version=5))
    socket = Socket()
    socket.writable.clear()
    joining = asyncio.create_task(hub.join(socket.listener))
    await until(lambda: socket.offered == 1)

    await hub.deliver("s", frame(6))
    socket.writable.set()
    await joining
    await hub.deliver("s", frame(7))

    assert socket.versions == [("state", 5), ("state", 6), ("frame", 7)]


async def test_who_joins_later_gets_what_the_frames_have_made_of_the_state(
    hub: Hub, cache: Redis
) -> None:
    store(cache, state(version=5))
    await hub.join(Socket().listener)
    await hub.deliver("s", frame(6))
    late = Socket()

    await hub.join(late.listener)

    assert late.got[0] == {"t": "state"} | hub.copies.present("s").state
    assert late.got[0]["nominees"]["101"]["votes"] == 6


async def test_slow_socket_holds_up_nobody_and_is_owed_the_state_once(
    hub: Hub, cache: Redis
) -> None:
    store(cache, state(version=5))
    slow, quick = Socket(), Socket()
    await hub.join(slow.listener)
    await hub.join(quick.listener)
    slow.writable.clear()

    for version in range(6, 26):
        await hub.deliver("s", frame(version))
    assert quick.versions == [("state", 5), *(("frame", version) for version in range(6, 26))]
    slow.writable.set()
    await until(lambda: len(slow.got) == 3)
    await hub.deliver("s", frame(26))

    assert slow.versions == [("state", 5), ("frame", 6), ("state", 25), ("frame", 26)]


async def test_socket_that_takes_nothing_for_too_long_is_dropped(
    hub: Hub, cache: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(cache, state(version=5))
    slow = Socket()
    await hub.join(slow.listener)
    slow.writable.clear()
    await hub.deliver("s", frame(6))
    await hub.deliver("s", frame(7))
    assert slow.hung_up is False
    monkeypatch.setattr(hub_module, "SLOW_SECONDS", 0.0)

    await hub.deliver("s", frame(8))

    assert (slow.hung_up, slow.listener.dropped) == (True, True)
    hub.leave(slow.listener)


async def test_closed_socket_is_passed_over(hub: Hub, cache: Redis) -> None:
    store(cache, state(version=5))
    closed, open_one = Socket(), Socket()
    await hub.join(closed.listener)
    await hub.join(open_one.listener)

    async def refuse(_message: dict[str, Any]) -> None:
        raise RuntimeError("closed")

    closed.listener.send = refuse
    await hub.deliver("s", frame(6))
    await hub.deliver("s", frame(7))

    assert [version for _, version in open_one.versions] == [5, 6, 7]
    assert closed.listener.gone is True


async def test_other_work_gets_its_turn_during_a_broadcast(hub: Hub, cache: Redis) -> None:
    store(cache, state(version=5))
    sockets = [Socket() for _ in range(1000)]
    for socket in sockets:
        await hub.join(socket.listener)
    longest = 0

    async def watch() -> None:
        nonlocal longest
        before = 0
        while before < len(sockets):
            sent = sum(len(socket.got) > 1 for socket in sockets)
            longest, before = max(longest, sent - before), sent
            await asyncio.sleep(0)

    await asyncio.gather(watch(), hub.deliver("s", frame(6)))

    assert longest <= hub_module.STRETCH


async def test_two_event_loops_hear_one_announcement(store_url: str, cache: Redis) -> None:
    """Two web processes, here two threads: each with its own loop, hub and subscription."""
    store(cache, state(version=5))
    heard: dict[int, list[tuple[str, int]]] = {}
    ready = threading.Barrier(3, timeout=20)

    async def process(number: int) -> None:
        one = Hub(Copies(settings.CACHE_REDIS_URL), settings.CACHE_REDIS_URL)
        await one.start()
        sockets = [Socket() for _ in range(3)]
        for socket in sockets:
            await one.join(socket.listener)
        await asyncio.to_thread(ready.wait)
        await until(lambda: all(len(socket.got) > 1 for socket in sockets))
        heard[number] = [socket.versions[-1] for socket in sockets]
        await asyncio.to_thread(ready.wait)
        await one.stop()

    threads = [threading.Thread(target=asyncio.run, args=(process(i),)) for i in range(2)]
    for thread in threads:
        thread.start()
    await asyncio.to_thread(ready.wait)
    for version in range(6, 500):
        await announce(frame(version))
        await asyncio.sleep(0.02)
        if len(heard) == 2:
            break
    await asyncio.to_thread(ready.wait)
    for thread in threads:
        thread.join(10)

    assert sorted(heard) == [0, 1]
    assert all(kind == "frame" for versions in heard.values() for kind, _ in versions)
    await get_channel_layer().flush()


async def test_dead_subscription_is_replaced(
    hub: Hub, cache: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "SILENCE_SECONDS", 0.5)
    store(cache, state(version=5))
    socket = Socket()
    await hub.join(socket.listener)
    await announce_until(lambda: len(socket.got) > 1, 6)

    await get_channel_layer().flush()  # the connection goes, and nobody tells the hub
    before = len(socket.got)

    await announce_until(lambda: len(socket.got) > before, 1000)


async def test_hub_outlives_a_restart_of_the_store(
    hub: Hub, cache: Redis, vote_store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "SILENCE_SECONDS", 1.0)
    store(cache, state(version=5))
    socket = Socket()
    await hub.join(socket.listener)
    await announce_until(lambda: len(socket.got) > 1, 6)

    vote_store.stop()
    assert (await hub.copies.get("s")) is not None  # the copy serves on
    vote_store.start()  # from this thread: the store ends with the thread that started it
    before = len(socket.got)

    async def say(version: int) -> None:
        try:
            await announce(frame(version))
        except (RedisError, OSError):
            return

    async with asyncio.timeout(15):
        version = 1000
        while len(socket.got) == before:
            version += 1
            await say(version)
            await asyncio.sleep(0.05)


async def test_sockets_are_reported(hub: Hub, cache: Redis) -> None:
    def reported() -> Any:
        return cache.get(f"presence:{hub.process}")

    await until(lambda: reported() is not None)
    assert reported() == b"{}"
    assert 0 < cache.ttl(f"presence:{hub.process}") <= 15

    await hub.stop()

    assert reported() is None


async def test_cache_is_read_once_a_second_however_many_ask(hub: Hub, cache: Redis) -> None:
    store(cache, state(version=5))
    cache.config_resetstat()

    found: list[Awaitable[Any]] = [hub.copies.get(slug) for slug in ("s", "unknown") * 200]
    copies = await asyncio.gather(*found)

    calls = cache.info("commandstats")
    assert [copy.state["version"] for copy in copies[::2]] == [5] * 200
    assert calls["cmdstat_mget"]["calls"] == 1
