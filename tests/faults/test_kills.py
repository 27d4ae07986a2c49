"""SIGKILL while people vote: whatever was accepted is in the ledger, once."""

import asyncio
import importlib.util
import random
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from config.embedded_store import EmbeddedStore
from tests import make
from tests.faults.checker import Recorded, Sent, faults
from tests.faults.world import World, wait_until_copied
from tests.servers import ROOT
from voting.ballots import queries
from voting.ballots.models import Choice, LedgerConflict
from voting.ballots.replaying import Progress, Replay, read_recording
from voting.ballots.replaying import Recorded as Ballot
from voting.ballots.services.opening import open_voting
from voting.ballots.services.reconciling import reconcile
from voting.ballots.stores import keyring
from voting.hotpath import gate, tokens
from voting.seasons.models import Season
from voting.seasons.services import import_season

BALLOTS = 6000
TIMES = 2  # each part is killed so often


def recording(folder: Path) -> list[Ballot]:
    """Return real public votes in the order of their times, and leave their season's file."""
    path = ROOT / "tests" / "data" / "polis_bg2050" / "prepare.py"
    spec = importlib.util.spec_from_file_location("polis_prepare", path)
    assert spec is not None
    assert spec.loader is not None
    prepare: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(prepare)
    prepare.write(folder, now=datetime.now(UTC))
    return read_recording(folder / "bg2050.csv")


def opened(folder: Path, redis: Redis) -> Season:
    raw = (folder / "bg2050.yaml").read_bytes()
    season = import_season(raw=raw, file_name="bg2050.yaml")
    keyring().make()
    return open_voting(
        slug=season.slug, actor="test", approver="second", reason="to test", client=redis
    )


def replay(ballots: list[Ballot], url: str, progress: Path) -> None:
    """Vote until every ballot has a definite answer."""
    notes = Progress(progress)
    try:
        run = Replay(
            ballots, url=url, season="bg2050", progress=notes, voters_at_once=24,
            patience_seconds=60,
        )  # fmt: skip
        report = asyncio.run(run.run())
        assert report.unanswered == 0
    finally:
        notes.close()


def history(ballots: list[Ballot], progress: Path) -> list[Sent]:
    """Return what the voters know, from their own notes."""
    notes = Progress(progress)
    try:
        begun = notes.ballots()
    finally:
        notes.close()
    sent = []
    for ballot in ballots:
        if ballot.key in begun:
            text, outcome = begun[ballot.key]
            token = tokens.open_token(keyring().ballot, season="bg2050", text=text)
            sent.append(Sent(token.vote_id.hex(), ballot.voter, ballot.choices, outcome))
    return sent


def ledger(season: Season) -> list[Recorded]:
    rows = Choice.objects.filter(season=season).values_list(
        "ballot__vote_id", "nominee__ballot_number"
    )
    chosen: dict[str, list[str]] = {}
    for vote, number in rows:
        chosen.setdefault(vote.hex, []).append(number)
    return [Recorded(vote, tuple(numbers)) for vote, numbers in chosen.items()]


class Voters(threading.Thread):
    """All voters, in a thread beside the one that kills; what goes wrong is kept for the test."""

    def __init__(self, ballots: list[Ballot], url: str, progress: Path) -> None:
        super().__init__(name="voters")
        self.work = (ballots, url, progress)
        self.error: BaseException | None = None

    def run(self) -> None:
        """Vote."""
        try:
            replay(*self.work)
        except BaseException as error:  # noqa: BLE001 -- the test tells it
            self.error = error


@pytest.mark.once("postgres")  # where awards are run; with the other one in a long run
@pytest.mark.django_db(transaction=True)
def test_nothing_accepted_is_lost_and_nothing_counts_twice(
    redis: Redis, vote_store: EmbeddedStore, child_environment: dict[str, str], tmp_path: Path
) -> None:
    chance = random.Random(20260923)
    ballots = recording(tmp_path)[:BALLOTS]
    season = opened(tmp_path, redis)
    world = World(vote_store, child_environment, tmp_path)
    voters = Voters(ballots, world.web.origin, tmp_path / "progress")
    order = ["store", "web", "writer"] * TIMES
    chance.shuffle(order)
    killed = []
    world.start()
    try:
        world.web.wait()
        voters.start()
        for part in order:
            time.sleep(chance.uniform(0.2, 0.9))
            if not voters.is_alive():
                break
            {"store": world.store, "web": world.web, "writer": world.writer}[part].kill()
            killed.append(part)
            time.sleep(chance.uniform(0.0, 0.3))
            world.start()
        while voters.is_alive():
            voters.join(0.2)
            world.start()
        wait_until_copied(redis, season)
    finally:
        voters.join(0)
        world.stop()

    assert voters.error is None, world.logs()
    assert killed == order
    sent = history(ballots, tmp_path / "progress")
    expected: dict[str, int] = {}
    for ballot in ballots:
        for number in ballot.choices:
            expected[number] = expected.get(number, 0) + 1
    tally = gate.read_tallies(redis, season=season.slug, slices=1, epoch=1)[0]
    counted = {number: count for number, count in tally.counts.items() if count}
    recount = queries.recount(season.pk)
    assert faults(sent, ledger(season), tallies=counted, recount=recount) == []
    assert {ballot.outcome for ballot in sent} == {"accepted"}
    assert recount == expected
    assert not LedgerConflict.objects.exists()
    assert reconcile(slug=season.slug, client=redis, wait_seconds=0).differences == []
    assert make.copied(redis) == 0
