"""On every width the season's page and its card lead to a result that is on notice or announced."""

from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.results import world
from voting.results.page_context import headlines
from voting.results.services import announcing, sealing
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

RESULT, OBJECT = "/en/s/over/result/", "/en/s/over/result/notice/object/"
STANDS = "The result is on public notice; anybody can object"
OVER = "The notice of the result has ended"
FINAL = "The result has been announced"


def shown(address: str) -> str:
    """Return what stands in the page between bar and footer."""
    cache.clear()
    text = Client().get(address).content.decode()
    return text.partition("<main")[2].partition("</main>")[0]


def everywhere(text: str, *ways: str) -> None:
    """See that pages tell it, with these ways and no others to the result."""
    for address in ("/en/s/over/", "/en/s/over/?view=elder", "/en/"):
        page = shown(address)
        assert text in page
        assert [way for way in (RESULT, OBJECT) if f'href="{way}"' in page] == list(ways)


def test_pages_lead_to_the_result_from_its_notice_on(monkeypatch: pytest.MonkeyPatch) -> None:
    season = world.filled()
    sealing.seal(slug="over", actor="李敏", approved_by="王强", reason="")
    for address in ("/en/s/over/", "/en/s/over/?view=elder", "/en/"):
        assert "/result/" not in shown(address)

    notice = world.notices.publish(
        season_id=season.pk, kind="result", issue="first", reason="", actor="李敏",
        approved_by="王强",
    )  # fmt: skip
    everywhere(STANDS, RESULT, OBJECT)
    assert str(notice.last_day.day) in shown("/en/s/over/")
    assert Client().get(OBJECT).status_code == 200

    at_end(monkeypatch, notice.ends_at)
    everywhere(OVER, RESULT)
    announcing.announce(slug="over", actor="李敏", approved_by="王强", reason="公示期满")
    everywhere(FINAL, RESULT)
    assert "result/notice" not in shown("/en/s/over/")


def at_end(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: moment)


def test_the_footer_leads_there_too_once_voting_is_closed() -> None:
    season = world.over()
    address = reverse("ballots:rules", args=["over"])
    footer = Client().get(address).content.decode().partition("<footer")[2]
    assert f'href="{RESULT}"' in footer
    Season.objects.filter(pk=season.pk).update(phase="open")
    footer = Client().get(address).content.decode().partition("<footer")[2]
    assert f'href="{RESULT}"' not in footer


def test_many_seasons_cost_one_query_and_those_that_run_none() -> None:
    seasons = []
    for number in range(3):
        season = world.filled(slug=f"over{number}", phase="closed")
        sealing.seal(slug=season.slug, actor="李敏", approved_by="王强", reason="")
        seasons.append(season)
        world.notices.publish(
            season_id=season.pk, kind="result", issue="first", reason="", actor="李敏",
            approved_by="王强",
        )  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert set(headlines(seasons, timezone.now())) == {one.pk for one in seasons}
    assert len(asked) == 1
    assert "inputs" not in asked[0]["sql"].replace("inputs_fingerprint", "")
    for one in seasons:
        one.phase = Season.Phase.OPEN
    with CaptureQueriesContext(connection) as asked:
        assert headlines(seasons, timezone.now()) == {}
    assert len(asked) == 0
