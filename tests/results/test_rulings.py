"""A part that must not count: two people say so, it is left out, and everybody reads it."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.results import world
from tests.results.test_sealing import published, sealed, totals
from tests.roles.people import browser
from voting.results import refusals, stored_inputs
from voting.results.computing import NotComputable, compute, inputs_of
from voting.results.models import Ruling
from voting.results.services import ruling, sealing
from voting.rules.components import Consolidation
from voting.rules.no_result import NoResult
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken, fingerprint

pytestmark = pytest.mark.django_db


def ruled(season: Season, part: str, rule: str = "exclude", component: str = "panel") -> Ruling:
    return ruling.rule_out(
        season=season, component=component, part=part, rule=rule, stand_ins=[], actor="李敏",
        approved_by="王强", reason="评委泄露分数",
    )  # fmt: skip


def test_a_judge_who_is_ruled_out_does_not_count_and_everybody_reads_it() -> None:
    season = world.filled()
    before = totals(sealed(season))
    ruled(season, "甲")
    second = sealed(season, reason="评委甲被取消资格")
    after = totals(second)

    # Four marks are left of five: none is dropped. 101: (90 + 90 + 90 + 85) / 4 = 88.75.
    assert before["101"]["parts"]["panel"]["points"] == "90"
    assert after["101"]["parts"]["panel"]["points"] == "88.75"
    assert {"code": "part-excluded", "about": ["panel", "甲"]} in after["101"]["notes"]
    assert sealing.recomputed(second)
    published(season)
    page = Client().get(reverse("results:explained", args=["over", "101"])).content.decode()
    assert "甲" in page
    assert "disqualified" in page
    # Each thing that was not as usual stands beside its part, and not again below.
    assert page.count("There are too few marks to drop any.") == 1


def test_a_whole_panel_that_is_ruled_out_leaves_the_vote_alone() -> None:
    season = world.filled()
    ruled(season, "")
    (ranking,) = compute(inputs_of(season))
    assert ranking.result.totals == {"101": 100, "102": 90, "103": 20}


def test_rulings_are_inputs_and_survive_their_written_form() -> None:
    season = world.filled()
    ruled(season, "甲")
    raw = stored_inputs.written(inputs_of(season), rules=fingerprint(season))
    back = stored_inputs.read(raw)
    assert [(one.component, one.part) for one in back.disqualified] == [("panel", "甲")]
    assert stored_inputs.written(back, rules=fingerprint(season)) == raw


@pytest.mark.parametrize(
    ("component", "part", "rule", "stand_ins", "said"),
    [
        ("nothing", "", "exclude", [], "no such part"),
        ("panel", "己", "exclude", [], "no such part"),
        ("panel", "", "substitute", [], "Name who stands in"),
        ("panel", "", "substitute", ["panel"], "Name who stands in"),
        ("panel", "甲", "substitute", ["乙"], "Name who stands in"),
        ("panel", "甲", "exclude", ["乙"], "nobody stands in"),
    ],
)
def test_what_could_not_be_computed_is_refused(
    component: str, part: str, rule: str, stand_ins: list[str], said: str
) -> None:
    season = world.filled()
    with pytest.raises(RuleBroken, match=said):
        ruling.check(season, component=component, part=part, rule=rule, stand_ins=stand_ins)


def consolidated(*parts: dict[str, object], **fields: object) -> Season:
    """A season of these components, with what is given put aside."""
    return world.over(sheet={"consolidation": {"components": list(parts), **fields}})


PUBLIC = {"key": "public", "weight": 50, "conversion": {"how": "share_of_leader"}}
POINTS = {"key": "points", "kind": "points", "weight": 50, "most": 100}


def test_what_leaves_nothing_is_refused_before_anything_was_counted() -> None:
    """The second of two rulings that are fine one by one."""
    season = world.over()
    ruled(season, "")
    with pytest.raises(RuleBroken, match="nothing that counts is left"):
        ruled(season, "", component="public")
    Ruling.objects.all().delete()
    ruled(season, "", component="public")
    with pytest.raises(RuleBroken, match="judges has nobody that counts"):
        ruling.check(season, component="panel", part="", rule="substitute", stand_ins=["public"])


def test_the_gate_does_not_fall_away() -> None:
    season = consolidated(PUBLIC, POINTS, gate={"component": "public", "top": 2})
    with pytest.raises(RuleBroken, match="public vote decides who goes on"):
        ruled(season, "", component="public")


def test_one_group_of_a_vote_is_left() -> None:
    strata = {"strata": ["东区", "西区"], "conversion": {"how": "share_of_votes"}}
    season = consolidated(PUBLIC | strata, POINTS)
    ruled(season, "东区", component="public")
    with pytest.raises(RuleBroken, match="no group of public vote is left"):
        ruled(season, "西区", component="public")
    with pytest.raises(RuleBroken, match="nobody that counts"):
        ruling.check(season, component="public", part="西区", rule="substitute", stand_ins=["东区"])


def test_who_stands_in_has_most_points() -> None:
    open_ended = {"key": "hours", "kind": "hours", "weight": 1}
    season = consolidated(PUBLIC | {"weight": 1}, open_ended, adds="sum")
    with pytest.raises(RuleBroken, match="has no most"):
        ruling.check(season, component="public", part="", rule="substitute", stand_ins=["hours"])


def test_what_cannot_be_computed_anyway_stops_no_ruling() -> None:
    season = world.filled()
    for component in ("panel", "public"):  # as they could be ruled before they were tried
        Ruling.objects.create(
            season=season, component=component, rule="exclude", reason="x", ruled_by="李敏",
            approved_by="王强",
        )  # fmt: skip
    ruling.check(season, component="panel", part="甲", rule="exclude", stand_ins=[])
    with pytest.raises(NotComputable, match="nothing that counts is left"):
        compute(inputs_of(season))


def test_there_are_words_for_whatever_the_rules_refuse() -> None:
    """What has none would stand in English in the middle of a Chinese sentence."""
    source = "".join(path.read_text() for path in Path("voting/rules").glob("*.py"))
    codes = set(re.findall(r'NoResult\(\s*"([a-z-]+)"', source)) | {"unknown"}
    assert len(codes) > 6
    for code in codes:
        error = NoResult(code, "as a programmer says it", "public")
        assert "programmer" not in refusals.reason(error, Consolidation(()))


def test_two_people_rule_and_lift_by_pages() -> None:
    season = world.filled()
    first, second = map(browser, world.organisers(season))
    page = reverse("console:rulings", args=["over"])
    shown = first.get(page).content.decode()
    sent = {"action": "rule", "what": "panel\n甲", "rule": "exclude", "reason": "泄露分数"}
    assert first.post(page, sent | {"seen": "stale"}).status_code == 422
    assert first.post(page, sent | {"seen": _seen(shown)}).status_code == 302
    _approved(season, second)
    row = Ruling.objects.get()
    assert (row.ruled_by, row.approved_by) == ("李敏", "王强")
    shown = first.get(page).content.decode()
    sent = {"action": "lift", "ruling": str(row.pk), "reason": "查无实据"}
    assert first.post(page, sent | {"seen": _seen(shown)}).status_code == 302
    _approved(season, second)
    row.refresh_from_db()
    assert row.lifted_because == "查无实据"
    assert inputs_of(season_by_slug("over")).disqualified == ()


def test_what_stands_in_is_chosen_by_name() -> None:
    season = world.filled()
    first, second = map(browser, world.organisers(season))
    page = reverse("console:rulings", args=["over"])
    shown = first.get(page).content.decode()
    assert '<option value="panel\n甲">Judges · 甲</option>' in shown
    sent = {
        "action": "rule", "what": "panel\n", "rule": "substitute", "reason": "泄露分数",
        "seen": _seen(shown),
    }  # fmt: skip
    assert first.post(page, sent | {"stand_ins": ["nobody"]}).status_code == 422
    assert first.post(page, sent | {"stand_ins": ["panel"]}).status_code == 422
    assert first.post(page, sent | {"stand_ins": ["public"]}).status_code == 302
    proposal = season.proposals.get(state="waiting")
    asked = second.get(reverse("console:approval", args=["over", proposal.pk])).content.decode()
    assert "Public vote" in asked
    _approved(season, second)
    assert Ruling.objects.get().stand_ins == ["public"]


def _approved(season: Season, client: Client) -> None:
    proposal = season.proposals.get(state="waiting")
    approval = reverse("console:approval", args=["over", proposal.pk])
    seen = _seen(client.get(approval).content.decode())
    assert client.post(approval, {"approve": "1", "seen": seen}).status_code == 302


def _seen(page: str) -> str:
    at = page.index('name="seen" value="') + len('name="seen" value="')
    return page[at : page.index('"', at)]
