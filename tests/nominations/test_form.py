"""Putting somebody forward in the browser's terms: steps, autosave, deadline, sending in."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from tests.nominations import world
from tests.nominations.world import address, saved, send_in
from voting.audit.models import AuditEntry
from voting.nominations.checks import gaps
from voting.nominations.forms import ContactForm, DeedsForm, WhoForm
from voting.nominations.models import Nomination, NominationEvent
from voting.nominations.services import drafts
from voting.nominations.services.states import move
from voting.nominations.texts import plain
from voting.seasons.models import Season
from voting.seasons.queries import nomination_settings
from voting.units.models import Unit

pytestmark = pytest.mark.django_db
NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"
JSON = {"Accept": "application/json"}


def stored(nomination: Nomination) -> Nomination:
    return Nomination.objects.get(pk=nomination.pk)


def test_a_unit_puts_forward_from_the_first_page_to_the_last(
    client: Client, season: Season, office: Unit, django_capture_on_commit_callbacks: Any
) -> None:
    start = f"/en/nominate/{season.slug}/"
    assert "单位11 has 2 nominations left" in client.get(start).content.decode()
    answer = client.post(start, {"route": "unit", "unit": office.pk})
    nomination = Nomination.objects.get()
    assert answer.headers["Location"] == address(nomination, "edit/who/")
    world.filled(client, nomination)
    assert "Everything is there." in client.get(address(nomination, "edit/check/")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert send_in(client, nomination).headers["Location"] == address(nomination)

    sent = stored(nomination)
    assert (sent.state, sent.name, sent.unit, str(sent.service_hours)) == (
        "submitted", "范玉莲", office, "1260.0",
    )  # fmt: skip
    assert sent.submitted_at is not None
    assert list(NominationEvent.objects.values_list("action", "state", "actor")) == [
        ("submit", "submitted", "推荐人11")
    ]
    assert AuditEntry.objects.get(action="nomination.submit").unit == "11"
    assert [one.to for one in mail.outbox] == [["unit@example.org"]]
    page = client.get(address(nomination)).content.decode()
    assert "It has been sent in, and waits for the review." in page
    assert "单位11 has 1 nomination left" in client.get(start).content.decode()


def test_steps_go_on_back_and_stay_where_something_does_not_fit(
    client: Client, nomination: Nomination
) -> None:
    assert saved(client, nomination, "contact", go="back").headers["Location"] == address(
        nomination, "edit/who/"
    )
    assert saved(client, nomination, "deeds").headers["Location"] == address(
        nomination, "edit/files/"
    )
    answer = saved(client, nomination, "deeds", headline="照看孩子", service_hours="一千多")
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Enter a number, such as 1260." in page
    assert "Everything else has been saved." in page
    assert stored(nomination).headline == "照看孩子"
    assert stored(nomination).typed == {"service_hours": "一千多"}
    again = client.get(address(nomination, "edit/deeds/")).content.decode()
    assert 'value="一千多"' in again
    assert "Enter a number" in again
    assert saved(client, nomination, "deeds", service_hours="１,260 hours").status_code == 302
    assert (stored(nomination).typed, stored(nomination).service_hours) == ({}, 1260)


def test_a_text_that_is_too_long_is_kept_whole(client: Client, nomination: Nomination) -> None:
    text = "长" * 201 + "\r\n\r\n末尾"
    answer = saved(client, nomination, "deeds", summary=text)

    assert answer.status_code == 422
    assert "Too long: 205 of at most 200 characters." in answer.content.decode()
    assert "205/200 characters" in answer.content.decode()
    assert stored(nomination).typed["summary"] == text
    page = client.get(address(nomination, "edit/deeds/")).content.decode()
    assert "长" * 201 in page
    assert "末尾" in page
    assert (
        "Deeds in short: what you typed does not fit yet."
        in client.get(address(nomination, "edit/check/")).content.decode()
    )


def test_two_windows_do_not_overwrite_each_other(client: Client, nomination: Nomination) -> None:
    page = address(nomination, "edit/deeds/")
    first = client.post(page, {"version": 1, "headline": "甲"}, headers=JSON)
    assert (first.status_code, first.json()["version"], first.json()["errors"]) == (200, 2, {})
    second = client.post(page, {"version": 1, "headline": "乙"}, headers=JSON)
    assert second.status_code == 409
    assert "changed in another window" in second.json()["problem"]
    late = client.post(page, {"version": 1, "headline": "乙"})

    assert late.status_code == 422
    assert stored(nomination).headline == "甲"
    assert 'value="乙"' in late.content.decode()
    assert 'name="version" value="2"' in late.content.decode()
    assert client.post(page, {"version": 2, "headline": "乙"}).status_code == 302
    assert stored(nomination).headline == "乙"


def test_autosave_names_what_does_not_fit_and_saves_the_rest(
    client: Client, nomination: Nomination
) -> None:
    answer = client.post(
        address(nomination, "edit/contact/"),
        {"version": 1, "phone": "电话", "nominator_name": "王"}, headers=JSON,
    )  # fmt: skip
    assert answer.json()["errors"] == {
        "phone": "Enter a phone number, such as 0739-8888888 or 13800001234."
    }
    contact = world.contact_of(nomination)
    assert (contact.nominator_name, contact.phone, contact.typed) == ("王", "", {"phone": "电话"})
    assert stored(nomination).typed == {}


@pytest.mark.parametrize("version", ["", "x", "-1", "99", "9" * 30])
def test_a_strange_version_saves_nothing(
    client: Client, nomination: Nomination, version: str
) -> None:
    answer = client.post(address(nomination, "edit/deeds/"), {"version": version, "headline": "x"})
    assert answer.status_code == 422
    assert stored(nomination).headline == ""


def test_what_is_missing_is_said_at_the_end_with_the_way_there(
    client: Client, nomination: Nomination
) -> None:
    answer = send_in(client, nomination)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "11 things are missing or do not fit yet." in page
    for said in ("Enter the name.", "Choose a category.", "Write the opinion of the unit.",
                 "This consent is needed: Consent to publication."):  # fmt: skip
        assert said in page
    assert f'{address(nomination, "edit/who/")}#id_name"' in page
    assert stored(nomination).state == "draft"
    assert not NominationEvent.objects.exists()


@pytest.mark.parametrize(
    ("asked", "who", "said"),
    [
        ({}, {"age": "minor"}, "nominees are at least 18 years old"),
        ({}, {"age": "adult", "birth_year": "2020"}, None),
        ({"age_min": 60}, {"age": "adult", "birth_year": "1990"}, "at least 60 years old"),
        ({"age_min": 60}, {"age": "adult"}, "Enter the year of birth."),
        ({"age_min": None}, {"age": "child"}, "Consent of the guardian to publication"),
        ({"age_min": None}, {"age": "minor"}, "Enter the name of the parent or guardian."),
        ({"age_min": None, "guardian_under": 14}, {"age": "minor"}, "Everything is there."),
        ({"hours_min": 2000}, {}, "at least 2,000 hours of service are needed"),
        ({"portrait_required": True}, {}, "Add a portrait."),
        ({"consent_to_checks": True}, {}, "Consent to enquiries"),
        ({"long_required": True}, {}, "The full story: still missing."),
        ({"hours_required": True, "unit_opinion_required": False}, {}, "Everything is there."),
    ],
)
def test_a_season_asks_what_its_settings_say(
    office: Unit, asked: dict[str, Any], who: dict[str, str], said: str | None
) -> None:
    season = world.season(**asked)
    user = world.recommender(season, office, "b@example.org")
    client, nomination = world.signed_in(user), world.draft(user, season, of=office)
    if said is None:
        answer = saved(client, nomination, "who", **world.WHO | who)
        assert "This year does not fit the age group" in answer.content.decode()
        return
    world.filled(client, nomination, **who)
    assert said in client.get(address(nomination, "edit/check/")).content.decode()


@pytest.mark.parametrize(
    ("ends_at", "is_old_enough"),
    [
        # In Beijing; in Greenwich both are on the last day of 2026.
        (datetime(2027, 1, 1, 5, tzinfo=ZoneInfo("Asia/Shanghai")), True),
        (datetime(2027, 1, 1, 0, tzinfo=ZoneInfo("Asia/Shanghai")), False),
    ],
)
def test_ages_are_counted_on_the_last_day_by_the_seasons_clock(
    client: Client, nomination: Nomination, ends_at: datetime, is_old_enough: bool
) -> None:
    world.filled(client, nomination, birth_year="1967")
    Season.objects.update(time_zone="Asia/Shanghai")
    settings = nomination_settings(nomination.season)
    settings.age_min = 60

    found = gaps(Nomination.objects.get(), settings, ends_at)

    assert [gap.field for gap in found] == ([] if is_old_enough else ["age"])


def test_a_guardian_is_asked_for_a_child_and_consents_apart(office: Unit) -> None:
    season = world.season(age_min=None)
    user = world.recommender(season, office, "b@example.org")
    client, nomination = world.signed_in(user), world.draft(user, season, of=office)
    world.filled(client, nomination, age="child")
    page = client.get(address(nomination, "edit/contact/")).content.decode()
    assert "checked" not in page.split('name="consent_guardian"')[1].split(">")[0]
    values = world.CONTACT | {
        "guardian_name": "范母", "guardian_relation": "母亲", "guardian_phone": "13900001234",
        "consent_guardian": "on", "consent_guardian_publication": "on",
    }  # fmt: skip
    assert saved(client, nomination, "contact", **values).status_code == 302
    assert send_in(client, nomination).status_code == 302

    given = nomination.consents.get(kind="guardian")
    assert (given.given_by, given.relation, given.recorded_by) == ("范母", "母亲", "推荐人11")
    assert "erases the contacts afterwards" in given.text
    assert nomination.consents.count() == 4


def test_after_the_deadline_the_text_stays_a_draft(
    client: Client, season: Season, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    world.close(season)
    assert (
        "What you write is kept as a draft"
        in client.get(address(nomination, "edit/deeds/")).content.decode()
    )
    answer = send_in(client, nomination)

    assert answer.status_code == 422
    assert "What you wrote is kept as a draft" in answer.content.decode()
    assert stored(nomination).state == "draft"
    assert stored(nomination).headline == world.DEEDS["headline"]
    refused = client.post(f"/en/nominate/{season.slug}/", {"route": "self"})
    assert refused.status_code == 422
    assert Nomination.objects.count() == 1
    world.close(season, timezone.now() + timedelta(minutes=5))
    assert "4 minutes left" in client.get(
        address(nomination, "edit/deeds/")
    ).content.decode().replace("\xa0", " ")
    assert send_in(client, nomination).status_code == 302


def test_a_correction_may_come_after_the_deadline(
    client: Client, season: Season, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    assert client.get(address(nomination, "edit/deeds/")).headers["Location"] == address(nomination)
    assert saved(client, nomination, "deeds", headline="改").status_code == 302
    assert stored(nomination).headline == world.DEEDS["headline"]
    move(
        nomination_id=nomination.pk, to="returned", action="return", actor="审核员",
        reason="请补充时长证明。",
    )  # fmt: skip
    world.close(season)
    page = client.get(address(nomination)).content.decode()
    assert "请补充时长证明。" in page
    assert "审核员" not in page
    assert "请补充时长证明。" in client.get(address(nomination, "edit/files/")).content.decode()
    assert saved(client, nomination, "deeds", **world.DEEDS | {"headline": "改"}).status_code == 302
    assert send_in(client, nomination).status_code == 302
    assert (stored(nomination).state, stored(nomination).headline) == ("resubmitted", "改")


def test_withdrawing_needs_a_reason_and_stays_on_record(
    client: Client, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    assert client.post(address(nomination), {"withdraw": "1", "reason": " "}).status_code == 422
    assert stored(nomination).state == "submitted"
    answer = client.post(address(nomination), {"withdraw": "1", "reason": "本人不愿意"})
    assert answer.status_code == 302
    assert stored(nomination).state == "withdrawn"
    assert "本人不愿意" in client.get(address(nomination)).content.decode()
    again = client.post(address(nomination), {"withdraw": "1", "reason": "x"})
    assert again.status_code == 422
    assert NominationEvent.objects.count() == 2


def test_a_draft_can_be_deleted_and_nothing_else(client: Client, nomination: Nomination) -> None:
    world.filled(client, nomination)
    assert client.post(address(nomination, "delete/")).status_code == 302
    assert not Nomination.objects.exists()


def test_what_was_sent_in_cannot_be_deleted(client: Client, nomination: Nomination) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    client.post(address(nomination, "delete/"))
    assert stored(nomination).state == "submitted"


def test_every_naughty_string_goes_through_every_text_field(nomination: Nomination) -> None:
    """Stored exactly where it fits, and kept as it was typed where it does not."""
    settings = nomination_settings(nomination.season)
    contact = world.contact_of(nomination)
    fitting = 0
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        values: dict[str, Any] = {}
        people: dict[str, Any] = {}
        typed: dict[str, str] = {}
        for kind in (WhoForm, ContactForm, DeedsForm):
            names = list(kind(nomination, contact, settings, frozenset()).fields)
            form = kind(nomination, contact, settings, frozenset(), dict.fromkeys(names, text))
            form.is_valid()
            for name, value in form.fitting().items():
                if not name.startswith("consent_"):
                    (people if name in form.contact_fields else values)[name] = value
            typed |= form.misfits()
        values.pop("category", None)
        saved_row = drafts.save(
            nomination_id=nomination.pk, seen=stored(nomination).version, values=values,
            contact=people, consents=None, typed=typed, fields=[*values, *people, *typed],
            actor="x",
        )  # fmt: skip
        row, person = stored(nomination), world.contact_of(nomination)
        assert saved_row.version == row.version
        assert {name: getattr(row, name) for name in values} == values
        assert {name: getattr(person, name) for name in people} == people
        assert row.typed | person.typed == {
            name: text.replace("\x00", "\ufffd") for name, text in typed.items()
        }
        if "full_story" in values:
            assert row.full_story == plain(text)
            fitting += 1
    assert fitting > 500


def test_naughty_strings_are_shown_exactly(client: Client, nomination: Nomination) -> None:
    texts = [text for text in json.loads(NAUGHTY.read_text(encoding="utf-8")) if len(text) < 300]
    for start in range(0, len(texts), 120):
        whole = plain("\n".join(texts[start : start + 120]))[:2900]
        name = plain(texts[start][:60])
        answer = saved(client, nomination, "deeds", full_story=whole, opinion_signed_by=name)
        assert answer.status_code == 302
        for page in ("edit/deeds/", "edit/check/", ""):
            text = client.get(address(nomination, page)).content.decode()
            assert escape(plain(whole)) in text
            assert "<script>alert" not in text


def test_pages_ask_as_much_of_the_database_for_many(
    client: Client, user: User, season: Season, office: Unit, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    pages = [f"/en/nominate/{season.slug}/", address(nomination)]

    def asked() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    few = asked()
    for _more in range(12):
        world.draft(user, season, of=office)
        NominationEvent.objects.create(
            nomination=nomination, action="note", state="submitted", actor="x"
        )
        nomination.messages.create(side="nominator", text="x")
    assert asked() == few
    assert all(count < 30 for count in few)
