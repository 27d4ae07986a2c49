"""The organisers' pages of notices and objections: who may what, and what is covered."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from tests.notices.conftest import objection, person, published
from voting.approvals.models import Proposal
from voting.audit.models import AuditEntry
from voting.notices import services
from voting.notices.forms import form_key
from voting.notices.models import CalendarDay, CalendarYear, NoticeDraft, Objection, PublicNotice
from voting.notices.readiness import readiness
from voting.roles.models import Grant
from voting.seasons.models import Nominee, Season, Stage

pytestmark = pytest.mark.django_db

NOTICE = {
    "title": "关于候选名单的公示", "body": "现予公示。", "office": "办公室", "phone": "0739-1",
    "decision_days": "10",
}  # fmt: skip


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture
def notice(season: Season) -> PublicNotice:
    return published(season)


def address(season: Season, rest: str) -> str:
    return f"/en/console/seasons/{season.slug}/{rest}"


def with_role(season: Season, role: str) -> Client:
    user = User.objects.create_user(f"{role}@example.org", name=role)
    Grant.objects.create(user=user, role=role, season=season, granted_by="x")
    client = Client()
    client.force_login(user)
    return client


def of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_each_page_lets_in_whom_it_should(season: Season, notice: PublicNotice) -> None:
    number = objection(season).number
    staff = {
        role: with_role(season, role) for role in ("organiser", "reviewer", "observer", "judge")
    }
    stranger = of(User.objects.create_user("x@example.org"))
    everyone = {"organiser", "reviewer", "observer"}
    pages = {
        "notices/": everyone,
        "objections/": everyone,
        f"objections/{number}/": everyone,
        "objections/new/": {"organiser", "reviewer"},
        "notices/prepare/": {"organiser"},
        "notices/preview.pdf": {"organiser"},
        "calendar/": {"organiser"},
    }
    for rest, allowed in pages.items():
        for role, client in staff.items():
            expected = 200 if role in allowed else 403
            assert (rest, role, client.get(address(season, rest)).status_code) == (
                rest, role, expected,
            )  # fmt: skip
        assert stranger.get(address(season, rest)).status_code == 404
        assert Client().get(address(season, rest)).status_code == 302
    refused = staff["observer"].post(address(season, f"objections/{number}/"), {"action": "accept"})
    assert (refused.status_code, Objection.objects.get().state) == (403, "received")


def test_an_observer_reads_the_objection_but_not_who_made_it(
    season: Season, notice: PublicNotice
) -> None:
    number = objection(season).number
    rest = address(season, f"objections/{number}/")
    observer, reviewer = with_role(season, "observer"), with_role(season, "reviewer")
    assert "陈志远" in reviewer.get(rest).content.decode()
    text = observer.get(rest).content.decode()
    assert ("服务时长与事实不符。" in text, "陈志远" in text, "13800138000" in text) == (
        True, False, False,
    )  # fmt: skip


def test_texts_are_saved_and_the_first_signature_waits_for_the_second(season: Season) -> None:
    first = of(person("袁秋萍"))
    prepare = address(season, "notices/prepare/")
    assert first.post(prepare, NOTICE).status_code == 302
    assert NoticeDraft.objects.get().title == "关于候选名单的公示"
    seen = services.state_now(season)
    assert first.post(prepare, {"publish": "1", "seen": "0" * 64}).status_code == 422
    assert first.post(prepare, {"publish": "1", "seen": seen}).status_code == 302
    waiting = Proposal.objects.get(state="waiting")
    assert (waiting.kind, str(waiting.proposed_by)) == ("notice.publish", "袁秋萍")
    assert not PublicNotice.objects.exists()
    page = first.get(prepare).content.decode()
    assert "waits for a second person" in page
    assert address(season, f"approvals/{waiting.pk}/") in page
    assert "can be signed no more" not in page
    first.post(prepare, NOTICE | {"title": "另一个标题"})
    assert "can be signed no more" in first.get(prepare).content.decode()


def test_a_notice_is_not_published_before_its_stage(season: Season) -> None:
    first = of(person("袁秋萍"))
    prepare = address(season, "notices/prepare/")
    first.post(prepare, NOTICE)
    now = timezone.now()
    stage = season.stages.create(
        kind="candidate_notice", starts_at=now + timedelta(days=3), ends_at=now + timedelta(days=9)
    )
    asked = {"publish": "1", "seen": services.state_now(season)}

    refused = first.post(prepare, asked)

    assert refused.status_code == 422
    assert "set the dates of the stages first" in refused.content.decode()
    assert not Proposal.objects.exists()
    season.stages.filter(pk=stage.pk).update(starts_at=now - timedelta(hours=1))
    assert first.post(prepare, asked).status_code == 302


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"title": ""}, "This field is required."), ({"decision_days": "0"}, "greater than")],
)
def test_what_is_wrong_with_the_texts_is_said(
    season: Season, changes: dict[str, str], said: str
) -> None:
    answer = of(person("甲")).post(address(season, "notices/prepare/"), NOTICE | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not NoticeDraft.objects.exists()


def test_characters_that_cannot_be_printed_are_named_before(season: Season) -> None:
    Nominee.objects.filter(ballot_number="101").update(name="𠮷某")
    assert "𠮷" in str(of(person("甲")).get(address(season, "notices/prepare/")).context["missing"])


def test_an_objection_goes_its_way_by_the_page(season: Season, notice: PublicNotice) -> None:
    made = objection(season)
    handler = of(person("罗小满"))
    rest = address(season, f"objections/{made.number}/")
    steps: list[dict[str, Any]] = [
        {"action": "accept", "told": "已受理。"},
        {"action": "take_on"},
        {"action": "answer", "told": "请补充。"},
        {"action": "note", "note": "电话核实"},
        {"action": "decide", "outcome": "upheld", "effect": "remove", "decision": "属实。",
         "public_summary": "一名候选人不符合条件。"},
    ]  # fmt: skip
    assert [handler.post(rest, step).status_code for step in steps] == [302] * 5
    assert Objection.objects.get().outcome == "upheld"
    assert handler.post(rest, steps[0]).status_code == 422
    assert handler.post(rest, {"action": "explode"}).status_code == 404
    assert (
        "Decided, but not published yet"
        in handler.get(address(season, "notices/")).content.decode()
    )
    assert handler.post(rest, {"action": "erase", "reason": "到期"}).status_code == 302
    assert "陈志远" not in handler.get(rest).content.decode()


def test_only_steps_that_can_be_taken_are_offered(season: Season, notice: PublicNotice) -> None:
    made = objection(season)
    handler, other = of(person("罗小满")), of(person("周建华"))
    rest = address(season, f"objections/{made.number}/")

    def offered(client: Client) -> list[str]:
        return [form.action for form in client.get(rest).context["forms"]]

    handler.post(rest, {"action": "accept", "told": ""})
    assert offered(handler)[0] == "take_on"
    assert "take_on_note" not in handler.get(rest).content.decode()
    assert offered(other) == ["take_on", "note", "recuse"]
    handler.post(rest, {"action": "take_on"})
    assert offered(handler) == ["decide", "answer", "note", "hand_back", "recuse"]
    assert offered(other) == ["take_on", "note", "recuse"]
    page = other.get(rest).content.decode()
    assert "take_on_note" in page
    assert "+86 138 0013 8000" in page  # a number as people read it
    handler.post(rest, {"action": "hand_back", "note": "休假"})
    assert offered(other)[0] == "take_on"


def test_whoever_is_tied_to_it_sees_nothing_of_it(season: Season, notice: PublicNotice) -> None:
    made = objection(season)
    objector = of(person("陈志远"))
    rest = address(season, f"objections/{made.number}/")
    page = objector.get(rest).content.decode()
    inbox = objector.get(address(season, "objections/")).content.decode()
    posted = objector.post(rest, {"action": "accept", "told": ""})

    for text in (page, inbox, posted.content.decode()):
        assert ("服务时长" in text, "候选人101" in text, made.number in text and text is inbox) == (
            False, False, False,
        )  # fmt: skip
    assert "Not handled by you" in page
    # Neither the log nor this table forgets anything, so they do not tell who objected.
    assert (posted.status_code, made.recusals.get().ground) == (403, "declared")
    assert AuditEntry.objects.filter(action="objection.recused").get().after["ground"] == "declared"
    assert Objection.objects.get().state == "received"
    Objection.objects.update(
        state="not_accepted", refusal="late", decision="x", decided_at=timezone.now()
    )
    assert objector.post(rest, {"action": "erase", "reason": "x"}).status_code == 403
    assert Objection.objects.get().objector.erased_at is None


def test_the_log_and_today_hide_what_the_inbox_hides(season: Season, notice: PublicNotice) -> None:
    made, other = objection(season), objection(season, objector={"name": "袁秋萍", "phone": ""})
    handler = person("罗小满")
    for one in (made, other):
        services.accept(objection_id=one.pk, user=handler)
        services.note(objection_id=one.pk, user=handler, note=f"已致电{one.number}")
    objector, free = of(person("陈志远")), of(person("何云"))
    log = address(season, "audit/")

    def told(client: Client, rest: str) -> list[bool]:
        page = client.get(rest).content.decode("utf-8-sig")
        return [one.number in page for one in (made, other)]

    pages = [
        log, f"{log}?words=已致电", f"{log}audit.csv", f"{log}audit.csv?topic=notice",
        "/en/console/audit/", "/en/console/audit/audit.csv", address(season, ""),
    ]  # fmt: skip
    assert [told(objector, rest) for rest in pages] == [[False, True]] * len(pages)
    assert [told(free, rest) for rest in pages] == [[True, True]] * len(pages)
    search = {"topic": "notice", "words": made.number}
    assert objector.get(log, search).context["lines"] == []
    said = "What belongs to objections that you must not handle is left out"
    assert (said in objector.get(log).content.decode(), said in free.get(log).content.decode()) == (
        True, False,
    )  # fmt: skip


def test_deadlines_are_marked_and_the_list_asks_a_fixed_number(
    season: Season, notice: PublicNotice
) -> None:
    client = of(person("甲"))

    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address(season, "objections/")).status_code == 200
        return len(counted)

    late, today = objection(season), objection(season, ref="")
    zone_today = timezone.localdate()
    Objection.objects.filter(pk=late.pk).update(decide_by=zone_today - timedelta(days=1))
    Objection.objects.filter(pk=today.pk).update(decide_by=zone_today)
    few = asked()
    text = client.get(address(season, "objections/")).content.decode()
    assert ("One objection is overdue." in text, "Due today" in text) == (True, True)
    assert text.index(late.number) < text.index(today.number)
    for _ in range(10):
        objection(season)
    assert asked() == few


def test_a_letter_is_entered_with_the_day_of_posting(season: Season, notice: PublicNotice) -> None:
    client = of(person("甲"))
    values = {
        "key": form_key(), "channel": "letter", "received_at": "2026-11-27T09:00", "about": "",
        "ground": "procedure", "text": "信件内容", "kind": "unit", "name": "某单位",
        "contact_person": "王干事",
    }  # fmt: skip
    assert ">By letter<" in client.get(address(season, "objections/new/")).content.decode()
    assert client.post(address(season, "objections/new/"), values).status_code == 302
    assert client.post(address(season, "objections/new/"), values).status_code == 302
    made = Objection.objects.get()
    assert (made.channel, made.entry, made.objector.name) == ("letter", None, "某单位")
    assert made.events.get().actor == "甲"
    old = client.post(address(season, "objections/new/"), values | {"key": "x"})
    assert (old.status_code, Objection.objects.count()) == (422, 1)
    again = values | {"key": old.context["form"]["key"].value()}
    assert client.post(address(season, "objections/new/"), again).status_code == 302
    assert Objection.objects.count() == 2


def test_days_of_a_year_are_entered_and_counted(season: Season) -> None:
    client = of(person("甲"))
    year = timezone.localdate().year + 2
    rest = address(season, f"calendar/?year={year}")
    rows = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-day": f"{year}-10-01", "form-0-kind": "holiday", "form-0-name": "国庆节",
        "form-1-day": "", "form-1-kind": "holiday", "source": "", "complete": "on",
        "reason": "已公布",
    }  # fmt: skip
    assert client.post(rest, rows).status_code == 422
    assert not CalendarDay.objects.exists()
    assert client.post(rest, rows | {"source": "国办发明电〔2027〕6号"}).status_code == 302
    assert CalendarDay.objects.get().day == date(year, 10, 1)
    assert CalendarYear.objects.get().complete
    wrong = rows | {"source": "x", "form-0-day": f"{year + 1}-10-01"}
    assert "All days must lie in" in client.post(rest, wrong).content.decode()


def test_one_seasons_organiser_reads_the_days_that_all_seasons_count_by(season: Season) -> None:
    year = timezone.localdate().year + 2
    CalendarDay.objects.create(day=date(year, 10, 1), kind="holiday", name="国庆节")
    chief = User.objects.create_user("chief@example.org", name="总管甲")
    Grant.objects.create(user=chief, role="organiser", granted_by="x")
    above = {"chief": of(chief), "root": of(person("超管乙"))}
    rest = address(season, f"calendar/?year={year}")
    rows = {
        "form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0", "source": "x", "complete": "on",
        "reason": "已公布",
    }  # fmt: skip

    client = with_role(season, "organiser")
    page = client.get(rest).content.decode()
    assert ("国庆节" in page, "<textarea" in page, "Save the days" in page) == (True, False, False)
    assert "总管甲" in page
    assert "超管乙" in page
    assert client.post(rest, rows).status_code == 403
    assert CalendarDay.objects.exists()
    for one in above.values():
        assert "Save the days" in one.get(rest).content.decode()
        assert one.post(rest, rows).status_code == 302


def test_readiness_asks_for_the_notice_its_end_and_its_list(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert readiness(season) == []
    now = timezone.now()
    Stage.objects.create(
        season=season, kind="candidate_notice", starts_at=now - timedelta(days=20),
        ends_at=now - timedelta(days=10),
    )  # fmt: skip
    assert [(item.done, item.blocks) for item in readiness(season)] == [(False, True)]
    notice = published(season)
    made = objection(season)
    assert [item.done for item in readiness(season)] == [False, False, True]
    handler = person("甲")
    services.refuse(objection_id=made.pk, user=handler, refusal="no_lead", told="线索不清。")
    monkeypatch.setattr(timezone, "now", lambda: notice.ends_at)
    assert [item.done for item in readiness(season)] == [True, True, True]
    Nominee.objects.filter(ballot_number="101").update(name="另一个人")
    assert [item.done for item in readiness(season)] == [True, True, False]
