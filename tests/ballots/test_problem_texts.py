"""Every refusal is explained, and the form says what this ballot needs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from voting.ballots.problem_texts import (
    GROUPS,
    accepted_context,
    details,
    explained,
    problems_context,
    refusal_context,
)
from voting.hotpath.problems import PROBLEMS
from voting.seasons.models import Category, Nominee, RuleSheet, Season

pytestmark = pytest.mark.django_db
NOON_MS = 1_795_147_200_000  # 2026-11-20 12:00 in Shanghai
CODE = "7F3KQ9MD2XWT"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def season() -> Season:
    made = Season.objects.create(
        slug="award",
        name="评选",
        name_en="Award",
        phase="open",
        opens_at=datetime(2026, 11, 16, 1, 0, tzinfo=UTC),
        closes_at=datetime(2026, 11, 30, 10, 0, tzinfo=UTC),
        organiser="组委会",
    )
    category = Category.objects.create(season=made, position=1, name="志愿者", name_en="Volunteers")
    Nominee.objects.create(
        season=made, category=category, ballot_number="107", name="罗小满", name_en="Luo Xiaoman"
    )
    RuleSheet.objects.create(season=made)
    return made


def test_every_problem_stands_in_exactly_one_group() -> None:
    grouped = [code for codes in GROUPS.values() for code in codes]

    assert sorted(grouped) == sorted(PROBLEMS)


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_explained(code: str) -> None:
    found = explained(code)

    assert found["status"] == PROBLEMS[code][0]
    assert all((found["title"], found["text"], found["advice"]))


def test_the_list_shows_them_all() -> None:
    shown = [
        problem["code"] for group in problems_context()["groups"] for problem in group["problems"]
    ]

    assert sorted(shown) == sorted(PROBLEMS)


@pytest.mark.parametrize(
    ("code", "extra", "lines"),
    [
        ("too-few", {"min": 10, "got": 7}, ["3 more needed: at least 10."]),
        ("too-many", {"max": 10, "got": 12}, ["2 too many: at most 10."]),
        (
            "category-full",
            {"category": 1, "max": 4, "got": 5},
            ["Volunteers: at most 4, remove 1."],
        ),
        ("withdrawn", {"nominees": ["107"]}, ["It concerns: 107 Luo Xiaoman."]),
        ("nominee-used", {"nominees": ["107"]}, ["It concerns: 107 Luo Xiaoman."]),
        ("unknown-nominee", {"nominees": ["999", "<b>"]}, ["Not on the list: 999, <b>."]),
        ("not-open", {"opens_ms": NOON_MS}, ["Voting opens 20 Nov, 12:00."]),
        ("closed", {"closes_ms": NOON_MS}, ["Voting closed 20 Nov, 12:00."]),
        (
            "paused",
            {"reason": "维护。", "until_ms": NOON_MS},
            ["The reason given: 维护.", "Voting is expected to go on 20 Nov, 12:00."],
        ),
        (
            "already-voted",
            {"code": CODE, "accepted_ms": NOON_MS, "next_ms": NOON_MS},
            ["Your ballot was received 20 Nov, 12:00.", "You can vote again from 20 Nov, 12:00."],
        ),
        ("paused", {"reason": "", "until_ms": None}, []),
        ("busy", {"retry_ms": 3000}, []),
    ],
)
def test_details_name_numbers_people_and_times(
    season: Season, code: str, extra: dict[str, Any], lines: list[str]
) -> None:
    assert details(season, code, extra) == lines


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("busy", "can_repeat"),
        ("unknown-outcome", "can_repeat"),
        ("withdrawn", "can_change"),
        ("nominee-used", "can_change"),
        ("verification-required", "needs_sign_in"),
        ("closed", None),
        ("already-voted", None),
    ],
)
def test_a_refusal_offers_the_way_that_helps(season: Season, code: str, way: str | None) -> None:
    context = refusal_context(season, code, {"retry_ms": 1500}, chosen=["107"])

    ways = [name for name in ("can_repeat", "can_change", "needs_sign_in") if context[name]]
    assert ways == ([way] if way else [])
    assert (context["chosen"], context["retry_seconds"]) == (["107"], 2)


def test_an_accepted_ballot_shows_its_code_and_no_choice(season: Season) -> None:
    context = accepted_context(season, code=CODE, accepted_ms=NOON_MS, repeated=True)

    assert (context["accepted"], context["repeated"]) == (True, True)
    assert context["code_groups"] == ["7F3K", "Q9MD", "2XWT"]
    assert context["accepted_text"] == "20 Nov 2026, 12:00"
    assert "chosen" not in context
