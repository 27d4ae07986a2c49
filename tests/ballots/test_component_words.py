"""Seasons of several components: pages say what the rules are, in both languages."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from voting.ballots import component_examples, component_sentences, place_sentences
from voting.ballots.board_context import board_context
from voting.ballots.counting_sentences import step, ties
from voting.ballots.page_rules import lines, rules_of
from voting.ballots.rules_text import rules_context, rules_in_words
from voting.rules.components import Component, Consolidation, Gate
from voting.rules.honours import Honours
from voting.rules.panels import Panel
from voting.rules.quotas import Quota
from voting.rules.ties import Ties
from voting.seasons import readiness
from voting.seasons.counting import read
from voting.seasons.front_context import front_context
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.season_file import SeasonFileInvalid
from voting.seasons.services import import_season

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FILE = """
season:
  slug: parts
  name: 春城公益之星
  opens_at: 2027-03-01 09:00
  closes_at: 2027-03-14 18:00
  organiser: 示例公益协会
rules:
  min_choices: 1
  caps: []
  consolidation:
    components:
      - {key: online, kind: public, weight: 30, conversion: {how: share_of_leader}}
      - {key: paper, kind: channel, weight: 10, conversion: {how: share_of_votes}}
      - key: experts
        kind: panel
        weight: 60
        panel: {method: trimmed, drop_high: 1, drop_low: 1, trim_from: 5}
        rubric:
          criteria:
            - {key: effect, factor: 2, highest: 10, name: 成效, name_en: Effect, help: 看结果,
               help_en: What has changed, step: 0.5}
            - key: effort
              highest: 10
              name: 投入
              levels:
                - {since: 0, text: 偶尔参与, text_en: Now and then}
                - {since: 8, text: 三年以上不间断}
      - {key: hours, kind: hours, reference: true, linear: {low: 0, high: 1000}}
    gate: {component: online, top: 20}
  ties: {chain: [panel, public, shared]}
  honours:
    order: all
    places: 10
    quotas:
      - {key: categories, by: [category], least: 1, most: 3}
      - {key: cadres, by: [rank], of: [县处级], most_percent: 20}
      - {key: again, by: [repeat], most: 0}
      - {key: pairs, by: [unit, category], most: 1}
categories:
  - {name: 志愿者, name_en: Volunteers, places: 2, nominees: [{number: "1", name: 林秀英}]}
"""


@pytest.fixture
def season(db: None) -> Season:
    import_season(raw=FILE.encode(), file_name="parts.yaml")
    return season_by_slug("parts")


def test_every_part_is_told_with_its_weight_and_criteria(season: Season) -> None:
    with override("en"):
        words = rules_in_words(season)

    assert [(one["name"], one["weight"]) for one in words["parts"]] == [
        ("Public vote", "30%"),
        ("Votes cast elsewhere “paper”", "10%"),
        ("Judges", "60%"),
        ("Hours of service", "for comparison"),
    ]
    assert words["total"] == [
        "The parts below have weights that make 100%; their sum is the result.",
        (
            "Only the first 20 by public vote go on. All who are level with the last of them do, "
            "too; nobody else has a result."
        ),
        "The result has 2 decimals, halves rounded away from zero.",
    ]
    judges = words["parts"][2]
    assert "Judges give marks from" not in " ".join(judges["lines"])
    assert judges["criteria"][0] == {
        "name": {"text": "Effect", "lang": ""},
        "help": {"text": "What has changed", "lang": ""},
        "marks": "0 to 10, in steps of 0.5",
        "factor": "× 2",
        "levels": [],
    }
    assert judges["criteria"][1]["levels"] == [
        {"since": "from 0", "text": {"text": "Now and then", "lang": ""}},
        {"since": "from 8", "text": {"text": "三年以上不间断", "lang": "zh-Hans"}},
    ]
    assert judges["example"] == ["One sheet for 101: 7 × 2 + 7 = 21."]
    assert words["parts"][3]["lines"][-1] == "It is shown beside the result and does not count."
    # Both of what the two columns would say are silent.
    assert words["conversion"] == words["panel"] == []


def test_the_example_is_what_the_rules_make_of_it(season: Season) -> None:
    with override("en"):
        first = rules_in_words(season)["parts_example"][0]

    # By the columns: 100 x 30 %, 50 x 10 %; sheets of 7, 7.5 ... halves and whole marks.
    assert first.startswith(
        "101 – public vote: 1,200 become 100 points × 30% = 30; "
        "votes cast elsewhere “paper”: 1,200 become 50 points × 10% = 5; judges: "
    )
    assert "of 30 × 60% = " in first


def test_places_and_every_quota_are_told(season: Season) -> None:
    with override("en"):
        told = rules_in_words(season)["honours"]

    assert told == [
        "All nominees stand in one order, whatever their category. Places in all: 10.",
        (
            "Where more share the last place than can have it, it stays open until it is decided "
            "between them."
        ),
        "These limits hold for all places together:",
        "At least 1, at most 3: nominees with the same category.",
        "At most 20% of the places (rounded down): nominees with “rank” “县处级”.",
        "No place: nominees who stand in the list of earlier years.",
        "At most 1: nominees with the same unit, category, all alike.",
        (
            "Places are filled from the top. Whoever would break a limit is passed over, and "
            "places are kept where a limit needs somebody from further below; it is published "
            "which limit moved whom."
        ),
    ]


def test_a_quota_is_shown_at_work() -> None:
    with override("en"):
        told = place_sentences.example(Honours(quotas=(Quota("c", ("category",), most=2),)))
    assert told == [
        "101, 102, 103, 104 are first in this order; the limit concerns 101, 102, 103. Places: 3.",
        "A place for: 101, 102, 104. Passed over: 103.",
    ]


def test_the_season_page_follows_the_parts(season: Season) -> None:
    with override("en"):
        shown = [one["text"] for one in lines(season, rules_of(season)) if one["icon"] == "bars"]
        context = rules_context(season)
    assert shown == [
        (
            "Public vote 30%, votes cast elsewhere “paper” 10%, judges 60%; only the first 20 by "
            "public vote go on"
        )
    ]
    assert [(one["start"], one["width"]) for one in context["weights"]] == [
        ("0", "30"), ("30", "10"), ("40", "60"),
    ]  # fmt: skip
    assert not context["show_places"]
    assert context["stages"][2]["title"] == "All parts of the result are put together"


def test_steps_of_criteria_and_components_are_named(season: Season) -> None:
    declared = read("consolidation", season.rule_sheet.consolidation)
    with override("en"):
        named = component_sentences.criteria(declared)
        assert step("criterion:effect", named) == "the higher value of the criterion Effect"
        assert step("component:paper", named) == "more points from: votes cast elsewhere “paper”"
        assert step("criterion:other") == "the higher value of the criterion “other”"
        assert (
            "criterion Effect; a shared place"
            in ties(Ties(("criterion:effect", "shared")), named)[0]
        )


def test_parts_of_some_categories_only_and_what_is_taken_off() -> None:
    declared = Consolidation(
        (
            Component("a", "points", Decimal(1), categories=("志愿者",)),
            Component("b", "points", Decimal(-1), required=False),
        ),
        adds="sum",
        gate=Gate("a", 1),
        decimals=None,
    )
    with override("en"):
        first, second = component_sentences.parts(declared, {"志愿者": "Volunteers"})
        assert "A part of the result only in: Volunteers." in first["lines"]
        assert second["lines"][-2:] == [
            "It is taken off the result.", "Who has nothing here gets 0 for it.",
        ]  # fmt: skip
        assert second["weight"] == "× -1"
        assert component_sentences.in_short(declared) == (
            "The parts of the result differ by category"
        )
        assert component_sentences.bar(declared) == []
        told = component_examples.of_components(declared)
        assert told[-1].endswith("Not among the first 1, so no result.")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_example_has_a_page_without_gaps(db: None, language: str) -> None:
    for folder in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
        try:
            made = import_season(raw=(folder / "season.yaml").read_bytes(), file_name="season.yaml")
        except SeasonFileInvalid:
            # What is wrong with an example its own test says.
            continue
        with override(language):
            words = rules_in_words(season_by_slug(made.slug))
        assert words["parts_example"] or not words["parts"], folder.name
        assert all(part["lines"] for part in words["parts"]), folder.name
        told = str(words)
        assert "%(" not in told, folder.name
        assert "None" not in told, folder.name


@pytest.mark.usefixtures("collected_static")
def test_the_rules_page_shows_them(season: Season, client: Client) -> None:
    Season.objects.filter(pk=season.pk).update(phase="closed", published_at=season.opens_at)
    page = client.get("/en/s/parts/rules/")

    assert page.status_code == 200
    text = page.content.decode()
    for said in ("Votes cast elsewhere “paper”", "Effect", "Now and then", "Who gets a place"):
        assert said in text, said


@pytest.mark.usefixtures("collected_static")
def test_no_page_counts_places_of_categories_that_do_not_count(
    season: Season, client: Client
) -> None:
    Season.objects.filter(pk=season.pk).update(phase="closed", published_at=season.opens_at)
    page = client.get("/en/s/parts/").content.decode()
    assert "Nominees: 1<" in page
    assert "Places: 2" not in page
    assert board_context(season_by_slug("parts"))["board_data"]["categories"][0]["places"] == 0
    with override("en"):
        assert front_context(season_by_slug("parts"))["categories"][0]["places"] is None


def test_places_in_all_must_be_within_the_approval(season: Season) -> None:
    season.is_showcase, season.approved_places = False, 5
    with override("en"):
        said = [one.text for one in readiness.setup(season) if one.part == "approval"]
    assert "10 places, but only 5 are approved." in said


@pytest.mark.parametrize(
    ("method", "told"),
    [
        # 70 + 74 + 66 + 72 + 78
        ("sum", "101 – judges: 360. Result: 360."),
        ("rank_sum", "103 – judges: 100. Result: 100."),
        # Of five judges each picks two, the first and second, the second and third ...
        ("votes", "102 – judges: 4. Result: 4."),
        ("exponential", "Result: 12."),
    ],
)
def test_every_kind_of_panel_has_an_example(method: Any, told: str) -> None:
    rule = Panel(method, highest=Decimal(100), picks=2)
    declared = Consolidation((Component("a", "panel", Decimal(1), panel=rule),), adds="sum")
    with override("en"):
        assert told in " ".join(component_examples.of_components(declared))
