"""The whole rule sheet in questions: every season can be edited, and comes back as it was."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import override

from tests import make
from tests.rules.preset_results import DECIDED
from voting.audit.models import AuditEntry
from voting.ballots import counting_examples, counting_sentences
from voting.console.rule_form import RuleForm, answers
from voting.console.rule_form.form import GROUPS, LIMITS, SHEET, SHOWN_ONLY
from voting.rules.ballots import COUNTS, PERIODS, SCOPES, BallotRules, Cap, problems
from voting.rules.conversions import Band
from voting.rules.panels import Panel
from voting.rules.ties import Ties
from voting.seasons import drafting
from voting.seasons.counting import counting_of
from voting.seasons.models import Season
from voting.seasons.presets import presets
from voting.seasons.queries import season_by_slug
from voting.seasons.season_file import sections
from voting.seasons.services import canonical_rules, import_season

pytestmark = pytest.mark.django_db


def page_of(season: Season) -> str:
    return f"/en/console/seasons/{season.slug}/rules/"


def typed(client: Client, season: Season, **changes: Any) -> dict[str, Any]:
    """Return what a browser would send from the form, with some answers changed."""
    form = client.get(page_of(season)).context["form"]
    found = {}
    for field in form:
        value = field.value()
        if value is not None and value is not False:
            found[field.html_name] = value
    sent = found | {"reason": "会议决定"} | changes
    return {name: value for name, value in sent.items() if value is not None}


def begun(key: str) -> Season:
    now = timezone.now()
    return drafting.create_season(
        preset=key, slug=f"of-{key}", name="n", organiser="o", opens_at=now + timedelta(days=3),
        closes_at=now + timedelta(days=30), actor="a",
    )  # fmt: skip


def test_there_is_a_question_for_every_limit_and_every_column() -> None:
    possible = {
        (scope, period, counts)
        for scope in SCOPES for period in PERIODS for counts in COUNTS
        if not problems(BallotRules(1, (Cap(scope, period, counts, 1),)))
    }  # fmt: skip
    assert set(LIMITS.values()) == possible
    asked = {name for _about, _title, names in GROUPS for name in names}
    assert asked | {"seen", "reason"} == set(RuleForm.base_fields)
    assert SHOWN_ONLY.keys() < asked
    columns = {field.name for field in sections.RULES.values()}
    elsewhere = {"conversion", "panel", "ties", "shortlisting", "rate_interval_ms", "panel_weight"}
    # These only the season file sets; the form shows the last two and keeps them.
    assert columns - set(SHEET) - elsewhere == {
        "fresh_per_minute", "fresh_burst", "token_minutes", "consolidation", "honours",
    }  # fmt: skip


def form_of(season: Season, **changes: Any) -> RuleForm:
    """Return the form as a browser would send it, with some answers changed."""
    known = answers(season)
    sent = {name: value for name, value in known.items() if name != "count" and value is not False}
    with override("en"), timezone.override(ZoneInfo(season.time_zone)):
        form = RuleForm(sent | {"seen": "x", "reason": "r"} | changes, initial=known)
        form.is_valid()
    return form


def test_every_presets_answers_saved_again_give_the_same_rules() -> None:
    for key in presets():
        season = season_by_slug(begun(key).slug)
        form, sheet = form_of(season), season.rule_sheet
        assert not form.errors, key
        fields = form.sheet_fields()
        assert fields.pop("identity_level") == season.identity_level
        assert {name: getattr(sheet, name) for name in fields} == fields, key
        assert sorted(form.caps()) == sorted(presets()[key].caps)
        starts = [one.starts_at for one in season.windows.all()]
        assert form.cleaned_data["windows"] == starts[1:], key


def test_the_count_is_declared_by_answers(organiser: Client) -> None:
    season = begun("daily-1-10")
    values = typed(
        organiser, season, conversion_how="rank_bands",
        conversion_bands="1: 100\n3：80\n\n6 70\n* 50", panel_method="trimmed",
        panel_drop_high=2, panel_drop_low=1, panel_trim_from=5, panel_lowest="70",
        panel_highest="100.00", panel_decimals=3, tie_1="panel", tie_2="", tie_3="lot", tie_6="",
        ties_only_at_line="on", shortlisting_method="eph", shortlisting_places=8,
        candidate_notice_days=7, notice_working_days=None, rate_seconds="0.5",
    )  # fmt: skip
    assert organiser.post(page_of(season), values).status_code == 302
    sheet = season_by_slug(season.slug).rule_sheet
    count = counting_of(sheet)

    assert count.conversion.bands == (
        Band(1, Decimal(100)), Band(3, Decimal(80)), Band(6, Decimal(70)), Band(None, Decimal(50)),
    )  # fmt: skip
    assert count.panel == Panel(
        method="trimmed", drop_high=2, drop_low=1, trim_from=5, lowest=Decimal(70), decimals=3
    )
    assert (count.ties.chain, count.ties.only_at_line) == (("panel", "lot"), True)
    assert (count.shortlisting.method, count.shortlisting.places) == ("eph", 8)
    assert (sheet.candidate_notice_days, sheet.notice_working_days) == (7, False)
    assert sheet.rate_interval_ms == 500
    entry = AuditEntry.objects.get(action="rules.draft")
    assert entry.before["panel"]["method"] == "mean"
    assert entry.after["panel"]["drop_high"] == 2


def test_windows_are_typed_line_by_line_and_follow_the_opening(organiser: Client) -> None:
    season = begun("once-per-window")
    second = season.opens_at + timedelta(days=2)
    values = typed(organiser, season, windows=f"{second:%Y-%m-%dT%H:%M}\n", ballots_a_window=2)
    assert organiser.post(page_of(season), values).status_code == 302
    now = season_by_slug(season.slug)
    first, other = now.windows.all()
    assert first.starts_at == now.opens_at
    assert other.starts_at != first.starts_at
    assert now.rule_sheet.caps.get(period="window").max == 2

    # Voting that opens earlier takes its first window along; later than the second is refused.
    moved = {name: getattr(now, name) for name in drafting.DETAILS}
    drafting.update_details(
        slug=now.slug, fields=moved | {"opens_at": now.opens_at - timedelta(hours=5)},
        seen=drafting.state(now), actor="a", reason="r",
    )  # fmt: skip
    now = season_by_slug(season.slug)
    assert [one.starts_at for one in now.windows.all()] == [now.opens_at, other.starts_at]
    with pytest.raises(drafting.RuleBroken):
        drafting.update_details(
            slug=now.slug, fields=moved | {"opens_at": other.starts_at},
            seen=drafting.state(now), actor="a", reason="r",
        )  # fmt: skip


REFUSED = [
    ({"windows": "tomorrow"}, "is no date and time"),
    ({"windows": "1999-01-01 00:00"}, "while voting is open"),
    ({"conversion_how": "rank_bands", "conversion_bands": ""}, "a table of 1 to 40 lines"),
    ({"conversion_how": "rank_bands", "conversion_bands": "3: viel"}, "is no band"),
    ({"conversion_how": "rank_bands", "conversion_bands": "3: 1\n2: 1"}, "best rank down"),
    ({"conversion_how": "rank_points", "conversion_points": "12, x"}, "is no whole number"),
    ({"conversion_how": "rank_points", "conversion_points": ""}, "a list of 1 to 40 numbers"),
    ({"panel_lowest": "9", "panel_highest": "8"}, "the highest is larger"),
    ({"panel_method": "trimmed", "panel_drop_high": 0, "panel_drop_low": 0}, "at least one in all"),
    ({"panel_method": "trimmed", "panel_trim_from": 2}, "so that some are left"),
    ({"panel_decimals": 9}, "less than or equal to 4"),
    ({"tie_1": "panel", "tie_2": "", "tie_3": ""}, "must end with"),
    ({"tie_1": "lot", "tie_2": "panel"}, "Nothing can follow"),
    ({"candidate_notice_days": 0}, "greater than or equal to 1"),
    ({"rate_seconds": ""}, "This field is required"),
]


def test_what_means_nothing_is_refused_beside_its_question() -> None:
    season = season_by_slug(begun("daily-1-10").slug)
    for change, said in REFUSED:
        form = form_of(season, **change)
        # What only the voting times can tell, the service refuses.
        told = str(form.errors) + " ".join(
            drafting.window_faults(season, form.cleaned_data.get("windows", []))
        )
        assert said in told, change
        fields = {name for name in form.errors if name != "__all__"}
        assert not form.errors or fields <= form.fields.keys()


def test_a_refused_sheet_changes_nothing_and_the_page_says_where(organiser: Client) -> None:
    season = begun("daily-1-10")
    before = canonical_rules(season_by_slug(season.slug))
    sent = typed(organiser, season)
    for change in ({"windows": "1999-01-01 00:00"}, {"panel_lowest": "9", "panel_highest": "8"}):
        answer = organiser.post(page_of(season), sent | change)
        assert answer.status_code == 422
        assert "Please look at this again" in answer.content.decode()
    assert canonical_rules(season_by_slug(season.slug)) == before


def test_answers_that_another_answer_makes_idle_are_put_aside(organiser: Client) -> None:
    season = begun("daily-1-10")
    values = typed(
        organiser, season, panel_method="median", panel_drop_high="x", panel_keep=0,
        conversion_bands="nonsense", shortlisting_limit="",
    )  # fmt: skip
    assert organiser.post(page_of(season), values).status_code == 302
    assert counting_of(season_by_slug(season.slug).rule_sheet).panel == Panel(method="median")


def test_examples_follow_the_answers_before_they_are_saved(organiser: Client) -> None:
    season = begun("daily-1-10")
    shown = Panel(method="trimmed", drop_high=2, drop_low=2, lowest=Decimal(70))
    values = typed(
        organiser, season, panel_method="trimmed", panel_drop_high=2, panel_drop_low=2,
        panel_lowest=70, show="1", reason="",
    )  # fmt: skip
    page = organiser.post(page_of(season), values).content.decode()
    with override("en"):
        (line,) = counting_examples.of_panel(shown)
    assert escape(line) in page
    assert "without 79.9, 86.8, 92.2, 94.6" in line
    assert "Not saved yet." in page
    assert counting_of(season_by_slug(season.slug).rule_sheet).panel.method == "mean"


def test_imported_seasons_with_windows_can_be_edited_too(organiser: Client) -> None:
    season = make.season(
        slug="imported", windows=[timedelta(0), timedelta(days=2)],
        caps=[("nominee", "window", "ballots", 2), ("category", "window", "choices", 3)],
    )  # fmt: skip
    found = answers(season_by_slug(season.slug))
    assert (found["nominee_ballots_a_window"], found["category_a_window"]) == (2, 3)
    assert found["windows"].count("\n") == 0
    assert found["windows"]
    assert organiser.post(page_of(season), typed(organiser, season)).status_code == 302


def test_only_ballot_presets_lack_marks() -> None:
    assert {one.key for one in presets().values() if one.about == "ballots"} == DECIDED.keys()


@pytest.mark.parametrize(("method", "told", "example"), [
    ("sum", "The sum of the marks counts", "the sum is 566.00."),
    ("rank_sum", "how many per cent of the other nominees stand below",
     "101: 2 marks (60, 85); by the order of the marks 50.00."),
    ("votes", "Each judge picks up to 2 nominees", "101: 3 picks"),
])  # fmt: skip
def test_sums_orders_and_picks_are_told_with_an_example(
    method: Any, told: str, example: str
) -> None:
    with override("en"):
        rule = Panel(method, picks=2)
        assert told in " ".join(counting_sentences.panel(rule))
        assert example in " ".join(counting_examples.of_panel(rule))
        assert ("fewer than 2 marks" in " ".join(
            counting_sentences.panel(Panel(method, min_marks=2))
        )) == (method != "votes")  # fmt: skip


def test_a_chain_with_steps_of_its_own_is_told_and_saved_again(organiser: Client) -> None:
    season = make.season()
    sheet = season.rule_sheet
    chain = ("component:panel", "component:public", "shared")
    sheet.ties = {"chain": chain}
    sheet.save()
    with override("en"):
        told = " ".join(counting_sentences.ties(Ties(("criterion:deeds", *chain))))
        assert "the higher value of the criterion “deeds”; more points from: “panel”" in told
    response = organiser.post(page_of(season), typed(organiser, season, panel_decimals=3))
    assert response.status_code == 302
    count = counting_of(season_by_slug(season.slug).rule_sheet)
    assert count.ties.chain == chain
    assert count.panel.decimals == 3


DECLARED = """
season:
  slug: declared
  name: 来源
  opens_at: 2027-03-01 09:00
  closes_at: 2027-03-14 18:00
  organiser: 示例公益协会
rules:
  min_choices: 1
  caps: []
  consolidation:
    components:
      - {key: online, kind: public, weight: 40, conversion: {how: share_of_votes}}
      - key: experts
        kind: panel
        weight: 60
        panel: {method: mean}
        rubric: {criteria: [{key: effect, factor: 2, highest: 10, name: 成效, name_en: Effect}]}
    gate: {component: online, top: 20}
  ties: {chain: [panel, public, more_voters, top_marks, more_decimals, number, jury_vote, shared]}
  honours:
    order: all
    places: 3
    quotas: [{key: cadres, by: [rank], of: [县处级], most: 1}]
categories:
  - {name: 人物, nominees: [{number: "1", name: 林秀英}]}
"""


def test_declared_components_and_places_are_shown_and_kept(organiser: Client) -> None:
    import_season(raw=DECLARED.encode(), file_name="declared.yaml")
    season = season_by_slug("declared")
    before = season.rule_sheet
    answer = organiser.get(page_of(season))
    page, form = answer.content.decode(), answer.context["form"]

    assert not {"public_weight", "conversion_how", "panel_method", "tie_1"} & form.fields.keys()
    for said in (
        "changed on a page of their own", "Public vote", "40%", "Only the first 20 by public vote",
        "Effect", "Places in all: 3", "At most 1: nominees with “rank” “县处级”.",
        "This chain is longer than the form",
    ):  # fmt: skip
        assert said in page, said
    # Whatever a browser sends of questions that are not asked changes nothing.
    values = typed(
        organiser, season, min_choices=2, public_weight=99, conversion_how="log", tie_1="lot",
        panel_method="median",
    )  # fmt: skip
    assert organiser.post(page_of(season), values).status_code == 302
    after = season_by_slug("declared").rule_sheet

    assert after.min_choices == 2
    kept = ("consolidation", "honours", "ties", "conversion", "panel", "public_weight")
    assert {name: getattr(after, name) for name in kept} == {
        name: getattr(before, name) for name in kept
    }
    shown = organiser.post(page_of(season), values | {"show": "1"}).content.decode()
    assert "Not saved yet." in shown


def test_steps_between_equals_can_be_those_of_components(organiser: Client) -> None:
    short = DECLARED.replace(
        "[panel, public, more_voters, top_marks, more_decimals, number, jury_vote, shared]",
        "[panel, shared]",
    )
    import_season(raw=short.encode(), file_name="declared.yaml")
    season = season_by_slug("declared")
    form = organiser.get(page_of(season)).context["form"]

    offered = dict(form.fields["tie_1"].choices)
    assert offered["criterion:effect"] == "the higher value of the criterion Effect"
    assert offered["component:online"] == "more points from: public vote"
    assert organiser.post(page_of(season), typed(organiser, season)).status_code == 302
    assert season_by_slug("declared").rule_sheet.ties == season.rule_sheet.ties
