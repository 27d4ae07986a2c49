"""What pages ask the database does not grow with files, versions, panels and judges."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.judging import world as panels_world
from tests.results import world
from tests.roles.people import browser, member
from voting.judging.models import Panel, Seat
from voting.judging.services import assigning, panels
from voting.notices import services as notices
from voting.results.services import figures, sealing
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

SIGNED = {"actor": "李敏", "approved_by": "王强", "reason": "第二版"}


def queries(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as found:
        act()
    return len(found)


def asked(client: Client, page: str) -> int:
    def look() -> None:
        assert client.get(page).status_code == 200

    look()  # what is asked once only is remembered from here on
    return queries(look)


def test_the_list_of_files() -> None:
    season = world.filled()
    client = member("organiser", season)
    page = reverse("console:figures", args=["over"])
    few = asked(client, page)
    for at in range(4):
        raw = world.votes({"102": at})
        figures.import_votes(season=season, raw=raw, file_name=f"{at}.csv")
    assert asked(client, page) == few
    assert "3 figures" in client.get(page).content.decode()


def test_the_page_of_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    season = world.filled()
    client, _second = map(browser, world.organisers(season))
    page = reverse("console:result", args=["over"])
    counts = []
    for at in range(3):
        sealing.seal(slug="over", **SIGNED)
        notices.publish(
            season_id=season.pk, kind="result", issue="first" if not at else "correction", **SIGNED
        )
        counts.append(asked(client, page))
        raw = world.votes({"102": at + 1})
        figures.import_votes(season=season, raw=raw, file_name=f"{at}.csv")
    assert counts[0] == counts[1] == counts[2]
    read, calls = sealing.inputs_of, []
    monkeypatch.setattr(sealing, "inputs_of", lambda one: calls.append(one) or read(one))
    answer = client.get(page)
    assert answer.context["seal_form"] is not None  # something changed since: the longest way
    assert len(calls) == 1
    assert len(answer.context["versions"]) == 3


def test_the_list_of_panels() -> None:
    season = panels_world.season()
    client = member("organiser", season)
    page = reverse("console:judging", args=[season.slug])
    first, *others = season.categories.order_by("position")
    counts = []
    for category in (first, *others):
        board = panels_world.panel(season, category_ids=[category.pk])
        panels_world.seated(board, panels_world.judge(season), panels_world.judge(season))
        counts.append(asked(client, page))
    assert len(counts) > 1
    assert len(set(counts)) == 1


@pytest.mark.parametrize("per_nominee", [None, 2])
def test_opening_a_panel_and_spreading_nominees(per_nominee: int | None) -> None:
    counts = []
    for many in (2, 12):
        season = panels_world.season(slug=f"judged-{many}")
        board = panels_world.panel(season, per_nominee=per_nominee)
        judges = [
            panels_world.judge(season, f"J{at}", organisation=f"单位{at}") for at in range(many)
        ]
        panels_world.seated(board, *judges)
        by = panels_world.organiser()
        opening = queries(lambda: panels.open_panel(panel_id=board.pk, by=by))  # noqa: B023 -- called at once
        spreading = 0
        if per_nominee:
            spreading = queries(lambda: assigning.assign_panel(panel_id=board.pk, by=by))  # noqa: B023 -- likewise
        counts.append((opening, spreading))
    assert counts[0] == counts[1]
    assert Seat.objects.filter(panel__in=Panel.objects.all()).count() == 14
    assert Season.objects.count() == 2
