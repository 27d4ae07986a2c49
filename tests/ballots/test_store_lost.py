"""A vote store that has forgotten: it takes no ballot until it is rebuilt, and then goes on."""

import json
import secrets
import shutil
import threading
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from config.embedded_store import EmbeddedStore
from tests import make
from tests.hotpath.booth import dump
from voting.ballots import queries
from voting.ballots.models import Ballot, LedgerCursor, Slot
from voting.ballots.services.following import Follower
from voting.ballots.services.rebuilding import rebuild
from voting.ballots.services.reconciling import reconcile
from voting.ballots.stores import cache_store
from voting.hotpath import gate
from voting.hotpath.gate import Outcome
from voting.hotpath.keys import slice_keys
from voting.hotpath.stores import connect
from voting.seasons.models import Season, SeasonEvent

CAPS = (
    ("season", "ballot", "choices", 3),
    ("category", "day", "choices", 3),
    ("nominee", "window", "choices", 2),
    ("season", "day", "ballots", 3),
    ("season", "season", "choices", 8),
)


def rebuilt(redis: Redis, season: Season) -> Season:
    return rebuild(
        slug=season.slug, actor="test", reason="to test", client=redis, cache=cache_store()
    )


def differences(redis: Redis, season: Season) -> list[str]:
    make.copied(redis)
    return reconcile(slug=season.slug, client=redis, wait_seconds=5).differences


def outcome(redis: Redis, season: Season, *choices: str, voter: str | None = None) -> Outcome:
    return make.ballot(redis, season, *choices, voter=voter).outcome


@pytest.mark.django_db
def test_rebuild_restores_tallies_quotas_replies_and_what_is_left(redis: Redis) -> None:
    season = make.opened(redis, caps=CAPS, slices=3)
    voters = [make.voter_key(number) for number in range(12)]
    votes = {}
    for number, voter in enumerate(voters):
        for choices in (("101", "201"), ("101",))[: number % 3]:
            vote = secrets.token_hex(16)
            result = make.ballot(redis, season, *choices, voter=voter, vote=vote)
            votes[vote] = (voter, choices, result.reply)
    make.copied(redis)
    before = gate.read_tallies(redis, season=season.slug, slices=3, epoch=1)
    peeked = [standing(redis, season, voter) for voter in voters]
    redis.flushall()

    after = rebuilt(redis, season)

    assert after.epoch == 2
    assert sorted(SeasonEvent.objects.values_list("action", flat=True)) == ["open", "rebuild"]
    tallies = gate.read_tallies(redis, season=season.slug, slices=3, epoch=2)
    assert [(tally.counts, tally.ballots) for tally in tallies] == [
        (tally.counts, tally.ballots) for tally in before
    ]
    assert [standing(redis, after, voter) for voter in voters] == peeked
    for vote, (voter, choices, reply) in votes.items():
        again = make.ballot(redis, after, *choices, voter=voter, vote=vote)
        assert again.outcome is Outcome.REPEATED
        assert again.reply is not None
        assert reply is not None
        assert (again.reply.accepted_ms, again.reply.choices) == (reply.accepted_ms, reply.choices)
        other = make.ballot(redis, after, "202", voter=voter, vote=vote)
        assert other.outcome is Outcome.TOKEN_USED
    twice = [voter for number, voter in enumerate(voters) if number % 3 == 2]
    assert {outcome(redis, after, "101", voter=voter) for voter in twice} == {Outcome.NOMINEE_USED}
    assert differences(redis, after) == []


def standing(redis: Redis, season: Season, voter: str) -> object:
    """Return what the voter has used in each period, but for the rate."""
    keys = make.keys_of(season, voter)
    answer = gate.evaluate(redis, gate.PEEK, 3, keys.meta, keys.periods, keys.voter + voter)
    found = []
    for kind, following, flat in answer[5:]:
        counters = dict(zip(flat[::2], flat[1::2], strict=True))
        counters.pop(b"g", None)
        found.append((kind, following, counters))
    return answer[1:5], found


@pytest.mark.django_db
def test_rebuild_forgets_what_a_rebuild_that_died_has_left(redis: Redis, season: Season) -> None:
    make.ballots(redis, season, 1, "101")
    # As after a death between commit and load: the number went up, the old keys are there.
    assert make.copied(redis) == 1
    Season.objects.filter(pk=season.pk).update(epoch=2)
    LedgerCursor.objects.create(season=season, slice=0, epoch=2)

    rebuilt(redis, season)

    epochs = {key.split(b":")[2] for key in redis.scan_iter(match=f"[{{]{season.slug}:0}}:*")}
    assert epochs == {b"3"}
    assert differences(redis, season) == []


@pytest.mark.django_db
def test_emptied_store_takes_nothing_until_it_is_rebuilt(redis: Redis) -> None:
    season = make.opened(redis, caps=CAPS)
    voter = make.voter_key()
    make.ballot(redis, season, "101", "201", voter=voter)
    make.copied(redis)
    redis.flushall()

    assert outcome(redis, season) is Outcome.NOT_READY
    assert make.copied(redis) == 0
    assert outcome(redis, season) is Outcome.NOT_READY
    assert dump(redis) == {}
    with pytest.raises(gate.NotReady):
        gate.read_tallies(redis, season=season.slug, slices=1, epoch=1)

    season = rebuilt(redis, season)
    assert outcome(redis, season, voter=voter) is Outcome.ACCEPTED
    assert outcome(redis, season, voter=voter) is Outcome.NOMINEE_USED
    make.copied(redis)
    assert queries.recount(season.pk) == {"101": 2, "201": 1}
    assert differences(redis, season) == []


@pytest.mark.django_db
def test_restarted_store_takes_ballots_once_the_writer_has_looked(
    redis: Redis, vote_store: EmbeddedStore, season: Season
) -> None:
    (vote,) = make.ballots(redis, season, 1)
    make.copied(redis)
    vote_store.kill()
    vote_store.start()

    assert outcome(redis, season) is Outcome.NOT_READY
    assert make.copied(redis) == 0
    assert outcome(redis, season) is Outcome.ACCEPTED
    assert make.copied(redis) == 1
    assert Ballot.objects.filter(vote_id=vote).count() == 1
    assert differences(redis, season) == []


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["copied ballots", "everything"])
def test_store_restored_from_an_older_copy_refuses_until_it_is_rebuilt(
    redis: Redis, vote_store: EmbeddedStore, tmp_path: Path, lost: str
) -> None:
    season = make.opened(redis, caps=make.UNLIMITED)
    make.ballots(redis, season, 2)
    make.copied(redis)
    vote_store.stop()
    if lost == "copied ballots":
        shutil.copytree(vote_store.directory / "appendonlydir", tmp_path / "copy")
    vote_store.start()
    make.copied(redis)
    make.ballots(redis, season, 3)
    assert make.copied(redis) == 3
    vote_store.stop()
    shutil.rmtree(vote_store.directory / "appendonlydir")
    if lost == "copied ballots":
        shutil.copytree(tmp_path / "copy", vote_store.directory / "appendonlydir")
    vote_store.start()

    assert outcome(redis, season) is Outcome.NOT_READY
    assert make.copied(redis) == 0
    assert outcome(redis, season) is Outcome.NOT_READY
    season = rebuilt(redis, season)
    make.ballots(redis, season, 1)
    make.copied(redis)
    assert queries.recount(season.pk) == {"101": 6}
    assert differences(redis, season) == []


@pytest.mark.django_db
def test_rebuild_copies_what_the_old_stream_still_holds(redis: Redis, unlimited: Season) -> None:
    votes = make.ballots(redis, unlimited, 5)

    season = rebuilt(redis, unlimited)

    assert sorted(vote.hex for vote in Ballot.objects.values_list("vote_id", flat=True)) == sorted(
        votes
    )
    assert not redis.keys(f"{{{season.slug}:0}}:1:*")
    assert outcome(redis, unlimited) is Outcome.NOT_READY
    assert differences(redis, rebuilt(redis, season)) == []


@pytest.mark.django_db(transaction=True)
def test_rebuild_loses_no_ballot_that_is_accepted_meanwhile(
    redis: Redis, unlimited: Season, store_url: str
) -> None:
    """Somebody rebuilds a store that works, with voters at the door."""
    make.ballots(redis, unlimited, 50)
    accepted: list[str] = []
    stop = threading.Event()

    def vote() -> None:
        with connect(store_url) as client:
            while not stop.is_set():
                vote = secrets.token_hex(16)
                with_epoch = (
                    make.ballot(client, unlimited, vote=vote),
                    make.ballot(client, unlimited, vote=vote),
                )
                if with_epoch[0].outcome is Outcome.ACCEPTED:
                    accepted.append(vote)

    voters = [threading.Thread(target=vote) for _ in range(2)]
    for voter in voters:
        voter.start()
    try:
        season = rebuilt(redis, unlimited)
    finally:
        stop.set()
        for voter in voters:
            voter.join()
    make.copied(redis)

    recorded = {vote.hex for vote in Ballot.objects.values_list("vote_id", flat=True)}
    assert set(accepted) - recorded == set()
    assert len(recorded) == 50 + len(accepted)
    assert differences(redis, season) == []


@pytest.mark.django_db
def test_a_store_that_forgot_cannot_make_a_slot_count_twice(redis: Redis, season: Season) -> None:
    """Even with all fences down, the ledger takes each slot once, and says so."""
    voter = make.voter_key()
    make.ballot(redis, season, voter=voter)
    make.copied(redis)
    keys = slice_keys(season.slug, 0, 1)
    redis.delete(*redis.keys(keys.voter + "*"))

    assert outcome(redis, season, voter=voter) is Outcome.ACCEPTED
    assert make.copied(redis) == 0

    assert Slot.objects.count() == 1
    assert queries.recount(season.pk) == {"101": 1}
    found = differences(redis, season)
    assert "nominee 101: 2 in the vote store, 1 in the ledger" in found
    assert "1 stream entries in conflict with the ledger" in found


@pytest.mark.django_db
def test_writer_approves_a_new_run_once_and_trims_behind_the_cursor_only(
    redis: Redis, unlimited: Season
) -> None:
    stream = slice_keys(unlimited.slug, 0, 1).stream
    make.ballots(redis, unlimited, 250)
    make.copied(redis)
    make.ballots(redis, unlimited, 150)
    follower = Follower(redis, cache_store())
    follower.refresh()

    follower.trim()

    # Whole pages of the stream are forgotten; what is not copied stays.
    assert 150 <= redis.xlen(stream) < 401
    assert make.copied(redis) == 150
    assert queries.recount(unlimited.pk) == {"101": 400}
    assert differences(redis, unlimited) == []


@pytest.mark.django_db
def test_follower_passes_on_that_the_store_is_away_and_looks_at_it_again(
    redis: Redis, vote_store: EmbeddedStore, unlimited: Season
) -> None:
    follower = Follower(redis, cache_store())
    follower.refresh()
    follower.step(block_ms=None)
    make.ballots(redis, unlimited, 2)
    vote_store.kill()
    with pytest.raises(RedisError):
        follower.step(block_ms=None)
    vote_store.start()

    assert outcome(redis, unlimited) is Outcome.NOT_READY
    assert follower.step(block_ms=None) == 2
    assert outcome(redis, unlimited) is Outcome.ACCEPTED


@pytest.mark.django_db
def test_writer_says_up_to_when_the_ledger_is_complete_not_when_it_looked(
    redis: Redis, unlimited: Season
) -> None:
    def told() -> int:
        follower.tell()
        return int(json.loads(cache.get(f"ledger:lag:{unlimited.slug}") or "{}")["complete_ms"])

    cache = cache_store()
    make.ballots(redis, unlimited, 30)
    accepted = [
        int(entry_id.partition(b"-")[0])
        for entry_id, _fields in redis.xrange(slice_keys(unlimited.slug, 0, 1).stream)
    ]
    follower = Follower(redis, cache, batch=10)
    follower.refresh()

    follower.step(block_ms=None)
    behind = told()
    for _ in range(4):
        follower.step(block_ms=None)
    seconds, _microseconds = redis.time()

    copied_to = LedgerCursor.objects.get().last_ms
    assert behind < accepted[10]  # a full batch: there may be more of its last millisecond
    assert accepted[-1] == copied_to
    assert copied_to - 1 <= told() <= (seconds + 1) * 1000
