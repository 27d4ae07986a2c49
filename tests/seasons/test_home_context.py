"""The home page lists what the public may know, and costs three queries."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from voting.seasons.models import Category, Nominee, PastWinner, Season
from voting.seasons.page_context import home_context

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def season(slug: str, phase: str, *, days: int = -1) -> Season:
    opens_at = NOW + timedelta(days=days)
    return Season.objects.create(
        slug=slug,
        name=f"评选 {slug}",
        phase=phase,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=9),
        organiser="组委会",
    )


def test_seasons_stand_by_what_can_be_done() -> None:
    season("old", "announced", days=-400)
    season("draft", "draft")
    season("waiting", "open", days=5)
    season("over", "open", days=-20)
    season("now", "open")

    found = home_context(NOW)

    assert [(card["slug"], card["state"], card["dates"]) for card in found["seasons"]] == [
        ("now", "open", "closes 28 Nov, 12:00"),
        ("waiting", "not_open", "opens 25 Nov, 12:00"),
        ("over", "closed", "9 Nov, 12:00"),
        ("old", "announced", "closed 25 Oct 2025, 12:00"),
    ]
    assert found["open_slug"] == "now"


def test_without_seasons_the_page_is_empty() -> None:
    assert home_context(NOW) == {
        "nav_current": "home",
        "seasons": [],
        "open_slug": "",
        "past": [],
        "announcements": [],
        "has_award": True,
    }


def test_counts_leave_out_who_has_withdrawn() -> None:
    one = season("now", "open")
    for position in (1, 2):
        category = Category.objects.create(season=one, position=position, name=f"类别{position}")
        for place in range(3):
            Nominee.objects.create(
                season=one,
                category=category,
                ballot_number=f"{position}0{place}",
                name="某人",
                withdrawn_at=NOW if place == 0 else None,
            )

    card = home_context(NOW)["seasons"][0]

    assert (card["nominee_count"], card["category_count"]) == (4, 2)
    assert card["name"] == {"text": "评选 now", "lang": "zh-Hans"}


def test_past_winners_stand_by_edition_without_those_of_drafts() -> None:
    one, draft = season("now", "open"), season("draft", "draft")
    for owner, edition, name in (
        (one, "2024年", "甲"),
        (one, "2025年", "乙"),
        (one, "2024年", "丙"),
        (draft, "2025年", "丁"),
    ):
        PastWinner.objects.create(season=owner, edition=edition, category="志愿者", name=name)

    past = home_context(NOW)["past"]

    assert [
        (group["edition"]["text"], [winner["name"]["text"] for winner in group["winners"]])
        for group in past
    ] == [("2025年", ["乙"]), ("2024年", ["甲", "丙"])]


def test_a_drawing_that_is_not_valid_any_more_does_not_break_the_page() -> None:
    PastWinner.objects.create(
        season=season("now", "open"),
        edition="2024年",
        category="志愿者",
        name="甲",
        drawing={"kind": "person", "hair": "gone"},
    )

    assert home_context(NOW)["past"][0]["winners"][0]["portrait"].startswith("<svg ")


@pytest.mark.parametrize("number", [1, 20])
def test_the_number_of_queries_does_not_grow(
    number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for place in range(number):
        one = season(f"s{place}", "open")
        PastWinner.objects.create(season=one, edition=f"{place}", category="志愿者", name="甲")

    with django_assert_num_queries(4):
        home_context(NOW)
