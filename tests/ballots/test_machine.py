"""The whole way of a ballot against a model in plain Python, in random sequences of steps."""

import secrets
import time
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from redis import Redis

from config.embedded_store import EmbeddedStore
from tests import make
from tests.hotpath.sizes import size_for
from voting.ballots import queries
from voting.ballots.models import Ballot, LedgerConflict
from voting.ballots.services.opening import close_voting, pause_voting, resume_voting
from voting.ballots.services.rebuilding import rebuild
from voting.ballots.services.reconciling import reconcile
from voting.ballots.stores import cache_store
from voting.hotpath import gate
from voting.hotpath.gate import Outcome
from voting.hotpath.keys import slice_keys
from voting.rules import ballots as rules

CAPS = (
    ("season", "ballot", "choices", 3),
    ("category", "window", "choices", 4),
    ("nominee", "day", "choices", 2),
    ("season", "day", "ballots", 3),
    ("season", "season", "choices", 12),
)
RULES = rules.BallotRules(1, tuple(rules.Cap(*cap) for cap in CAPS))
CATEGORIES = {number: str(place) for place, some in make.NOMINEES.items() for number in some}
REFUSED = {
    "too-many": Outcome.TOO_MANY,
    "category-full": Outcome.CATEGORY_FULL,
    "already-voted": Outcome.ALREADY_VOTED,
    "nominee-used": Outcome.NOMINEE_USED,
}
ACT = {"actor": "test", "reason": "to test"}
VOTERS = st.integers(0, 3)
CHOICES = st.lists(st.sampled_from(sorted(CATEGORIES)), unique=True, min_size=1, max_size=4)


class Voting(RuleBasedStateMachine):
    """``self`` holds the model: what each voter has used, and each ballot that stands."""

    redis: Redis
    store: EmbeddedStore

    @initialize(slices=st.integers(1, 2))
    def open(self, slices: int) -> None:
        self.season = make.opened(self.redis, caps=CAPS, slices=slices)
        self.voters = [make.voter_key() for _ in range(4)]
        self.stands: dict[str, tuple[int, list[str]]] = {}
        self.used: dict[tuple[int, str], dict[rules.CounterKey, int]] = {}
        self.days = 0
        self.real = self.period = self.present()
        self.phase = "open"
        self.ready = True

    def present(self) -> dict[str, str]:
        """Return the names of the periods that the store is in."""
        keys = slice_keys(self.season.slug, 0, self.season.epoch)
        now = time.time_ns() // 1_000_000
        found: Any = self.redis.zrevrangebyscore(keys.periods, now, 0, start=0, num=1)
        day, window, *_ = found[0].decode().split("|")
        return {"day": day, "window": window, "season": "s"}

    def counters(self, voter: int) -> dict[rules.CounterKey, int]:
        """Return what a voter has used in the present periods."""
        found: dict[rules.CounterKey, int] = {}
        for name in self.period.values():
            found |= self.used.get((voter, name), {})
        return found

    def cast(self, voter: int, choices: list[str], vote: str, **fields: Any) -> gate.CastResult:
        return make.ballot(
            self.redis, self.season, *choices, voter=self.voters[voter], vote=vote, **fields
        )

    def barred(self) -> Outcome | None:
        """Return why nobody can vote now."""
        if not self.ready:
            return Outcome.NOT_READY
        return {"paused": Outcome.PAUSED, "closed": Outcome.CLOSED}.get(self.phase)

    @rule(voter=VOTERS, choices=CHOICES)
    def vote(self, voter: int, choices: list[str]) -> None:
        vote = secrets.token_hex(16)
        outcome = self.cast(voter, choices, vote).outcome
        said = rules.decide(RULES, CATEGORIES, self.counters(voter), sorted(choices))
        if self.barred():
            assert outcome is self.barred()
        elif isinstance(said, rules.Refused):
            assert outcome is REFUSED[said.reason]
        else:
            assert outcome is Outcome.ACCEPTED
            self.stands[vote] = (voter, choices)
            for key, value in said.counters.items():
                self.used.setdefault((voter, self.period[key.period]), {})[key] = value

    @rule(voter=VOTERS)
    def vote_until_nothing_is_left(self, voter: int) -> None:
        for number in sorted(CATEGORIES):
            self.vote(voter, [number])

    @precondition(lambda self: self.stands)
    @rule(data=st.data(), expired=st.booleans())
    def repeat(self, data: st.DataObject, expired: bool) -> None:
        vote = data.draw(st.sampled_from(sorted(self.stands)))
        voter, choices = self.stands[vote]
        fields = {"expires_ms": 1} if expired else {}

        assert self.cast(voter, choices, vote, **fields).outcome is Outcome.REPEATED

    @precondition(lambda self: self.stands)
    @rule(data=st.data(), choices=CHOICES)
    def use_a_token_again(self, data: st.DataObject, choices: list[str]) -> None:
        vote = data.draw(st.sampled_from(sorted(self.stands)))
        voter, stands = self.stands[vote]
        expected = Outcome.REPEATED if sorted(stands) == sorted(choices) else Outcome.TOKEN_USED

        assert self.cast(voter, choices, vote).outcome is expected

    @rule(voter=VOTERS, choices=CHOICES)
    def come_too_late(self, voter: int, choices: list[str]) -> None:
        outcome = self.cast(voter, choices, secrets.token_hex(16), expires_ms=1).outcome

        assert outcome is (self.barred() or Outcome.EXPIRED)

    @precondition(lambda self: self.ready)
    @rule(kind=st.sampled_from(["day", "window"]))
    def begin_a_period(self, kind: str) -> None:
        self.days += 1
        self.period = self.period | {kind: f"{kind[0]}{self.days}"}
        for number in range(self.season.slices):
            periods = slice_keys(self.season.slug, number, self.season.epoch).periods
            self.redis.delete(periods)
            self.redis.zadd(
                periods, {f"{self.period['day']}|{self.period['window']}|{2**42}|{2**42}": 0}
            )

    @precondition(lambda self: self.ready and self.phase != "closed")
    @rule()
    def pause_or_resume(self) -> None:
        act = pause_voting if self.phase == "open" else resume_voting
        self.season = act(slug=self.season.slug, client=self.redis, **ACT)
        self.phase = "paused" if self.phase == "open" else "open"

    @precondition(lambda self: self.ready and self.phase == "open" and len(self.stands) > 8)
    @rule()
    def close(self) -> None:
        self.season = close_voting(
            slug=self.season.slug, client=self.redis, approver="second", **ACT
        )
        self.phase = "closed"

    @rule()
    def copy(self) -> None:
        make.copied(self.redis)
        self.ready = True

        assert Ballot.objects.filter(season=self.season).count() == len(self.stands)

    @rule()
    def trim(self) -> None:
        self.copy()
        for number in range(self.season.slices):
            self.redis.xtrim(
                slice_keys(self.season.slug, number, self.season.epoch).stream,
                maxlen=0,
                approximate=False,
            )

    @rule(crash=st.booleans())
    def restart(self, crash: bool) -> None:
        if crash:
            self.store.kill()
        else:
            self.store.stop()
        self.store.start()
        self.ready = False

    @rule(lose=st.booleans())
    def rebuild(self, lose: bool) -> None:
        if lose:
            # What is not copied yet would be gone with the store's disk.
            self.copy()
            self.redis.flushall()
        self.season = rebuild(slug=self.season.slug, client=self.redis, cache=cache_store(), **ACT)
        self.period, self.ready = self.real, True

    @invariant()
    def tallies_are_those_of_the_model(self) -> None:
        if not hasattr(self, "season"):
            return
        expected: dict[str, int] = {}
        for _voter, choices in self.stands.values():
            for number in choices:
                expected[number] = expected.get(number, 0) + 1
        tallies = gate.read_tallies(
            self.redis, season=self.season.slug, slices=self.season.slices, epoch=self.season.epoch
        )
        counted: dict[str, int] = {}
        for tally in tallies:
            for number, count in tally.counts.items():
                counted[number] = counted.get(number, 0) + count
        assert {number: count for number, count in counted.items() if count} == expected
        assert sum(tally.ballots for tally in tallies) == len(self.stands)
        self.expected = expected

    def teardown(self) -> None:
        if hasattr(self, "season"):
            make.copied(self.redis)
            votes = Ballot.objects.filter(season=self.season).values_list("vote_id", flat=True)
            assert {vote.hex for vote in votes} == set(self.stands)
            assert queries.recount(self.season.pk) == self.expected
            assert not LedgerConflict.objects.exists()
            found = reconcile(slug=self.season.slug, client=self.redis, wait_seconds=0)
            assert found.differences == []
        self.redis.flushall()


@pytest.mark.django_db
def test_voting_is_what_the_model_says(
    redis: Redis, vote_store: EmbeddedStore, request: pytest.FixtureRequest
) -> None:
    Voting.redis, Voting.store = redis, vote_store
    size = size_for(request.config)

    run_state_machine_as_test(Voting, settings=size(12, 2000, stateful_step_count=30))
