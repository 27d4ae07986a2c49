"""Seats drawn in public, judges assigned to nominees, and the organisers' pages about both."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.judging.draws import known, panel_of, pool
from tests.results import world
from tests.roles.people import browser, granted, member, person
from voting.approvals.models import Proposal
from voting.judging.models import Assignment, Judge, Panel, PanelDraw, Recusal, Seat
from voting.judging.queries.results import marks_given
from voting.judging.services import assigning, panels, seats
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.importing import import_scores
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def styles(collected_static: Path, english: None) -> None:
    """Pages find their styles and speak English."""


def organiser(season: Season, name: str = "李敏") -> Client:
    user = person(name)
    granted(user, "organiser", season)
    return browser(user)


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


def panel_by_pages(client: Client) -> Panel:
    """Enter three judges and a panel, as an organiser does."""
    page = reverse("console:judging", args=["here"])
    for number in range(3):
        judge = {
            "key": f"J{number}", "name": f"评委{number}", "email": f"j{number}@example.org",
            "seat_type": "专家",
        }  # fmt: skip
        assert client.post(page, {"do": "judge"} | judge).status_code == 302
    assert client.post(page, {"do": "judge", "key": "J0"}).status_code == 422
    answer = client.post(page, {"do": "panel", "component": "panel", "name": "终评"})
    assert answer.status_code == 302
    return Panel.objects.get()


def draw_by_pages(client: Client, season: Season, here: str) -> PanelDraw:
    """Announce a draw of two experts; a second announcement is refused."""
    moment = timezone.localtime(timezone.now() + timedelta(minutes=12), ZoneInfo(season.time_zone))
    announced = {
        "do": "announce", "type_0": "2", "any_type": "0", "source": "收盘指数",
        "seed_at": moment.strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    assert client.post(here, announced).status_code == 302
    again = client.post(here, announced)
    assert again.status_code == 422
    assert "it stands" in again.content.decode()
    assert "Nothing to do until then" in client.get(here).content.decode()
    return PanelDraw.objects.get()


def signed_by_pages(second: Client, *shown: str) -> None:
    """Read what waits as another organiser, and sign it."""
    waiting = Proposal.objects.get(state=Proposal.State.WAITING)
    sign = reverse("console:approval", args=["here", waiting.pk])
    page = second.get(sign).content.decode()
    assert [words for words in shown if words not in page] == []
    assert second.post(sign, {"seen": waiting.seen}).status_code == 302


def test_a_panel_is_made_drawn_and_opened_by_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    season = make.season(slug="here", phase="open")
    client, second = organiser(season), organiser(season, "王强")
    panel = panel_by_pages(client)
    here = reverse("console:panel", args=["here", panel.pk])
    draw = draw_by_pages(client, season, here)
    known(draw, monkeypatch)
    asked = client.get(here)
    seed = {
        "do": "draw", "seed": "3888.60", "reason": "证券报",
        "seen": asked.context["seed_form"].initial["seen"],
    }  # fmt: skip
    assert client.post(here, seed | {"seed": "\u200b"}).status_code == 422
    assert client.post(here, seed | {"reason": ""}).status_code == 422
    assert client.post(here, seed).status_code == 302
    assert not panel.seats.exists()
    assert "李敏 has signed the seed" in client.get(here).content.decode()
    signed_by_pages(second, "3888.60", draw.fingerprint)
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
    assert client.post(own, {"do": "replace"}).status_code == 422
    signed_by_pages(second, "生病")
    assert client.post(own, {"do": "replace"}).status_code == 302
    assert client.post(here, {"do": "nonsense"}).status_code == 422
    empty = client.post(here, {"do": "close", "reason": "评审结束"})
    assert empty.status_code == 422
    assert "Nobody has submitted yet." in empty.content.decode()


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
    assert "Shown once voting is closed and everything has been judged" in hidden
    assert client.get(reverse("console:panel_sheets", args=["over", panel.pk])).status_code == 404
    assert "候选人101" not in hidden
    assert member("judge", season).get(page).status_code == 403


def test_agreement_of_judges_without_a_whole_sheet_cannot_be_said() -> None:
    """Their marks add up to nothing, so there is no scale to draw them on."""
    criteria = [{"key": key, "highest": 10} for key in ("a", "b")]
    part = {"key": "panel", "kind": "panel", "weight": 100, "panel": {"method": "mean"},
            "rubric": {"criteria": criteria}}  # fmt: skip
    season = world.over({"consolidation": {"components": [part]}})
    given = [
        (judge, number, key, 5) for judge in "甲乙" for number, key in (("101", "a"), ("102", "b"))
    ]
    raw = world.csv_of(["judge", "nominee", "criterion", "points"], given)
    import_scores(season=season, raw=raw, file_name="f.csv", actor="operator")
    page = reverse("console:panel_agreement", args=["over", Panel.objects.get().pk])
    answer = member("observer", season).get(page)
    assert answer.status_code == 200
    assert answer.context["too_few"]


def test_the_marks_that_are_taken_along_can_be_brought_in_again() -> None:
    season = world.filled()
    panel = Panel.objects.get()
    page = reverse("console:panel_sheets", args=["over", panel.pk])
    raw = member("observer", season).get(page).content
    before = marks_given(season)
    import_scores(season=season, raw=raw, file_name="f.csv", actor="operator", replace=True)

    assert marks_given(season) == before
