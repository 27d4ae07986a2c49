"""What an accepted ballot leaves in the vote store, and what it does not need to be refused for."""

import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from tests import make
from tests.hotpath.booth import DAY_MS, Booth, cap, dump, now_ms
from voting.hotpath import epoch, gate
from voting.hotpath.gate import Outcome, Reply
from voting.hotpath.stores import connect
from voting.hotpath.turnstile import peek_members

VOTER, VOTE = "aa" * 16, "bb" * 16


def test_accepted_ballot_is_in_tally_stream_and_counter(booth: Booth) -> None:
    before = now_ms()
    result = booth.cast("201", "101", voter=VOTER, vote=VOTE)

    entry = booth.accepted()[0]
    assert result.reply == Reply(entry.accepted_ms, booth.next_ms, 0, None, ("101", "201"))
    assert before <= entry.accepted_ms <= now_ms()
    assert (entry.vote_id.hex(), entry.choices, entry.slots, entry.over_budget) == (
        VOTE, ("101", "201"), "sdb::d20260101:1", False,
    )  # fmt: skip
    assert entry.evidence.voter_key.hex() == VOTER
    assert booth.tallies() == {"#": 1, "101": 1, "201": 1}
    counters = booth.client.hgetall(f"{booth.keys.voter}{VOTER}:d20260101")
    assert counters == {
        b"sdb": b"1",
        b"r": f"{entry.accepted_ms}:{VOTE}".encode(),
        b"g": str(entry.accepted_ms + 1).encode(),
    }


def test_no_next_time_is_named_when_the_seasons_own_limit_is_used_up(redis: Redis) -> None:
    caps = [cap("season", "day", "ballots", 1), cap("season", "season", "choices", 2)]
    booth = Booth(redis, caps=caps)
    keys = booth.keys

    first = booth.cast("101", "102", voter=VOTER)
    again = booth.cast("201", voter=VOTER)
    standing = peek_members(
        gate.evaluate(redis, gate.PEEK, 3, keys.meta, keys.periods, keys.voter + VOTER)
    )
    another = booth.cast("101", voter="cc" * 16)

    assert first.reply is not None
    assert (first.reply.next_ms, first.reply.left_choices) == (None, 0)
    assert (again.outcome, again.details[0]) == (Outcome.ALREADY_VOTED, b"")
    assert (standing["next_ms"], standing["left"]) == (None, {"ballots": 0, "choices": 0})
    assert another.reply is not None
    assert another.reply.next_ms == booth.next_ms


def test_counters_outlive_their_day_by_26_hours_and_replies_last_as_long(booth: Booth) -> None:
    booth.cast("101", voter=VOTER, vote=VOTE)

    counters = booth.client.pexpiretime(f"{booth.keys.voter}{VOTER}:d20260101")
    reply = booth.client.pexpiretime(booth.keys.reply + VOTE)
    assert counters == booth.next_ms + epoch.REPLY_MS
    assert abs(reply - now_ms() - epoch.REPLY_MS) < 5000


def test_repeated_ballot_gets_the_first_reply_and_changes_nothing(booth: Booth) -> None:
    first = booth.cast("101", "102", voter=VOTER, vote=VOTE)
    before = dump(booth.client)

    again = [booth.cast("101", "102", voter=VOTER, vote=VOTE) for _ in range(3)]

    assert [(result.outcome, result.reply) for result in again] == [
        (Outcome.REPEATED, first.reply)
    ] * 3
    assert dump(booth.client) == before


@pytest.mark.parametrize("state", ["expired", "closed", "paused", "over"])
def test_repeat_finds_its_reply_when_nobody_else_may_vote(booth: Booth, state: str) -> None:
    first = booth.cast("101", voter=VOTER, vote=VOTE)
    if state == "over":
        booth.closes_ms = now_ms() - 1
    if state != "expired":
        booth.set_meta(state if state in {"closed", "paused"} else "open")

    again = booth.cast("101", voter=VOTER, vote=VOTE, expires_ms=1)

    assert (again.outcome, again.reply) == (Outcome.REPEATED, first.reply)
    assert len(booth.accepted()) == 1


def test_one_of_many_simultaneous_ballots_of_a_voter_is_accepted(
    booth: Booth, store_url: str
) -> None:
    def vote(_number: int) -> Outcome:
        with connect(store_url) as client:
            own = Booth.__new__(Booth)
            own.__dict__ = {**booth.__dict__, "client": client}
            return own.cast("101", voter=VOTER).outcome

    with ThreadPoolExecutor(16) as voters:
        outcomes = list(voters.map(vote, range(64)))

    assert outcomes.count(Outcome.ACCEPTED) == 1
    assert outcomes.count(Outcome.ALREADY_VOTED) == 63
    assert booth.tallies() == {"#": 1, "101": 1}


def test_ballot_may_have_64_choices(redis: Redis) -> None:
    numbers = [f"N{number:02}" for number in range(64)]
    booth = Booth(
        redis,
        nominees={number: str(index % 5 + 1) for index, number in enumerate(numbers)},
        caps=[
            cap("category", "ballot", "choices", 13),
            cap("nominee", "window", "choices", 1),
            cap("category", "day", "choices", 13),
            cap("season", "season", "choices", 64),
        ],
    )

    result = booth.cast(*numbers)

    assert result.outcome is Outcome.ACCEPTED
    assert result.reply is not None
    assert (result.reply.left_choices, len(result.reply.choices)) == (0, 64)
    assert booth.tallies() == {"#": 1} | dict.fromkeys(numbers, 1)
    slots = booth.accepted()[0].slots.split(";")
    assert len(slots) == 64 + 5 + 1
    assert slots[-1] == "ssc::s:1-64"


def test_ballot_numbers_are_names_and_not_numbers(redis: Redis) -> None:
    names = ["007", "07", "7", "0x7", "7e0", "1e3", "1000", "inf", "nan", "A1", "a1", "00000000"]
    booth = Booth(redis, nominees=dict.fromkeys(names, "1"), caps=[])

    for name in names:
        assert booth.cast(name).outcome is Outcome.ACCEPTED

    assert booth.tallies() == {"#": len(names)} | dict.fromkeys(names, 1)
    assert [entry.choices for entry in booth.accepted()] == [(name,) for name in names]
    assert booth.cast("7.0").outcome is Outcome.UNKNOWN_NOMINEE


def test_a_new_day_gives_ballots_back(booth: Booth) -> None:
    outcomes = []
    for day in ("d20260101", "d20260102", "d20260102"):
        booth.set_period(day)
        outcomes.append(booth.cast("101", voter=VOTER).outcome)

    assert outcomes == [Outcome.ACCEPTED, Outcome.ACCEPTED, Outcome.ALREADY_VOTED]
    assert [entry.slots for entry in booth.accepted()] == ["sdb::d20260101:1", "sdb::d20260102:1"]


def test_periods_change_at_their_start_by_the_stores_clock(redis: Redis) -> None:
    booth = Booth(redis)
    start = now_ms() + 150
    following = epoch.Period(start, "d20260102", "w1", None, None)
    redis.zadd(booth.keys.periods, {following.member(): start})

    outcomes = []
    while not outcomes or now_ms() < start + 50:
        result = booth.cast("101", voter=VOTER)
        outcomes.append((result.outcome, now_ms() >= start))

    accepted = [entry.accepted_ms for entry in booth.accepted()]
    assert len(accepted) == 2
    assert accepted[0] < start <= accepted[1]


def test_closing_time_is_kept_to_the_millisecond(redis: Redis) -> None:
    closes = now_ms() + 1000  # a busy machine takes a while to set the season up
    booth = Booth(redis, caps=[], closes_ms=closes)
    while now_ms() < closes + 50:
        booth.cast("101")

    assert all(entry.accepted_ms < closes for entry in booth.accepted())
    assert booth.cast("101").outcome is Outcome.CLOSED
    assert booth.tallies()["#"] == len(booth.accepted())


def test_fresh_budget_marks_and_never_refuses(redis: Redis) -> None:
    booth = Booth(redis, fresh_interval_ms=60_000.0, fresh_burst=3)
    outcomes = [booth.cast("101", fresh=True).outcome for _ in range(5)]
    outcomes.append(booth.cast("101", fresh=True, prefix="1f" * 16).outcome)
    outcomes.append(booth.cast("101", fresh=False).outcome)

    assert outcomes == [Outcome.ACCEPTED] * 7
    assert [entry.over_budget for entry in booth.accepted()] == [
        False, False, False, True, True, False, False,
    ]  # fmt: skip


def test_campus_of_500_new_voters_behind_one_address_is_accepted(redis: Redis) -> None:
    booth = Booth(redis)

    outcomes = {booth.cast("101", fresh=True).outcome for _ in range(500)}

    assert outcomes == {Outcome.ACCEPTED}
    assert booth.tallies() == {"#": 500, "101": 500}
    # The default budget: 60 at once, then 30 a minute.
    assert sum(not entry.over_budget for entry in booth.accepted()) in range(60, 70)


def test_fresh_budget_of_any_speed_never_fails_after_the_first_write(redis: Redis) -> None:
    for interval in (0.0001, 0.9, 59.999, 60_000 / 7, 1e9):
        redis.flushall()
        booth = Booth(redis, fresh_interval_ms=interval, fresh_burst=1)

        outcomes = {booth.cast("101", fresh=True).outcome for _ in range(3)}

        assert outcomes == {Outcome.ACCEPTED}
        assert booth.tallies() == {"#": 3, "101": 3}


def test_backlog_bound_refuses_until_the_stream_is_trimmed(redis: Redis) -> None:
    booth = Booth(redis, longest_stream=4)  # the opening entry is one of them
    outcomes = [booth.cast("101").outcome for _ in range(5)]
    last = booth.accepted()[-1]

    assert outcomes == [Outcome.ACCEPTED] * 3 + [Outcome.BUSY] * 2
    redis.xtrim(booth.keys.stream, minid=f"{last.ms}-{last.seq}", approximate=False)
    assert booth.cast("101").outcome is Outcome.ACCEPTED


def test_scripts_that_the_server_forgot_are_loaded_again(booth: Booth) -> None:
    assert booth.cast("101").outcome is Outcome.ACCEPTED
    booth.client.script_flush()

    assert booth.cast("101").outcome is Outcome.ACCEPTED
    assert gate.read_tallies(booth.client, season="booth", slices=1, epoch=1)[0].ballots == 2


def test_synchronous_cast_names_the_run_that_it_speaks_to(booth: Booth) -> None:
    arguments = {
        "vote": VOTE, "expires_ms": 2**45, "voter": VOTER, "prefix": "0f" * 16, "fresh": False,
        "evidence": make.evidence(VOTER), "choices": ["101"],
    }  # fmt: skip

    seen = []
    result = gate.cast(
        booth.client,
        lambda run: (
            seen.append(run.decode()) or gate.cast_arguments(booth.keys, run=run, **arguments)
        ),
    )

    assert seen == [booth.run]
    assert result.outcome is Outcome.ACCEPTED


def test_phase_changes_are_final_only_when_closed(booth: Booth) -> None:
    changes = [
        gate.set_phase(booth.client, booth.keys, phase)
        for phase in ("open", "paused", "paused", "open", "closed", "closed", "open", "paused")
    ]

    assert [change.name for change in changes] == [
        "UNCHANGED", "CHANGED", "UNCHANGED", "CHANGED", "CHANGED", "UNCHANGED", "FINAL", "FINAL",
    ]  # fmt: skip


def test_closing_entry_stands_behind_all_ballots_and_names_their_number(booth: Booth) -> None:
    for _ in range(3):
        booth.cast("101")
    before = now_ms()
    gate.set_phase(booth.client, booth.keys, "closed")

    _entry_id, fields = booth.client.xrevrange(booth.keys.stream, count=1)[0]
    kind, at, ballots = fields[b"b"].decode().split("|")
    assert (kind, ballots) == ("c", "3")
    assert before <= int(at) <= now_ms()


def test_withdrawn_nominee_keeps_choices_and_gets_no_more(booth: Booth) -> None:
    booth.cast("101")
    changes = [gate.withdraw(booth.client, booth.keys, number) for number in ("101", "101", "9")]

    assert [change.name for change in changes] == ["WITHDRAWN", "UNCHANGED", "UNKNOWN"]
    assert booth.cast("101").outcome is Outcome.WITHDRAWN
    assert booth.cast("102").outcome is Outcome.ACCEPTED
    assert booth.tallies() == {"#": 2, "101": 1, "102": 1}


def test_run_is_approved_only_with_an_epoch_that_is_not_behind(booth: Booth) -> None:
    booth.cast("101")
    last = booth.accepted()[0]
    booth.run = "another run"
    booth.set_meta("open")
    answers = [
        gate.approve(booth.client, booth.keys, last_ms=last.ms, last_seq=last.seq + 1),
        gate.approve(booth.client, booth.keys, last_ms=last.ms + 1, last_seq=0),
    ]

    assert answers == [gate.Approval.BEHIND] * 2
    assert booth.client.hget(booth.keys.meta, "run") == b"another run"
    approved = gate.approve(booth.client, booth.keys, last_ms=last.ms, last_seq=last.seq)
    assert approved is gate.Approval.APPROVED
    assert booth.cast("101", run=gate.run_id(booth.client)).outcome is Outcome.ACCEPTED
    booth.client.flushall()
    assert gate.approve(booth.client, booth.keys, last_ms=0, last_seq=0) is gate.Approval.EMPTY


def test_trimmed_stream_still_knows_its_last_id(booth: Booth) -> None:
    booth.cast("101")
    last = booth.accepted()[0]
    booth.client.xtrim(booth.keys.stream, maxlen=0, approximate=False)

    approval = gate.approve(booth.client, booth.keys, last_ms=last.ms, last_seq=last.seq)

    assert approval is gate.Approval.APPROVED


def test_slices_share_nothing_but_the_season(redis: Redis) -> None:
    first = Booth(redis)
    other = Booth(redis, season="other")
    first.cast("101", voter=VOTER, vote=VOTE)
    before = dump(redis)
    epoch.drop_slice(redis, "other", 0, 1)

    assert dump(redis) == {key: what for key, what in before.items() if b"{other:0}" not in key}
    assert other.cast("101").outcome is Outcome.NOT_READY
    assert secrets.token_hex(16) != VOTE
    assert first.next_ms - now_ms() <= DAY_MS
