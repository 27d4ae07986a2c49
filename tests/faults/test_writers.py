"""Writers that crash between any two steps, work at once, or wake up too late."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from redis import Redis

from tests import make
from tests.hotpath.sizes import is_long
from tests.servers import ROOT
from voting.ballots import queries
from voting.ballots.models import Ballot, Choice, Evidence, LedgerConflict, LedgerCursor
from voting.ballots.services.reconciling import reconcile
from voting.ballots.services.writer import CursorLost, SeasonFacts, apply
from voting.hotpath import stream
from voting.hotpath.keys import slice_keys

pytestmark = pytest.mark.django_db(transaction=True)


def test_writer_may_crash_after_any_step(
    redis: Redis, child_environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    long = is_long(request.config)
    make.opened(redis, caps=make.UNLIMITED)
    make.copied(redis)
    connection.close()

    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("crashing_writer.py")), "1" if long else "9"],
        cwd=ROOT,
        env=child_environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )

    assert (done.returncode, done.stderr[-3000:]) == (0, "")
    assert int(done.stdout) > (200 if long else 20)
    assert Ballot.objects.count() == 2 * int(done.stdout) + 2
    assert not LedgerConflict.objects.exists()


def test_batch_that_many_writers_apply_is_counted_once(redis: Redis) -> None:
    season = make.opened(redis, caps=make.UNLIMITED)
    make.ballots(redis, season, 20)
    name = slice_keys(season.slug, 0, 1).stream
    entries = stream.read(redis, {name: "0-0"}, count=100, block_ms=None)[name]
    facts = SeasonFacts(
        dict(season.nominees.values_list("ballot_number", "pk")), make.season_key(season)
    )
    cursors = [LedgerCursor.objects.get() for _ in range(8)]

    def work(cursor: LedgerCursor) -> bool:
        try:
            return apply(cursor, entries, facts) == 20
        except CursorLost:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as writers:
        applied = list(writers.map(work, cursors))

    assert sorted(applied) == [False] * 7 + [True]
    assert Ballot.objects.count() == Choice.objects.count() == Evidence.objects.count() == 20
    assert not LedgerConflict.objects.exists()
    assert queries.recount(season.pk) == {"101": 20}


ZOMBIE = """
import os, signal, sys
from config.env import BASE_DIR
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from django.core.management import call_command
from voting.ballots.services import following
from voting.hotpath import stream
read = stream.read
def read_and_fall_asleep(*arguments, **options):
    found = read(*arguments, **options)
    if found:
        os.kill(os.getpid(), signal.SIGSTOP)
    return found
following.stream.read = read_and_fall_asleep
call_command("write_ledger")
"""


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_writer_that_wakes_up_too_late_writes_nothing_and_leaves(
    redis: Redis, child_environment: dict[str, str], tmp_path: Path
) -> None:
    season = make.opened(redis, caps=make.UNLIMITED)
    make.copied(redis)
    with (tmp_path / "log").open("wb") as output:
        zombie = subprocess.Popen(
            [sys.executable, "-c", ZOMBIE], cwd=ROOT, env=child_environment, stdout=output,
            stderr=output,
        )  # fmt: skip
    try:
        votes = make.ballots(redis, season, 5)
        deadline = time.monotonic() + 30
        while state_of(zombie.pid) != "T":
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.02)

        assert make.copied(redis) == 5
        votes += make.ballots(redis, season, 1)
        os.kill(zombie.pid, signal.SIGCONT)

        assert zombie.wait(20) == 3, (tmp_path / "log").read_text()
    finally:
        zombie.kill()
        zombie.wait()
    assert make.copied(redis) == 1
    assert sorted(vote.hex for vote in Ballot.objects.values_list("vote_id", flat=True)) == sorted(
        votes
    )
    assert not LedgerConflict.objects.exists()
    assert reconcile(slug=season.slug, client=redis, wait_seconds=0).differences == []
