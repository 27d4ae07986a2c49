"""A real public vote, replayed through HTTP ballot by ballot: every figure must come out."""

import time
from pathlib import Path

import pytest
from redis import Redis

from config.embedded_store import EmbeddedStore
from tests.faults.checker import faults
from tests.faults.test_kills import history, ledger, opened, recording, replay
from tests.faults.world import World, wait_until_copied
from tests.servers import ROOT
from voting.ballots import queries
from voting.ballots.services.reconciling import reconcile
from voting.hotpath import gate

TALLIES = ROOT / "tests" / "data" / "polis_bg2050" / "tallies.csv"


def published() -> dict[str, int]:
    import csv  # noqa: PLC0415

    with TALLIES.open(encoding="utf-8") as file:
        return {row["item"]: int(row["agree"]) for row in csv.DictReader(file)}


@pytest.mark.once  # tests/faults replays most of it on both, with processes killed
@pytest.mark.django_db(transaction=True)
def test_replay_of_bowling_green_2050_gives_371_of_371_tallies(
    redis: Redis, vote_store: EmbeddedStore, child_environment: dict[str, str], tmp_path: Path
) -> None:
    ballots = recording(tmp_path)
    season = opened(tmp_path, redis)
    world = World(vote_store, child_environment, tmp_path)
    world.start()
    begun = time.monotonic()
    try:
        world.web.wait()
        replay(ballots, world.web.origin, tmp_path / "progress")
        wait_until_copied(redis, season)
    finally:
        world.stop()

    expected = published()
    numbers = set(season.nominees.values_list("ballot_number", flat=True))
    assert len(expected) == len(numbers) == 371
    recount = queries.recount(season.pk)
    assert {number: recount.get(number, 0) for number in numbers} == expected
    tally = gate.read_tallies(redis, season=season.slug, slices=1, epoch=1)[0]
    assert tally.counts == expected
    assert tally.ballots == len(ballots) == queries.ballot_count(season.pk)
    counted = {number: count for number, count in tally.counts.items() if count}
    sent = history(ballots, tmp_path / "progress")
    assert faults(sent, ledger(season), tallies=counted, recount=recount) == []
    assert {ballot.outcome for ballot in sent} == {"accepted"}
    found = reconcile(slug=season.slug, client=redis, wait_seconds=0)
    assert (found.differences, found.ballots, found.nominees) == ([], len(ballots), 371)
    assert time.monotonic() - begun < 120
