"""Citizens without an account prove by a code to own an address or a number."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.core.exceptions import RateLimited
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.budgets import spend
from accounts.sms.senders import SmsFailed, TextMessage, outbox
from tests.nominations import world
from tests.nominations.world import address, saved, send_in
from voting.nominations.models import (
    Confirmation,
    Nomination,
    Photo,
)
from voting.nominations.services.errors import NotNow
from voting.nominations.services.files import add_photo
from voting.nominations.services.letters import secret_link
from voting.nominations.services.states import move
from voting.seasons.models import Season

db = pytest.mark.django_db


BY_PHONE = world.CONTACT | {"nominator_email": "", "nominator_phone": "138 0001 2345"}


def citizen(season: Season) -> tuple[Client, Nomination]:
    client = Client()
    answer = client.post(f"/en/nominate/{season.slug}/", {"route": "citizen"})
    assert answer.status_code == 302
    nomination = Nomination.objects.get(nominator=None)
    world.filled(client, nomination, nominator_email="Citizen@example.org")
    return client, nomination


def code_in(message: Any) -> str:
    found = re.search(r"^\d{6}$", message.body, re.MULTILINE)
    assert found
    return found.group()


@db
def test_a_citizen_confirms_by_code_before_it_counts(
    season: Season, django_capture_on_commit_callbacks: Any
) -> None:
    client, nomination = citizen(season)
    with django_capture_on_commit_callbacks(execute=True):
        answer = send_in(client, nomination)
    assert answer.headers["Location"] == address(nomination, "confirm/")
    nomination.refresh_from_db()
    assert (nomination.state, nomination.submitted_at) == ("draft", None)
    code = code_in(mail.outbox[0])
    assert code not in Confirmation.objects.get().code_hash
    page = client.get(address(nomination, "confirm/")).content.decode()
    assert "ci***@example.org" in page
    assert "citizen@example.org" not in page
    assert "field-error" not in page  # nothing was entered yet, so nothing is wrong
    wrong = client.post(address(nomination, "confirm/"), {"code": "000000"})
    assert wrong.status_code == 422
    assert "This code is wrong or too old." in wrong.content.decode()
    world.close(season)  # asked for in time: the minutes until the mail arrives do not count
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(address(nomination, "confirm/"), {"code": f" {wide} "})

    assert answer.headers["Location"] == address(nomination)
    nomination.refresh_from_db()
    assert nomination.state == "submitted"
    assert nomination.events.get().actor == "citizen"
    link = re.search(r"http\S+", mail.outbox[1].body)
    assert link
    elsewhere = Client()
    arrived = elsewhere.get(link.group().replace("http://127.0.0.1:8000", ""))
    assert arrived.headers["Location"].endswith(f"/nominations/{nomination.code}/")
    assert elsewhere.get(address(nomination)).status_code == 200


@db
def test_a_code_is_used_up_by_guessing_by_time_and_by_another_address(
    season: Season, django_capture_on_commit_callbacks: Any
) -> None:
    client, nomination = citizen(season)
    confirm = address(nomination, "confirm/")

    def asked() -> str:
        with django_capture_on_commit_callbacks(execute=True):
            assert send_in(client, nomination).status_code == 302
        return code_in(mail.outbox[-1])

    code = asked()
    guess = "111111" if code != "111111" else "222222"
    for _try in range(5):
        assert client.post(confirm, {"code": guess}).status_code == 422
    assert client.post(confirm, {"code": code}).status_code == 422
    first, second = asked(), asked()
    assert first == second or client.post(confirm, {"code": first}).status_code == 422
    Confirmation.objects.update(sent_at=timezone.now() - timedelta(minutes=20))
    Confirmation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(confirm, {"code": second}).status_code == 422
    code = asked()
    saved(client, nomination, "contact", **world.CONTACT | {"nominator_email": "b@example.org"})
    assert client.post(confirm, {"code": code}).status_code == 422
    nomination.refresh_from_db()
    assert nomination.state == "draft"


@db
def test_a_code_sends_in_what_was_checked_and_nothing_else(
    season: Season, django_capture_on_commit_callbacks: Any
) -> None:
    client, nomination = citizen(season)
    confirm = address(nomination, "confirm/")
    without = client.post(confirm, {"action": "resend"})
    assert without.status_code == 422
    assert "Go back to checking, and ask for a code there." in without.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        send_in(client, nomination)
    saved(client, nomination, "deeds", **world.DEEDS | {"headline": "检查之后才写的。"})

    late = [client.post(confirm, {"action": "resend"})]
    late.append(client.post(confirm, {"code": code_in(mail.outbox[-1])}))

    for answer in late:
        assert answer.status_code == 422
        assert "Please check it once more." in answer.content.decode()
    nomination.refresh_from_db()
    assert nomination.state == "draft"
    # The address is proved; once checked, it is sent in as it is now.
    assert send_in(client, nomination).headers["Location"] == address(nomination)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.headline) == ("submitted", "检查之后才写的。")


@db
def test_what_waits_for_a_code_stays_as_it_was_checked_once_nominations_have_ended(
    season: Season, django_capture_on_commit_callbacks: Any
) -> None:
    client, nomination = citizen(season)
    with django_capture_on_commit_callbacks(execute=True):
        send_in(client, nomination)
    world.close(season)

    answer = saved(client, nomination, "deeds", **world.DEEDS | {"headline": "截止之后才写的。"})

    assert answer.status_code == 422
    assert "enter the code that was sent to you, and it is sent in" in answer.content.decode()
    with pytest.raises(NotNow, match="can no longer be changed"):
        add_photo(nomination_id=nomination.pk, kind="portrait", raw=world.picture())
    assert not Photo.objects.exists()
    code = code_in(mail.outbox[-1])
    answer = client.post(address(nomination, "confirm/"), {"code": code})
    assert answer.headers["Location"] == address(nomination)
    nomination.refresh_from_db()
    assert (nomination.state, nomination.headline) == ("submitted", world.DEEDS["headline"])


@db
def test_a_draft_that_waits_for_no_code_is_kept_on_after_the_end(season: Season) -> None:
    client, nomination = citizen(season)
    send_in(client, nomination)
    world.close(season)
    Confirmation.objects.update(
        sent_at=timezone.now() - timedelta(minutes=20),
        expires_at=timezone.now() - timedelta(seconds=1),
    )

    assert saved(client, nomination, "deeds", **world.DEEDS).status_code == 302


@db
def test_a_correction_from_another_address_is_confirmed_after_the_end_too(
    season: Season, django_capture_on_commit_callbacks: Any
) -> None:
    client, nomination = citizen(season)
    with django_capture_on_commit_callbacks(execute=True):
        send_in(client, nomination)
    client.post(address(nomination, "confirm/"), {"code": code_in(mail.outbox[-1])})
    move(nomination_id=nomination.pk, to="returned", action="return", actor="x", reason="请补充。")
    world.close(season)
    saved(client, nomination, "contact", **world.CONTACT | {"nominator_email": "b@example.org"})

    with django_capture_on_commit_callbacks(execute=True):
        answer = send_in(client, nomination)
    assert answer.headers["Location"] == address(nomination, "confirm/")
    answer = client.post(address(nomination, "confirm/"), {"code": code_in(mail.outbox[-1])})

    assert answer.headers["Location"] == address(nomination)
    nomination.refresh_from_db()
    assert nomination.state == "resubmitted"


@db
def test_only_so_many_codes_go_to_one_address(season: Season) -> None:
    client, nomination = citizen(season)
    confirm = address(nomination, "confirm/")
    assert send_in(client, nomination).status_code == 302
    for _each in range(4):
        assert client.post(confirm, {"action": "resend"}).status_code == 302
    answer = client.post(confirm, {"action": "resend"})
    assert answer.status_code == 422
    assert "Several codes have been sent already." in answer.content.decode()
    assert Confirmation.objects.count() == 5


@db
def test_one_mailbox_is_not_flooded_by_many_drafts_and_spellings(season: Season) -> None:
    answers = []
    for at in range(7):
        client = Client()
        nomination = world.draft(None, season, "citizen")
        client.get(secret_link(nomination))
        email = f"Stranger+{at}@Example.org"
        world.filled(client, nomination, nominator_email=email)
        answers.append(send_in(client, nomination).status_code)

    assert answers == [302] * 5 + [422] * 2


@db
def test_all_mailboxes_together_get_so_many_codes(season: Season) -> None:
    client, nomination = citizen(season)
    for _each in range(60):
        spend("nomination-code", "all", [(1000, 60)])

    answer = send_in(client, nomination)

    assert answer.status_code == 422
    assert not Confirmation.objects.exists()


@db
def test_a_citizen_without_mail_confirms_by_text_message(season: Season) -> None:
    client, nomination = citizen(season)
    saved(client, nomination, "contact", **BY_PHONE)
    assert "+86138****2345" not in client.get(address(nomination)).content.decode()
    check = client.get(address(nomination, "edit/check/")).content.decode()
    assert "We send a code to +86138****2345 first." in " ".join(check.split())
    outbox.clear()
    answer = send_in(client, nomination)

    assert answer.headers["Location"] == address(nomination, "confirm/")
    (message,) = outbox
    assert (message.phone, message.minutes) == ("+8613800012345", 15)
    assert message.code in message.text
    page = client.get(address(nomination, "confirm/")).content.decode()
    assert "+86138****2345" in page
    assert "0012345" not in page
    assert Confirmation.objects.get().channel == "phone"
    answer = client.post(address(nomination, "confirm/"), {"code": message.code})
    assert answer.headers["Location"] == address(nomination)
    nomination.refresh_from_db()
    assert nomination.state == "submitted"
    status = client.get(address(nomination)).content.decode()
    assert "You gave no e-mail address: news stand on this page only." in status
    assert secret_link(nomination) in status


@db
def test_a_number_that_gets_no_messages_is_asked_for_again(season: Season, settings: Any) -> None:
    client, nomination = citizen(season)
    missing = "Enter your e-mail address or your mobile number: a code goes there."
    saved(client, nomination, "contact", **BY_PHONE | {"nominator_phone": "0739-8888888"})
    assert missing in client.get(address(nomination, "edit/check/")).content.decode()
    saved(client, nomination, "contact", **BY_PHONE)
    assert missing not in client.get(address(nomination, "edit/check/")).content.decode()
    settings.PHONE_SIGN_IN = False  # a site without a gateway
    page = client.get(address(nomination, "edit/check/")).content.decode()
    assert "Enter your e-mail address: a code goes there." in page


@db
@pytest.mark.parametrize("fault", [RateLimited, SmsFailed])
def test_a_message_that_does_not_leave_leaves_no_code(
    season: Season, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    client, nomination = citizen(season)
    saved(client, nomination, "contact", **BY_PHONE)
    sent: list[str] = []

    def fails(message: TextMessage) -> None:
        sent.append(message.code)
        raise fault

    monkeypatch.setattr("voting.nominations.services.letters.send_text", fails)
    confirm = address(nomination, "confirm/")
    answer = send_in(client, nomination)
    assert answer.status_code == 422
    assert re.search("could not be sent|have been sent already", answer.content.decode())
    assert client.post(confirm, {"code": sent[0]}).status_code == 422
    nomination.refresh_from_db()
    assert nomination.state == "draft"


@db
def test_a_secret_link_that_was_changed_or_replaced_leads_nowhere(season: Season) -> None:
    _client, nomination = citizen(season)
    path = secret_link(nomination).replace("http://127.0.0.1:8000", "")
    assert Client().get(path).status_code == 302
    assert Client().get(path[:-3] + "xx/").status_code == 404
    Nomination.objects.update(link_number=2)
    assert Client().get(path).status_code == 404


# --- quotas -------------------------------------------------------------------------------------
