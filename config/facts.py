"""What probes and metrics ask the database: in a thread, in two seconds, never twice at once."""

import asyncio
from dataclasses import dataclass

from django.db import connections

from voting.ballots.models import LedgerConflict
from voting.seasons.models import Season

ANSWER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class OpenSeason:
    """A season that takes ballots, or would if it were not paused."""

    slug: str
    epoch: int
    slices: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The seasons that take ballots, and how many entries the ledger could not take."""

    seasons: tuple[OpenSeason, ...]
    conflicts: int


class _Asking:
    """At most one question is on its way: a stuck database must not use up all threads."""

    task: asyncio.Task[Facts] | None = None


async def ask_database() -> Facts:
    """Return the facts.

    Raises TimeoutError after two seconds, or the database's own error.
    """
    loop = asyncio.get_running_loop()
    task = _Asking.task
    if task is None or task.done() or task.get_loop() is not loop:
        task = _Asking.task = loop.create_task(asyncio.to_thread(read_facts))
    return await asyncio.wait_for(asyncio.shield(task), ANSWER_SECONDS)


def read_facts() -> Facts:
    """Read the facts, and leave no connection behind in this thread."""
    try:
        seasons = Season.objects.filter(
            phase__in=[Season.Phase.OPEN, Season.Phase.PAUSED]
        ).values_list("slug", "epoch", "slices")
        return Facts(
            tuple(OpenSeason(*row) for row in seasons.order_by("slug")),
            LedgerConflict.objects.count(),
        )
    finally:
        connections.close_all()
