"""What the ticker remembers: never younger than it says, and bounded."""

from dataclasses import dataclass, field

import pytest

from realtime.history import History, Minutes
from voting.rules.display import HOUR_MS, MINUTE_MS, Snapshot

START = 1_760_000_000_000 // MINUTE_MS * MINUTE_MS


@dataclass(frozen=True)
class Facts:
    slug: str = "s"
    epoch: int = 1
    phase: str = "open"
    opens_ms: int = 0
    closes_ms: int = 2**50
    display: str = "live"
    display_delay_minutes: int = 0
    display_hour: int = 18
    time_zone: str = "UTC"
    turnout_public: bool = True
    category_of: dict[str, int] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    stopped: bool = False


def test_minute_begins_with_the_last_reading_before_it() -> None:
    history = History()

    for at_ms, votes in ((-900, 1), (-400, 2), (100, 3), (600, 4)):
        history.observe(Facts(), Snapshot(START + at_ms, {"101": votes}))

    assert history.at(START) == {"101": 2}


def test_reading_that_is_too_old_says_nothing_about_a_minute() -> None:
    history = History()

    history.observe(Facts(), Snapshot(START - 6_000, {"101": 1}))
    history.observe(Facts(), Snapshot(START + 100, {"101": 9}))

    assert history.at(START) is None


@pytest.mark.parametrize(
    ("rule", "delay", "most"),
    [
        ("live", 0, 72),
        ("rank_only", 0, 72),
        ("delayed", 30, 30 + 74),
        ("delayed", 32_000, 200),
        ("daily", 0, 1),
        ("hidden", 0, 0),
    ],
)
def test_memory_is_bounded_by_the_rule(rule: str, delay: int, most: int) -> None:
    facts = Facts(display=rule, display_delay_minutes=delay)
    history = History()

    for minute in range(2_000 if delay < 1_000 else 40_000):
        at_ms = START + minute * MINUTE_MS
        history.observe(facts, Snapshot(at_ms - 100, {}))
        history.observe(facts, Snapshot(at_ms + 100, {}))

    assert len(history) <= most


def test_latest_of_what_is_old_enough_stands_for_a_moment() -> None:
    history = History()
    history.put(START, {"101": 1})
    history.put(START + MINUTE_MS, {"101": 2})
    history.put(START + 3 * MINUTE_MS, {"101": 3})

    assert history.at(START + 2 * MINUTE_MS) is None
    assert history.at(START + 2 * MINUTE_MS, tolerance_ms=2 * MINUTE_MS) == {"101": 2}


def nothing(_from_ms: int, minutes: int) -> list[int]:
    return [0] * minutes


def test_ballots_are_counted_minute_by_minute() -> None:
    minutes = Minutes()

    for at_ms, ballots in ((0, 10), (59_500, 13), (60_100, 14), (119_000, 20), (120_000, 20)):
        minutes.observe(START + at_ms, ballots, opens_ms=0, recover=nothing)

    assert list(minutes.counts)[-2:] == [3, 7]
    assert (len(minutes.counts), minutes.minute_ms) == (60, START + MINUTE_MS)


def test_minutes_begin_with_the_opening() -> None:
    minutes = Minutes()
    asked = []

    def recover(from_ms: int, number: int) -> list[int]:
        asked.append((from_ms, number))
        return [5, 6, 1]

    minutes.observe(START + 30_000, 12, opens_ms=START - 2 * MINUTE_MS + 1_000, recover=recover)
    minutes.observe(START + 60_000, 15, opens_ms=0, recover=recover)

    assert asked == [(START - 2 * MINUTE_MS, 3)]
    assert list(minutes.counts) == [
        5,
        6,
        1,
    ]  # what came since the last reading is the next minute's


def test_gap_is_filled_from_the_ledger() -> None:
    minutes = Minutes()
    minutes.observe(START, 10, opens_ms=0, recover=nothing)

    minutes.observe(START + HOUR_MS, 99, opens_ms=0, recover=lambda _from, number: [1] * number)

    assert list(minutes.counts) == [1] * 60


def test_ledger_that_does_not_answer_is_asked_again() -> None:
    minutes = Minutes()

    minutes.observe(START, 10, opens_ms=0, recover=lambda _from, _number: None)
    minutes.observe(START + 500, 11, opens_ms=0, recover=nothing)

    assert len(minutes.counts) == 60
