"""Score sheets on paper: what stands on them, who gets them when, and how they are recognised."""

import asyncio
import re
import time
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests.judging import world
from tests.judging.draws import ordered_by_two
from tests.papers import brings_its_fonts, is_a4, pages_of, text_of
from tests.roles.people import member
from voting.audit.models import AuditEntry
from voting.judging import printing
from voting.judging.models import Mark, Panel, ScoreSheet, Seat
from voting.judging.queries.sheets import (
    fingerprint_now,
    fingerprint_submitted,
    in_fours,
    number_of,
)
from voting.judging.services import panels, recusing, submitting
from voting.seasons.models import Nominee, Season

pytestmark = pytest.mark.django_db

LONG_NAME = "隆回县桃花坪街道大桥社区银龄互助与邻里守望志愿服务队"


def sheet(seat: Seat, rest: str = "sheet.pdf", language: str = "en") -> bytes:
    """Return a judge's own paper, as the judge gets it."""
    answer = world.browser(seat).get(world.address(seat.panel, rest, language))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    return bytes(answer.content)


def marked(seat: Seat, points: Sequence[int] = (8,)) -> None:
    """Mark everything at once, without a browser."""
    desk = printing.desk_of(fresh(seat))
    for at, one in enumerate(desk.nominees.marked):
        own, _made = ScoreSheet.objects.get_or_create(seat=seat, nominee=one)
        for line in desk.form.criteria:
            Mark.objects.create(sheet=own, criterion=line.key, points=points[at % len(points)])


def fresh(seat: Seat) -> Seat:
    return Seat.objects.select_related("judge", "panel__season").get(pk=seat.pk)


def submitted(seat: Seat) -> None:
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    seat.refresh_from_db()


def short(fingerprint: str) -> str:
    return in_fours(fingerprint).replace(" ", "")


def test_what_stands_on_a_sheet() -> None:
    board, (seat,) = world.opened(name="志愿者组", name_en="Volunteers")
    marked(seat)
    ScoreSheet.objects.filter(nominee=world.first(board)).update(
        comment="事迹属实\n但记录缺两个月", note="只有我看见"
    )
    submitted(seat)
    pdf = sheet(seat)
    text = text_of(pdf)

    for words in (
        "Scoresheetofajudge", "Volunteers", "J1·评委J1", "保密并独立评审", "Acceptedinthesewords",
        "101", "候选人101", "Weightedtotal", "atmost100", "1Duration", "0–10×3", "30%",
        "事迹属实", "但记录缺两个月", "Submittedandlocked", "(Beijingtime)", "SignatureofJ1",
        f"Sheetnumber{number_of(seat).replace(' ', '')}", "Page1of1",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("888880") == 5  # four marks, and 8 × (3 + 3 + 2 + 2)
    assert "只有我看见" not in text
    assert "Draft" not in text
    # At its end, and at the foot of its page.
    assert text.count(short(fingerprint_submitted(seat))) == 2
    assert brings_its_fonts(pdf)
    assert is_a4(pdf)


def test_in_chinese_it_is_chinese() -> None:
    _board, (seat,) = world.opened()
    marked(seat)
    submitted(seat)
    pdf = sheet(seat, language="zh-hans")
    text = text_of(pdf)

    for words in (
        "评委打分表",
        "持续与投入",
        "加权合计",
        "第1页，共1页",
        "提交并锁定",
        "签字",
        "日期",
    ):
        assert words in text
    assert not re.search(r"[a-z]{4,}", re.sub(r"[0-9a-f]{8,}", "", text))
    assert brings_its_fonts(pdf)


def test_before_submitting_and_in_a_rehearsal_it_says_so() -> None:
    _board, (seat,) = world.opened()
    marked(seat)
    draft = text_of(sheet(seat))
    Season.objects.update(is_demo=True)
    demo = text_of(sheet(seat))
    submitted(seat)
    of_demo = text_of(sheet(seat))
    Panel.objects.update(closed_at=timezone.now())
    Seat.objects.update(submitted_at=None)
    late = text_of(sheet(seat))

    assert "notsubmitted,doesnotcountyet" in draft
    assert draft.count("Draft") == 2  # the state, and across the page
    assert "Demonstration·Draft" in demo
    assert "Demonstration" in of_demo
    assert "Draft" not in of_demo
    assert "Notsubmittedwhenthepanelwasclosed" in late
    with override("en"):
        assert printing.frame(Season(rehearsal_of_id=1), "x")["mark"] == "Rehearsal"
        assert printing.frame(Season(), "x")["mark"] == ""


def test_the_fingerprint_follows_marks_and_comments_and_nothing_else() -> None:
    board, (seat, other) = world.opened(judges=2)
    for one in (seat, other):
        marked(one)
    first = fingerprint_now(fresh(seat))
    assert fingerprint_now(fresh(other)) != first
    own = ScoreSheet.objects.get(seat=seat, nominee=world.first(board))

    ScoreSheet.objects.filter(pk=own.pk).update(note="mine", revision=9)
    with override("zh-hans"):
        assert fingerprint_now(fresh(seat)) == first
    submitted(seat)
    assert fingerprint_submitted(seat) == first

    mark = own.marks.get(criterion="help")
    Mark.objects.filter(pk=mark.pk).update(points=3)
    changed = fingerprint_now(fresh(seat))
    Mark.objects.filter(pk=mark.pk).update(points=mark.points)
    ScoreSheet.objects.filter(pk=own.pk).update(comment="x")
    commented = fingerprint_now(fresh(seat))
    ScoreSheet.objects.filter(pk=own.pk).update(comment="")

    assert len({first, changed, commented}) == 3
    assert fingerprint_now(fresh(seat)) == first
    assert short(first) in text_of(sheet(seat))


def test_the_number_without_which_nobody_tries_marks_is_on_no_organisers_page(
    board: Panel, seat: Seat
) -> None:
    boss = world.browser(world.organiser())
    pages = [
        reverse("console:seat", args=[board.season.slug, board.pk, seat.pk]),
        reverse("console:panel", args=[board.season.slug, board.pk]),
        reverse("console:audit", args=[board.season.slug]),
    ]
    digits = number_of(seat)
    for address in pages:
        page = boss.get(address).content.decode()
        assert digits not in page
        assert digits.replace(" ", "") not in page
    assert in_fours(fingerprint_submitted(seat)) in boss.get(pages[0]).content.decode()


@pytest.fixture
def board() -> Panel:
    """A panel with one judge who has submitted, and one who has not."""
    found, (seat, _other) = world.opened(judges=2)
    marked(seat)
    submitted(seat)
    return found


@pytest.fixture
def seat(board: Panel) -> Seat:
    return fresh(Seat.objects.get(panel=board, submitted_at__isnull=False))


def over(board: Panel) -> None:
    """Close panel and vote: from now on numbers may be seen."""
    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="评审结束")
    Season.objects.filter(pk=board.season_id).update(phase="closed")


def console(board: Panel, seat: Seat | None = None) -> str:
    args = [board.season.slug, board.pk]
    if seat is None:
        return reverse("console:score_sheets", args=args)
    return reverse("console:score_sheet", args=[*args, seat.pk])


def test_organisers_get_sheets_only_once_nobody_marks_or_votes(board: Panel, seat: Seat) -> None:
    client = member("organiser", board.season)
    page = reverse("console:seat", args=[board.season.slug, board.pk, seat.pk])
    panel_page = reverse("console:panel", args=[board.season.slug, board.pk])
    for address in (console(board, seat), console(board)):
        answer = client.get(address, follow=True)
        assert "once voting has been closed" in answer.content.decode()
    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="评审结束")
    assert client.get(console(board, seat)).status_code == 302  # people still vote
    assert console(board, seat) not in client.get(page).content.decode()
    assert console(board) not in client.get(panel_page).content.decode()
    assert not AuditEntry.objects.filter(action="judging.export").exists()

    Season.objects.filter(pk=board.season_id).update(phase="closed")
    answer = client.get(console(board, seat))

    assert text_of(answer.content) == text_of(sheet(seat))
    assert console(board, seat) in client.get(page).content.decode()
    assert console(board) in client.get(panel_page).content.decode()
    assert AuditEntry.objects.filter(action="judging.export").count() == 1
    without = Seat.objects.get(panel=board, submitted_at=None)
    refused = client.get(console(board, without), follow=True).content.decode()
    assert "has not submitted a sheet" in refused


def test_another_panel_still_open_keeps_all_sheets_back(board: Panel, seat: Seat) -> None:
    # A panel that shares categories cannot be made; one of before the rule may still be there.
    second = Panel.objects.create(season=board.season, component="panel")
    world.seated(second, world.judge(board.season, "J9"))
    over(board)
    client = member("organiser", board.season)

    assert client.get(console(board, seat)).status_code == 302
    assert client.get(console(board)).status_code == 302


def test_observers_and_reviewers_get_none(board: Panel, seat: Seat) -> None:
    over(board)
    for role in ("observer", "reviewer", "judge"):
        client = member(role, board.season)
        assert client.get(console(board, seat)).status_code == 403
        assert client.get(console(board)).status_code == 403


def test_all_sheets_of_a_panel_in_one_zip(board: Panel, seat: Seat) -> None:
    Seat.objects.filter(pk=seat.pk).update(state=Seat.State.LEFT)  # what was submitted counts
    over(board)
    client = member("organiser", board.season)
    answer = client.get(console(board))
    assert isinstance(answer, StreamingHttpResponse)
    with CaptureQueriesContext(connection) as asked:
        raw = asyncio.run(whole(answer))

    assert len(asked) == 0
    with ZipFile(BytesIO(raw)) as found:
        assert found.testzip() is None
        assert found.namelist() == ["001 J1 panel.pdf"]
        text = text_of(found.read(found.namelist()[0]))
    assert short(fingerprint_submitted(seat)) in text


async def whole(response: StreamingHttpResponse) -> bytes:
    return b"".join([piece async for piece in response])


def test_a_recusal_after_submitting_is_told_with_both_fingerprints(
    board: Panel, seat: Seat
) -> None:
    before = fingerprint_submitted(seat)
    ordered_by_two(seat, world.first(board))
    text = text_of(sheet(seat))
    page = member("organiser", board.season).get(
        reverse("console:seat", args=[board.season.slug, board.pk, seat.pk])
    )

    now = fingerprint_now(fresh(seat))
    assert now != before
    assert f"Whatwassubmittedhasthefingerprint{short(before)}" in text
    assert text.count(short(now)) == 2
    assert "101候选人101:isrelatedorclose" in text.replace("Nominee", "候选人")
    assert in_fours(before) in page.content.decode()
    assert in_fours(now) in page.content.decode()


def test_a_blind_sheet_names_nobody_of_whom_the_judge_keeps_out() -> None:
    board, (seat,) = world.opened(hidden=("name", "number"))
    nominee = world.first(board)
    nominee.ballot_number = "Z77"  # no fingerprint has that in it
    nominee.save()
    recusing.order_recusal(
        seat_id=seat.pk, by=world.organiser(), nominee_id=nominee.pk, reason="related"
    )
    marked(seat)
    submitted(seat)
    text = text_of(sheet(seat))

    assert "isrelatedorclosetothenominee:1" in text
    assert "候选人10" not in text
    assert "Z77" not in text
    # Of five nominees the four others are on the sheet, under the names that stand for theirs.
    assert len(set(re.findall(r"File\d", text))) == 4


@pytest.mark.parametrize("method", [{"method": "votes", "picks": 2}, {"method": "exponential"}])
def test_ranks_and_picks_are_printed_as_such(method: dict[str, object]) -> None:
    _board, (seat,) = world.opened(world.season({"panel": method}))
    picks = method["method"] == "votes"
    first = next(iter(printing.desk_of(fresh(seat)).nominees.marked))
    own = ScoreSheet.objects.create(seat=seat, nominee=first)
    Mark.objects.create(sheet=own, criterion="", points=1)
    text = text_of(sheet(seat))

    assert ("Atmost2arechosenineachcategory" in text) is picks
    assert ("Rank1isthebestofitscategory" in text) is not picks
    assert (f"{first.name}Chosen" in text) is picks
    assert (f"{first.name}1" in text) is not picks


def large(comment: str = "") -> Seat:
    """Seat a judge before 60 nominees with long names, of eight criteria."""
    criteria = [(f"k{n}", f"第{n}项：持续时间与投入程度", f"Criterion {n}", "1") for n in range(8)]
    season = world.season({"rubric": world.rubric(criteria)}, nominees={})
    category = season.categories.create(position=1, name="志愿者组", name_en="Volunteers", places=3)
    for n in range(60):
        Nominee.objects.create(
            season=season, category=category, ballot_number=f"1{n:02}", name=f"{LONG_NAME}{n:02}"
        )
    _board, (seat,) = world.opened(season)
    marked(seat, points=(4, 7, 10))
    ScoreSheet.objects.update(comment=comment)
    return seat


def test_a_long_sheet_repeats_its_heads_parts_no_row_and_is_quick() -> None:
    comment = ("这位候选人二十年如一日照顾独居老人，材料里有逐月的走访记录。" * 20)[:499] + "终"
    seat = large(comment)
    began = time.monotonic()
    pdf = sheet(seat, language="zh-hans")
    took = time.monotonic() - began
    pages = pages_of(pdf)

    assert took < 5
    assert len(pages) > 10
    for number, page in enumerate(pages, 1):
        assert f"第{number}页，共{len(pages)}页" in page
    marks = [page for page in pages if "加权合计" in page and LONG_NAME in page]
    assert len(marks) >= 3
    assert all("编号候选人" in page and "志愿者组" in page for page in marks)
    # A name in the table of marks, and once more beside its comment, whole on one page each.
    for n in range(60):
        assert sum(page.count(f"{LONG_NAME}{n:02}") for page in pages) == 2
    assert sum(page.count(comment) for page in pages) == 60
    assert brings_its_fonts(pdf)
    assert is_a4(pdf)


def test_what_the_font_lacks_is_shown_and_told() -> None:
    board, (seat,) = world.opened()
    Nominee.objects.filter(pk=world.first(board).pk).update(name="𠮷某")
    text = text_of(sheet(seat))

    assert "〓某" in text
    assert "U+20BB7" in text


def test_there_is_none_before_the_panel_is_open_and_the_page_offers_it_then() -> None:
    season = world.season()
    board = world.panel(season)
    (seat,) = world.seated(board, world.judge(season, "J1"))
    client: Client = world.browser(seat)
    assert client.get(world.address(board, "sheet.pdf")).status_code == 302
    assert "sheet.pdf" not in client.get(world.address(board, "submit/")).content.decode()

    panels.open_panel(panel_id=board.pk, by=world.organiser())
    draft = client.get(world.address(board, "submit/")).content.decode()
    marked(seat)
    submitted(seat)
    Seat.objects.update(submitted_at=timezone.now() - timedelta(hours=1))
    final = client.get(world.address(board, "submit/")).content.decode()

    assert "Draft of the score sheet (PDF)" in draft
    assert "Score sheet (PDF)" in final
    assert "Draft of the score sheet" not in final
