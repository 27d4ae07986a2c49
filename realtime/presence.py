"""How many are watching: each web process reports its sockets, the ticker adds them up."""

from collections.abc import Mapping

import msgspec
import redis
import redis.asyncio

REPORT_SECONDS = 5
EXPIRE_SECONDS = 15
PROCESSES = "presence:processes"


def as_text(value: bytes | str) -> str:
    """Return what a client gave as text; ours give bytes, but their types promise less."""
    return value if isinstance(value, str) else value.decode()


def _key(process: str) -> str:
    return f"presence:{process}"


async def report(cache: redis.asyncio.Redis, process: str, sockets: Mapping[str, int]) -> None:
    """Say how many sockets this process holds for each season; forgotten after 15 seconds."""
    async with cache.pipeline(transaction=False) as pipe:
        pipe.sadd(PROCESSES, process)
        pipe.set(_key(process), msgspec.json.encode(dict(sockets)), ex=EXPIRE_SECONDS)
        await pipe.execute()


async def leave(cache: redis.asyncio.Redis, process: str) -> None:
    """Take this process out of the sum."""
    await cache.delete(_key(process))
    await cache.srem(PROCESSES, process)


def viewers(cache: redis.Redis) -> dict[str, int]:
    """Return the number of open sockets by season, and forget processes that are gone."""
    processes = sorted(as_text(member) for member in cache.smembers(PROCESSES))
    if not processes:
        return {}
    total: dict[str, int] = {}
    gone = []
    for process, told in zip(
        processes, cache.mget([_key(process) for process in processes]), strict=True
    ):
        if told is None:
            gone.append(process)
            continue
        for slug, count in msgspec.json.decode(told, type=dict[str, int]).items():
            total[slug] = total.get(slug, 0) + count
    if gone:
        cache.srem(PROCESSES, *gone)
    return total
