"""What rebuilding must never do: reopen what was closed, or run twice at once."""

import pytest
from redis import Redis

from tests import make
from voting.ballots.services.errors import StillRunning
from voting.ballots.services.following import copy_all
from voting.ballots.services.opening import close_voting
from voting.ballots.services.rebuilding import rebuild
from voting.hotpath.gate import read_tallies
from voting.seasons.models import Season

ACT = {"actor": "test", "reason": "to test"}

pytestmark = pytest.mark.django_db


def test_rebuilding_does_not_reopen_a_vote_whose_closing_was_not_written_down(
    redis: Redis,
) -> None:
    season = make.opened(redis, slug="spring")
    close_voting(slug="spring", client=redis, approver="second", **ACT)
    copy_all(redis, redis)
    Season.objects.filter(pk=season.pk).update(phase=Season.Phase.OPEN)  # the commit that failed

    rebuilt = rebuild(slug="spring", client=redis, cache=redis, **ACT)

    tallies = read_tallies(redis, season="spring", slices=1, epoch=rebuilt.epoch)
    assert [one.phase for one in tallies] == ["closed"]


def test_two_rebuilds_at_once_are_refused_and_the_first_goes_on(redis: Redis) -> None:
    make.opened(redis, slug="spring")
    held = redis.lock("lock:rebuild:spring", timeout=60, blocking=False)
    assert held.acquire()

    with pytest.raises(StillRunning):
        rebuild(slug="spring", client=redis, cache=redis, **ACT)

    held.release()
    assert rebuild(slug="spring", client=redis, cache=redis, **ACT).epoch == 2
