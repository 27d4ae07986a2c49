from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.rules.ballots import (
    COUNTS,
    MAX_CHOICES,
    PERIODS,
    SCOPES,
    Accepted,
    BallotRules,
    Cap,
    CounterKey,
    Decision,
    Refused,
    decide,
    per_ballot_max,
    problems,
)

# 24 nominees in three categories: 101 to 108, 201 to 208, 301 to 308.
CATEGORIES = {f"{category}0{n}": category for category in (1, 2, 3) for n in range(1, 9)}
NUMBERS = sorted(CATEGORIES)

ONCE_A_DAY = Cap("season", "day", "ballots", 1)
TEN_ON_A_BALLOT = Cap("season", "ballot", "choices", 10)
TWO_OF_A_CATEGORY = Cap("category", "ballot", "choices", 2)

cap = st.builds(
    Cap,
    st.sampled_from(SCOPES),
    st.sampled_from(PERIODS),
    st.sampled_from(COUNTS),
    st.integers(1, 12),
).filter(lambda cap: cap.lasts or (cap.counts == "choices" and cap.scope != "nominee"))
rule_sheets = st.builds(
    BallotRules,
    st.integers(1, 4),
    st.lists(cap, max_size=5, unique_by=lambda cap: cap.code).map(tuple),
)
ballots = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=12, unique=True)


def rules(*caps: Cap, least: int = 1) -> BallotRules:
    return BallotRules(least, caps)


def used(**counters: int) -> dict[CounterKey, int]:
    """Counters by ``code`` or ``code_value``."""
    periods = {"w": "window", "d": "day", "s": "season"}
    found = {}
    for name, count in counters.items():
        code, _underscore, value = name.partition("_")
        found[CounterKey(code, value, periods[code[1]])] = count
    return found


def cast(sheet: BallotRules, *choices: str, **counters: int) -> Decision:
    return decide(sheet, CATEGORIES, used(**counters), choices)


def test_ballot_without_limits_is_accepted_and_raises_nothing() -> None:
    assert cast(rules(), "101") == Accepted((), None, None)


def test_cap_codes_are_the_first_letters() -> None:
    assert [
        ONCE_A_DAY.code,
        TWO_OF_A_CATEGORY.code,
        Cap("nominee", "season", "choices", 1).code,
    ] == ["sdb", "cbc", "nsc"]


def test_all_cap_codes_differ() -> None:
    codes = [Cap(*words, 1).code for words in product(SCOPES, PERIODS, COUNTS)]
    assert len(set(codes)) == len(codes)


def test_accepted_ballot_takes_the_next_slots_of_every_counter() -> None:
    sheet = rules(
        ONCE_A_DAY,
        Cap("season", "season", "choices", 30),
        Cap("category", "day", "choices", 5),
        Cap("category", "day", "ballots", 3),
        Cap("nominee", "window", "choices", 2),
    )

    decision = cast(sheet, "101", "102", "201", ssc=7, cdc_1=3, cdb_2=1, nwc_102=1)

    assert isinstance(decision, Accepted)
    assert {f"{use.key.cap}:{use.key.value}": use[1:] for use in decision.uses} == {
        "nwc:101": (1, 1),
        "nwc:102": (2, 2),
        "nwc:201": (1, 1),
        "sdb:": (1, 1),
        "cdc:1": (4, 5),
        "cdc:2": (1, 1),
        "cdb:1": (1, 1),
        "cdb:2": (2, 2),
        "ssc:": (8, 10),
    }
    assert (decision.left_ballots, decision.left_choices) == (0, 20)


def test_what_is_left_is_the_least_of_all_limits() -> None:
    sheet = rules(
        Cap("season", "day", "ballots", 5),
        Cap("season", "season", "ballots", 9),
        Cap("season", "day", "choices", 10),
    )
    decision = cast(sheet, "101", "102", sdb=1, ssb=7, sdc=3)
    assert isinstance(decision, Accepted)
    assert (decision.left_ballots, decision.left_choices) == (1, 5)


@pytest.mark.parametrize(
    ("sheet", "choices", "counters", "expected"),
    [
        (rules(least=3), ["101", "102"], {}, Refused("too-few", 3, 2)),
        (rules(TEN_ON_A_BALLOT), NUMBERS[:11], {}, Refused("too-many", 10, 11, TEN_ON_A_BALLOT)),
        (
            rules(TWO_OF_A_CATEGORY),
            ["201", "101", "102", "103"],
            {},
            Refused("category-full", 2, 3, TWO_OF_A_CATEGORY, ("1",)),
        ),
        (rules(ONCE_A_DAY), ["101"], {"sdb": 1}, Refused("already-voted", 0, 1, ONCE_A_DAY)),
        (
            rules(cap10 := Cap("season", "day", "choices", 10)),
            ["101", "102"],
            {"sdc": 9},
            Refused("too-many", 1, 2, cap10),
        ),
        (rules(cap10), ["101"], {"sdc": 10}, Refused("already-voted", 0, 1, cap10)),
        (
            rules(cap_category := Cap("category", "window", "choices", 4)),
            ["101", "102"],
            {"cwc_1": 3},
            Refused("category-full", 1, 2, cap_category, ("1",)),
        ),
        (
            rules(cap_nominee := Cap("nominee", "day", "choices", 1)),
            ["101", "102", "103"],
            {"ndc_101": 1, "ndc_103": 1},
            Refused("nominee-used", 0, 1, cap_nominee, ("101", "103")),
        ),
    ],
)
def test_refusal_says_what_would_have_been_possible(
    sheet: BallotRules, choices: list[str], counters: dict[str, int], expected: Refused
) -> None:
    assert cast(sheet, *choices, **counters) == expected


def test_counters_above_a_limit_leave_nothing_and_never_less() -> None:
    cap = Cap("season", "season", "choices", 3)
    assert cast(rules(cap), "101", ssc=5) == Refused("already-voted", 0, 1, cap)


def test_too_few_comes_before_everything_else() -> None:
    assert cast(rules(ONCE_A_DAY, least=2), "101", sdb=1) == Refused("too-few", 2, 1)


def test_the_ballot_itself_is_checked_before_what_was_used() -> None:
    assert cast(rules(ONCE_A_DAY, TEN_ON_A_BALLOT), *NUMBERS[:11], sdb=1) == Refused(
        "too-many", 10, 11, TEN_ON_A_BALLOT
    )


def test_first_broken_cap_of_a_period_in_sheet_order_is_named() -> None:
    nominee = Cap("nominee", "day", "choices", 1)
    counters = {"sdb": 1, "ndc_101": 1}
    assert isinstance(first := cast(rules(ONCE_A_DAY, nominee), "101", **counters), Refused)
    assert isinstance(second := cast(rules(nominee, ONCE_A_DAY), "101", **counters), Refused)
    assert (first.reason, second.reason) == ("already-voted", "nominee-used")


@pytest.mark.parametrize(
    ("sheet", "sizes", "codes"),
    [
        (rules(), None, []),
        (rules(TEN_ON_A_BALLOT, least=10), [8, 8, 8], []),  # exactly 10
        (rules(TEN_ON_A_BALLOT, TWO_OF_A_CATEGORY), None, []),
        (rules(Cap("season", "day", "choices", 100)), None, []),
        (rules(TEN_ON_A_BALLOT, least=11), None, ["min-over-max"]),
        (rules(Cap("season", "day", "choices", 3), least=4), None, ["min-over-max"]),
        (rules(TWO_OF_A_CATEGORY, least=7), [8, 8, 8], ["min-out-of-reach"]),
        (rules(TWO_OF_A_CATEGORY, least=6), [8, 8, 8], []),
        (rules(TWO_OF_A_CATEGORY, least=6), [8, 8, 1], ["min-out-of-reach"]),
        (rules(least=25), [8, 8, 8], ["min-out-of-reach"]),
        (rules(least=0), None, ["min-out-of-range"]),
        (rules(least=65), None, ["min-out-of-range"]),
        (rules(Cap("season", "ballot", "choices", 65)), None, ["ballot-over-64"]),
        (rules(Cap("nominee", "ballot", "choices", 1)), None, ["nominee-within-a-ballot"]),
        (rules(Cap("season", "ballot", "ballots", 1)), None, ["ballots-within-a-ballot"]),
        (rules(ONCE_A_DAY, Cap("season", "day", "ballots", 2)), None, ["cap-twice"]),
        (rules(Cap("season", "day", "ballots", 0)), None, ["cap-allows-nothing"]),
        (rules(Cap("season", "week", "ballots", 1)), None, ["unknown-word"]),
    ],
)
def test_contradictions_are_named(
    sheet: BallotRules, sizes: list[int] | None, codes: list[str]
) -> None:
    assert problems(sheet, sizes) == codes


def test_without_a_limit_a_ballot_has_64_choices_at_most() -> None:
    assert per_ballot_max(rules(Cap("season", "day", "choices", 100))) == MAX_CHOICES == 64


@settings(deadline=None)
@given(rule_sheets, st.lists(ballots, max_size=8))
def test_no_counter_ever_passes_its_cap(sheet: BallotRules, cast_ballots: list[list[str]]) -> None:
    counters: dict[CounterKey, int] = {}
    accepted: list[list[str]] = []
    for choices in cast_ballots:
        decision = decide(sheet, CATEGORIES, counters, choices)
        if isinstance(decision, Accepted):
            counters |= decision.counters
            accepted.append(choices)

    # Counted from the ballots themselves, in all ways, all periods being one.
    chosen = [number for choices in accepted for number in choices]
    totals = {
        "sb": {"": len(accepted)},
        "sc": {"": len(chosen)},
        "cb": Counter(str(c) for ballot in accepted for c in {CATEGORIES[n] for n in ballot}),
        "cc": Counter(str(CATEGORIES[number]) for number in chosen),
        "nb": Counter(chosen),
        "nc": Counter(chosen),
    }
    for limit in sheet.caps:
        if limit.lasts:
            counted = totals[limit.code[0] + limit.code[2]]
            assert all(count <= limit.max for count in counted.values())
            assert {
                key.value: count for key, count in counters.items() if key.cap == limit.code
            } == {value: count for value, count in counted.items() if count}


@settings(deadline=None)
@given(rule_sheets, ballots)
def test_a_new_voter_is_accepted_exactly_when_no_limit_is_passed(
    sheet: BallotRules, choices: list[str]
) -> None:
    of_categories = Counter(CATEGORIES[number] for number in choices)
    fits = len(choices) >= sheet.min_choices and all(
        limit.counts == "ballots"
        or limit.scope == "nominee"
        or (limit.scope == "season" and len(choices) <= limit.max)
        or (limit.scope == "category" and max(of_categories.values()) <= limit.max)
        for limit in sheet.caps
    )
    assert isinstance(decide(sheet, CATEGORIES, {}, choices), Accepted) == fits
    if fits:
        assert len(choices) <= per_ballot_max(sheet)


@settings(deadline=None)
@given(rule_sheets)
def test_rules_without_problems_accept_some_ballot(sheet: BallotRules) -> None:
    sizes = [8, 8, 8]
    if problems(sheet, sizes):
        return
    # One of each category in turn is the widest way to choose.
    turns = [f"{category}0{n}" for n in range(1, 9) for category in (1, 2, 3)]
    decision = decide(sheet, CATEGORIES, {}, turns[: sheet.min_choices])
    assert isinstance(decision, Accepted)


@settings(deadline=None)
@given(rule_sheets, ballots, st.data())
def test_slots_follow_each_other_without_gap(
    sheet: BallotRules, choices: list[str], data: st.DataObject
) -> None:
    first = decide(sheet, CATEGORIES, {}, choices)
    if not isinstance(first, Accepted):
        return
    again = decide(sheet, CATEGORIES, first.counters, data.draw(st.permutations(choices)))
    if isinstance(again, Accepted):
        taken = {use.key: use.last for use in first.uses}
        assert {use.key: use.first - 1 for use in again.uses} == taken
