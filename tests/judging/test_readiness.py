"""Whoever opens voting is told for which part of the result no panel has been made yet."""

from typing import Any

import pytest
from django.utils import timezone
from redis import Redis

from tests import make
from tests.judging import world
from tests.roles.people import browser, granted, person
from voting.ballots.services.opening import open_voting
from voting.ballots.services.readiness import full_readiness
from voting.ballots.stores import keyring
from voting.judging.models import Panel
from voting.seasons.copying import begin_rehearsal
from voting.seasons.models import Category, Nominee, Season
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db

NONE = "No panel has been made for judges (70%). It can follow after opening."


def draft(**fields: Any) -> Season:
    made = world.season(**fields)
    made.stages.all().delete()  # nothing in the way of opening
    return made


def said(season: Season) -> list[tuple[bool, bool, str]]:
    """Return what the list says of panels: whether it is done, whether it blocks, the text."""
    items = full_readiness(season_by_slug(season.slug))
    return [(one.done, one.blocks, one.text) for one in items if one.part == "panels"]


def test_a_part_without_a_panel_is_named_and_stops_nobody(redis: Redis) -> None:
    season = draft()
    keyring().make()
    assert said(season) == [(False, False, NONE)]

    open_voting(slug=season.slug, actor="甲", approver="乙", reason="会议决定", client=redis)

    # Made after opening it is as good.
    world.panel(season)
    assert said(season) == [(True, True, "There is a panel for all that judges mark")]


def test_categories_that_nobody_judges_are_named() -> None:
    season = draft()
    first, second = season.categories.all()
    Category.objects.create(season=season, position=3, name="空缺奖")
    board = world.panel(season, category_ids=(first.pk,))
    text = f"No panel has been made for judges (70%) in {second.name}. It can follow after opening."
    assert said(season) == [(False, False, text)]

    # One that was closed before anybody submitted judges nothing.
    Panel.objects.filter(pk=board.pk).update(opened_at=timezone.now(), closed_at=timezone.now())
    assert said(season) == [(False, False, NONE)]


def test_nothing_is_said_where_there_is_nothing_to_judge() -> None:
    without = make.season(sheet={"public_weight": 100, "panel_weight": 0})
    assert said(without) == []
    season = draft()
    copy = begin_rehearsal(slug=season.slug, actor="甲", reason="彩排")
    assert said(copy) == []  # its panels are made with it
    Nominee.objects.filter(season=season).delete()
    assert said(season) == []


def test_pages_lead_to_where_panels_are_made(collected_static: Any) -> None:
    season = draft(contact_phone="0739-1")
    user = person("袁秋萍")
    granted(user, "organiser", season)
    client = browser(user)
    page = f"/en/console/seasons/{season.slug}/"

    urls = {item.text: url for item, url in client.get(f"{page}opening/").context["items"]}
    today = client.get(page)

    assert urls[NONE] == f"{page}judging/"
    assert NONE in today.content.decode()
    texts = [todo["text"] for todo in today.context["todos"]]
    assert not [text for text in texts if "Everything is ready" in text]
    assert [text for text in texts if text.startswith("Voting can be opened; ")]
