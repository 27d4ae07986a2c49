"""The public pages of a notice: reading, objecting, following; and what they never show."""

import json
import re
import time
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from tests.notices.conftest import objection, person, published
from voting.notices import page_context, services, views
from voting.notices.forms import form_key
from voting.notices.models import Objection, ObjectionEvidence, Objector, PublicNotice
from voting.notices.services.objecting import new_code
from voting.seasons.models import Nominee, Season

pytestmark = pytest.mark.django_db

NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with nobody having sent anything."""
    for bucket in (views.OBJECTIONS, views.LOOKUPS):
        bucket._arrival.clear()


@pytest.fixture
def notice(season: Season) -> PublicNotice:
    return published(season)


def page(season: Season, rest: str = "") -> str:
    return f"/en/s/{season.slug}/notice/{rest}"


def filled(**changes: Any) -> dict[str, Any]:
    """Return what a browser sends for an objection to the first name of the list."""
    plain = {
        "key": form_key(), "about": "1-1", "ground": "false_deeds", "text": "服务时长与事实不符。",
        "kind": "person", "name": "陈志远", "workplace": "大塘村", "phone": "13800138000",
        "truthful": "on",
    }  # fmt: skip
    return {name: value for name, value in (plain | changes).items() if value is not None}


def test_the_notice_shows_its_list_to_everybody(client: Client, notice: PublicNotice) -> None:
    shown = client.get(page(notice.season))
    text = shown.content.decode()

    assert shown.status_code == 200
    assert [f"候选人{n}" in text for n in (101, 102, 103, 201, 202)] == [True] * 5
    assert "5 working days, from" in text
    assert notice.fingerprint[:8] in text
    assert client.get(f"/notices/{notice.fingerprint[:16]}/1").status_code == 200
    assert client.get(f"/notices/{notice.fingerprint[:16]}/99").status_code == 404


@pytest.mark.parametrize(
    ("phone", "link"),
    [
        ("0739-823 0000", "tel:07398230000"), ("+86 (739) 8230000", "tel:+867398230000"),
        ("8230000 or 8230001", ""),
    ],
)  # fmt: skip
def test_the_office_is_a_press_away(phone: str, link: str) -> None:
    notice = PublicNotice(contact_name="周", phone=phone, email="office@example.org")
    rows = page_context.contact_rows(notice)

    assert [(words, way) for _label, words, way in rows] == [
        ("周", ""), (phone, link), ("office@example.org", "mailto:office@example.org"),
    ]  # fmt: skip


def test_without_a_notice_a_draft_does_not_exist_and_a_public_season_says_not_yet(
    client: Client, season: Season
) -> None:
    assert client.get(page(season)).status_code == 404
    assert client.get(page(season, "object/")).status_code == 404
    Season.objects.update(published_at=timezone.now())
    assert "There is no candidate notice yet" in client.get(page(season)).content.decode()


def test_a_named_objection_gets_a_receipt_that_shows_its_way(
    client: Client, notice: PublicNotice
) -> None:
    sent = client.post(page(notice.season, "object/"), filled() | {
        "evidence": [SimpleUploadedFile("签到表.pdf", PDF)],
    })  # fmt: skip
    made = Objection.objects.get()
    assert (sent.status_code, made.entry and made.entry.name) == (302, "候选人101")
    assert (made.objector.name, made.objector.phone) == ("陈志远", "+8613800138000")
    assert made.evidence.get().name == "签到表.pdf"

    services.accept(objection_id=made.pk, user=person("罗小满"), told="已受理。")
    receipt = client.get(sent.headers["Location"])
    text = receipt.content.decode()
    assert "已受理。" in text
    assert "签到表.pdf" in text
    assert made.number in text
    # Whoever finds the code must not learn who objected, nor who handles it.
    assert [word in text for word in ("陈志远", "13800138000", "大塘村", "罗小满")] == [False] * 4
    assert receipt.headers["Cache-Control"].count("no-store") == 1


@pytest.mark.parametrize(
    ("outcome", "effect", "before", "after"),
    [
        ("not_upheld", "none", "The list stays as it is.", "The list stays as it is."),
        (
            "upheld", "remove",
            "The nominee is taken off the list. The next version of the notice will show it.",
            "The nominee was taken off the list. The notice shows it from version 2 on, ",
        ),
        (
            "partly", "correct", "The entry will be corrected in the next version of the notice.",
            "The list was published again after this decision: version 2, ",
        ),
    ],
)  # fmt: skip
def test_the_receipt_says_what_follows_for_the_list(
    client: Client, notice: PublicNotice, outcome: str, effect: str, before: str, after: str
) -> None:
    sent = client.post(page(notice.season, "object/"), filled()).headers["Location"]
    made, handler = Objection.objects.get(), person("罗小满")
    services.accept(objection_id=made.pk, user=handler)
    services.take_on(objection_id=made.pk, user=handler)

    def said() -> str:
        return unescape(re.sub("<[^>]+>", "", client.get(sent).content.decode()))

    assert "What follows for the list" not in said()
    services.decide(
        objection_id=made.pk, user=handler, outcome=outcome, effect=effect, decision="已核查。",
        public_summary="已核查。",
    )  # fmt: skip
    assert before in said()
    published(notice.season, "again", "经核查，重新公示。")
    assert after in said()


def test_the_same_form_twice_leads_to_the_same_receipt(
    client: Client, notice: PublicNotice
) -> None:
    values = filled()
    first, second = (client.post(page(notice.season, "object/"), values) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"workplace": ""}, "Say where you work or live."),
        ({"phone": "12"}, "This is no phone number."),
        ({"text": "  \n "}, "Say what happened."),
        ({"truthful": None}, "This field is required."),
        ({"about": "1-99"}, "Select a valid choice."),
        ({"about": "2-1"}, "Select a valid choice."),
        ({"kind": "unit", "contact_person": "王"}, "Add the letter with the seal"),
        ({"kind": "unit"}, "Say whom of the unit we can ask."),
        ({"key": "forged"}, "The page was open too long."),
        ({"text": "长" * 5001}, "at most 5000 characters"),
    ],
)
def test_what_is_missing_is_said_and_what_was_written_stays(
    client: Client, notice: PublicNotice, changes: dict[str, Any], said: str
) -> None:
    answer = client.post(page(notice.season, "object/"), filled(email="a@example.org") | {
        name: value for name, value in changes.items() if value is not None
    } if None not in changes.values() else filled(**changes))  # fmt: skip
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert "What you wrote is still here" in text
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.pdf", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Only PDF, JPEG and PNG"),
        ("a.pdf", PDF[:-6] + b"/JavaScript", "damaged or not complete"),
        ("a.png", b"\x89PNG\r\n\x1a\nxx", "damaged or not complete"),
    ],
)
def test_hostile_files_are_refused_and_leave_nothing(
    client: Client, notice: PublicNotice, name: str, raw: bytes, said: str
) -> None:
    answer = client.post(
        page(notice.season, "object/"), filled() | {"evidence": SimpleUploadedFile(name, raw)}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Objection.objects.exists()
    assert not ObjectionEvidence.objects.exists()


def test_a_network_that_floods_is_asked_to_wait_and_others_are_not(
    client: Client, notice: PublicNotice
) -> None:
    for _ in range(20):
        views.OBJECTIONS.wait_seconds(views.prefix_of("127.0.0.1"), time.monotonic())
    refused = client.post(page(notice.season, "object/"), filled())
    other = client.post(page(notice.season, "object/"), filled(), REMOTE_ADDR="10.9.8.7")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
    assert "Many objections have come from this network" in refused.content.decode()
    assert (other.status_code, Objection.objects.count()) == (302, 1)


def test_after_the_end_the_page_says_so_by_the_servers_clock(
    client: Client, notice: PublicNotice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: notice.ends_at)
    for answer in (client.get(page(notice.season, "object/")),
                   client.post(page(notice.season, "object/"), filled())):  # fmt: skip
        assert answer.status_code == 410
        assert "Objections are no longer taken here" in answer.content.decode()
    assert not Objection.objects.exists()
    assert "Make an objection" not in client.get(page(notice.season)).content.decode()


def test_a_code_opens_its_own_receipt_and_guessing_is_slow(
    client: Client, notice: PublicNotice
) -> None:
    code = new_code()
    objection(notice.season, code=code)
    spelt = f"{code[:4]} {code[4:8].lower()}-{code[8:]}"
    found = client.post(page(notice.season, "objection/"), {"code": spelt})
    assert found.headers["Location"] == page(notice.season, f"objection/{code}/")
    wrong = client.post(page(notice.season, "objection/"), {"code": new_code()})
    assert (wrong.status_code, "There is no objection" in wrong.content.decode()) == (422, True)
    assert client.get(page(notice.season, f"objection/{new_code()}/")).status_code == 404
    for _ in range(70):
        views.LOOKUPS.wait_seconds(views.prefix_of("127.0.0.1"), time.monotonic())
    assert client.get(page(notice.season, f"objection/{code}/")).status_code == 404


def test_more_can_be_handed_in_until_it_is_settled(client: Client, notice: PublicNotice) -> None:
    code = new_code()
    made = objection(notice.season, code=code)
    address = page(notice.season, f"objection/{code}/")
    sent = client.post(
        address, {"text": "补充一份证明。", "evidence": SimpleUploadedFile("b.pdf", PDF)}
    )
    assert (sent.status_code, made.evidence.count()) == (302, 1)
    assert "补充一份证明。" in client.get(address).content.decode()
    services.refuse(objection_id=made.pk, user=person("甲"), refusal="no_lead", told="线索不清。")
    assert client.post(address, {"text": "又一次"}).status_code == 422
    assert made.events.filter(action="added").count() == 1


def test_later_versions_stand_beside_earlier_ones(client: Client, notice: PublicNotice) -> None:
    Nominee.objects.filter(ballot_number="101").update(name="改正后")
    published(notice.season, "correction", "更正一处姓名。")

    now, then = (client.get(page(notice.season, rest)).content.decode() for rest in ("", "v1/"))
    assert ("改正后" in now, "更正一处姓名。" in now, "候选人101" in now) == (True, True, False)
    assert ("改正后" in then, "This version no longer holds" in then) == (False, True)
    assert client.get(page(notice.season, "v9/")).status_code == 404


def test_three_hundred_names_cost_no_more_questions(client: Client, season: Season) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(page(season)).status_code == 200
        return len(counted)

    published(season)
    few = asked()
    category = season.categories.get(position=1)
    Nominee.objects.bulk_create(
        Nominee(season=season, category=category, ballot_number=f"9{n}", name=f"候选{n}")
        for n in range(300)
    )
    published(season, "again", "增补。")
    assert asked() == few


def test_naughty_strings_are_kept_and_shown_as_text_or_refused_kindly(
    client: Client, notice: PublicNotice
) -> None:
    strings = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if text.strip()]
    for start in range(0, len(strings), 120):
        views.OBJECTIONS._arrival.clear()
        text = "\n".join(strings[start : start + 120])[:4900]
        words = (strings[start][:60], strings[start + 1 if start + 1 < len(strings) else 0][:60])
        before = Objection.objects.count()
        answer = client.post(
            page(notice.season, "object/"),
            filled(text=text, name=words[0], workplace=words[1]),
        )
        assert answer.status_code in {302, 422}
        if answer.status_code == 422:
            assert Objection.objects.count() == before
            continue
        made = Objection.objects.latest("pk")
        assert made.text.splitlines() == text.splitlines()
        shown = client.get(answer.headers["Location"]).content.decode()
        assert escape(made.text) in shown
    assert Objector.objects.count() == Objection.objects.count() > 0


def test_the_days_of_waiting_are_told(client: Client, notice: PublicNotice) -> None:
    code = new_code()
    made = objection(notice.season, code=code)
    Objection.objects.filter(pk=made.pk).update(decide_by=timezone.localdate() - timedelta(days=2))
    text = client.get(page(notice.season, f"objection/{code}/")).content.decode()
    assert "The time for the decision has passed." in text
