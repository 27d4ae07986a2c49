"""No two panels mark the same nominees for the same part: marks would overwrite each other."""

import pytest

from accounts.models import User
from tests.judging import world
from tests.results.competitions import csv_of
from voting.judging.models import Panel
from voting.judging.queries.results import marks_given
from voting.judging.services import panels, submitting
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.importing import import_scores
from voting.judging.services.panels import Settings
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug

pytestmark = [pytest.mark.django_db, pytest.mark.both]

SHARED = "marks the same category for the same part"


@pytest.fixture
def boss() -> User:
    return world.organiser()


@pytest.fixture
def season() -> Season:
    return world.season({})


def of(season: Season, *positions: int) -> Settings:
    """Return settings of a panel for these categories; without any, for all."""
    keys = [season.categories.get(position=one).pk for one in positions]
    return Settings("panel", name=f"评委会{positions}", category_ids=keys)


@pytest.mark.parametrize(
    ("there", "wanted", "refused"),
    [
        ((), (), True), ((), (1,), True), ((1,), (), True), ((1,), (1,), True),
        ((1,), (1, 2), True), ((1,), (2,), False),
    ],
)  # fmt: skip
def test_a_second_panel_needs_categories_of_its_own(
    season: Season, boss: User, there: tuple[int], wanted: tuple[int], refused: bool
) -> None:
    panels.create_panel(season_id=season.pk, settings=of(season, *there), by=boss)

    if refused:
        with pytest.raises(JudgingRefused, match=SHARED):
            panels.create_panel(season_id=season.pk, settings=of(season, *wanted), by=boss)
    else:
        panels.create_panel(season_id=season.pk, settings=of(season, *wanted), by=boss)

    assert Panel.objects.count() == 2 - refused


def test_a_panel_does_not_change_into_one_that_shares(season: Season, boss: User) -> None:
    first, second = (
        panels.create_panel(season_id=season.pk, settings=of(season, one), by=boss)
        for one in (1, 2)
    )

    for settings in (of(season), of(season, 2), of(season, 1, 2)):
        with pytest.raises(JudgingRefused, match=SHARED):
            panels.change_panel(panel_id=first.pk, settings=settings, by=boss)

    assert [one.position for one in first.categories.all()] == [1]
    panels.change_panel(panel_id=first.pk, settings=of(season, 1), by=boss)
    assert [one.position for one in second.categories.all()] == [2]


def test_a_panel_that_lost_its_category_does_not_open_over_another(
    season: Season, boss: User
) -> None:
    boards = [
        panels.create_panel(season_id=season.pk, settings=of(season, one), by=boss)
        for one in (1, 2)
    ]
    for number, board in enumerate(boards):
        world.seated(board, world.judge(season, f"J{number}"))
    boards[1].categories.clear()

    with pytest.raises(JudgingRefused, match=SHARED):
        panels.open_panel(panel_id=boards[1].pk, by=boss)

    boards[1].refresh_from_db()
    assert boards[1].opened_at is None


def test_one_judge_on_two_panels_of_a_part_keeps_both_marks(season: Season, boss: User) -> None:
    judge = world.judge(season, "J1")
    for position, points in ((1, "80"), (2, "60")):
        board = panels.create_panel(season_id=season.pk, settings=of(season, position), by=boss)
        (seat,) = world.seated(board, judge)
        panels.open_panel(panel_id=board.pk, by=boss)
        seat.panel.refresh_from_db()
        world.mark_all(seat, points)
        submitting.submit(seat_id=seat.pk, user=judge.user)

    given = marks_given(season)["panel"][""]["J1"]
    assert {number: int(points) for number, points in given.items()} == {
        one.ballot_number: 80 if one.category.position == 1 else 60
        for one in season.nominees.select_related("category")
    }


def test_another_panel_takes_the_place_of_one_that_closed_without_a_sheet(
    season: Season, boss: User
) -> None:
    by_mistake, _seats = world.opened(season)
    panels.close_panel(panel_id=by_mistake.pk, by=boss, reason="开错了")

    again = panels.create_panel(season_id=season.pk, settings=of(season), by=boss)

    # What comes from a file goes where marks count.
    raw = csv_of(["judge", "nominee", "points"], [("甲", "101", "80")])
    import_scores(
        season=season_by_slug(season.slug), raw=raw, file_name="f.csv", actor="operator"
    )  # fmt: skip
    assert [one.panel_id for one in again.seats.all()] == [again.pk]
    with pytest.raises(JudgingRefused, match=SHARED):
        panels.create_panel(season_id=season.pk, settings=of(season, 1), by=boss)


def test_a_closed_panel_with_a_sheet_keeps_its_place(season: Season, boss: User) -> None:
    board, (seat,) = world.opened(season)
    world.mark_all(seat, "80")
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    panels.close_panel(panel_id=board.pk, by=boss, reason="评完了")

    with pytest.raises(JudgingRefused, match=SHARED):
        panels.create_panel(season_id=season.pk, settings=of(season), by=boss)
