"""The display rule: what is shown when, and that nothing else can be told from the bytes."""

import json
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.display_facts import (
    CATEGORIES,
    CLOSES,
    NOON,
    OPENS,
    Facts,
    activity,
    ms,
    published,
)
from voting.rules import display
from voting.rules.display import HOUR_MS, MINUTE_MS, Snapshot


def test_equal_tallies_share_a_rank_and_the_next_one_is_left_out() -> None:
    counts = {"101": 5, "102": 9, "103": 5, "104": 1, "201": 7}

    assert display.ranks(Facts(), counts) == {
        "101": 2, "102": 1, "103": 2, "104": 4, "201": 1, "202": 2,
    }  # fmt: skip


def test_who_has_withdrawn_keeps_votes_and_has_no_rank() -> None:
    state = published(Facts(withdrawn=frozenset({"102"})), {"101": 5, "102": 9})

    assert state["nominees"]["102"] == {"votes": 9, "rank": None, "was": None}
    assert state["nominees"]["101"] == {"votes": 5, "rank": 1, "was": None}


def test_live_state_is_the_contract() -> None:
    facts = Facts(category_of={"101": 1, "102": 1})

    assert published(facts, {"101": 5}, earlier={"102": 1}) == {
        "season": "s",
        "epoch": 1,
        "version": 0,
        "updated_ms": NOON,
        "taken_ms": NOON,
        "display": "live",
        "phase": "open",
        "opens_ms": OPENS,
        "closes_ms": CLOSES,
        "turnout": 10,
        "per_minute": [1, 2],
        "minute_ms": 0,
        "viewers": 3,
        "lag_ms": 200,
        "next_ms": None,
        "frozen": False,
        "nominees": {
            "101": {"votes": 5, "rank": 1, "was": 2},
            "102": {"votes": 0, "rank": 2, "was": 1},
        },
    }


@pytest.mark.parametrize(
    ("rule", "phase", "now", "expected"),
    [
        ("live", "open", "2026-11-20 12:00:30", "2026-11-20 12:00:30"),
        ("live", "paused", "2026-11-20 12:00:30", "2026-11-20 12:00:30"),
        ("live", "open", "2026-12-02 08:00", "2026-11-30 18:00"),
        ("live", "announced", "2026-12-02 08:00", "2026-11-30 18:00"),
        ("rank_only", "open", "2026-11-20 12:00:30", "2026-11-20 12:00:30"),
        ("delayed", "open", "2026-11-20 12:00:30", "2026-11-20 11:00"),
        ("delayed", "open", "2026-11-30 18:00", "2026-11-30 18:00"),
        ("delayed", "closed", "2026-11-30 18:01", "2026-11-30 18:00"),
        ("daily", "open", "2026-11-16 17:59:59", None),
        ("daily", "open", "2026-11-16 18:00", "2026-11-16 18:00"),
        ("daily", "open", "2026-11-20 12:00", "2026-11-19 18:00"),
        ("daily", "closed", "2026-12-01 12:00", "2026-11-30 18:00"),
        ("daily", "announced", "2026-12-01 12:00", "2026-11-30 18:00"),
        ("hidden", "open", "2026-11-20 12:00", None),
        ("hidden", "closed", "2026-12-01 12:00", None),
        ("hidden", "announced", "2026-12-01 12:00", "2026-11-30 18:00"),
    ],
)
def test_moment_that_may_be_shown(rule: str, phase: str, now: str, expected: str | None) -> None:
    found = display.moment(Facts(display=rule, phase=phase), ms(now))

    assert found == (ms(expected) if expected else None)


def test_daily_after_an_early_close_shows_the_end_at_its_next_hour_only() -> None:
    facts = Facts(display="daily", phase="closed", closes_ms=ms("2026-11-30 20:00"))

    assert display.moment(facts, ms("2026-11-30 21:00")) == ms("2026-11-30 18:00")
    assert display.moment(facts, ms("2026-12-01 18:00")) == ms("2026-11-30 20:00")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-15 12:00", "2026-11-16 18:00"),
        ("2026-11-20 12:00", "2026-11-20 18:00"),
        ("2026-11-20 18:00", "2026-11-21 18:00"),
        ("2026-11-30 18:00", None),
    ],
)
def test_daily_says_when_numbers_come_next(now: str, expected: str | None) -> None:
    state = published(Facts(display="daily"), None, ms(now))

    assert state["next_ms"] == (ms(expected) if expected else None)


def test_day_with_two_equal_hours_shows_the_first_of_them() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    facts = Facts(display="daily", display_hour=2, time_zone="Europe/Berlin", opens_ms=0)
    first = int(datetime(2026, 10, 25, 2, 0, tzinfo=berlin).timestamp() * 1000)

    assert display.moment(facts, first + HOUR_MS + MINUTE_MS) == first


def test_rank_only_has_no_numbers_even_after_the_announcement() -> None:
    for phase in ("open", "closed", "announced"):
        state = published(Facts(display="rank_only", phase=phase), {"101": 77})

        assert "77" not in json.dumps(state["nominees"])
        assert state["nominees"]["101"] == {"rank": 1, "was": None}


def test_hidden_shows_turnout_if_it_is_public_and_all_after_the_announcement() -> None:
    hidden = published(Facts(display="hidden"), {"101": 7})
    announced = published(Facts(display="hidden", phase="announced"), {"101": 7})

    assert (hidden["nominees"], hidden["turnout"]) == ({}, 10)
    assert announced["nominees"]["101"]["votes"] == 7


def test_turnout_that_is_not_public_hides_all_that_moves_with_it() -> None:
    state = published(Facts(turnout_public=False), {"101": 7})

    assert [state[key] for key in ("turnout", "per_minute", "minute_ms", "lag_ms")] == [None] * 4


def test_numbers_that_are_not_known_yet_leave_those_before() -> None:
    facts = Facts(display="delayed")
    before = published(facts, {"101": 7})

    state = display.publish(
        before, facts, shown=None, earlier=None, activity=activity(), now_ms=NOON + MINUTE_MS
    )

    assert (state["nominees"], state["taken_ms"]) == (before["nominees"], before["taken_ms"])


def test_stopped_count_keeps_what_was_published_and_says_so() -> None:
    before = published(Facts(), {"101": 7})

    state = display.publish(
        before,
        Facts(stopped=True, phase="paused"),
        shown=Snapshot(NOON, {"101": 8}),
        earlier=None,
        activity=activity(99),
        now_ms=NOON + 1,
    )

    assert state == before | {"frozen": True, "updated_ms": NOON + 1}
    assert display.is_news(before, state)


def test_stopped_count_that_was_never_published_shows_nothing() -> None:
    state = published(Facts(stopped=True), {"101": 7})

    assert (state["nominees"], state["turnout"], state["frozen"]) == ({}, None, True)


def test_frame_names_only_what_changed() -> None:
    before = published(Facts(), {"101": 7}) | {"version": 41}
    after = published(Facts(), {"101": 8}, NOON + 500) | {"version": 42, "viewers": 4}

    assert display.frame(before, after) == {
        "t": "frame",
        "epoch": 1,
        "version": 42,
        "previous": 41,
        "updated_ms": NOON + 500,
        "taken_ms": NOON + 500,
        "turnout": 10,
        "minute_ms": 0,
        "viewers": 4,
        "lag_ms": 200,
        "phase": "open",
        "nominees": {"101": {"votes": 8, "rank": 1, "was": None}},
    }


def test_frame_that_cannot_tell_the_change_is_a_gap_for_everybody() -> None:
    before = published(Facts(), {"101": 7}) | {"version": 41}
    after = published(Facts(display="hidden"), {"101": 7}) | {"version": 42}

    assert display.frame(before, after)["previous"] is None
    assert display.apply(before, display.frame(before, after)) is None


def test_what_rides_along_makes_no_frame_of_its_own() -> None:
    before = published(Facts(), {"101": 7})
    after = published(Facts(), {"101": 7}, NOON + 500, activity=activity(viewers=9))

    assert not display.is_news(before, after)
    assert display.has_riders(before, after)


COUNTS = st.dictionaries(st.sampled_from(sorted(CATEGORIES)), st.integers(0, 10_000_000))
RULES = st.sampled_from(["live", "delayed", "daily", "rank_only", "hidden"])


@given(st.lists(st.tuples(COUNTS, RULES, st.booleans()), min_size=2, max_size=6))
def test_frames_lead_from_state_to_state(
    steps: list[tuple[dict[str, int], str, bool]],
) -> None:
    """Whoever applies every frame has the published state; a doubled frame changes nothing."""
    known = None
    previous = None
    for version, (counts, rule, stopped) in enumerate(steps, 1):
        facts = Facts(display=rule, stopped=stopped)
        now_ms = NOON + version * 500
        state = display.publish(
            previous,
            facts,
            shown=Snapshot(now_ms, counts),
            earlier=counts,
            activity=activity(version),
            now_ms=now_ms,
        )
        state["version"] = version
        told = display.frame(previous, state)
        known = display.apply(known, told) if known else None
        if told["previous"] is None or known is None:
            known = state  # fetched
        assert display.apply(known, told) == known
        assert known == state
        previous = state


def test_frame_out_of_order_is_a_gap_or_old_news() -> None:
    states = [
        published(Facts(), {"101": count}) | {"version": version}
        for version, count in enumerate((1, 2, 3), 1)
    ]
    second, third = (display.frame(*states[i : i + 2]) for i in (0, 1))

    assert display.apply(states[0], third) is None
    assert display.apply(states[2], second) is states[2]
    assert display.apply(states[0], display.pulse(states[1])) is None
    assert display.apply(states[2], display.pulse(states[1])) is states[2]


# --- promise P6: what the rule hides cannot be told from the bytes ----------------------------


def spoken(facts: Facts, readings: list[tuple[int, dict[str, int]]]) -> list[str]:
    """Return every byte that leaves the ticker for these readings: states and frames."""
    said = []
    state = None
    first = readings[0][0]
    for now_ms, _counts in readings:
        moment = display.moment(facts, now_ms)
        at = [reading for at_ms, reading in readings if moment is not None and at_ms <= moment]
        shown = None if moment is None else Snapshot(moment, at[-1] if at else {})
        earlier = [r for at_ms, r in readings if at_ms <= (display.hour_before(facts, now_ms) or 0)]
        after = display.publish(
            state,
            facts,
            shown=shown,
            earlier=earlier[-1] if earlier else None,
            activity=activity((now_ms - first) // 1000),
            now_ms=now_ms,
        )
        if display.is_news(state, after):
            after["version"] = (state["version"] if state else 0) + 1
            said += [json.dumps(after), json.dumps(display.frame(state, after))]
            state = after
        else:
            said.append(json.dumps(display.pulse(after)))
    return said


@settings(max_examples=60)
@given(
    st.lists(COUNTS, min_size=3, max_size=8),
    st.lists(COUNTS, min_size=8, max_size=8),
    st.booleans(),
)
def test_hidden_says_the_same_whatever_the_tallies(
    one: list[dict[str, int]], other: list[dict[str, int]], turnout: bool
) -> None:
    facts = Facts(display="hidden", turnout_public=turnout)
    times = [NOON + i * 20 * MINUTE_MS for i in range(len(one))]

    assert spoken(facts, list(zip(times, one, strict=True))) == spoken(
        facts, list(zip(times, other[: len(one)], strict=True))
    )


@settings(max_examples=60)
@given(st.lists(COUNTS, min_size=3, max_size=8), st.integers(2, 9), st.integers(1, 1000))
def test_rank_only_says_the_same_as_long_as_the_order_is_the_same(
    readings: list[dict[str, int]], factor: int, more: int
) -> None:
    facts = Facts(display="rank_only")
    times = [NOON + i * 20 * MINUTE_MS for i in range(len(readings))]
    stretched = [
        {number: reading.get(number, 0) * factor + more for number in CATEGORIES}
        for reading in readings
    ]

    assert spoken(facts, list(zip(times, readings, strict=True))) == spoken(
        facts, list(zip(times, stretched, strict=True))
    )


def test_rank_only_is_silent_while_votes_come_and_no_rank_changes() -> None:
    facts = Facts(display="rank_only", turnout_public=False)
    readings = [(NOON + i * 500, {"101": 10 + i, "102": 3}) for i in range(10)]

    said = spoken(facts, readings)

    assert [json.loads(text)["t"] for text in said[2:]] == ["pulse"] * 9


@settings(max_examples=60)
@given(COUNTS, st.lists(COUNTS, min_size=2, max_size=6), st.lists(COUNTS, min_size=6, max_size=6))
def test_daily_says_the_same_whatever_comes_after_its_hour(
    at_hour: dict[str, int], one: list[dict[str, int]], other: list[dict[str, int]]
) -> None:
    facts = Facts(display="daily")
    hour = ms("2026-11-19 18:00")
    times = [hour, *(NOON + i * 20 * MINUTE_MS for i in range(len(one)))]

    def said(later: list[dict[str, int]]) -> list[str]:
        return spoken(facts, list(zip(times, [at_hour, *later], strict=True)))

    assert said(one) == said(other[: len(one)])


@settings(max_examples=60)
@given(COUNTS, st.lists(COUNTS, min_size=2, max_size=6), st.lists(COUNTS, min_size=6, max_size=6))
def test_delayed_says_the_same_whatever_is_younger_than_the_delay(
    old: dict[str, int], one: list[dict[str, int]], other: list[dict[str, int]]
) -> None:
    facts = Facts(display="delayed", display_delay_minutes=60)
    times = [NOON - HOUR_MS, *(NOON + 1 + i * 9 * MINUTE_MS for i in range(len(one)))]

    def said(later: list[dict[str, int]]) -> list[str]:
        return spoken(facts, list(zip(times, [old, *later], strict=True)))

    assert said(one) == said(other[: len(one)])


@given(COUNTS, COUNTS)
def test_turnout_that_is_not_public_leaves_no_trace(
    one: dict[str, int], other: dict[str, int]
) -> None:
    facts = replace(Facts(), display="hidden", turnout_public=False)

    assert json.dumps(published(facts, one, activity=activity(1))) == json.dumps(
        published(facts, other, activity=activity(999, minute_ms=5, lag_ms=900))
    )


def test_before_the_first_vote_nobody_had_a_place_to_move_from() -> None:
    state = published(Facts(), {"101": 3}, earlier=dict.fromkeys(CATEGORIES, 0))

    assert {number: one["was"] for number, one in state["nominees"].items()} == dict.fromkeys(
        CATEGORIES
    )
