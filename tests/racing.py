"""Several people at the same moment, each in a thread with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connections

from voting.seasons.services import RuleBroken


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """Do all at once; return for each, sorted, ``done`` or the name of what it was told."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> str:
        try:
            start.wait(10)
            act()
        except RuleBroken as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(one.result(timeout=60) for one in [pool.submit(run, act) for act in acts])
