"""How clients of the two stores are made: time-outs and retries stand here and nowhere else."""

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0


def connect(url: str, *, read_seconds: float | None = READ_SECONDS) -> redis.Redis:
    """Return a client that gives up after a while: better told to try again than kept waiting.

    Nothing is retried behind the caller's back. ``read_seconds`` None waits for ever, for
    blocking reads.
    """
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=read_seconds,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
    )


def connect_async(url: str, *, blocking: bool = False) -> redis.asyncio.Redis:
    """Return the same for asyncio; ``blocking`` for clients that wait for messages."""
    return redis.asyncio.Redis.from_url(
        url,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=None if blocking else READ_SECONDS,
        retry=AsyncRetry(NoBackoff(), 0),
        protocol=2,
    )
