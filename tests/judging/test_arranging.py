"""Seats drawn in public, judges assigned to nominees, and the organisers' pages about both."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests import make
from tests.results import world
from tests.roles.people import browser, granted, member, person
from voting.judging.models import Assignment, Judge, Panel, Recusal, Seat
from voting.judging.queries.results import marks_given
from voting.judging.services import assigning, drawing, panels, seats
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.importing import import_scores
from voting.rules.numbering import draw_order
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def styles(collected_static: Path, english: None) -> None:
    """Pages find their styles and speak English."""


def pool(season: Season, institutions: int = 4, people: int = 3) -> None:
    for kind, count in (("institution", institutions), ("individual", people)):
        for number in range(1, count + 1):
            Judge.objects.create(season=season, key=f"{kind[:3]}{number}", seat_type=kind)


def panel_of(season: Season, **fields: object) -> Panel:
    return Panel.objects.create(season=season, component="panel", name="评委会", **fields)


def organiser(season: Season) -> Client:
    user = person("李敏")
    granted(user, "organiser", season)
    return browser(user)


def test_a_draw_is_announced_first_and_gives_what_anybody_computes() -> None:
    season = make.season()
    pool(season)
    panel, by = panel_of(season), person()
    with pytest.raises(JudgingRefused, match="Announce the draw first"):
        drawing.draw_panel(panel_id=panel.pk, seed="3888.60", by=by)
    drawing.announce_draw(
        panel_id=panel.pk, seats={"institution": 2, "": 1}, source="上证指数收盘", by=by
    )
    # Who comes into the pool later is not drawn.
    Judge.objects.create(season=season, key="late", seat_type="institution")
    made = drawing.draw_panel(panel_id=panel.pk, seed="3888.60", by=by)

    keys = [f"ins{n}" for n in range(1, 5)] + [f"ind{n}" for n in range(1, 4)]
    order = list(draw_order(keys, "3888.60"))
    institutions = [key for key in order if key.startswith("ins")][:2]
    open_seat = next(key for key in order if key not in institutions)
    assert {seat.judge.key for seat in made} == {*institutions, open_seat}
    panel.refresh_from_db()
    assert panel.draw_order == order
    with pytest.raises(JudgingRefused, match="has been drawn"):
        drawing.draw_panel(panel_id=panel.pk, seed="1", by=by)


def test_whoever_is_named_is_not_drawn_and_a_small_pool_is_told() -> None:
    season = make.season()
    pool(season, institutions=2, people=0)
    panel, by = panel_of(season), person()
    named = Judge.objects.get(key="ins1")
    panels.seat_judges(panel_id=panel.pk, judge_ids=[named.pk], by=by)
    with pytest.raises(JudgingRefused, match="2 seats of institution"):
        drawing.announce_draw(panel_id=panel.pk, seats={"institution": 2}, source="x", by=by)
    panel.refresh_from_db()
    assert panel.draw_announced_at is None
    drawing.announce_draw(panel_id=panel.pk, seats={"institution": 1}, source="x", by=by)
    (made,) = drawing.draw_panel(panel_id=panel.pk, seed="7", by=by)
    assert (made.judge.key, made.how) == ("ins2", Seat.How.DRAWN)


def test_whoever_leaves_is_replaced_by_the_next_of_the_same_type() -> None:
    season = make.season()
    pool(season)
    panel, by = panel_of(season), person()
    drawing.announce_draw(panel_id=panel.pk, seats={"institution": 2}, source="x", by=by)
    first, _second = drawing.draw_panel(panel_id=panel.pk, seed="7", by=by)
    with pytest.raises(JudgingRefused, match="still on the panel"):
        drawing.replace_from_draw(panel_id=panel.pk, seat_id=first.pk, by=by)
    seats.leave(seat_id=first.pk, by=by, reason="生病")
    made = drawing.replace_from_draw(panel_id=panel.pk, seat_id=first.pk, by=by)

    panel.refresh_from_db()
    institutions = [key for key in panel.draw_order if key.startswith("ins")]
    assert (made.judge.key, made.how) == (institutions[2], Seat.How.RESERVE)


def test_judges_are_assigned_evenly_never_against_a_recusal_and_topped_up() -> None:
    season = make.season(nominees={1: tuple(str(number) for number in range(101, 113))})
    pool(season, institutions=6, people=0)
    panel, by = panel_of(season, per_nominee=3), person()
    made = panels.seat_judges(
        panel_id=panel.pk, judge_ids=Judge.objects.values_list("pk", flat=True), by=by
    )
    nominee = season.nominees.get(ballot_number="101")
    Recusal.objects.create(seat=made[0], nominee=nominee, reason="related", source="declared")
    found = assigning.assign_panel(panel_id=panel.pk, by=by)

    assert found.short == {}
    counts = [seat.assignments.count() for seat in made]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) == 36
    assert not Assignment.objects.filter(seat=made[0], nominee=nominee).exists()
    kept = set(Assignment.objects.exclude(seat=made[1]).values_list("seat", "nominee"))
    seats.leave(seat_id=made[1].pk, by=by, reason="退出")
    assigning.assign_panel(panel_id=panel.pk, by=by)
    now = set(Assignment.objects.filter(seat__state="invited").values_list("seat", "nominee"))
    assert kept <= now
    assert len(now) == 36
    with pytest.raises(JudgingRefused, match="keeps out"):
        assigning.assign_by_hand(
            panel_id=panel.pk, seat_id=made[0].pk, nominee_id=nominee.pk, on=True, by=by
        )


def test_a_panel_is_made_drawn_and_opened_by_pages() -> None:
    season = make.season(slug="here", phase="open")
    client = organiser(season)
    page = reverse("console:judging", args=["here"])
    for number in range(3):
        answer = client.post(page, {"do": "judge", "key": f"J{number}", "seat_type": "专家"})
        assert answer.status_code == 302
    assert client.post(page, {"do": "judge", "key": "J0"}).status_code == 422
    answer = client.post(page, {"do": "panel", "component": "panel", "name": "终评"})
    assert answer.status_code == 302
    panel = Panel.objects.get()
    here = reverse("console:panel", args=["here", panel.pk])
    announced = {"do": "announce", "type_0": "2", "any_type": "0", "source": "收盘指数"}
    assert client.post(here, announced).status_code == 302
    assert client.post(here, {"do": "draw", "seed": ""}).status_code == 422
    assert client.post(here, {"do": "draw", "seed": "3888.60"}).status_code == 302
    assert panel.seats.count() == 2
    assert "3888.60" in client.get(here).content.decode()
    season.rule_sheet.frozen_at = season.opens_at
    season.rule_sheet.fingerprint = "0" * 64
    season.rule_sheet.save()
    assert client.post(here, {"do": "open"}).status_code == 302
    panel.refresh_from_db()
    assert panel.opened_at is not None
    seat = panel.seats.first()
    assert seat is not None
    own = reverse("console:seat", args=["here", panel.pk, seat.pk])
    assert client.post(own, {"do": "leave", "reason": ""}).status_code == 422
    assert client.post(own, {"do": "leave", "reason": "生病"}).status_code == 302
    assert client.post(own, {"do": "replace"}).status_code == 302
    assert client.post(here, {"do": "nonsense"}).status_code == 422
    assert client.post(here, {"do": "close", "reason": "评审结束"}).status_code == 302


def test_agreement_is_shown_only_when_nobody_marks_any_more() -> None:
    season = world.filled()
    panel = Panel.objects.get()
    page = reverse("console:panel_agreement", args=["over", panel.pk])
    client = member("observer", season)
    shown = client.get(page).content.decode()
    assert "ICC(2,k)" in shown
    assert "候选人101" in shown
    waiting = Judge.objects.create(season=season, key="己")
    Seat.objects.create(panel=panel, judge=waiting)
    hidden = client.get(page).content.decode()
    assert "Shown once every judge has submitted" in hidden
    assert client.get(reverse("console:panel_sheets", args=["over", panel.pk])).status_code == 404
    assert "候选人101" not in hidden
    assert member("judge", season).get(page).status_code == 403


def test_the_marks_that_are_taken_along_can_be_brought_in_again() -> None:
    season = world.filled()
    panel = Panel.objects.get()
    page = reverse("console:panel_sheets", args=["over", panel.pk])
    raw = member("observer", season).get(page).content
    before = marks_given(season)
    import_scores(season=season, raw=raw, file_name="f.csv", actor="operator", replace=True)

    assert marks_given(season) == before
