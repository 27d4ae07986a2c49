"""Ranking, picking, the example marked first, comparing; reminders, progress, rehearsals."""

import json
import re
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.judging import world
from voting.audit.models import AuditEntry
from voting.ballots.services.rehearsing import wipe_rehearsal
from voting.ballots.stores import vote_store
from voting.judging import personal_data
from voting.judging.models import Assignment, Judge, Mark, Panel, ScoreSheet, Seat, SeatEvent
from voting.judging.queries.progress import progress, progress_of_nominees
from voting.judging.services import (
    panels,
    practising,
    recusing,
    rehearsing,
    reminding,
    seats,
    submitting,
)
from voting.judging.services.errors import Incomplete, JudgingRefused
from voting.seasons.models import Nominee

pytestmark = pytest.mark.django_db

RANKS = {"panel": {"method": "exponential"}}
PICKS = {
    "panel": {"method": "votes", "picks": 2}, "conversion": {"how": "share_of_leader"},
}  # fmt: skip


def marks(seat: Seat) -> dict[str, str]:
    """Return what a seat has entered, by ballot number."""
    return {
        one.sheet.nominee.ballot_number: format(one.points.normalize(), "f")
        for one in Mark.objects.filter(sheet__seat=seat).select_related("sheet__nominee")
        if one.sheet.nominee
    }


def field(board: Panel, number: str) -> str:
    return f"c_{world.code_of(board, world.first(board, number).pk)}"


def revisions(client: Client, address: str) -> dict[str, str]:
    """Return what the page says that its marks are based on."""
    page = client.get(address).content.decode()
    return dict(re.findall(r'name="(r_[^"]+)" value="(\d+)"', page))


def test_ranks_are_typed_or_moved_and_have_no_gaps() -> None:
    board, (seat,) = world.opened(world.season(RANKS))
    client = world.browser(seat)
    address = world.address(board, "order/")
    typed = {field(board, number): rank for number, rank in (
        ("101", "2"), ("102", "1"), ("103", "4"), ("201", "1"), ("202", "2"))}  # fmt: skip

    client.post(address, typed | {"whole": "1"})
    with pytest.raises(Incomplete, match="no number twice, and none left out"):
        submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    code = field(board, "103").removeprefix("c_")
    moving = {"move": f"up:{code}", "whole": "1"} | revisions(client, address)
    assert client.post(address, moving).status_code == 302
    page = client.get(address).content.decode()
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    assert marks(seat) == {"101": "3", "102": "1", "103": "2", "201": "1", "202": "2"}
    names = [name for name in ("候选人102", "候选人103", "候选人101") if name in page]
    assert sorted(names, key=page.index) == names


@pytest.mark.parametrize("rank", ["0", "1.5", "-1", "first"])
def test_no_other_ranks(rank: str) -> None:
    board, (seat,) = world.opened(world.season(RANKS))

    (answer,) = world.save(
        world.browser(seat), board, world.piece(board, world.first(board), "c_", rank)
    )

    assert (answer["problem"], marks(seat)) == ("out-of-range", {})


def test_as_many_are_picked_as_the_rules_allow() -> None:
    season = world.season(PICKS)
    board, (seat,) = world.opened(season)
    client = world.browser(seat)
    address = world.address(board, "order/")

    client.post(address, {"whole": "1"} | {field(board, one): "1" for one in ("101", "102", "103")})
    with pytest.raises(Incomplete, match="More are chosen than the rules allow"):
        submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    fewer = {"whole": "1", field(board, "101"): "1", field(board, "103"): "1"}
    client.post(address, fewer | revisions(client, address))
    assert "2 of at most 2 chosen" in client.get(address).content.decode()
    assert client.get(world.page(board, world.first(board))).content.count(b" checked") == 1
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    assert marks(seat) == {"101": "1", "103": "1"}
    assert client.get(world.address(board, "submit/")).status_code == 200


def test_the_example_comes_first_and_does_not_count() -> None:
    season = world.season()
    board = world.panel(season)
    practising.set_calibration(
        panel_id=board.pk, name="样例", deeds="修车不收钱。",
        marks={"duration": "5", "help": "6", "example": "3", "conduct": "5"},
        explanation="帮助具体。", by=world.organiser(),
    )  # fmt: skip
    (seat,) = world.seated(board, world.judge(season, "J1"))
    panels.open_panel(panel_id=board.pk, by=world.organiser())
    client = world.browser(seat)
    practice = world.address(board, "practice/")

    assert client.get(world.address(board)).headers["Location"] == practice
    assert client.get(world.page(board, world.first(board))).headers["Location"] == practice
    assert "帮助具体" not in client.get(practice).content.decode()
    keys = ("duration", "help", "example", "conduct")
    pieces = [{"code": "practice", "field": f"c_{key}", "value": "5"} for key in keys]
    assert {one["state"] for one in world.save(client, board, *pieces)} == {"saved"}

    assert "帮助具体" not in client.get(practice).content.decode()
    assert client.post(practice, {"compare": "1"}).headers["Location"] == f"{practice}#answer"
    page = client.get(practice).content.decode()
    assert "帮助具体" in page
    assert client.get(world.page(board, world.first(board))).status_code == 200
    assert [one.done for one in progress(board)] == [0]
    with pytest.raises(Incomplete, match="20 marks missing"):
        submitting.submit(seat_id=seat.pk, user=seat.judge.user)


def test_two_are_compared_with_own_marks() -> None:
    board, (seat, other) = world.opened(judges=2)
    world.mark_all(seat, "8")
    world.mark_all(other, "3")
    one, two = (world.code_of(board, world.first(board, no).pk) for no in ("101", "201"))

    page = world.browser(seat).get(world.address(board, f"compare/?a={one}&b={two}"))
    nobody = world.browser(seat).get(world.address(board, "compare/?a=x&b=%00"))

    text = page.content.decode()
    assert text.count('<td class="end">8</td>') == 8
    assert text.count("<b>80</b>") == 2
    assert '<td class="end">3</td>' not in text
    assert nobody.status_code == 200


def test_who_is_assigned_a_few_sees_only_those() -> None:
    season = world.season()
    board = world.panel(season, per_nominee=1)
    (seat,) = world.seated(board, world.judge(season, "J1"))
    Assignment.objects.create(seat=seat, nominee=world.first(board, "102"))
    panels.open_panel(panel_id=board.pk, by=world.organiser())
    client = world.browser(seat)

    assert client.get(world.page(board, world.first(board, "102"))).status_code == 200
    assert client.get(world.page(board, world.first(board, "101"))).status_code == 404
    (answer,) = world.save(client, board, world.piece(board, world.first(board), "c_help", "5"))
    assert answer["problem"] == "keep-out"
    assert [(one.done, one.of) for one in progress(board)] == [(0, 1)]


def test_progress_is_told_without_marks() -> None:
    board, (one, two) = world.opened(judges=2)
    world.mark_all(one)
    submitting.submit(seat_id=one.pk, user=one.judge.user)
    world.save(world.browser(two), board, world.piece(board, world.first(board), "c_help", "5"))

    assert [(line.seat.judge.key, line.done, line.of) for line in progress(board)] == [
        ("J1", 5, 5), ("J2", 0, 5),
    ]  # fmt: skip
    assert {(line.done, line.submitted, line.of) for line in progress_of_nominees(board)} == {
        (1, 1, 2)
    }


def test_who_is_not_finished_is_reminded_once_in_a_while(
    django_capture_on_commit_callbacks: object,
) -> None:
    board, (one, _two, three) = world.opened(judges=3)
    world.mark_all(one)
    submitting.submit(seat_id=one.pk, user=one.judge.user)
    Judge.objects.filter(pk=three.judge_id).update(email="j3@home.example.org")
    boss = world.organiser()

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        first = reminding.remind(panel_id=board.pk, by=boss)
        again = reminding.remind(panel_id=board.pk, by=boss)

    assert sorted(letter.to[0] for letter in mail.outbox) == [
        f"j2@{board.season.slug}.example.org", "j3@home.example.org",
    ]  # fmt: skip
    assert (first.sent, again.sent, again.lately) == (2, 0, ("J2", "J3"))
    assert f"/zh-hans/judging/{board.season.slug}/" in mail.outbox[0].body
    assert "还有 5 位没有打完" in mail.outbox[0].body
    panels.close_panel(panel_id=board.pk, by=boss, reason="over")
    with pytest.raises(JudgingRefused):
        reminding.remind(panel_id=board.pk, by=boss)


@pytest.mark.both
def test_a_rehearsal_is_judged_by_the_same_people_and_takes_it_all_along(redis: object) -> None:
    real = world.season()
    board = world.panel(real, hidden=("unit",))
    (seat,) = world.seated(board, world.judge(real, "J1"))
    rehearsal = world.season(rehearsal_of=real)
    for one in rehearsal.nominees.all():
        one.copied_from = real.nominees.get(ballot_number=one.ballot_number)
        one.save()
    recusing.order_recusal(
        seat_id=seat.pk, by=world.organiser(), nominee_id=world.first(board, "102").pk,
        reason="related", note="",
    )  # fmt: skip

    (copy,) = rehearsing.copy_panels(rehearsal_id=rehearsal.pk, by=world.organiser())
    own = copy.seats.get()
    assert (copy.hidden, own.state, own.judge.key) == (["unit"], "invited", "J1")
    seats.confirm(seat_id=own.pk, user=own.judge.user)
    seats.declare(seat_id=own.pk, user=own.judge.user, declaration="保密")
    panels.open_panel(panel_id=copy.pk, by=world.organiser())
    copy.refresh_from_db()
    world.mark_all(own)
    submitting.submit(seat_id=own.pk, user=own.judge.user)
    # The file is the real one: whoever keeps out of it does so here too.
    barred = world.browser(seat).get(world.page(copy, world.first(copy, "102")))
    assert barred.status_code == 404
    page = world.browser(seat).get(world.page(copy, world.first(copy)))
    assert "Rehearsal" in page.content.decode()
    # Rehearsals have no stages of their own.
    rehearsal.stages.all().delete()
    wipe_rehearsal(slug=rehearsal.slug, actor="甲", reason="seen", client=vote_store())

    assert list(Panel.objects.all()) == [board]
    assert list(Judge.objects.values_list("season", flat=True)) == [real.pk]
    assert not Mark.objects.exists()
    assert not SeatEvent.objects.exists()
    for wrong in (real, board.season):
        with pytest.raises(JudgingRefused, match="no rehearsal"):
            rehearsing.copy_panels(rehearsal_id=wrong.pk, by=world.organiser())


def test_own_marks_are_handed_out_and_the_judge_is_forgotten() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat)
    one = world.first(board)
    world.save(world.browser(seat), board, world.piece(board, one, "note", "我的笔记"))
    user = seat.judge.user

    assert "Submit your sheet" in personal_data.hindrance(user)
    submitting.submit(seat_id=seat.pk, user=user)
    assert personal_data.hindrance(user) == ""
    handed = json.dumps(personal_data.collect(user), ensure_ascii=False)
    personal_data.erase(user)

    assert "我的笔记" in handed
    judge = Judge.objects.get()
    assert (judge.key, judge.name, judge.user, judge.email) == ("J1", "", None, "")
    assert not seat.sheets.exclude(note="").exists()
    assert Mark.objects.count() == 20


def test_the_log_holds_no_marks_and_no_notes() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat, "7")
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    written = {one.action for one in AuditEntry.objects.filter(season=board.season.slug)}
    assert "judging.sheet_submitted" in written
    logged = json.dumps([one.after for one in AuditEntry.objects.all()])
    assert not [key for key in ("duration", "help", "example", "conduct") if key in logged]


@pytest.mark.once
def test_the_page_stays_quick_with_many_judges_and_nominees() -> None:
    criteria = [(f"k{n}", f"项目{n}", f"Criterion {n}", "1") for n in range(8)]
    season = world.season({"rubric": world.rubric(criteria)}, nominees={1: (), 2: ()})
    category = season.categories.get(position=1)
    Nominee.objects.bulk_create(
        Nominee(season=season, category=category, ballot_number=str(1000 + n), name=f"候选人{n}",
                deeds="做了好事。" * 200)
        for n in range(400)
    )  # fmt: skip
    board, (seat,) = world.opened(season)
    Seat.objects.bulk_create(
        Seat(panel=board, judge=judge, state="ready", declared_at=timezone.now())
        for judge in Judge.objects.bulk_create(Judge(season=season, key=f"M{n}") for n in range(59))
    )
    nominees = list(season.nominees.order_by("pk"))
    sheets = seat.sheets.bulk_create(ScoreSheet(seat=seat, nominee=one) for one in nominees)
    Mark.objects.bulk_create(
        Mark(sheet=sheet, criterion=key, points=7) for sheet in sheets for key, *_rest in criteria
    )
    world.marked_alike(seat)
    assert Mark.objects.count() == 60 * 400 * 8
    client = world.browser(seat)
    address = world.page(board, nominees[200])
    few, (alone,) = world.opened()
    world.mark_all(alone)
    quiet = world.browser(alone)

    def queries(browser: object, path: str) -> int:
        browser.get(path)  # type: ignore[attr-defined]  # once, so that nothing is new
        with CaptureQueriesContext(connection) as found:
            browser.get(path)  # type: ignore[attr-defined]
        return len(found)

    assert queries(client, address) == queries(quiet, world.page(few, world.first(few)))
    took = []
    for _time in range(5):
        begun = time.process_time()
        response = client.get(address)
        took.append(time.process_time() - begun)
    assert response.status_code == 200
    # Milliseconds of the processor: the machine may be busy with other tests. The database is
    # in this process, so that its work is counted too.
    assert min(took) * 1000 < 200, took


def test_nobody_is_late_by_a_moved_day() -> None:
    board, (seat,) = world.opened()
    Panel.objects.update(due_at=timezone.now() + timedelta(minutes=5))

    page = world.browser(seat).get(world.address(board, "submit/")).content.decode()

    assert "5 nominees left" in page


def test_today_leads_judges_to_their_files() -> None:
    board, (seat, other) = world.opened(judges=2)
    client = world.browser(seat)

    def todo() -> bool:
        page = client.get(f"/en/console/seasons/{board.season.slug}/").content.decode()
        return f"/en/judging/{board.season.slug}/" in page

    assert todo()
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    assert not todo()
    assert other.submitted_at is None
