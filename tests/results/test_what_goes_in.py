"""What a result is computed from: hours, traits, categories; nothing else than the rules say."""

import json
from typing import Any

import pytest
from django.forms import modelform_factory
from django.utils import timezone

from tests import make
from tests.results import world
from tests.results.competitions import csv_of
from voting.judging.services.importing import import_scores
from voting.nominations.models import Nomination
from voting.results import as_json, explaining
from voting.results.computing import compute, inputs_of, settings_of
from voting.results.models import FigureBatch
from voting.results.queries import held_to, names_of, traits_of
from voting.results.services import ruling
from voting.results.services.figures import hold, import_figures, release
from voting.seasons.admin import NomineeForm
from voting.seasons.models import Nominee, PastWinner, Season
from voting.seasons.queries import season_by_slug
from voting.seasons.season_file import SeasonFileInvalid
from voting.seasons.services import import_season
from voting.units.models import Tier, Unit

pytestmark = pytest.mark.django_db

HOURS = {
    "components": [
        {"key": "hours", "kind": "hours", "weight": "100", "required": False,
         "linear": {"low": "0", "high": "1000"}},
    ]
}  # fmt: skip


def stated(season: Season, number: str, hours: int, state: str = "accepted") -> None:
    """Put down a nomination with hours of service, as it was sent in."""
    tier, _made = Tier.objects.get_or_create(position=1, defaults={"name": "站"})
    unit, _made = Unit.objects.get_or_create(code="u1", defaults={"name": "单位", "tier": tier})
    nominee = Nominee.objects.get(season=season, ballot_number=number)
    Nomination.objects.create(
        season=season, category=nominee.category, route="unit", unit=unit, name=nominee.name,
        nominee=nominee if state == "accepted" else None, state=state, headline="好事",
        state_since=timezone.now(), submitted_at=timezone.now(), service_hours=hours,
    )  # fmt: skip


def hours_season() -> Season:
    made = make.season(
        nominees={1: ("101", "102", "103")}, sheet={"consolidation": HOURS}, slug="over",
        phase="closed",
    )  # fmt: skip
    return season_by_slug(made.slug)


def hours(season: Season) -> dict[str, Any]:
    return dict(inputs_of(season).given["hours"].numbers)


def file(season: Season, **figures: int) -> FigureBatch:
    lines = [("hours", number.removeprefix("n"), own) for number, own in figures.items()]
    raw = csv_of(["component", "nominee", "figure"], lines)
    (batch,) = import_figures(season=season, raw=raw, file_name="hours.csv")
    return batch


def test_stated_hours_are_the_most_of_the_accepted_nominations() -> None:
    season = hours_season()
    stated(season, "101", 300)
    stated(season, "101", 500)
    stated(season, "102", 40)
    stated(season, "102", 900, state="submitted")
    Nomination.objects.filter(state="submitted").update(
        nominee=Nominee.objects.get(season=season, ballot_number="102")
    )
    assert hours(season) == {"101": 500, "102": 40}


def test_a_file_for_one_nominee_takes_nothing_from_the_others() -> None:
    season = hours_season()
    stated(season, "101", 300)
    stated(season, "102", 40)
    file(season, n101=250)
    assert hours(season) == {"101": 250, "102": 40}


def test_holding_a_file_back_brings_no_stated_hours_in() -> None:
    season = hours_season()
    stated(season, "101", 900)
    stated(season, "102", 40)
    batch = file(season, n101=250)
    hold(batch_id=batch.pk, actor="李敏", reason="公章模糊")
    inputs = inputs_of(season)
    assert dict(inputs.given["hours"].numbers) == {"102": 40}
    # What it would change is told with the file's own hours.
    (others,) = inputs.held.values()
    assert dict(others["hours"].numbers) == {"101": 250, "102": 40}
    assert held_to(inputs.declared, season, inputs.categories) == inputs.held
    release(batch_id=batch.pk, actor="李敏", reason="已核实")
    assert hours(season) == {"101": 250, "102": 40}


TRAITS = """
season:
  slug: traits
  name: 特征
  opens_at: 2027-03-01 09:00
  closes_at: 2027-03-14 18:00
  organiser: 示例公益协会
rules:
  min_choices: 1
  caps: []
categories:
  - name: 人物
    nominees:
      - {number: "1", name: 林秀英, traits: {%s: 湖南}}
"""


@pytest.mark.parametrize("name", ["category", "unit", "kind", "repeat", '" unit "'])
def test_a_file_cannot_name_what_the_season_knows_itself(name: str) -> None:
    with pytest.raises(SeasonFileInvalid, match="a name of your own"):
        import_season(raw=(TRAITS % name).encode(), file_name="t.yaml")
    import_season(raw=(TRAITS % "region").encode(), file_name="t.yaml")
    assert Nominee.objects.get().traits == {"region": "湖南"}


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({"unit": "zz"}, "The season knows unit itself: choose other names."),
        (["unit"], "This is a group of names with a text each."),
        ({"rank": 3}, "This is a group of names with a text each."),
        ({"rank": "县处级"}, ""),
    ],
)
def test_nor_can_the_administration(traits: Any, said: str) -> None:
    form = modelform_factory(Nominee, form=NomineeForm, fields=["traits"])(
        {"traits": json.dumps(traits)}
    )
    form.full_clean()
    assert form.errors.get("traits", []) == ([said] if said else [])


def test_whatever_stands_there_the_true_values_count() -> None:
    season = hours_season()
    PastWinner.objects.create(season=season, edition="2026", category="人物", name="候选人101")
    false = {"category": "zz", "unit": "zz", "kind": "zz", "repeat": "no", "rank": "县处级"}
    season.nominees.update(traits=false)
    season.nominees.filter(ballot_number="101").update(unit="城南街道")
    found = traits_of(season)
    assert found["101"] == {
        "category": "奖项1", "unit": "城南街道", "kind": "person", "repeat": "yes",
        "rank": "县处级",
    }  # fmt: skip
    # Who has no unit, and has not won before, has no such trait at all.
    assert found["102"] == {"category": "奖项1", "kind": "person", "rank": "县处级"}


def together(panel: dict[str, Any], **sheet: Any) -> Season:
    """A season of two categories, in one order unless the sheet says otherwise."""
    component = {"key": "panel", "kind": "panel", "weight": "1", "panel": panel}
    made = make.season(
        nominees={1: ("101", "102", "103"), 2: ("201", "202")},
        sheet={
            "consolidation": {"adds": "sum", "components": [component]},
            "honours": {"order": "all"}, "ties": {"chain": ["lot"]},
        } | sheet,
        slug="over", phase="closed",
    )  # fmt: skip
    return season_by_slug(made.slug)


def scores(season: Season, marks: dict[str, dict[str, int]]) -> None:
    import_scores(season=season, raw=world.scores(marks), file_name="s.csv", actor="operator")


def test_one_pick_in_each_of_two_categories_is_no_pick_too_many() -> None:
    season = together({"method": "votes", "picks": 1})
    scores(season, {"J": {"101": 1, "201": 1}, "K": {"102": 1, "201": 1}})
    (found,) = compute(inputs_of(season))
    assert found.result.totals == {"101": 1, "102": 1, "103": 0, "201": 2, "202": 0}


def test_who_withdraws_from_one_category_leaves_the_ranks_of_the_other() -> None:
    season = together({"method": "exponential"})
    scores(season, {
        "J1": {"101": 1, "102": 2, "103": 3, "201": 1, "202": 2},
        "J2": {"102": 1, "101": 2, "103": 3},
    })  # fmt: skip
    for _again in range(2):
        (found,) = compute(inputs_of(season))
        assert found.result.totals["101"] == found.result.totals["102"] == 12
        season.nominees.filter(ballot_number="103").update(withdrawn_at=timezone.now())


def test_a_judge_of_other_categories_can_be_ruled_out() -> None:
    """甲 has marked in the first category alone: in the second there is nobody to leave out."""
    season = together({"method": "mean"}, honours={})
    scores(season, {"甲": {"101": 90, "102": 10, "103": 10}, "乙": {"101": 80, "201": 70}})
    ruling.rule_out(
        season=season, component="panel", part="甲", rule="exclude", stand_ins=[], actor="李敏",
        approved_by="王强", reason="评委泄露分数",
    )  # fmt: skip
    inputs = inputs_of(season)
    assert {name: len(own.disqualified) for name, own in settings_of(inputs).items()} == {
        "奖项1": 1, "奖项2": 0,
    }  # fmt: skip
    first, second = compute(inputs)
    assert (first.result.totals["101"], second.result.totals["201"]) == (80, 70)


def test_values_of_zero_have_a_rank_in_the_explanation() -> None:
    """Of 1, 0 and -1 the last is third, not second."""
    ranked = {"how": "rank_points", "points": [12, 10, 8]}
    component = {
        "key": "points", "kind": "panel", "weight": "1", "panel": {"method": "z"},
        "conversion": ranked,
    }  # fmt: skip
    season = together({}, consolidation={"adds": "sum", "components": [component]})
    scores(season, {"J": {"101": 60, "102": 50, "103": 40}})
    plain = as_json.rankings(compute(inputs_of(season)), names_of(season))[0]
    facts = explaining.Facts(season, {}, {}, {})
    shown = [explaining.explanation(plain, number, facts) for number in ("101", "102", "103")]
    assert [one["steps"][0]["formula"] for one in shown if one] == [
        "1.22: rank 1, 12 points", "0: rank 2, 10 points", "-1.22: rank 3, 8 points",
    ]  # fmt: skip
