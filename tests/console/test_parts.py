"""What counts and by which criteria: the organisers' pages for a draft's components."""

from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests import make
from tests.console.part_pages import (
    adding,
    address,
    begun,
    example,
    examples,
    filled,
    pages_of,
    sent,
)
from voting.audit.models import AuditEntry
from voting.console.part_form import examples as worked
from voting.rules.components import Component, Consolidation, Gate
from voting.rules.conversions import Band, Conversion
from voting.rules.panels import Panel
from voting.rules.rubrics import Criterion, Level
from voting.seasons import counting
from voting.seasons.counting import declared_components
from voting.seasons.models import RuleSheet, Season
from voting.seasons.presets import presets
from voting.seasons.queries import season_by_slug
from voting.seasons.services import canonical_rules, fingerprint

pytestmark = pytest.mark.django_db


def declared(season: Season) -> Consolidation:
    return declared_components(season_by_slug(season.slug))


def part(season: Season, key: str) -> Component:
    return next(one for one in declared(season).components if one.key == key)


def said(answer: Any) -> str:
    assert answer.status_code == 422
    return unescape(answer.content.decode())


def unchanged_by_saving(client: Client, season: Season) -> None:
    """Open and save every page without a change; the rules are the same bytes afterwards."""
    now = season_by_slug(season.slug)
    before, stored = (canonical_rules(now), fingerprint(now)), RuleSheet.objects.values().get(
        season=season
    )  # fmt: skip
    for page in [*pages_of(season), f"/en/console/seasons/{season.slug}/rules/"]:
        answer = sent(client, page)
        assert answer.status_code == 302, (page, answer.context["form"].errors)
    after = season_by_slug(season.slug)
    assert (canonical_rules(after), fingerprint(after)) == before
    assert RuleSheet.objects.values().get(season=season) == stored
    assert not AuditEntry.objects.filter(action="rules.draft").exclude(after__caps=None).exclude(
        after__has_key="caps"
    ).exists()  # fmt: skip


# Some minutes in all; what is saved, other tests try on both databases.
@pytest.mark.once
@pytest.mark.parametrize("key", sorted(presets()))
def test_a_preset_comes_through_all_pages_as_it_was(organiser: Client, key: str) -> None:
    unchanged_by_saving(organiser, begun(key))


@pytest.mark.once
@pytest.mark.parametrize("name", examples())
def test_an_example_comes_through_all_pages_as_it_was(organiser: Client, name: str) -> None:
    unchanged_by_saving(organiser, example(name))


ODD: Any = {
    "adds": "percent", "decimals": None, "gate": {"component": "网络 票", "top": 7},
    "components": [
        {"key": "网络 票", "kind": "public", "weight": "33.0", "categories": ["奖项1", "没有的"],
         "conversion": {"how": "rank_bands", "bands": [{"upto": 1, "points": "100.0"},
                                                       {"upto": None, "points": "1E+1"}]}},
        {"key": "new", "kind": "panel", "weight": "67.00", "name": " 空格 ", "name_en": "a" * 200,
         "categories": ["没有的", "奖项1"],
         "panel": {"method": "mean", "highest": "9.125", "trim_from": 9, "points": []},
         "rubric": {"first": "criteria", "decimals": 3, "criteria": [
             {"key": "a b", "factor": "0.12345678", "highest": "10.00", "step": "0.30",
              "help": "两\n行", "levels": [{"since": "0", "text": "一\n二"}]},
             {"key": "=", "factor": "1.50", "name": "x" * 90, "optional": True,
              "levels": [{"since": "8.50", "text": "好|更好", "text_en": "good"}]},
         ]}},
        {"key": "panel2", "kind": "panel", "most": "10.0", "weight": "0",
         "categories": ["奖项1"]},
        {"key": "tip", "kind": "bonus", "each": "0.010", "cap": "5.5",
         "categories": ["奖项1"]},
        {"key": "all", "kind": "channel", "weight": "100", "categories": ["奖项2"],
         "conversion": {"how": "rank_points", "points": [3, 1]},
         "strata": ["甲", "乙 ", "丙"], "points_decimals": 0},
        {"key": "look", "kind": "hours", "reference": True, "required": False,
         "categories": ["奖项1", "奖项2"],
         "linear": {"low": "-2.5", "high": "1E+3"}},
    ],
}  # fmt: skip


def test_what_no_form_can_hold_is_shown_and_kept(organiser: Client) -> None:
    sheet = {"consolidation": ODD, "ties": {"chain": ["component:tip", "shared"]}}
    season = make.season(slug="odd", sheet=sheet)
    assert counting.problems_of(season.rule_sheet) == []
    unchanged_by_saving(organiser, season)

    page = unescape(organiser.get(address(season, "new", "criteria")).content.decode())
    assert "stays as it is" in page
    assert "好|更好" in page
    # Something else is changed, and what is kept is still as it was.
    assert sent(organiser, address(season, "new"), points_decimals="2").status_code == 302
    one, old = part(season, "new"), counting.read("consolidation", ODD).components[1]
    assert (one.points_decimals, one.name, one.name_en) == (2, " 空格 ", "a" * 200)
    assert (one.panel, one.rubric, one.categories) == (old.panel, old.rubric, old.categories)


def test_weights_are_given_together_and_the_sum_is_checked(organiser: Client) -> None:
    season = begun("parts-four")
    page = address(season)
    wrong = said(sent(organiser, page, weight_online="30"))
    assert "make 100 together" in wrong
    assert "Now they make 110" in wrong
    assert [own.weight for own in declared(season).components] == [20, 20, 30, 30]

    answer = sent(
        organiser, page, weight_online="30", weight_media="10", place_experts="1",
        place_online="2", gate_component="online", gate_top="20", decimals="3",
    )  # fmt: skip
    assert answer.status_code == 302
    now = declared(season)
    assert [(own.key, own.weight) for own in now.components] == [
        ("experts", 30), ("online", 30), ("media", 10), ("influence", 30),
    ]  # fmt: skip
    assert (now.gate, now.decimals) == (Gate("online", 20), 3)
    entry = AuditEntry.objects.get(action="rules.draft")
    assert entry.reason == "会议决定"
    assert entry.before["consolidation"]["gate"] is None


def test_a_season_of_vote_and_panel_stays_one_as_long_as_it_can(organiser: Client) -> None:
    season = begun("daily-1-10")
    assert (
        sent(organiser, address(season), weight_public="40", weight_panel="60").status_code == 302
    )
    sheet = season_by_slug(season.slug).rule_sheet
    assert (sheet.public_weight, sheet.panel_weight, sheet.consolidation) == (40, 60, None)
    # From here on only components can say it.
    answer = sent(organiser, address(season, "public"), name="网络投票", name_en="Online vote")
    assert answer.status_code == 302
    sheet = season_by_slug(season.slug).rule_sheet
    assert (sheet.public_weight, sheet.panel_weight) == (30, 70)
    assert [own.weight for own in declared(season).components] == [60, 40]
    assert part(season, "public").name == "网络投票"


def test_a_component_is_added_changed_and_taken_out(organiser: Client) -> None:
    season = begun("daily-1-10")
    chosen = organiser.get(adding(season)).content.decode()
    assert "?kind=channel" in chosen
    page = adding(season, "channel")
    assert "Use letters" in said(sent(organiser, page, key="纸质", kind="channel"))
    assert "key of its own" in said(sent(organiser, page, key="public", kind="channel"))
    assert sent(organiser, page, key="paper", name="纸质票", kind="channel").status_code == 302
    assert part(season, "paper") == Component(
        "paper", "channel", conversion=Conversion(), name="纸质票"
    )
    answer = sent(
        organiser, address(season, "paper"), way="rank_bands", bands="1: 100\n* 50",
        points="nonsense", required=None, points_decimals="1",
    )  # fmt: skip
    assert answer.status_code == 302
    one = part(season, "paper")
    assert one.conversion == Conversion(
        "rank_bands", (Band(1, Decimal(100)), Band(None, Decimal(50)))
    )
    assert (one.required, one.points_decimals) == (False, 1)

    weights = {"weight_public": "20", "weight_paper": "10"}
    assert sent(organiser, address(season), **weights).status_code == 302
    taken = {"gone_paper": "on", "weight_public": "30"}
    assert sent(organiser, address(season), **taken).status_code == 302
    assert [own.key for own in declared(season).components] == ["panel", "public"]


REFUSED = [
    ({"way": "rank_bands", "bands": "3: 1\n2: 1"}, "bands", "best rank down"),
    ({"way": "rank_bands", "bands": "3: viel"}, "bands", "is no band"),
    ({"way": "rank_points", "points": ""}, "points", "a list of 1 to 40 numbers"),
    ({"way": "linear", "low": "5", "high": "5"}, "high", "to a larger one"),
    ({"way": "linear", "low": "5", "high": ""}, "high", "Give this number"),
    ({"way": "most", "most": "-1"}, "most", "above 0"),
    ({"way": ""}, "way", "Say what a component is out of"),
    ({"strata": "甲"}, "strata", "2 to 1,000"),
    ({"strata": "甲\n乙"}, "strata", "each needs equal points"),
    ({"reference": "on"}, "reference", "leave it at 0"),
]


@pytest.mark.parametrize(("change", "field", "text"), REFUSED)
def test_what_means_nothing_is_said_beside_its_question(
    organiser: Client, change: dict[str, str], field: str, text: str
) -> None:
    season = begun("parts-four")
    before = canonical_rules(season_by_slug(season.slug))
    answer = sent(organiser, address(season, "online"), **change)
    assert text in said(answer)
    assert list(answer.context["form"].errors) == [field]
    assert canonical_rules(season_by_slug(season.slug)) == before


def test_a_component_that_decides_between_equals_is_not_taken_out(organiser: Client) -> None:
    sheet = {"consolidation": ODD, "ties": {"chain": ["component:tip", "shared"]}}
    season = make.season(slug="tied", sheet=sheet)
    assert "is not declared" in said(sent(organiser, address(season), gone_tip="on"))
    assert part(season, "tip").cap == Decimal("5.5")


def test_criteria_are_added_changed_ordered_and_taken_out(organiser: Client) -> None:
    season = begun("parts-four")
    page = address(season, "experts", "criteria")
    new = {
        "criteria-0-name": "成效", "criteria-0-name_en": "Effect", "criteria-0-factor": "6",
        "criteria-0-levels": "0: 偶尔参与 | Now and then\n8：三年以上不间断",
        "criteria-1-name": "投入", "criteria-1-factor": "4", "criteria-1-optional": "on",
        "criteria-1-step": "", "panel_method": "trimmed", "panel_trim_from": "7",
        "panel_min_marks": "3",
    }  # fmt: skip
    assert sent(organiser, page, **new).status_code == 302
    one = part(season, "experts")
    assert one.rubric
    assert one.rubric.criteria == (
        Criterion(
            "c1", Decimal(6), highest=Decimal(10), step=Decimal(1), name="成效", name_en="Effect",
            levels=(Level(Decimal(0), "偶尔参与", "Now and then"),
                    Level(Decimal(8), "三年以上不间断")),
        ),
        Criterion("c2", Decimal(4), highest=Decimal(10), optional=True, name="投入"),
    )  # fmt: skip
    assert one.panel == Panel("trimmed", trim_from=7, min_marks=3)

    seen = unescape(organiser.get(page).content.decode())
    assert "weight 60%" in seen
    assert "0–7" in seen
    assert "Now and then" in seen
    swapped = {"criteria-0-ORDER": "2", "criteria-1-ORDER": "1", "first": "criteria"}
    assert sent(organiser, page, **swapped, rubric_decimals="2").status_code == 302
    rubric = part(season, "experts").rubric
    assert rubric
    assert [own.key for own in rubric.criteria] == ["c2", "c1"]
    assert (rubric.first, rubric.decimals) == ("criteria", 2)
    gone = {"criteria-0-DELETE": "on", "criteria-1-DELETE": "on"}
    assert "required" in said(sent(organiser, page, **gone, panel_highest=""))
    assert sent(organiser, page, **gone, panel_highest="100").status_code == 302
    assert part(season, "experts").rubric is None


WRONG_SHEETS = [
    ({"criteria-0-name": "成效", "criteria-0-highest": "0"}, "must be above the lowest"),
    ({"criteria-0-name": "成效", "criteria-0-step": "3"}, "do not lead"),
    ({"criteria-0-name": "成效", "criteria-0-factor": "0"}, "greater than or equal to"),
    ({"criteria-0-name": "成效", "criteria-0-levels": "很好"}, "is no level"),
    ({"criteria-0-help": "看结果"}, "Name the new criterion"),
    ({"panel_method": "trimmed", "panel_trim_from": "2"}, "so that some are left"),
    ({"panel_method": "votes"}, "say how they become points"),
    ({"criteria-0-name": "成效", "panel_method": "exponential"}, "without criteria"),
    ({"panel_lowest": "9", "panel_highest": "8"}, "the highest is larger"),
]


@pytest.mark.parametrize(("change", "text"), WRONG_SHEETS)
def test_a_sheet_that_means_nothing_changes_nothing(
    organiser: Client, change: dict[str, str], text: str
) -> None:
    season = begun("parts-four")
    before = canonical_rules(season_by_slug(season.slug))
    assert text in said(sent(organiser, address(season, "experts", "criteria"), **change))
    assert canonical_rules(season_by_slug(season.slug)) == before


def test_a_preview_is_of_what_was_typed_and_saves_nothing(organiser: Client) -> None:
    season = begun("parts-four")
    before = canonical_rules(season_by_slug(season.slug))
    typed = {"show": "1", "reason": ""}
    answer = sent(
        organiser, address(season, "experts", "criteria"), **typed,
        **{"criteria-0-name": "实际帮助", "criteria-0-help": "看改变"},
    )  # fmt: skip
    page = unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "judge-line" in page
    assert page.count("实际帮助") >= 2
    assert "Not saved yet." in page
    shown = sent(organiser, address(season, "online"), **typed, way="share_of_votes")
    assert [line["added"] for line in shown.context["lines"]] == [
        "7.84", "5.88", "3.92", "1.96", "0.39",
    ]  # fmt: skip
    assert canonical_rules(season_by_slug(season.slug)) == before


def test_examples_are_computed_by_the_rules() -> None:
    one = Component("online", "public", Decimal(40), Conversion())
    lines = worked.of_part(one)
    assert [(line["raw"], line["added"]) for line in lines] == [
        ("12,000", "40.00"), ("9,000", "30.00"), ("6,000", "20.00"), ("3,000", "10.00"),
        ("600", "2.00"),
    ]  # fmt: skip
    assert [line["width"] for line in lines] == ["100", "75", "50", "25", "5"]
    with override("en"):
        assert "9,000 → 75" in worked.of_way(one)
    # Of what means nothing there is none.
    assert worked.of_part(Component("online", conversion=Conversion("rank_points"))) == []


def test_somebody_elses_change_is_not_written_over(organiser: Client) -> None:
    season = begun("parts-four")
    page = address(season, "online")
    context = organiser.get(page).context
    values = filled(context["form"]) | {"reason": "r", "name": "我的"}
    assert sent(organiser, page, name="别人的").status_code == 302
    answer = organiser.post(page, values)
    assert "Somebody else has changed" in said(answer)
    assert part(season, "online").name == "别人的"
    again = filled(answer.context["form"])
    assert organiser.post(page, again).status_code == 302
    assert part(season, "online").name == "我的"


def test_frozen_rules_are_read_only(organiser: Client) -> None:
    season = begun("parts-four")
    season.phase = Season.Phase.CLOSED
    season.save()
    RuleSheet.objects.filter(season=season).update(frozen_at=season.opens_at, fingerprint="f" * 64)
    for page in [*pages_of(season), adding(season), adding(season, "hours")]:
        answer = organiser.get(page)
        text = unescape(answer.content.decode())
        assert answer.status_code == 200
        assert "The rules are frozen" in text
        assert "no amendment changes" in text
        assert "form" not in answer.context or answer.context["form"] is None
    before = RuleSheet.objects.values().get(season=season)
    assert organiser.post(address(season), {"weight_online": "99"}).status_code == 422
    assert RuleSheet.objects.values().get(season=season) == before


def test_what_is_not_there_is_not_found(organiser: Client) -> None:
    season = begun("parts-four")
    assert organiser.get(address(season, "nobody")).status_code == 404
    assert organiser.get(address(season, "online", "criteria")).status_code == 404
