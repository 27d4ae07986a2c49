"""The live board's page: complete without numbers, the same cost for any number of nominees."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries
from redis import Redis

from tests import make
from voting.ballots.board_context import board_context, board_texts
from voting.seasons.models import Season

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "realtime" / "static" / "realtime").glob("*.js"))


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


def page(season: Season, language: str = "zh-hans") -> str:
    response = Client().get(f"/{language}/s/{season.slug}/board/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("count", [1, 60])
def test_context_costs_three_queries(
    redis: Redis, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = make.season(nominees={1: [f"{number:03d}" for number in range(count)]})
    season = Season.objects.get(pk=made.pk)

    with django_assert_num_queries(3):
        context = board_context(season)

    assert len(context["rows"]) == count


@pytest.mark.parametrize("rule", ["live", "delayed", "daily", "rank_only", "hidden"])
def test_page_is_the_same_bytes_whatever_the_tallies(redis: Redis, rule: str) -> None:
    season = make.opened(redis, sheet={"display": rule})
    before = page(season)

    make.ballots(redis, season, 3, "103")
    make.copied(redis)

    assert page(season) == before


def test_rows_stand_in_order_of_number_without_any_rank(redis: Redis) -> None:
    season = make.opened(redis, nominees={1: ("9", "10", "2")})

    assert re.findall(r'data-number="(\w+)"', page(season)) == ["2", "9", "10"]


def test_rank_only_page_has_no_place_for_numbers(redis: Redis) -> None:
    season = make.opened(redis, sheet={"display": "rank_only"})

    text = page(season)

    assert 'class="count"' not in text
    assert "bar-fill" not in text


def test_hidden_turnout_has_no_place_on_the_page(redis: Redis) -> None:
    season = make.opened(redis, sheet={"turnout_public": False})

    text = page(season)

    assert [name for name in ("turnout", "plot", "lag", "minute") if f'id="{name}"' in text] == []


def test_nothing_is_inline_but_data(redis: Redis) -> None:
    text = page(make.opened(redis))

    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", text) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", text) == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_scripts_find_every_text_that_they_say(language: str) -> None:
    with translation.override(language):
        texts = board_texts()
    said: set[str] = set()
    for script in SCRIPTS:
        source = script.read_text(encoding="utf-8")
        said |= set(re.findall(r'(?:say|many|name)\((?:"[\w]+", )?"([a-z.]+)"', source))
        said |= set(
            re.findall(r'"((?:end|empty|fullscreen|read|time|pause|play)\.?[a-z.]*)"', source)
        )

    known = set(texts)
    ids = {"fullscreen", "fullscreenchange", "pause", "paused", "read", "time"}  # words of the DOM
    assert {key for key in said if key not in known} - ids == set()
    assert json.dumps(texts)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_script_is_short_plain_and_old_enough(script: Path) -> None:
    source = script.read_text(encoding="utf-8")
    code = re.sub(r"//.*|/\*.*?\*/", "", source)

    assert source.count("\n") < 150
    # ES2019 is what kernels of four-year-old phones understand.
    assert re.findall(r"\?\.\w|\?\?|\|\|=|&&=|#\w+\s*[=(]|\bat\(-", code) == []
    assert re.findall(r"innerHTML|eval\(|new Function", code) == []
    assert re.findall(r'from "(?!\./)', code) == []
