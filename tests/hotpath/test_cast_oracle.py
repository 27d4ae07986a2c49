"""cast.lua against voting.rules.ballots.decide: random sheets, random sequences of ballots."""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from redis import Redis

from tests.hotpath.booth import Booth, cap
from tests.hotpath.sizes import Size
from voting.hotpath import stream
from voting.hotpath.gate import CastResult, Outcome
from voting.rules import ballots

NOMINEES = {"1": "1", "01": "1", "2": "1", "A": "2", "B": "2", "z9": "3"}
ORDER = {period: place for place, period in enumerate(ballots.PERIODS)}
PERIODS = {"window": "w1", "day": "d20260101", "season": "s"}
REASONS = {
    "too-few": Outcome.TOO_FEW,
    "too-many": Outcome.TOO_MANY,
    "category-full": Outcome.CATEGORY_FULL,
    "already-voted": Outcome.ALREADY_VOTED,
    "nominee-used": Outcome.NOMINEE_USED,
}
KINDS = [
    (scope, period, counts)
    for scope in ballots.SCOPES
    for period in ballots.PERIODS
    for counts in ballots.COUNTS
    if period != "ballot" or (counts == "choices" and scope != "nominee")
]


@st.composite
def sheets(draw: st.DrawFn) -> ballots.BallotRules:
    """Return rules with up to seven limits, in the order in which the vote store gets them."""
    kinds = draw(st.lists(st.sampled_from(KINDS), unique=True, max_size=7))
    caps = [ballots.Cap(*kind, draw(st.integers(1, 5))) for kind in kinds]
    return ballots.BallotRules(
        draw(st.sampled_from([1, 1, 1, 2, 3])),
        tuple(sorted(caps, key=lambda one: ORDER[one.period])),
    )


CHOICES = st.lists(st.sampled_from(sorted(NOMINEES)), unique=True, min_size=1).map(sorted)
SEQUENCES = st.lists(st.tuples(st.integers(0, 1), CHOICES), min_size=1, max_size=12)


def rules_of(*caps: tuple[str, str, str, int]) -> ballots.BallotRules:
    return ballots.BallotRules(1, tuple(ballots.Cap(*one) for one in caps))


def in_lua(key: ballots.CounterKey) -> tuple[str, str, str]:
    return key.cap, key.value, PERIODS[key.period]


def check_refusal(
    result: CastResult,
    said: ballots.Refused,
    rules: ballots.BallotRules,
    used: dict[ballots.CounterKey, int],
    choices: list[str],
) -> None:
    assert result.outcome is REASONS[said.reason]
    details = list(result.details)
    if said.reason in {"too-few", "too-many"}:
        assert details == [said.limit, said.given]
    elif said.reason == "nominee-used":
        assert [number.decode() for number in details[1:]] == list(said.values)
    elif said.reason == "category-full":
        # Of several full categories either side may name any.
        category, most, got = details[0].decode(), *details[1:]
        assert got == 1 or got == sum(NOMINEES[number] == category for number in choices)
        assert said.cap is not None
        key = ballots.CounterKey(said.cap.code, category, said.cap.period)
        assert most == said.cap.max - used.get(key, 0) < got


def compare(
    redis: Redis, rules: ballots.BallotRules, sequence: list[tuple[int, list[str]]]
) -> None:
    redis.flushall()
    booth = Booth(
        redis,
        least=rules.min_choices,
        nominees=NOMINEES,
        caps=[cap(one.scope, one.period, one.counts, one.max) for one in rules.caps],
    )
    used: list[dict[ballots.CounterKey, int]] = [{}, {}]
    counted: dict[str, int] = {}
    uses: list[set[Any]] = []
    for voter, choices in sequence:
        said = ballots.decide(rules, NOMINEES, used[voter], choices)
        result = booth.cast(*choices, voter=f"{voter + 1:032x}")
        if isinstance(said, ballots.Refused):
            check_refusal(result, said, rules, used[voter], choices)
            continue
        assert (result.outcome, result.details) == (Outcome.ACCEPTED, ())
        assert result.reply is not None
        assert result.reply.left_ballots == said.left_ballots
        assert result.reply.left_choices == said.left_choices
        used[voter] |= said.counters
        uses.append(
            {
                (*in_lua(use.key), number)
                for use in said.uses
                for number in range(use.first, use.last + 1)
            }
        )
        for name in ("#", *choices):
            counted[name] = counted.get(name, 0) + 1

    assert booth.tallies() == counted
    assert [
        {(use.cap, use.scope, use.period, use.number) for use in stream.uses(entry.slots)}
        for entry in booth.accepted()
    ] == uses


def test_script_and_rules_decide_alike(redis: Redis, size: Size) -> None:
    @size(250, 20_000)
    @given(sheets(), SEQUENCES)
    @example(
        rules_of(("nominee", "day", "ballots", 1), ("nominee", "day", "choices", 1)),
        [(0, ["1"]), (0, ["1", "2"])],
    )
    @example(
        rules_of(("nominee", "day", "ballots", 2), ("nominee", "day", "choices", 1)),
        [(0, ["1"]), (0, ["2"]), (0, ["1", "2", "A"])],
    )
    def check(rules: ballots.BallotRules, sequence: list[tuple[int, list[str]]]) -> None:
        compare(redis, rules, sequence)

    check()
