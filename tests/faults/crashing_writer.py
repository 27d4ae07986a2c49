"""A writer that ends without a word after its n-th step, for every n: run by test_crash_steps.

Arguments: how many steps apart the crashes are. Each crash happens in a forked child, which goes
through ``Follower`` line by line; a line of the writer, of its rows, or of Django's transactions
and connections is a step. After each crash a healthy writer goes on, and the ledger is checked.
Prints how many crashes there were.
"""

import os
import secrets
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after the apps are loaded
from django.db import connection, connections, transaction  # noqa: E402
from django.db.backends.base import base  # noqa: E402

from tests import make  # noqa: E402
from voting.ballots import queries  # noqa: E402
from voting.ballots.models import Ballot, Evidence, LedgerConflict  # noqa: E402
from voting.ballots.services import following, rows, writer  # noqa: E402
from voting.ballots.stores import cache_store  # noqa: E402
from voting.hotpath.stores import connect  # noqa: E402
from voting.seasons.models import Season  # noqa: E402

WATCHED = {module.__file__ for module in (writer, rows, following, transaction)}
# Of Django's connection only what ends a transaction: all else stands between two of our steps.
ENDINGS = {"commit", "_commit", "savepoint_commit"}
CRASHED, ENDED = 77, 0
TASKS = Path("/proc/self/task")  # one for each thread of this process


def copy(stop_after: int | None) -> None:
    """Copy what waits; after so many steps end at once."""
    taken = 0

    def step(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal taken
        if event in {"line", "return"}:
            taken += 1
            if taken == stop_after:
                os._exit(CRASHED)
        return step

    def enter(frame: FrameType, _event: str, _argument: Any) -> Any:
        code = frame.f_code
        ends = code.co_filename == base.__file__ and code.co_name in ENDINGS
        return step if ends or code.co_filename in WATCHED else None

    with connect(settings.REDIS_URL) as client:
        follower = following.Follower(client, cache_store())
        if stop_after is not None:
            sys.settrace(enter)
        follower.step(block_ms=None)
        follower.trim()
        sys.settrace(None)


def in_child(stop_after: int | None) -> bool:
    """Do it in a child; return whether it got to the end."""
    # The pool's threads have been told to end; a fork beside one of them could hang.
    deadline = time.monotonic() + 2
    while len(list(TASKS.iterdir())) > 1 and time.monotonic() < deadline:
        time.sleep(0.001)
    pid = os.fork()
    if pid == 0:
        try:
            copy(stop_after)
        except BaseException:  # noqa: BLE001 -- a fork must not go on as its parent
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(ENDED)
    _pid, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in {CRASHED, ENDED}:
        sys.exit(f"the writer ended with {code} after {stop_after} steps")
    return code == ENDED


def main() -> None:
    """Crash after every n-th step until a writer gets through."""
    apart = int(sys.argv[1])
    season = Season.objects.get()
    votes: set[str] = set()
    crashes, stop_after, finished = 0, 1, False
    while not finished:
        with connect(settings.REDIS_URL) as client:
            for choices in (("101", "201"), ("102",)):
                vote = secrets.token_hex(16)
                make.ballot(client, season, *choices, vote=vote)
                votes.add(vote)
            cache_store.cache_clear()
            # A child must not inherit an open connection.
            connections.close_all()
            if connection.vendor == "postgresql":
                connection.close_pool()
            finished = in_child(stop_after)
            in_child(None)
        check(season, votes, stop_after)
        crashes += not finished
        stop_after += apart
    print(crashes)  # noqa: T201 -- the answer


def check(season: Season, votes: set[str], stop_after: int) -> None:
    """End with a message unless each vote is in the ledger exactly once."""
    recorded = [vote.hex for vote in Ballot.objects.values_list("vote_id", flat=True)]
    half = len(votes) // 2
    counted = queries.recount(season.pk)
    wrong = {
        "lost": votes - set(recorded),
        "doubled or unknown": len(recorded) - len(votes),
        "conflicts": LedgerConflict.objects.count(),
        "evidence": Evidence.objects.count() - len(votes),
        "count": counted != {"101": half, "201": half, "102": half},
    }
    if any(wrong.values()):
        sys.exit(f"after a crash at step {stop_after}: {wrong}, {counted}")


if __name__ == "__main__":
    main()
