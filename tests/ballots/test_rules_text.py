"""Every combination of limits is told in plain words, and nothing that is not limited."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from voting.ballots.rules_text import rule_chips, rules_context, shape
from voting.seasons.models import Cap, Category, Nominee, RuleSheet, Season, SeasonEvent
from voting.seasons.models import VotingWindow as Window

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # words are the same on any database
OPENS = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
CLOSES = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
DURING = OPENS + timedelta(days=3)
PER_BALLOT = ("season", "ballot", "choices")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def season(
    *caps: tuple[str, str, str, int], least: int = 1, categories: int = 3, **sheet: Any
) -> Season:
    made = Season.objects.create(
        slug="award",
        name="评选",
        name_en="Award",
        phase="open",
        opens_at=OPENS,
        closes_at=CLOSES,
        organiser="组委会",
    )
    for position in range(1, categories + 1):
        Category.objects.create(season=made, position=position, name=f"类别{position}", places=2)
    rules = RuleSheet.objects.create(season=made, min_choices=least, **sheet)
    for scope, period, counts, most in caps:
        Cap.objects.create(sheet=rules, scope=scope, period=period, counts=counts, max=most)
    return Season.objects.get(pk=made.pk)


def told(one: Season, *parts: str) -> list[str]:
    context = rules_context(one, DURING)
    return [line for part in parts for line in context[part]]


def test_one_ballot_a_day_with_a_limit_per_category() -> None:
    one = season(
        ("season", "day", "ballots", 1), (*PER_BALLOT, 10), ("category", "ballot", "choices", 4)
    )

    assert shape(one) == {
        "min": 1,
        "max": 10,
        "per_category": 4,
        "ballots_per": "day",
        "ballots": 1,
    }
    assert rule_chips(one) == ["1 ballot a day", "Choose 1–10", "Up to 4 per category"]
    assert told(one, "choosing", "repeating", "example") == [
        "A ballot names 1 to 10 nominees.",
        "At most 4 of them in one category.",
        "Nobody can be named twice on one ballot. The order does not matter.",
        "Before casting you see the whole ballot once more. A cast ballot is final.",
        "You can cast one ballot a day.",
        "A day begins at 0:00 (Beijing time).",
        "You choose 3 nominees, look at your ballot once more and cast it.",
        "From 0:00 the next day you can cast another one.",
    ]


def test_exactly_ten_once_per_season() -> None:
    one = season(("season", "season", "ballots", 1), (*PER_BALLOT, 10), least=10, categories=1)

    assert rule_chips(one) == ["1 ballot in all", "Choose exactly 10"]
    assert told(one, "choosing", "repeating", "example") == [
        "A ballot names exactly 10 nominees, neither fewer nor more.",
        "Nobody can be named twice on one ballot. The order does not matter.",
        "Before casting you see the whole ballot once more. A cast ballot is final.",
        "You can cast one ballot in this season.",
        "You choose 10 nominees, look at your ballot once more and cast it.",
        "That was your ballot in this season; keep the receipt.",
    ]


def test_one_nominee_on_a_ballot() -> None:
    one = season(("season", "season", "ballots", 1), (*PER_BALLOT, 1))

    assert told(one, "choosing", "example")[::2] == [
        "A ballot names one nominee.",
        "You choose one nominee, look at your ballot once more and cast it.",
    ]


def test_several_ballots_a_day_but_not_for_the_same_nominee() -> None:
    one = season(
        ("season", "day", "ballots", 5), (*PER_BALLOT, 3), ("nominee", "day", "choices", 1)
    )

    assert rule_chips(one) == ["5 ballots a day", "Choose 1–3", "Each nominee: 1 a day"]
    assert told(one, "repeating", "example") == [
        "You can cast up to 5 ballots a day.",
        "You can vote for the same nominee once a day.",
        "A day begins at 0:00 (Beijing time).",
        "You choose 3 nominees, look at your ballot once more and cast it.",
        "You can cast more the same day, 5 in all; the next day you start anew.",
    ]


def test_daily_ballots_with_each_nominee_once_per_season() -> None:
    one = season(("season", "day", "ballots", 1), ("nominee", "season", "ballots", 1))

    assert rule_chips(one) == ["1 ballot a day", "Choose 1 or more", "Each nominee: 1 in all"]
    assert told(one, "repeating", "example") == [
        "You can cast one ballot a day.",
        "You can vote for the same nominee only once in this season.",
        "A day begins at 0:00 (Beijing time).",
        "You choose 3 nominees, look at your ballot once more and cast it.",
        "From 0:00 the next day you can cast another one.",
        "The nominees that you have voted for before are then marked as used.",
    ]


def test_a_nominee_limit_that_the_ballots_imply_is_not_mentioned() -> None:
    one = season(("season", "day", "ballots", 1), ("nominee", "day", "choices", 1))

    assert rule_chips(one) == ["1 ballot a day", "Choose 1 or more"]
    assert told(one, "repeating") == [
        "You can cast one ballot a day.",
        "A day begins at 0:00 (Beijing time).",
    ]


def test_windows_are_named() -> None:
    one = season(("season", "window", "ballots", 2), ("category", "window", "choices", 3))
    for days in (0, 5):
        Window.objects.create(season=one, starts_at=OPENS + timedelta(days=days))

    assert rule_chips(one) == [
        "2 ballots per window",
        "Choose 1–9",
        "Up to 3 per category",
    ]
    assert told(one, "repeating") == [
        "You can cast up to 2 ballots in each voting window.",
        "In one category you can make at most 3 choices in each voting window.",
        "The voting windows begin 16 Nov, 09:00; 21 Nov, 09:00 (Beijing time).",
    ]


def test_choices_that_count_over_all_ballots_limit_each_of_them() -> None:
    one = season(("season", "day", "choices", 10), least=2)

    assert shape(one)["max"] == 10
    assert rule_chips(one) == ["Votes per day: 10", "Choose 2–10"]
    assert told(one, "repeating", "example") == [
        "All your ballots of one day together hold at most 10 choices.",
        "A day begins at 0:00 (Beijing time).",
        "You choose 3 nominees, look at your ballot once more and cast it.",
        "Then you can cast another ballot, as long as the limits above leave you votes.",
    ]


def test_without_limits_little_is_said() -> None:
    one = season()

    assert shape(one) == {
        "min": 1,
        "max": None,
        "per_category": None,
        "ballots_per": None,
        "ballots": None,
    }
    assert rule_chips(one) == ["Choose 1 or more"]
    assert told(one, "repeating") == [
        "The number of ballots is not limited; ballots in quick succession wait."
    ]


@pytest.mark.parametrize("scope", ["season", "category", "nominee"])
@pytest.mark.parametrize("period", ["ballot", "window", "day", "season"])
@pytest.mark.parametrize("counts", ["ballots", "choices"])
@pytest.mark.parametrize("most", [1, 4])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_each_limit_alone_is_told_without_gaps(
    scope: str, period: str, counts: str, most: int, language: str
) -> None:
    if (period, counts) == ("ballot", "ballots"):
        return  # the database refuses such a limit
    one = season((scope, period, counts, most))

    with translation.override(language):
        lines = told(one, "who", "choosing", "repeating", "example", "counting", "display")
        chips = rule_chips(one)

    assert all(lines)
    assert not [line for line in (*lines, *chips) if "%(" in line or "None" in line]
    assert 1 <= len(chips) <= 3


@pytest.mark.parametrize(
    ("display", "sentence"),
    [
        ("live", "While voting is open, the votes received are shown as they come in."),
        ("delayed", "While voting is open, the votes received are shown 20 minutes late."),
        (
            "daily",
            "While voting is open, the votes received are shown once a day, as of 18:00.",
        ),
        ("rank_only", "While voting is open, only ranks are shown, without numbers."),
        ("hidden", "Votes and ranks stay hidden until the announcement."),
    ],
)
def test_the_display_rule_is_told(display: str, sentence: str) -> None:
    one = season(display=display, display_delay_minutes=20, turnout_public=False)

    assert told(one, "display") == [
        sentence,
        "The number of ballots received is published after voting has closed.",
        "Nominees are listed by ballot number, never by votes.",
    ]


@pytest.mark.parametrize(
    ("public", "sentence"),
    [
        (100, "The public vote alone decides."),
        (30, "The public vote makes 30% of the final result, the panel of judges 70%."),
        (0, "The panel of judges decides; the public vote is published beside it."),
    ],
)
def test_weights_are_told(public: int, sentence: str) -> None:
    one = season(public_weight=public, panel_weight=100 - public)

    assert told(one, "counting")[1] == sentence


@pytest.mark.parametrize(
    ("phase", "at", "frozen", "states"),
    [
        ("draft", OPENS - timedelta(days=1), False, ["now", "later", "later", "later"]),
        ("open", OPENS - timedelta(days=1), True, ["done", "later", "later", "later"]),
        ("open", DURING, True, ["done", "now", "later", "later"]),
        ("paused", DURING, True, ["done", "now", "later", "later"]),
        ("closed", CLOSES, True, ["done", "done", "now", "later"]),
        ("announced", CLOSES, True, ["done", "done", "done", "done"]),
    ],
)
def test_the_timeline_follows_the_phase(
    phase: str, at: datetime, frozen: bool, states: list[str]
) -> None:
    fields: dict[str, Any] = {"frozen_at": OPENS, "fingerprint": "ab" * 32} if frozen else {}
    one = season(**fields)
    one.phase = phase

    assert [stage["state"] for stage in rules_context(one, at)["stages"]] == states


def test_history_and_fingerprint_are_shown() -> None:
    one = season(frozen_at=OPENS, fingerprint="0123456789abcdef" * 4)
    SeasonEvent.objects.create(season=one, action="pause", actor="office", reason="Maintenance")
    context = rules_context(one, DURING)

    assert context["fingerprint"] == ["01234567", "89abcdef"] * 4
    assert context["frozen_text"] == "16 Nov 2026, 09:00"
    assert [(entry["what"], entry["reason"]) for entry in context["history"]] == [
        ("Voting paused", "Maintenance")
    ]


def test_a_season_without_rules_has_no_chips() -> None:
    one = season()
    RuleSheet.objects.all().delete()

    assert rule_chips(Season.objects.get(pk=one.pk)) == []


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_does_not_grow(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    one = season((*PER_BALLOT, 3), categories=number)
    for category in one.categories.all():
        for ballot in range(3):
            Nominee.objects.create(
                season=one,
                category=category,
                ballot_number=f"{category.position}{ballot:02}",
                name="某人",
            )
        SeasonEvent.objects.create(season=one, action="pause", actor="office", reason="reason")
    one = Season.objects.get(pk=one.pk)

    with django_assert_num_queries(8):
        rules_context(one, DURING)
        rule_chips(one)
        shape(one)
