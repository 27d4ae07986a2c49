"""Who may put forward and who may not; citizens without an account; quotas."""

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from allauth.core.exceptions import RateLimited
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.budgets import spend
from accounts.models import User
from accounts.sms.senders import SmsFailed, TextMessage, outbox
from tests import make
from tests.nominations import world
from tests.nominations.world import address, saved, send_in
from voting.nominations.models import (
    Confirmation,
    Nomination,
)
from voting.nominations.queries import quota_left
from voting.nominations.services.errors import QuotaUsed
from voting.nominations.services.letters import secret_link
from voting.nominations.services.sending import submit
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.seasons.models.nominating import UnitQuota
from voting.units.models import Unit

db = pytest.mark.django_db
PAGES = ("", "edit/who/", "edit/contact/", "edit/deeds/", "edit/files/", "edit/check/", "confirm/")


@db
def test_its_author_may_a_reviewer_may_not_here_and_others_find_nothing(
    client: Client, season: Season, office: Unit, station: Unit, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    colleague = world.recommender(season, office, "colleague@example.org")
    reviewer = User.objects.create_user("reviewer@example.org")
    Grant.objects.create(user=reviewer, role="reviewer", season=season, granted_by="x")
    below = world.recommender(season, station, "below@example.org")
    nobody = User.objects.create_user("nobody@example.org")

    def answers(user: User) -> set[int]:
        return {world.signed_in(user).get(address(nomination, page)).status_code for page in PAGES}

    assert answers(colleague) <= {200, 302}
    assert answers(reviewer) == {403}
    assert answers(below) == answers(nobody) == {404}
    for page in PAGES:
        answer = Client().get(address(nomination, page))
        assert answer.headers["Location"].startswith("/accounts/login/?language=en&next=")
        unknown = Client().get(address(nomination, page).replace(nomination.code, "ZZZZZZZZZZ"))
        assert unknown.headers["Location"].startswith("/accounts/login/?language=en&next=")


@db
def test_a_draft_is_seen_by_no_reviewer(season: Season, nomination: Nomination) -> None:
    reviewer = User.objects.create_user("reviewer@example.org")
    Grant.objects.create(user=reviewer, role="reviewer", season=season, granted_by="x")
    assert world.signed_in(reviewer).get(address(nomination)).status_code == 404


@db
def test_writing_is_refused_where_reading_is(season: Season, nomination: Nomination) -> None:
    stranger = world.signed_in(User.objects.create_user("nobody@example.org"))
    before = Nomination.objects.values().get()
    stem = "0" * 32
    for page in ("edit/deeds/", "edit/check/", "add/portrait/", "add/photo/", "add/proof/",
                 f"change/{stem}/", "delete/", "confirm/", ""):  # fmt: skip
        answer = stranger.post(address(nomination, page), {"version": 1, "headline": "x"})
        assert answer.status_code == 404, page
        assert Client().post(address(nomination, page)).status_code == 302
    assert Nomination.objects.values().get() == before


@db
@pytest.mark.parametrize(
    ("route", "asked", "works"),
    [
        ("unit", {"by_units": True}, False),  # no unit named
        ("organisation", {"by_organisations": True}, True),
        ("organisation", {}, False),
        ("self", {"by_oneself": True}, True),
        ("self", {}, False),
        ("citizen", {"without_account": True}, True),
        ("citizen", {}, False),
        ("friend", {}, False),
    ],
)
def test_each_way_is_open_only_if_the_season_says_so(
    route: str, asked: dict[str, bool], works: bool
) -> None:
    season = world.season(**asked)
    client = world.signed_in(User.objects.create_user("someone@example.org"))
    answer = client.post(f"/en/nominate/{season.slug}/", {"route": route})
    assert answer.status_code == (302 if works else 422)
    assert Nomination.objects.count() == works


@db
def test_nobody_begins_for_a_unit_that_is_not_theirs(
    season: Season, office: Unit, station: Unit, client: Client
) -> None:
    start = f"/en/nominate/{season.slug}/"
    other = world.unit("12")
    for unit in (other.pk, 0, 10**9, "x", "9" * 40):
        assert client.post(start, {"route": "unit", "unit": unit}).status_code == 422
    station.closed_at = timezone.now()
    station.save()
    assert client.post(start, {"route": "unit", "unit": station.pk}).status_code == 422
    assert not Nomination.objects.exists()
    assert client.post(start, {"route": "unit", "unit": office.pk}).status_code == 302


@db
def test_a_season_without_nominations_has_no_such_page() -> None:
    made = make.season()
    assert Client().get(f"/en/nominate/{made.slug}/").status_code == 404
    assert Client().get("/en/nominate/nothing/").status_code == 404
    later = world.season()
    now = timezone.now()
    later.stages.update(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))
    assert Client().get(f"/en/nominate/{later.slug}/").status_code == 404


@db
def test_a_season_that_is_not_published_is_known_to_its_people_alone(
    client: Client, season: Season
) -> None:
    Season.objects.update(published_at=None)
    start = f"/en/nominate/{season.slug}/"
    assert client.get(start).status_code == 200
    stranger = world.signed_in(User.objects.create_user("nobody@example.org"))
    for one in (Client(), stranger):
        assert one.get(start).status_code == 404
        assert one.post(start, {"route": "citizen"}).status_code == 404
    assert not Nomination.objects.exists()


# --- without an account -------------------------------------------------------------------------


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
            assert client.post(confirm, {"action": "resend"}).status_code == 302
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
def test_only_so_many_codes_go_to_one_address(season: Season) -> None:
    client, nomination = citizen(season)
    confirm = address(nomination, "confirm/")
    for _each in range(5):
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
        saved(client, nomination, "contact", **world.CONTACT | {"nominator_email": email})
        resend = client.post(address(nomination, "confirm/"), {"action": "resend"})
        answers.append(resend.status_code)

    assert answers == [302] * 5 + [422] * 2


@db
def test_all_mailboxes_together_get_so_many_codes(season: Season) -> None:
    client, nomination = citizen(season)
    confirm = address(nomination, "confirm/")
    for _each in range(60):
        spend("nomination-code", "all", [(1000, 60)])

    answer = client.post(confirm, {"action": "resend"})

    assert answer.status_code == 422
    assert not Confirmation.objects.exists()


@db
def test_a_unit_is_spoken_for_by_nobody_whose_role_was_taken(
    client: Client, user: User, season: Season, office: Unit, nomination: Nomination
) -> None:
    version = world.filled(client, nomination).version
    Grant.objects.filter(user=user).update(revoked_at=timezone.now(), revoked_by="x")

    assert send_in(client, nomination).status_code == 403
    assert saved(client, nomination, "who", **world.WHO).status_code == 403
    assert client.post(address(nomination), {"text": "x"}).status_code == 403
    assert client.post(address(nomination, "delete/")).status_code == 403
    assert client.get(address(nomination)).status_code == 200  # what they wrote, they may read
    nomination.refresh_from_db()
    assert (nomination.state, nomination.version) == ("draft", version)
    assert send_in(world.signed_in(world.recommender(season, office, "new@example.org")),
                   nomination).status_code == 302  # fmt: skip


@db
def test_a_secret_link_that_was_changed_or_replaced_leads_nowhere(season: Season) -> None:
    _client, nomination = citizen(season)
    path = secret_link(nomination).replace("http://127.0.0.1:8000", "")
    assert Client().get(path).status_code == 302
    assert Client().get(path[:-3] + "xx/").status_code == 404
    Nomination.objects.update(link_number=2)
    assert Client().get(path).status_code == 404


# --- quotas -------------------------------------------------------------------------------------


@db
def test_a_quota_is_kept_and_a_withdrawn_one_makes_room(
    client: Client, user: User, season: Season, office: Unit
) -> None:
    first, second = (world.draft(user, season, of=office) for _each in range(2))
    for one in (first, second):
        world.filled(client, one)
    assert send_in(client, first).status_code == 302
    refused = send_in(client, second)
    assert refused.status_code == 422
    assert "has no nominations left in the category" in refused.content.decode()
    second.refresh_from_db()
    assert (second.state, second.events.count()) == ("draft", 0)
    client.post(address(first), {"withdraw": "1", "reason": "换人"})
    assert send_in(client, second).status_code == 302


@db
def test_an_exception_for_a_unit_goes_before_the_settings(
    client: Client, user: User, season: Season, office: Unit, nomination: Nomination
) -> None:
    UnitQuota.objects.create(season=season, unit=office, most=0)
    world.filled(client, nomination)
    refused = send_in(client, nomination)
    assert "has no nominations left in this season." in refused.content.decode()
    assert quota_left(season, office.pk).least == 0
    page = client.get(f"/en/nominate/{season.slug}/").content.decode()
    assert "disabled" in page


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_send_in_at_once_do_not_exceed_the_quota() -> None:
    season, office = world.season(), world.unit("11")
    user = world.recommender(season, office)
    client = world.signed_in(user)
    drafts = [world.filled(client, world.draft(user, season, of=office)) for _each in range(6)]
    together = threading.Barrier(6)
    outcomes: list[str] = []

    def send(one: Nomination) -> None:
        together.wait()
        try:
            submit(nomination_id=one.pk, seen=one.version, actor="x")
            outcomes.append("sent")
        except QuotaUsed:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(one,)) for one in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 5 + ["sent"]
    assert Nomination.objects.filter(state="submitted").count() == 1


BY_PHONE = world.CONTACT | {"nominator_email": "", "nominator_phone": "138 0001 2345"}


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
    answer = client.post(confirm, {"action": "resend"})
    assert answer.status_code == 422
    assert re.search("could not be sent|have been sent already", answer.content.decode())
    assert client.post(confirm, {"code": sent[0]}).status_code == 422
    nomination.refresh_from_db()
    assert nomination.state == "draft"
