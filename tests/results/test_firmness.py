"""What is said of firmness names what was tried, and nothing that could not be."""

from typing import Any

import pytest

from tests.results import world
from tests.results.test_sealing import sealed
from voting.results import explaining, minutes
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

SHARE = {"how": "share_of_leader"}


def said(season: Season) -> tuple[str, str]:
    """Return what the page of the first says, and what the minutes say of all."""
    snapshot = sealed(season)
    (ranking,) = explaining.rankings_of(snapshot)
    facts = explaining.facts_of(season)
    words: Any = explaining.explanation(ranking, "101", facts)
    (counted,) = minutes.minutes(snapshot, with_names=False)["robustness"]
    return words["firm"]["text"], counted["text"]


def test_judges_weights_and_trimming_are_named_where_they_were_tried() -> None:
    one, all_ = said(world.filled())
    tried = "any one judge left out; any weight moved by 5; no marks dropped."
    assert one == f"Honoured in everything that was tried: {tried}"
    assert all_ == f"3 of 3 stand firm in everything that was tried: {tried}"


def test_of_a_panel_of_one_nobody_was_left_out() -> None:
    season = world.over({"panel": {"method": "mean"}, "conversion": SHARE})
    marks = {"甲": world.MARKS["甲"]}
    world.import_scores(season=season, raw=world.scores(marks), file_name="s.csv", actor="operator")
    world.import_votes(season=season, raw=world.votes(), file_name="v.csv")
    one, all_ = said(season)
    assert "judge" not in one + all_
    assert "any weight moved by 5" in one


def test_where_nothing_could_be_tried_that_is_said() -> None:
    part = {"key": "public", "weight": 100, "conversion": SHARE}
    season = world.over({"consolidation": {"components": [part]}})
    world.import_votes(season=season, raw=world.votes(), file_name="v.csv")
    assert said(season) == ("There was nothing that could be tried otherwise.",) * 2
