"""Opening, pausing, closing, withdrawing, and what a voter can ask afterwards."""

import secrets
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from redis import Redis

from tests import make
from tests.hotpath.booth import dump
from tests.servers import guards_lifted
from voting.ballots import queries
from voting.ballots.models import LedgerCursor
from voting.ballots.services import opening
from voting.ballots.services.errors import NotReadyToOpen, StoreEmpty, StoreUnsafe, WrongPhase
from voting.ballots.services.opening import (
    close_voting,
    open_voting,
    pause_voting,
    resume_voting,
    withdraw_nominee,
)
from voting.ballots.services.rebuilding import rebuild
from voting.ballots.services.receipts import receipt_state
from voting.ballots.services.reconciling import NotCopied, reconcile
from voting.ballots.stores import keyring
from voting.hotpath.gate import Outcome
from voting.hotpath.keys import slice_keys
from voting.hotpath.stores import connect
from voting.hotpath.tokens import receipt_code
from voting.seasons.models import Nominee, Season, SeasonEvent

ACT = {"actor": "test", "reason": "to test"}
TWO = {**ACT, "approver": "second"}


def outcome(redis: Redis, season: Season, *choices: str) -> Outcome:
    return make.ballot(redis, season, *choices).outcome


def test_voting_is_paused_resumed_and_closed_on_record(redis: Redis, season: Season) -> None:
    outcomes = []
    for act in (pause_voting, resume_voting, pause_voting, close_voting):
        act(slug=season.slug, client=redis, **TWO if act is close_voting else ACT)
        outcomes.append(outcome(redis, season))

    assert outcomes == [Outcome.PAUSED, Outcome.ACCEPTED, Outcome.PAUSED, Outcome.CLOSED]
    assert list(SeasonEvent.objects.values_list("action", "actor", "reason")) == [
        (action, "test", "to test") for action in ("open", "pause", "resume", "pause", "close")
    ]
    season.refresh_from_db()
    assert season.phase == Season.Phase.CLOSED


@pytest.mark.parametrize("act", [pause_voting, resume_voting, close_voting])
def test_closed_stays_closed(redis: Redis, season: Season, act: object) -> None:
    close_voting(slug=season.slug, client=redis, **TWO)
    before = dump(redis)

    with pytest.raises(WrongPhase):
        act(slug=season.slug, client=redis, **ACT)
    assert dump(redis) == before
    assert SeasonEvent.objects.count() == 2


def test_a_pause_does_not_take_back_the_end_that_came_in_between(
    redis: Redis, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = opening._change_phase

    def slowly(season: Season, phase: str, client: Redis) -> None:
        change(season, phase, client)
        if phase == "paused":
            close_voting(slug=season.slug, client=redis, **TWO)

    monkeypatch.setattr(opening, "_change_phase", slowly)
    with pytest.raises(WrongPhase):
        pause_voting(slug=season.slug, client=redis, **ACT)

    season.refresh_from_db()
    assert (season.phase, season.pause_reason) == (Season.Phase.CLOSED, "")
    assert list(SeasonEvent.objects.values_list("action", flat=True)) == ["open", "close"]


@pytest.mark.parametrize("act", [pause_voting, close_voting])
def test_phase_is_not_changed_where_the_store_is_empty(
    redis: Redis, season: Season, act: object
) -> None:
    redis.flushall()

    with pytest.raises(StoreEmpty):
        act(slug=season.slug, client=redis, **TWO if act is close_voting else ACT)
    season.refresh_from_db()
    assert season.phase == Season.Phase.OPEN
    assert SeasonEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_closing_while_people_vote_counts_each_ballot_before_and_none_after(
    redis: Redis, unlimited: Season, store_url: str
) -> None:
    outcomes: list[Outcome] = []
    closed = threading.Event()

    def vote() -> None:
        with connect(store_url) as client:
            while not closed.is_set() or outcomes[-1] is Outcome.ACCEPTED:
                outcomes.append(outcome(client, unlimited))

    voters = [threading.Thread(target=vote) for _ in range(3)]
    for voter in voters:
        voter.start()
    while outcomes.count(Outcome.ACCEPTED) < 50:
        pass
    close_voting(slug=unlimited.slug, client=redis, **TWO)
    closed.set()
    for voter in voters:
        voter.join()

    accepted = outcomes.count(Outcome.ACCEPTED)
    assert set(outcomes) == {Outcome.ACCEPTED, Outcome.CLOSED}
    last = redis.xrevrange(slice_keys(unlimited.slug, 0, 1).stream, count=1)[0][1][b"b"]
    assert last.startswith(b"c|")
    assert last.endswith(f"|{accepted}".encode())
    assert make.copied(redis) == accepted
    assert LedgerCursor.objects.get().ended_ms == int(last.split(b"|")[1])
    assert reconcile(slug=unlimited.slug, client=redis, wait_seconds=0).differences == []


@pytest.mark.django_db
def test_season_key_is_there_before_anybody_can_see_the_season_open(redis: Redis) -> None:
    """Or a writer that looks between commit and key would end for want of the key."""
    draft = make.season()
    path = keyring().season_path(draft.slug)
    there = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        if 'INSERT INTO "seasons_seasonevent"' in sql:
            there.append(path.is_file())
        return execute(sql, *rest)

    # The event is the last that is written before the commit.
    with connection.execute_wrapper(look):
        open_voting(slug=draft.slug, client=redis, **TWO)

    assert there == [True]


@pytest.mark.django_db
def test_opening_is_refused_and_nothing_is_written(redis: Redis) -> None:
    now = timezone.now()
    cases = [
        (make.season(nominees={}), NotReadyToOpen),
        (make.season(nominees={1: []}), NotReadyToOpen),
        (make.season(caps=(), sheet={"min_choices": 6}), NotReadyToOpen),
        (make.season(closes_at=now - timedelta(minutes=1)), NotReadyToOpen),
        (make.season(numbering="drawn"), NotReadyToOpen),
        (make.season(phase="closed"), WrongPhase),
    ]
    for draft, refusal in cases:
        with pytest.raises(refusal):
            open_voting(slug=draft.slug, client=redis, **TWO)
    safe = make.season()
    redis.config_set("appendfsync", "everysec")
    try:
        with pytest.raises(StoreUnsafe, match="appendfsync"):
            open_voting(slug=safe.slug, client=redis, **TWO)
    finally:
        redis.config_set("appendfsync", "always")

    assert dump(redis) == {}
    assert (SeasonEvent.objects.count(), LedgerCursor.objects.count()) == (0, 0)


def test_withdrawn_nominee_gets_no_new_choices_also_after_a_rebuild(
    redis: Redis, season: Season
) -> None:
    make.ballots(redis, season, 2, "101")
    for _ in range(2):
        withdraw_nominee(slug=season.slug, number="101", client=redis, **ACT)

    assert outcome(redis, season, "101") is Outcome.WITHDRAWN
    assert outcome(redis, season, "102") is Outcome.ACCEPTED
    make.copied(redis)
    assert queries.recount(season.pk) == {"101": 2, "102": 1}
    assert queries.live_seasons()[0].withdrawn == {"101"}
    assert list(SeasonEvent.objects.values_list("action", flat=True)) == ["open", "withdraw"]
    with pytest.raises(Nominee.DoesNotExist):
        withdraw_nominee(slug=season.slug, number="999", client=redis, **ACT)


def test_withdrawing_a_nominee_puts_nothing_back_that_goes_at_the_same_moment(
    redis: Redis, season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    Nominee.objects.update(summary="一句话")
    now = timezone.now

    def meanwhile() -> datetime:
        monkeypatch.setattr(timezone, "now", now)
        Nominee.objects.update(summary="")
        return now()

    monkeypatch.setattr(timezone, "now", meanwhile)
    withdraw_nominee(slug=season.slug, number="101", client=redis, **ACT)

    assert Nominee.objects.get(ballot_number="101").withdrawn_at is not None
    assert not Nominee.objects.exclude(summary="").exists()


def test_receipt_is_received_then_recorded_and_others_are_unknown(
    redis: Redis, season: Season
) -> None:
    vote = secrets.token_hex(16)
    result = make.ballot(redis, season, vote=vote)
    assert result.reply is not None
    at = result.reply.accepted_ms
    code = receipt_code(bytes.fromhex(vote))
    unknown = receipt_code(b"u" * 16)

    received = receipt_state(season, code, client=redis)
    make.copied(redis)

    assert received == ("received", at)
    assert receipt_state(season, code, client=redis) == ("recorded", at)
    assert receipt_state(season, unknown, client=redis) == ("unknown", None)
    other = make.opened(redis)
    assert receipt_state(other, code, client=redis) == ("unknown", None)
    redis.flushall()
    assert receipt_state(season, code, client=redis) == ("recorded", at)


def test_reconcile_waits_for_the_writer_and_says_when_it_is_behind(
    redis: Redis, season: Season
) -> None:
    make.ballots(redis, season, 1)

    with pytest.raises(NotCopied, match="is the writer running"):
        reconcile(slug=season.slug, client=redis, wait_seconds=0)


@pytest.mark.parametrize(
    ("spoil", "difference"),
    [
        ("tally", "nominee 101: 3 in the vote store, 2 in the ledger"),
        ("ballots", "ballots: 1 in the vote store, 2 in the ledger"),
        ("rules", "the rules are not those that were frozen at opening"),
    ],
)
def test_reconcile_finds_a_wrong_count(
    redis: Redis, season: Season, spoil: str, difference: str
) -> None:
    make.ballots(redis, season, 2)
    make.copied(redis)
    tallies = slice_keys(season.slug, 0, 1).tallies
    match spoil:
        case "tally":
            redis.hincrby(tallies, "101", 1)
        case "ballots":
            redis.hincrby(tallies, "#", -1)
        case _:
            # Past the triggers, which is what the fingerprint is for.
            connection.check_constraints()  # PostgreSQL: none may be left for later
            with connection.cursor() as cursor, guards_lifted(cursor, ["seasons_season"]):
                Season.objects.update(closes_at=season.closes_at + timedelta(days=1))

    found = reconcile(slug=season.slug, client=redis, wait_seconds=0)

    assert found.differences == [difference]


@pytest.mark.django_db(transaction=True)
def test_reconcile_agrees_while_voting_goes_on(
    redis: Redis, unlimited: Season, store_url: str
) -> None:
    stop = threading.Event()
    accepted = []

    def vote() -> None:
        with connect(store_url) as client:
            while not stop.is_set():
                accepted.append(make.ballots(client, unlimited, 1, "101", "202"))

    def write() -> None:
        with connect(store_url) as client:
            while not stop.is_set():
                make.copied(client)
        connection.close()

    others = [threading.Thread(target=vote), threading.Thread(target=write)]
    for other in others:
        other.start()
    try:
        found = [reconcile(slug=unlimited.slug, client=redis, wait_seconds=10) for _ in range(15)]
    finally:
        stop.set()
        for other in others:
            other.join()
    make.copied(redis)
    found.append(reconcile(slug=unlimited.slug, client=redis, wait_seconds=0))

    assert {tuple(one.differences) for one in found} == {()}
    assert found[0].ballots < found[-1].ballots == len(accepted)
    assert queries.recount(unlimited.pk) == {"101": len(accepted), "202": len(accepted)}


@pytest.mark.django_db
def test_voting_that_is_closed_early_says_when_and_not_when_it_was_planned(
    redis: Redis, season: Season
) -> None:
    planned = season.closes_at
    before = timezone.now()
    close_voting(slug=season.slug, client=redis, **TWO)
    after = timezone.now()
    season.refresh_from_db()

    assert season.closes_at == planned
    assert before <= season.ends_at <= after < planned
    told = int(redis.hget(slice_keys(season.slug, 0, 1).meta, "closes") or 0)
    assert abs(told - season.ends_at.timestamp() * 1000) < 2000
    (live,) = queries.live_seasons()
    assert live.closes_ms == int(season.ends_at.timestamp() * 1000)
    rebuild(slug=season.slug, client=redis, cache=redis, **ACT)
    again = int(redis.hget(slice_keys(season.slug, 0, 2).meta, "closes") or 0)
    assert again == live.closes_ms
