"""An approved amendment reaches the vote store: voting goes on, and nobody gets a second vote."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.utils import timezone
from redis import Redis
from redis.exceptions import ConnectionError as StoreGone

from accounts.models import User
from tests import make
from voting.approvals.models import Proposal
from voting.approvals.services import (
    OwnProposal,
    ProposalStale,
    approve,
    propose,
    return_proposal,
)
from voting.ballots.services import amending
from voting.ballots.services.amending import is_store_behind, tell_store
from voting.ballots.services.errors import StoreEmpty, WrongPhase
from voting.ballots.services.loading import milliseconds, periods_of
from voting.ballots.services.opening import close_voting
from voting.hotpath.epoch import read_directory
from voting.hotpath.gate import Outcome
from voting.hotpath.keys import DIRECTORY, slice_keys
from voting.seasons.amending import NotAmendable, state
from voting.seasons.models import RuleAmendment, Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import fingerprint

ONE_A_WINDOW = (("season", "ballot", "choices", 3), ("season", "window", "ballots", 1))


@pytest.fixture
def people(db: None) -> tuple[User, User]:
    return (
        User.objects.create_user("one@example.org", password="x"),
        User.objects.create_user("two@example.org", password="x"),
    )


def proposed(season: Season, user: User, **wanted: Any) -> Proposal:
    now = season_by_slug(season.slug)
    return propose(
        season_id=season.pk, kind=amending.KIND, user=user, reason="停电两天", payload=wanted,
        seen=state(now),
    )  # fmt: skip


def agreed(proposal: Proposal, user: User, commit: Callable[..., Any]) -> None:
    with commit(execute=True):
        approve(
            proposal_id=proposal.pk, user=user, seen=state(season_by_slug(proposal.season.slug)),
            carry_out=amending.amend,
        )  # fmt: skip


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def test_voting_goes_on_after_the_old_end_and_a_window_stays_one_window(
    redis: Redis, people: tuple[User, User], commit: Any
) -> None:
    season = make.opened(
        redis, caps=ONE_A_WINDOW, windows=[timedelta(0), timedelta(hours=1)],
        closes_at=timezone.now() + timedelta(seconds=3),
    )  # fmt: skip
    voter, old_end = make.voter_key(1), season.closes_at
    assert make.ballot(redis, season, voter=voter).outcome is Outcome.ACCEPTED
    end = old_end + timedelta(days=40)

    agreed(proposed(season, people[0], closes_at=end.isoformat()), people[1], commit)

    now = season_by_slug(season.slug)
    keys = slice_keys(season.slug, 0, season.epoch)
    assert (now.closes_at, now.rule_sheet.fingerprint) == (end, fingerprint(now))
    assert redis.hget(keys.meta, "closes") == b"%d" % milliseconds(end)
    assert redis.zrange(keys.periods, 0, -1, withscores=True) == [
        (period.member().encode(), period.start_ms) for period in periods_of(now)
    ]
    assert read_directory(redis.hgetall(DIRECTORY))[season.slug].closes_ms == milliseconds(end)
    (counters,) = [key for key in redis.keys("*") if b":v:" in key]
    assert redis.pexpiretime(counters) > milliseconds(end)
    assert not is_store_behind(now, redis)
    time.sleep(max(0.0, (old_end - timezone.now()).total_seconds()) + 0.01)
    assert make.ballot(redis, season).outcome is Outcome.ACCEPTED
    assert make.ballot(redis, season, voter=voter).outcome is Outcome.ALREADY_VOTED


def test_a_new_day_brings_new_ballots_in_the_added_time(
    redis: Redis, people: tuple[User, User], commit: Any
) -> None:
    season = make.opened(redis)
    end = season.closes_at + timedelta(days=2)
    agreed(proposed(season, people[0], closes_at=end.isoformat()), people[1], commit)
    keys = slice_keys(season.slug, 0, season.epoch)
    days = {row.split(b"|")[0].decode() for row in redis.zrange(keys.periods, 0, -1)}
    local = end.astimezone(ZoneInfo(season.time_zone))
    assert f"d{local:%Y%m%d}" in days
    assert len(days) == len({period.day for period in periods_of(season_by_slug(season.slug))})


def test_if_the_store_is_out_of_reach_the_amendment_holds_and_is_told_later(
    redis: Redis, people: tuple[User, User], commit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = make.opened(redis)
    end = season.closes_at + timedelta(days=1)

    def gone() -> Redis:
        raise StoreGone

    with monkeypatch.context() as broken:
        broken.setattr(amending, "vote_store", gone)
        agreed(proposed(season, people[0], closes_at=end.isoformat()), people[1], commit)
    now = season_by_slug(season.slug)
    assert now.closes_at == end
    assert is_store_behind(now, redis)

    call_command("season_tell_store", season.slug)
    assert not is_store_behind(now, redis)
    before = redis.hgetall(slice_keys(season.slug, 0, season.epoch).meta)
    tell_store(slug=season.slug, client=redis)
    assert redis.hgetall(slice_keys(season.slug, 0, season.epoch).meta) == before


def test_nothing_happens_with_one_person_or_on_other_rules(
    redis: Redis, people: tuple[User, User], commit: Any
) -> None:
    season = make.opened(redis)
    first = proposed(season, people[0], display="hidden")
    with pytest.raises(OwnProposal):
        agreed(first, people[0], commit)
    with pytest.raises(NotAmendable):
        amending.amend(first)  # not approved by anybody
    agreed(first, people[1], commit)
    assert season_by_slug(season.slug).rule_sheet.display == "hidden"
    second = Proposal.objects.create(
        season=season, kind=amending.KIND, payload={"result_notice_days": 9}, reason="r",
        seen=first.seen, proposed_by=people[0],
    )  # fmt: skip
    with pytest.raises(ProposalStale):
        agreed(second, people[1], commit)
    return_proposal(proposal_id=second.pk, user=people[1], note="neu")
    third = proposed(season, people[1], min_choices=2)
    with pytest.raises(NotAmendable):
        agreed(third, people[0], commit)
    third.refresh_from_db()
    assert third.state == Proposal.State.WAITING  # refused, so not approved either
    assert RuleAmendment.objects.count() == 1


def test_what_is_closed_or_lost_is_not_extended(redis: Redis, season: Season) -> None:
    keys = slice_keys(season.slug, 0, season.epoch)
    Season.objects.filter(pk=season.pk).update(phase="draft")
    with pytest.raises(WrongPhase):
        tell_store(slug=season.slug, client=redis)
    Season.objects.filter(pk=season.pk).update(phase="open")
    redis.delete(keys.meta)
    with pytest.raises(StoreEmpty):
        tell_store(slug=season.slug, client=redis)


def test_the_store_never_opens_again_what_was_closed_there(redis: Redis, season: Season) -> None:
    close_voting(slug=season.slug, actor="a", approver="b", reason="r", client=redis)
    before = redis.hgetall(slice_keys(season.slug, 0, season.epoch).meta)
    Season.objects.filter(pk=season.pk).update(phase="open")  # as if closing had broken off
    with pytest.raises(WrongPhase):
        tell_store(slug=season.slug, client=redis)
    assert redis.hgetall(slice_keys(season.slug, 0, season.epoch).meta) == before
