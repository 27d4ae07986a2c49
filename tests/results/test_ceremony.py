"""What the screen of a ceremony is given: who, in which order, and from when on."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.results import world
from tests.roles.people import member
from voting.results.models import Conferral
from voting.results.services import announcing
from voting.seasons.models import Category, Nominee, Season

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/over/ceremony/"


@pytest.fixture
def season() -> Season:
    """All three are honoured: 101, 102 and 103 in this order."""
    made = world.filled()
    Category.objects.filter(season=made).update(places=3, name_en="Volunteers")
    Nominee.objects.filter(season=made, ballot_number="102").update(
        name_en="Chen", unit="小沙江镇", summary="</script>修桥"
    )
    return made


def given(page: str) -> list[dict[str, Any]]:
    raw = re.search(r'id="ceremony-data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert raw is not None
    found: list[dict[str, Any]] = json.loads(raw.group(1))["categories"]
    return found


def test_no_screen_before_the_notice_and_a_rehearsal_until_the_announcement(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = member("organiser", season)
    early = client.get(PAGE, follow=True).content.decode()
    assert "once the sealed result is on public notice" in early
    assert "ceremony-data" not in early
    assert PAGE not in early

    world.sealed_and_published(season)
    page = client.get(PAGE).content.decode()
    assert "Rehearsal of the screen" in page
    assert PAGE in client.get(reverse("console:result", args=["over"])).content.decode()


def test_the_last_place_comes_first_with_all_that_is_shown(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.announced(season, monkeypatch)
    page = member("observer", season).get(PAGE).content.decode()
    (category,) = given(page)

    assert "Rehearsal of the screen" not in page
    assert category["name"]["text"] == "Volunteers"
    assert [(one["place"], one["number"]) for one in category["people"]] == [
        (3, "103"), (2, "102"), (1, "101")
    ]  # fmt: skip
    second = category["people"][1]
    assert second["name"] == {"text": "Chen", "lang": ""}
    assert second["summary"] == {"text": "</script>修桥", "lang": "zh-Hans"}
    assert second["total"] == "88.6"
    assert [part["value"] for part in second["parts"]] == ["61.6", "27"]
    assert "候选人101" not in page  # but in the data, where it is written in escapes


def test_whoever_was_revoked_is_not_called(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    world.announced(season, monkeypatch)
    row = Conferral.objects.get(nominee__ballot_number="102")
    announcing.revoke(conferral_id=row.pk, actor="李敏", approved_by="王强", reason="材料虚假")
    (category,) = given(member("organiser", season).get(PAGE).content.decode())

    assert [one["number"] for one in category["people"]] == ["103", "101"]


@pytest.mark.parametrize("is_showcase", [True, False])
def test_a_showcase_honours_nobody(
    season: Season, monkeypatch: pytest.MonkeyPatch, *, is_showcase: bool
) -> None:
    Season.objects.filter(pk=season.pk).update(
        is_showcase=is_showcase, approval_authority="县委", approval_ref="1", approved_places=3
    )
    world.announced(season, monkeypatch)
    page = member("organiser", season).get(PAGE.replace("/en/", "/zh-hans/")).content.decode()
    texts = re.search(r'id="page-texts"[^>]*>(.*?)</script>', page, re.DOTALL)

    assert texts is not None
    assert json.loads(texts.group(1))["list"] == ("入选名单" if is_showcase else "表彰名单")


def test_others_do_not_see_it(season: Season) -> None:
    world.sealed_and_published(season)
    assert Client().get(PAGE).status_code == 302
    for role in ("reviewer", "judge"):
        assert member(role, season).get(PAGE).status_code == 403
