"""What may be done in which stage."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from tests import make
from voting.notices import urls as notice_urls
from voting.results import urls as result_urls
from voting.roles.permissions import Permission
from voting.roles.stage_words import may_at
from voting.roles.stages import Shut, shut, stage_allows
from voting.seasons.models import NominationSettings, Season, Stage

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = timezone.now()
NOMINATE, REVIEW = Permission.NOMINATE, Permission.NOMINATIONS_REVIEW


@pytest.fixture
def season() -> Season:
    made = make.season(opens_at=NOW + 20 * DAY, closes_at=NOW + 25 * DAY)
    for kind, first, last in (
        ("nominations", 1, 5), ("eligibility_review", 6, 8), ("judging", 26, 28),
    ):  # fmt: skip
        Stage.objects.create(
            season=made, kind=kind, starts_at=NOW + first * DAY, ends_at=NOW + last * DAY
        )
    return made


@pytest.mark.parametrize(
    ("day", "nominate", "review"),
    [
        (0.9, False, False), (1, True, True), (4.9, True, True), (5, False, True),
        (5.5, False, True), (7, False, True),
        # Nothing else has begun: what has been goes on, but never what has a deadline.
        (15, False, True),
    ],
)  # fmt: skip
def test_deadlines_are_strict_and_work_goes_on_until_the_next_stage(
    season: Season, day: float, nominate: bool, review: bool
) -> None:
    at = NOW + day * DAY

    assert (stage_allows(season, NOMINATE, at), stage_allows(season, REVIEW, at)) == (
        nominate, review,
    )  # fmt: skip


def test_review_ends_when_voting_begins(season: Season) -> None:
    season.phase = Season.Phase.OPEN

    assert not stage_allows(season, REVIEW, NOW + 21 * DAY)
    assert stage_allows(season, Permission.JUDGE, NOW + 27 * DAY)
    assert not stage_allows(season, Permission.JUDGE, NOW + 25.5 * DAY)


def test_season_may_let_reviewers_wait(season: Season) -> None:
    NominationSettings.objects.create(season=season, review_while_nominating=False)

    assert not stage_allows(season, REVIEW, NOW + 2 * DAY)
    assert stage_allows(season, REVIEW, NOW + 7 * DAY)


def test_season_without_stages_stops_no_work_but_has_no_nominations() -> None:
    plain = make.season()

    assert stage_allows(plain, REVIEW)
    assert not stage_allows(plain, NOMINATE)
    assert stage_allows(plain, Permission.SEASON_EDIT)


def test_answer_takes_two_queries(season: Season) -> None:
    with CaptureQueriesContext(connection) as asked:
        stage_allows(season, REVIEW)
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("day", "phase", "why"),
    [
        (0.5, "draft", ("nominations", "begins", 1)),
        (2, "draft", None),
        (15, "draft", None),
        (21, "open", ("voting", "over", 20)),
        (27, "closed", ("voting", "over", 20)),
    ],
)
def test_what_may_not_be_done_says_when_it_begins_or_ended(
    season: Season, day: float, phase: str, why: tuple[str, str, int] | None
) -> None:
    season.phase = phase
    expected = why and Shut(why[0], why[1], NOW + why[2] * DAY)

    assert shut(season, REVIEW, NOW + day * DAY) == expected


def test_whoever_waits_for_nominations_to_end_is_told_that(season: Season) -> None:
    NominationSettings.objects.create(season=season, review_while_nominating=False)
    assert shut(season, REVIEW, NOW + 2 * DAY) == Shut(
        "eligibility_review", "begins", NOW + 6 * DAY
    )
    season.stages.filter(kind="eligibility_review").delete()
    assert shut(season, REVIEW, NOW + 2 * DAY) == Shut("nominations", "after", NOW + 5 * DAY)
    assert shut(season, REVIEW, NOW + 5 * DAY) is None


def test_everybody_is_told_of_the_result_that_there_are_pages_of() -> None:
    pages = {str(url.name) for url in notice_urls.urlpatterns + result_urls.urlpatterns}
    assert pages >= {"result", "explained", "certificate", "result_object"}
    with override("en"):
        assert [str(words) for words in may_at("", ["result_notice"])] == [
            "read the result with every number on the way, and object to it"
        ]
