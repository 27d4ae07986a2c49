"""When judging is over: numbers are seen only once everything that the rules want judged is."""

import pytest
from django.urls import reverse

from tests import make
from tests.judging import world
from tests.judging.draws import announced, approved, drawn, known, panel_of, pool, proposed, two
from tests.results import world as results
from tests.roles.people import browser, member
from voting.judging.models import Panel, Seat
from voting.judging.queries.ending import stands_still, unjudged
from voting.judging.services import panels, submitting
from voting.results.services import ruling
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def styles(collected_static: object, english: None) -> None:
    """Pages find their styles and speak English."""


@pytest.fixture
def season() -> Season:
    """A published season with a pool of seven and nominees in two categories."""
    made = make.season(slug="here", phase="open")
    pool(made)
    return made


def opened_for_first() -> tuple[Panel, list[Seat]]:
    """Open a panel that marks the first of two categories."""
    made = world.season()
    return world.opened(made, category_ids=[made.categories.get(position=1).pk])


def test_no_number_is_seen_while_a_draw_waits_and_the_draw_goes_on(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"institution": 2})
    Season.objects.filter(pk=season.pk).update(phase="closed")
    season.refresh_from_db()
    assert not stands_still(season)
    page = browser(people[0]).get(reverse("console:result", args=["here"]))
    assert not page.context["may_see"]
    assert page.context["lists"] == []
    made = drawn(draw, people, "7", monkeypatch)
    assert len(made) == 2


def test_a_part_that_no_panel_has_judged_keeps_numbers_hidden_until_two_rule_it_out() -> None:
    made = results.over()
    assert not stands_still(made)
    assert unjudged(made) == [("panel", made.categories.get().name)]
    ruling.rule_out(
        season=season_by_slug("over"), component="panel", part="", rule="exclude", stand_ins=[],
        actor="李敏", approved_by="王强", reason="没有设评委会",
    )  # fmt: skip
    assert unjudged(made) == []
    assert stands_still(made)


def test_every_category_has_its_panel_before_marks_are_handed_out() -> None:
    board, (seat,) = opened_for_first()
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="完")
    Season.objects.filter(pk=board.season_id).update(phase="closed")
    made = Season.objects.get(pk=board.season_id)
    assert [category for _part, category in unjudged(made)] == [
        made.categories.get(position=2).name
    ]
    assert not stands_still(made)
    scores = reverse("console:panel_sheets", args=[made.slug, board.pk])
    assert member("observer", made).get(scores).status_code == 404
    second = world.panel(made, category_ids=[made.categories.get(position=2).pk])
    (other,) = world.seated(second, world.judge(made, "J9"))
    assert other.panel_id == second.pk


def test_a_category_without_nominees_wants_no_panel() -> None:
    board, (seat,) = opened_for_first()
    board.season.nominees.filter(category__position=2).delete()
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="完")
    assert unjudged(board.season) == []


def test_two_people_announce_and_draw_after_the_vote_is_closed(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    Season.objects.filter(pk=season.pk).update(phase="closed")
    panel, people = panel_of(season), two(season)
    draw = announced(panel, people[0], {"": 1})
    known(draw, monkeypatch)
    approved(proposed(draw, people[0], "7"), people[1])
    assert panel.seats.count() == 1
