"""How many messages anybody can have sent, counted in the cache that all processes share."""

import hashlib
from collections.abc import Iterable

from django.core.cache import cache

Limit = tuple[int, int]  # how many, in how many seconds


def spend(purpose: str, whose: str, limits: Iterable[Limit]) -> bool:
    """Count one more; return whether it is within all limits.

    limits: the shortest first: what one of them refuses is not counted by those after it.
    Inexact by a window: as much again may come right after a window has ended.
    """
    name = hashlib.sha256(whose.encode()).hexdigest()
    return all(_counts(f"{purpose}:{name}", *limit) for limit in limits)


def _counts(name: str, most: int, seconds: int) -> bool:
    key = f"sent:{seconds}:{name}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ran out in between
        return True
