"""One's own account: sessions, own data, erasing it."""

import json
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from accounts import personal_data
from accounts.models import User
from accounts.templatetags.browsers import browser_words
from accounts.wiring import network_of

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture
def person(db: None) -> User:
    user = User.objects.create_user("me@example.org", name="王小明")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def signed_in(person: User, last_code: Any, **headers: str) -> Client:
    """Return a browser that has signed in by code."""
    client = Client(**headers)
    client.post(LOGIN, {"login": person.email})
    client.post(CONFIRM, {"code": last_code()})
    return client


def an_hour_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 3600)


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    for page in ("/accounts/", "/accounts/data/", "/accounts/data/erase/", "/accounts/sessions/"):
        assert client.get(page).url == f"{LOGIN}?next={page}"
    for action in ("/accounts/data/export/", "/accounts/sessions/everywhere/"):
        assert client.post(action).url == f"{LOGIN}?next={action}"


def test_the_account_page_leads_to_every_part(person: User, last_code: Any) -> None:
    page = signed_in(person, last_code).get("/accounts/").text

    for part in ("email/", "phone/change/", "2fa/", "sessions/", "data/", "logout/"):
        assert f'href="/accounts/{part}"' in page
    assert "me@example.org" in page


def test_sessions_are_listed_without_their_full_address(person: User, last_code: Any) -> None:
    phone = signed_in(
        person, last_code, REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Firefox on a phone"
    )
    desk = signed_in(person, last_code, REMOTE_ADDR="2001:db8:1:2::7")

    page = desk.get("/accounts/sessions/").text

    assert "<b>Firefox</b>" in page  # in words that people know, not as it calls itself
    assert "192.0.2.0" in page
    assert set(UserSession.objects.values_list("ip", flat=True)) == {"192.0.2.0", "2001:db8:1::"}
    assert SESSION_KEY in phone.session


def test_networks_are_cut() -> None:
    assert network_of("198.51.100.99") == "198.51.100.0"
    assert network_of("2001:db8:aaaa:bbbb::1") == "2001:db8:aaaa::"


def test_other_browsers_are_signed_out_and_this_one_stays(person: User, last_code: Any) -> None:
    phone, desk = signed_in(person, last_code), signed_in(person, last_code)

    desk.post("/accounts/sessions/")

    assert phone.get("/accounts/").status_code == 302
    assert desk.get("/accounts/").status_code == 200


def test_everywhere_means_here_too(person: User, last_code: Any) -> None:
    other = User.objects.create_user("other@example.org")
    strangers = Client()
    strangers.force_login(other)
    phone, desk = signed_in(person, last_code), signed_in(person, last_code)

    assert desk.get("/accounts/sessions/everywhere/").status_code == 405
    desk.post("/accounts/sessions/everywhere/")

    assert [client.get("/accounts/").status_code for client in (phone, desk, strangers)] == [
        302, 302, 200,
    ]  # fmt: skip
    assert UserSession.objects.filter(user=person).count() == 0


def test_own_data_are_a_file_without_secrets(person: User, last_code: Any) -> None:
    client = signed_in(person, last_code)
    TOTP.activate(person, generate_totp_secret())

    answer = client.post("/accounts/data/export/")

    found = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer["Cache-Control"]
    assert found["account"]["email"] == "me@example.org"
    assert found["account"]["name"] == "王小明"
    assert found["account"]["email_addresses"] == [{"email": "me@example.org", "confirmed": True}]
    assert [one["kind"] for one in found["second_factor"]] == ["totp"]
    assert len(found["sessions"]) == 1
    assert set(found) >= {"account", "sessions", "second_factor", "verified_voter", "made", "site"}
    assert "secret" not in answer.text
    assert "password" not in str(found["account"]).replace("has_password", "")


def test_a_topic_adds_its_part(person: User, last_code: Any) -> None:
    personal_data.register("bicycles", exporter=lambda user: [f"of {user.email}"])
    try:
        answer = signed_in(person, last_code).post("/accounts/data/export/")
    finally:
        personal_data._holdings.pop("bicycles")

    assert json.loads(answer.content)["bicycles"] == ["of me@example.org"]


def test_own_data_need_a_fresh_proof(
    person: User, last_code: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(person, last_code)
    client.cookies["language"] = "en"
    an_hour_later(monkeypatch)

    export = client.post("/accounts/data/export/")
    erase = client.post("/accounts/data/erase/", {"sure": "on"})

    assert "sign in once more" in export.text
    assert "sign in once more" in erase.text
    assert User.objects.get().email == "me@example.org"


def test_a_password_is_asked_for_where_there_is_one(
    last_code: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff = User.objects.create_user("staff@example.org", "a long password", is_staff=True)
    EmailAddress.objects.create(user=staff, email=staff.email, verified=True, primary=True)
    client = signed_in(staff, last_code)
    an_hour_later(monkeypatch)

    asked = client.post("/accounts/data/export/")

    assert asked.url == "/accounts/reauthenticate/?next=%2Faccounts%2Fdata%2Fexport%2F"


def test_erasing_leaves_nothing_that_names_the_person(person: User, last_code: Any) -> None:
    User.objects.filter(pk=person.pk).update(phone="+8613800138000", phone_verified=True)
    phone, client = signed_in(person, last_code), signed_in(person, last_code)
    TOTP.activate(person, generate_totp_secret())

    unsure = client.post("/accounts/data/erase/", {})
    assert (unsure.status_code, User.objects.get().email) == (422, "me@example.org")
    done = client.post("/accounts/data/erase/", {"sure": "on"})

    left = User.objects.get()
    assert (done.status_code, SESSION_KEY in client.session) == (200, False)
    assert (left.email, left.phone, left.name, left.is_active) == (None, None, "", False)
    assert left.erased_at is not None
    assert str(left) == f"user {left.pk}"
    assert EmailAddress.objects.count() == UserSession.objects.count() == 0
    assert left.authenticator_set.count() == 0
    assert phone.get("/accounts/").status_code == 302


def test_an_erased_address_can_begin_anew(person: User, last_code: Any) -> None:
    signed_in(person, last_code).post("/accounts/data/erase/", {"sure": "on"})

    again = Client()
    again.post(LOGIN, {"login": "me@example.org"})
    again.post(CONFIRM, {"code": last_code()})

    assert User.objects.filter(is_active=True).get().pk != person.pk
    assert SESSION_KEY in again.session


def test_whoever_looks_after_the_site_hands_over_first(last_code: Any) -> None:
    staff = User.objects.create_user("staff@example.org", is_staff=True)
    EmailAddress.objects.create(user=staff, email=staff.email, verified=True, primary=True)
    client = signed_in(staff, last_code)
    client.cookies["language"] = "en"

    refused = client.post("/accounts/data/erase/", {"sure": "on"})

    assert refused.status_code == 422
    assert "take that right away first" in refused.text
    assert User.objects.get().email == "staff@example.org"


@pytest.mark.both
def test_the_database_refuses_an_erased_account_with_a_name(person: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(erased_at=timezone.now())


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/99 MicroMessenger/8.0", "WeChat · Android"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(user_agent: str, words: str) -> None:
    with translation.override("en"):
        assert browser_words(user_agent) == words
