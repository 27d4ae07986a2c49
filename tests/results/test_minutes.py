"""The committee's minutes: what stands on them, from where, and who gets them when."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests import make
from tests.notices.conftest import objection
from tests.papers import brings_its_fonts, is_a4, pages_of, text_of
from tests.results import world
from tests.results.competitions import csv_of
from tests.results.test_guide import block
from tests.results.test_real_competitions import load
from tests.roles.people import member
from voting.judging.models import (
    DrawEnd,
    Judge,
    Mark,
    Panel,
    PanelDraw,
    Recusal,
    ScoreSheet,
    Seat,
)
from voting.judging.services.importing import import_scores
from voting.notices import services as notices
from voting.results import minutes
from voting.results.models import ResultSnapshot
from voting.results.services import ruling, sealing
from voting.results.services.figures import hold, import_votes
from voting.seasons.models import Nominee, Season
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db


def sealed(season: Season, reason: str = "") -> ResultSnapshot:
    return sealing.seal(slug=season.slug, actor="李敏", approved_by="王强", reason=reason)


def paper(client: Client, slug: str = "over", version: int = 1, language: str = "en") -> bytes:
    """Return the minutes as somebody gets them."""
    address = reverse("console:minutes", args=[slug, str(version)])
    answer = client.get(address.replace("/en/", f"/{language}/"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    return bytes(answer.content)


def words(snapshot: ResultSnapshot, **how: Any) -> str:
    """Return the words of the minutes without blanks."""
    return text_of(minutes.printed(minutes.minutes(snapshot, **{"with_names": True} | how)))


def test_what_stands_in_the_minutes() -> None:
    season = world.filled()
    snapshot = sealed(season)
    pdf = paper(member("organiser", season))
    text = text_of(pdf)

    for one in (
        "Minutesofthecommittee", "Version1", "李敏and王强", snapshot.fingerprint,
        snapshot.inputs_fingerprint, snapshot.sources["rules"],
        "5seats:5submitted,0left,0declined.", "Nobodykeptoutofanominee.",
        "Agreementofthejudges:ICC(2,k)", "Ofeachnominee'smarksthehighest(1)andthelowest(1)",
        "Thehighestnumbergets100points", "1place.", "Chairofthecommittee", "Page1of",
        # Worked by hand in test_sealing: added, points, total.
        "1101候选人101639030",  # 90 × 70% = 63, 100 × 30% = 30
        "93.0", "88.6", "65.5", "Tobehonoured", "outof100",
        "3of3standfirm",
    ):  # fmt: skip
        assert one in text, one
    assert text.count("Tobehonoured") == 1
    assert "Objections" not in text
    assert "Whatdoesnotcount" not in text
    assert brings_its_fonts(pdf)
    assert is_a4(pdf)


def test_in_chinese_they_are_chinese() -> None:
    season = world.filled()
    sealed(season)
    pages = pages_of(pdf := paper(member("organiser", season), language="zh-hans"))

    assert f"第1页，共{len(pages)}页" in pages[0]
    assert "评选纪要" in pages[0]
    assert "名次编号候选人" in "".join(pages)
    assert "拟入选" in "".join(pages)
    assert "组委会负责人" in pages[-1]
    assert brings_its_fonts(pdf)


def test_there_are_none_before_sealing_and_none_for_who_may_not_see_results() -> None:
    season = world.filled()
    address = reverse("console:minutes", args=["over", "1"])
    client = member("organiser", season)
    assert client.get(address).status_code == 404
    assert "minutes-v" not in client.get(reverse("console:result", args=["over"])).content.decode()

    sealed(season)

    assert client.get(address).status_code == 200
    assert address in client.get(reverse("console:result", args=["over"])).content.decode()
    assert client.get(address.replace("v1", "v2")).status_code == 404
    for role in ("reviewer", "judge"):
        assert member(role, season).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_observers_learn_codes_and_no_names() -> None:
    season = world.filled()
    Judge.objects.filter(season=season, key="甲").update(name="欧阳明德")
    sealed(season)

    assert "甲·欧阳明德" in text_of(paper(member("organiser", season)))
    seen = text_of(paper(member("observer", season)))
    assert "欧阳明德" not in seen
    assert "甲" in seen


def test_numbers_and_names_are_the_sealed_ones() -> None:
    season = world.filled()
    snapshot = sealed(season)
    before = words(snapshot)
    Mark.objects.update(points=1)
    Nominee.objects.filter(season=season).update(name="后来的名字", unit="后来的单位")
    season.rule_sheet.panel = {"method": "median"}
    season.rule_sheet.save()

    after = words(ResultSnapshot.objects.select_related("season").get())
    for one in ("候选人101", "93.0", "88.6", "thehighest(1)andthelowest(1)"):
        assert one in after
    assert "后来的" not in after
    # Only the time as of which the records were read may differ.
    cut = "objectedisasonrecord"
    assert before.split(cut)[0] == after.split(cut)[0]


def test_people_are_counted_and_recusals_named_by_reason_alone() -> None:
    season = world.filled()
    panel = Panel.objects.get(season=season)
    seats = {one.judge.key: one for one in panel.seats.select_related("judge")}
    gone = Judge.objects.create(season=season, key="己", seat_type="媒体")
    Seat.objects.create(panel=panel, judge=gone, state="declined")
    Seat.objects.filter(pk=seats["乙"].pk).update(state="left", how="drawn")
    secret = season.nominees.get(ballot_number="103")
    for key, reason in (("甲", "related"), ("丙", "related"), ("丁", "same_unit")):
        Recusal.objects.create(seat=seats[key], nominee=secret, reason=reason, source="declared")
    Recusal.objects.create(
        seat=seats["戊"], nominee=secret, reason="other", source="declared",
        lifted_at=timezone.now(), lifted_by="李敏", lifted_because="误报",
    )  # fmt: skip
    draw = PanelDraw.objects.create(
        panel=panel, number=1, pool=[["甲", "-"], ["乙", "-"]], seats={"": 1}, source="收盘点数",
        seed_at=timezone.now() + timedelta(hours=1), fingerprint="ab" * 32,
    )  # fmt: skip
    DrawEnd.objects.create(draw=draw, kind="drawn", seed="3921.48", order=["乙", "甲"])
    Panel.objects.update(opened_at=timezone.now(), closed_at=timezone.now())
    ScoreSheet.objects.filter(seat=seats["甲"], nominee=secret).update(comment="评语", note="私")
    text = words(sealed(season))

    assert "6seats:5submitted,1left,1declined." in text
    assert "Recusals:3(worksatthenominee'sunit:1;isrelatedorclosetothenominee:2)." in text
    assert "Sourceoftheseed:收盘点数.Seed:3921.48.Orderofthedraw:乙,甲." in text
    assert "己媒体" in text
    assert "hasleft" in text
    assert "1commentforthecommitteestandsonthescoresheets." in text
    assert "评语" not in text
    assert "私" not in text


def test_a_ruling_stands_with_its_reason_and_a_later_version_is_named() -> None:
    season = world.filled()
    first = sealed(season)
    ruling.rule_out(
        season=season, component="panel", part="甲", rule="exclude", stand_ins=[], actor="李敏",
        approved_by="王强", reason="评委泄露分数",
    )  # fmt: skip
    second = sealed(season_by_slug("over"), "评委甲被取消资格")

    text = words(second)
    assert "Judges·甲doesnotcount.Initsplace:nothing" in text
    assert "Reason:评委泄露分数.Decidedby李敏and王强." in text
    assert "评委甲被取消资格" in text
    before = words(first)
    assert "泄露" not in before
    assert "Version1;alateronehasbeensealedsince:2" in before


def test_ties_limits_and_fragile_places_are_told() -> None:
    marks = {judge: {"101": 90, "102": 90, "103": 50} for judge in "甲乙丙丁戊"}
    season = world.over()
    season.rule_sheet.ties = {"chain": ["number", "shared"]}
    season.rule_sheet.save()
    import_scores(season=season, raw=world.scores(marks), file_name="s.csv", actor="operator")
    raw = world.votes({"101": 100, "102": 100, "103": 99})
    import_votes(season=season, raw=raw, file_name="v.csv")
    text = words(sealed(season_by_slug("over")))

    assert "101候选人101:Equalwith候选人102;itwasdecidedbythesmallerballotnumber." in text
    assert "102候选人102:Equalwith候选人101" in text
    assert "Equalresults" in text


def test_limits_that_move_somebody_and_what_is_fragile(tmp_path: Path) -> None:
    names = ("season.yaml", "scores.csv", "votes.csv", "figures.csv")
    files = {name: block(name.partition(".")[0]).encode() for name in names}
    load("example", files, tmp_path)
    Season.objects.filter(slug="example").update(phase="closed")
    text = words(sealed(season_by_slug("example")))

    assert "102李建国:Nothonoured:thelimitisreached" in text
    assert "103赵春花:Movedup,sincealimitheldsomebodyback" in text
    assert "城南街道" in text
    assert "89" in text
    assert "88.6" in text


def test_a_place_at_the_line_says_what_would_move_it() -> None:
    marks = {
        "甲": {"101": 99, "102": 80, "103": 50}, "乙": {"101": 80, "102": 90, "103": 50},
        "丙": {"101": 80, "102": 84, "103": 50},
    }  # fmt: skip
    season = world.over()
    import_scores(season=season, raw=world.scores(marks), file_name="s.csv", actor="operator")
    raw = world.votes({"101": 100, "102": 100, "103": 99})
    import_votes(season=season, raw=raw, file_name="v.csv")
    text = words(sealed(season_by_slug("over")))

    assert "1of3standfirm" in text
    assert "Judgeswithout甲" in text
    assert "Nothonoured" in text
    assert "1–2" in text


def test_objections_are_counted_by_what_became_of_them() -> None:
    season = world.filled()
    snapshot = sealed(season)
    notices.publish(
        season_id=season.pk, kind="result", issue="first", reason="", actor="李敏",
        approved_by="王强",
    )  # fmt: skip
    objection(season, kind="result")
    objection(season, kind="result", text="另一件事，与前一件不同。")
    text = words(snapshot)

    assert "Objections" in text
    assert ":2(open:2)." in text
    assert "陈志远" not in text


def test_sixty_nominees_with_eight_criteria_are_quick(tmp_path: Path) -> None:
    criteria = [
        {"key": f"k{n}", "factor": "1", "lowest": "0", "highest": "10", "name": f"评分项{n}"}
        for n in range(8)
    ]
    numbers = [str(100 + n) for n in range(60)]
    component = {
        "key": "panel", "kind": "panel", "weight": "100", "rubric": {"criteria": criteria},
        "panel": {"method": "mean", "lowest": "0", "highest": "80"},
    }  # fmt: skip
    season = world.over(name="2026年公益之星")
    category = season.categories.get()
    Nominee.objects.filter(season=season).delete()
    for number in numbers:
        Nominee.objects.create(
            season=season, category=category, ballot_number=number, unit="桃花坪街道大桥社区",
            name=f"大桥社区银龄互助与邻里守望志愿服务队{number}",
        )  # fmt: skip
    season.rule_sheet.consolidation = {"components": [component]}
    season.rule_sheet.save()
    rows = [
        (f"J{judge}", number, f"k{n}", (judge * 7 + int(number) * 3 + n * 5) % 11)
        for judge in range(1, 10)
        for number in numbers
        for n in range(8)
    ]
    raw = csv_of(["judge", "nominee", "criterion", "points"], rows)
    import_scores(season=season_by_slug("over"), raw=raw, file_name="s.csv", actor="operator")
    Season.objects.filter(pk=season.pk).update(phase="closed")
    # Who is level at the line decides nothing here.
    season.rule_sheet.ties = {"chain": ["number", "shared"]}
    season.rule_sheet.save()
    snapshot = sealed(season_by_slug("over"))

    began = time.monotonic()
    with override("zh-hans"):
        pdf = minutes.printed(minutes.minutes(snapshot, with_names=True))
    took = time.monotonic() - began
    pages = pages_of(pdf)

    assert took < 5
    tables = [page for page in pages if "名次编号候选人" in page]
    assert len(tables) >= 3
    for number in numbers:
        assert any(
            f"{number}大桥社区银龄互助与邻里守望志愿服务队{number}" in page for page in tables
        )
    assert brings_its_fonts(pdf)


def test_what_is_held_back_is_named_with_its_reason() -> None:
    season = world.filled()
    (batch,) = import_votes(season=season, raw=world.votes({"102": 300}), file_name="box2.csv")
    hold(batch_id=batch.pk, actor="李敏", reason="三十张选票笔迹相同")
    text = words(sealed(season))
    digest = batch.fingerprint[:16]
    assert f"isheldbackwhileitisindoubt(SHA-256{digest}…):三十张选票笔迹相同" in text


def test_the_outcome_is_not_called_as_a_conversion_is() -> None:
    """Both are "As it stands" in English."""
    with override("zh-hans"):
        heads = minutes.minutes(sealed(world.filled()), with_names=True)["firm_heads"]
    assert "封存的结论" in heads


def test_of_objections_those_that_are_open_are_being_handled() -> None:
    season = world.filled()
    world.sealed_and_published(season)
    snapshot = ResultSnapshot.objects.get()
    objection(season, kind="result")
    with override("zh-hans"):
        text = text_of(minutes.printed(minutes.minutes(snapshot, with_names=True)))
    assert "办理中1" in text
    assert "投票中" not in text


def test_each_panel_of_a_part_has_its_own_figures() -> None:
    """Two panels with categories of their own; one judge on both."""
    panel = {"method": "mean"}
    made = make.season(
        nominees={1: ("101", "102"), 2: ("201", "202")}, slug="over", phase="closed",
        sheet={"panel": panel, "conversion": {"how": "share_of_leader"}},
    )  # fmt: skip
    season = season_by_slug(made.slug)
    for position in (1, 2):
        board = Panel.objects.create(season=made, component="panel", name=f"第{position}组")
        board.categories.set(made.categories.filter(position=position))
    marks = [
        (judge, number, points)
        for judge, own in (
            ("甲", {"101": 90, "102": 70, "201": 80, "202": 60}),
            ("乙", {"101": 88, "102": 71}), ("丙", {"201": 82, "202": 64}),
        )
        for number, points in own.items()
    ]  # fmt: skip
    raw = csv_of(["judge", "nominee", "points"], marks)
    import_scores(season=season, raw=raw, file_name="s.csv", actor="operator")
    lines = [("public", number, 10) for number in ("101", "102", "201", "202")]
    import_votes(
        season=season, raw=csv_of(["channel", "nominee", "votes"], lines), file_name="v.csv"
    )
    text = words(sealed(season))
    assert text.count("Agreementofthejudges") == 2
    assert "toolittlewasmarked" not in text
    shown = minutes.minutes(ResultSnapshot.objects.get(), with_names=True)["panels"]
    assert [[(row[0], row[4]) for row in one["seats"]] for one in shown] == [
        [("乙", "2"), ("甲", "2")], [("丙", "2"), ("甲", "2")],
    ]  # fmt: skip
