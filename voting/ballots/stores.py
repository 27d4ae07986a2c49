"""This site's clients of the stores and its keys, by the settings."""

from functools import cache

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from voting.hotpath.keyring import Keyring
from voting.hotpath.stores import connect


@cache
def vote_store(*, read_seconds: float | None = 10.0) -> redis.Redis:
    """Return this process's client of the vote store."""
    if not settings.REDIS_URL:
        raise ImproperlyConfigured(
            "REDIS_URL is not set. `make run` starts a vote store of its own; a command run by "
            "hand beside it finds its address in DATA_DIR/redis-url."
        )
    return connect(settings.REDIS_URL, read_seconds=read_seconds)


@cache
def cache_store() -> redis.Redis:
    """Return this process's client of the cache."""
    return connect(settings.CACHE_REDIS_URL)


@cache
def keyring() -> Keyring:
    """Return this process's keys."""
    return Keyring(settings.KEY_DIR)
