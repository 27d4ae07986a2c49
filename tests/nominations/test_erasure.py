"""Messages, consents that are taken back, and what is erased when."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.personal_data import export
from tests.nominations import world
from tests.nominations.world import address, send_in
from voting.audit.models import AuditEntry
from voting.nominations.models import (
    Attachment,
    Consent,
    Contact,
    Message,
    Nomination,
    NominationEvent,
)
from voting.nominations.services import erasing
from voting.nominations.services.messages import write_message
from voting.seasons.models import Season
from voting.units.models import Unit

pytestmark = pytest.mark.django_db


def test_messages_go_both_ways_and_name_no_official(
    client: Client, user: User, nomination: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    assert client.post(address(nomination), {"text": "太早"}).status_code == 422
    world.filled(client, nomination)
    send_in(client, nomination)
    assert client.post(address(nomination), {"text": "时长证明可以补吗？"}).status_code == 302
    official = User.objects.create_user("office@example.org", name="审核员丁")
    with django_capture_on_commit_callbacks(execute=True):
        write_message(nomination_id=nomination.pk, side="office", user=official, text="可以。")
    page = client.get(address(nomination)).content.decode()
    assert "时长证明可以补吗？" in page
    assert "可以。" in page
    assert "审核员丁" not in page + mail.outbox[0].body
    assert "可以。" not in mail.outbox[0].body
    assert Message.objects.get(side="office").read_at is not None
    assert Message.objects.get(side="nominator").read_at is None
    assert client.post(address(nomination), {"text": " "}).status_code == 422
    for _each in range(19):
        Message.objects.create(nomination=nomination, side="nominator", text="x")
    assert client.post(address(nomination), {"text": "再问"}).status_code == 422
    assert Message.objects.filter(side="nominator").count() == 20


def test_history_and_log_know_nobody_by_an_address(
    client: Client, user: User, nomination: Nomination
) -> None:
    user.name = ""
    user.save()
    world.filled(client, nomination)
    send_in(client, nomination)
    official = User.objects.create_user("office@example.org")
    write_message(nomination_id=nomination.pk, side="office", user=official, text="可以。")

    assert [event.actor for event in nomination.events.all()] == [f"#{user.pk}"]
    logged = AuditEntry.objects.filter(action__startswith="nomination.").order_by("pk")
    assert [entry.actor for entry in logged] == [f"#{user.pk}", f"#{official.pk}"]


def test_consent_to_publication_can_be_taken_back(client: Client, nomination: Nomination) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    assert client.post(address(nomination), {"take_back": "1"}).status_code == 302
    assert Consent.objects.get(kind="publication").withdrawn_at is not None
    assert "Consent to publication taken back" in client.get(address(nomination)).content.decode()
    assert client.post(address(nomination), {"take_back": "1"}).status_code == 422


def test_contacts_are_erased_some_time_after_the_season(
    client: Client, season: Season, nomination: Nomination
) -> None:
    world.filled(client, nomination, birth_year="1968")
    send_in(client, nomination)
    Attachment.objects.create(
        nomination=nomination, title="x", bytes=1, content_type="application/pdf"
    )
    ended = season.closes_at
    assert erasing.erase_old(days=180, actor="timer", now=ended + timedelta(days=179)) == 0
    assert Contact.objects.count() == 1
    assert erasing.erase_old(days=180, actor="timer", now=ended + timedelta(days=181)) == 1

    nomination.refresh_from_db()
    assert (nomination.name, nomination.state, nomination.birth_year) == (
        "范玉莲",
        "submitted",
        None,
    )
    assert not Contact.objects.exists()
    assert not Attachment.objects.exists()
    assert set(Consent.objects.values_list("given_by", flat=True)) == {""}
    assert client.get(address(nomination)).status_code == 200
    assert erasing.erase_old(days=180, actor="timer", now=ended + timedelta(days=181)) == 0


def test_a_person_gets_and_erases_what_they_put_forward(
    client: Client, user: User, season: Season, office: Unit, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    world.draft(user, season, of=office)
    own_draft = world.draft(user, season, "self")
    world.filled(client, own_draft)
    exported = export(user)["nominations"]
    assert [one["code"] for one in exported] == list(
        Nomination.objects.order_by("-pk").values_list("code", flat=True)
    )
    assert (exported[0]["name"], exported[0]["contact"]["phone"]) == ("范玉莲", "13800001234")
    assert erasing.erase_person(user_id=user.pk) == 3
    assert not Nomination.objects.filter(pk=own_draft.pk).exists()
    contact = world.contact_of(nomination)
    assert (contact.phone, contact.nominator_name) == ("13800001234", "")
    assert Consent.objects.get(kind="truth").given_by == ""


def test_who_put_themselves_forward_erases_how_to_reach_them(user: User, season: Season) -> None:
    oneself, other = world.draft(user, season, "self"), world.draft(user, season, "organisation")
    for one in (oneself, other):
        Nomination.objects.filter(pk=one.pk).update(
            state="returned", submitted_at=timezone.now(), name="我", headline="x", kind="person",
            organisation="x", category=season.categories.get(position=1),
        )  # fmt: skip
        Contact.objects.update_or_create(
            nomination=one,
            defaults={
                "phone": "13800001234", "email": "me@example.org", "address": "荷香桥镇 3 号",
                "typed": {"nominator_phone": "call 13900139000", "phone": "+86 138"},
            },
        )  # fmt: skip
        Consent.objects.create(
            nomination=one, kind="publication", given_by="我", recorded_by="我", text="t",
            text_version="1",
        )  # fmt: skip

    erasing.erase_person(user_id=user.pk)

    mine, theirs = world.contact_of(oneself), world.contact_of(other)
    assert (mine.phone, mine.email, mine.address, mine.typed) == ("", "", "", {})
    assert (theirs.phone, theirs.typed) == ("13800001234", {"phone": "+86 138"})
    given = Consent.objects.order_by("nomination_id").values_list("given_by", "recorded_by")
    assert list(given) == [("", "-"), ("我", "我")]


def test_of_a_unit_a_person_gets_only_what_they_did_and_wrote_themselves(
    client: Client, user: User, season: Season, office: Unit, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    colleague = world.recommender(season, office, "colleague@example.org")
    client.post(address(nomination), {"text": "时长证明可以补吗？"})
    world.signed_in(colleague).post(address(nomination), {"text": "已寄出。"})

    (mine,), (theirs,) = (export(one)["nominations"] for one in (user, colleague))
    assert [one["text"] for one in mine.pop("messages")] == ["时长证明可以补吗？"]
    assert [one["text"] for one in theirs.pop("messages")] == ["已寄出。"]
    whose = {"code": nomination.code, "season": season.name, "unit": office.name}
    assert mine == whose | {"begun_at": nomination.created_at.isoformat()}
    assert theirs == whose | {"begun_at": ""}


def test_of_what_somebody_else_put_forward_a_person_gets_only_what_they_wrote(
    season: Season,
) -> None:
    linked = world.draft(None, season, "citizen")
    Contact.objects.filter(nomination=linked).update(
        phone="13812345678", nominator_email="first@example.org"
    )
    user = User.objects.create_user("second@example.org")
    for author, text in ((None, "by the first person"), (user, "by the second person")):
        Message.objects.create(nomination=linked, side="nominator", author=author, text=text)

    (mine,) = export(user)["nominations"]

    assert [one["text"] for one in mine.pop("messages")] == ["by the second person"]
    assert mine == {"code": linked.code, "season": season.name, "unit": "", "begun_at": ""}


@pytest.mark.parametrize("known_by", ["email", "phone"])
def test_what_cannot_be_erased_never_names_an_address(season: Season, known_by: str) -> None:
    contacts = {
        "email": ("quiet@example.org", "official@example.org"),
        "phone": ("+8613912345678", "+8613912345679"),
    }[known_by]
    user, official = (User.objects.create(**{known_by: contact}) for contact in contacts)
    user_client = world.signed_in(user)
    nomination = world.draft(user, season, "self")
    world.filled(user_client, nomination)
    assert send_in(user_client, nomination).status_code == 302
    user_client.post(address(nomination), {"text": "Please call me."})
    write_message(nomination_id=nomination.pk, side="office", user=official, text="We shall.")
    user_client.post(address(nomination), {"withdraw": "1", "reason": "Enough."})

    for rows in (AuditEntry, NominationEvent, Consent):
        assert rows.objects.exists()
        assert not [one for one in contacts if one in str(list(rows.objects.values()))]


def test_drafts_that_nobody_touches_are_forgotten(nomination: Nomination) -> None:
    later = timezone.now() + timedelta(days=erasing.DRAFT_DAYS + 1)
    erasing.erase_old(days=10_000, actor="timer", now=later - timedelta(days=2))
    assert Nomination.objects.count() == 1
    erasing.erase_old(days=10_000, actor="timer", now=later)
    assert not Nomination.objects.exists()
