"""Signing in by phone: the code, its limits, and that nobody can tell who has an account."""

import hashlib
import re
import time
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.addresses import mailbox_of, phone_number, spaced
from accounts.models import User
from accounts.sms.senders import SmsFailed, TextMessage

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
CONFIRM = "/accounts/login/code/confirm/"
NUMBER = "+8613800138000"
Texts = list[TextMessage]


def ask(client: Client, number: str = "13800138000") -> Any:
    return client.post(LOGIN, {"login": number})


def a_minute_later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the clock of codes run ahead; the cache's own is left alone."""
    real = time.time()
    monkeypatch.setattr("time.time", lambda: real + seconds)


def without_secrets(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", NUMBER),
        (" 138 0013 8000 ", NUMBER),
        ("+86 138-0013-8000", NUMBER),
        ("008613800138000", NUMBER),
        ("１３８００１３８０００", NUMBER),
        ("12345", None),
        ("01065529988", None),  # a fixed line gets no text messages
        ("+447400123456", None),  # not one of SMS_COUNTRIES
        ("138001380001", None),
        ("", None),
        ("x", None),
    ],
)
def test_a_number_has_one_spelling(typed: str, number: str | None) -> None:
    assert phone_number(typed) == number


def test_other_countries_can_be_let_in(settings: Settings) -> None:
    settings.SMS_COUNTRIES = ["CN", "GB"]

    assert phone_number("+44 7400 123456") == "+447400123456"
    assert spaced(NUMBER) == "+86 138 0013 8000"
    assert mailbox_of(" Me+x@Example.org") == "me@example.org"


def test_a_code_sent_to_a_phone_signs_in_and_confirms_it(client: Client, texts: Texts) -> None:
    user = User.objects.create_user(phone=NUMBER)

    asked = ask(client)
    page = client.get(CONFIRM).text
    client.post(CONFIRM, {"code": texts[0].code})

    assert (asked.status_code, asked.url) == (302, CONFIRM)
    assert "+86 138 0013 8000" in page
    assert re.fullmatch(r"\d{6}", texts[0].code)
    assert (texts[0].phone, texts[0].minutes, texts[0].code in texts[0].text) == (NUMBER, 5, True)
    assert client.session[SESSION_KEY] == str(user.pk)
    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == (NUMBER, True)


def test_the_first_code_makes_the_account(client: Client, texts: Texts) -> None:
    ask(client)
    begun = User.objects.get()
    client.post(CONFIRM, {"code": texts[0].code})

    user = User.objects.get()
    assert (begun.phone_verified, begun.asked_at is not None) == (False, True)
    assert (user.email, user.phone, user.phone_verified, user.asked_at) == (
        None, NUMBER, True, None,
    )  # fmt: skip
    assert client.session[SESSION_KEY] == str(user.pk)


def test_two_people_without_an_address_can_both_have_accounts(client: Client, texts: Texts) -> None:
    for number in ("13800138000", "13900139000"):
        ask(client, number)
        client.post(CONFIRM, {"code": texts[-1].code})
        client.post("/accounts/logout/")

    assert User.objects.filter(email=None).count() == 2


def test_known_and_unknown_numbers_get_the_same_page_and_message(
    client: Client, texts: Texts
) -> None:
    User.objects.create_user(phone=NUMBER)

    known = ask(client)
    known_page = client.get(CONFIRM).text.replace("+86 138 0013 8000", "?")
    client.cookies.clear()
    unknown = ask(client, "13900139000")
    unknown_page = client.get(CONFIRM).text.replace("+86 139 0013 9000", "?")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert without_secrets(known_page) == without_secrets(unknown_page)
    first, second = (text.text.replace(text.code, "?") for text in texts)
    assert first == second


def test_fifty_people_behind_one_address_are_all_served(client: Client, texts: Texts) -> None:
    answers = []
    for number in range(50):
        client.cookies.clear()
        answers.append(ask(client, f"138001380{number:02}").status_code)

    assert set(answers) == {302}
    assert len({text.phone for text in texts}) == 50


def test_a_code_works_once(client: Client, texts: Texts) -> None:
    ask(client)
    client.post(CONFIRM, {"code": texts[0].code})
    client.post("/accounts/logout/")

    client.post(CONFIRM, {"code": texts[0].code})

    assert SESSION_KEY not in client.session


def test_a_code_works_only_in_the_browser_that_asked(client: Client, texts: Texts) -> None:
    ask(client)
    other = Client()
    other.post(LOGIN, {"login": "13900139000"})

    other.post(CONFIRM, {"code": texts[0].code})

    assert SESSION_KEY not in other.session


def test_a_code_lives_five_minutes(
    client: Client, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client)

    a_minute_later(monkeypatch, 301)
    late = client.post(CONFIRM, {"code": texts[0].code})

    assert (late.status_code, late.url) == (302, LOGIN)
    assert SESSION_KEY not in client.session


def test_five_wrong_codes_end_the_attempt(client: Client, texts: Texts) -> None:
    ask(client)
    wrong = f"{(int(texts[0].code) + 1) % 1_000_000:06}"

    answers = [client.post(CONFIRM, {"code": wrong}).status_code for _ in range(5)]
    client.post(CONFIRM, {"code": texts[0].code})

    assert answers == [200, 200, 200, 200, 302]
    assert SESSION_KEY not in client.session


def test_a_minute_lies_between_two_messages(client: Client, texts: Texts) -> None:
    answers = []
    for _ in range(3):
        client.cookies.clear()
        answers.append(ask(client).status_code)

    assert answers == [302, 429, 429]
    assert len(texts) == 1


def test_another_code_at_once_is_refused_and_the_first_goes_on(
    client: Client, texts: Texts
) -> None:
    ask(client)

    client.post(CONFIRM, {"action": "resend"})
    told = client.get(CONFIRM).text
    client.post(CONFIRM, {"code": texts[0].code})

    assert "刚刚发过" in told
    assert len(texts) == 1
    assert SESSION_KEY in client.session


def next_minute() -> None:
    cache.delete_many([key for key in counters() if ":60:" in key])


def counters() -> list[str]:
    name = hashlib.sha256(NUMBER.encode()).hexdigest()
    return [f"sent:{seconds}:sms:{name}" for seconds in (60, 3600, 86400)]


def test_a_further_code_replaces_the_first_and_has_its_own_life(
    client: Client, texts: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client)
    next_minute()
    a_minute_later(monkeypatch, 200)
    client.post(CONFIRM, {"action": "resend"})

    a_minute_later(monkeypatch, 250)  # 450 seconds after the first
    client.post(CONFIRM, {"code": texts[0].code})
    assert (SESSION_KEY in client.session, texts[0].code != texts[1].code) == (False, True)
    client.post(CONFIRM, {"code": texts[1].code})
    assert SESSION_KEY in client.session


@pytest.mark.parametrize("known", [True, False])
def test_five_messages_an_hour_and_ten_a_day(
    client: Client, texts: Texts, settings: Settings, known: bool
) -> None:
    # The sender's own limits are the last ones.
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"request_login_code": ""}
    if known:
        User.objects.create_user(phone=NUMBER)

    answers = []
    for attempt in range(14):
        client.cookies.clear()
        next_minute()
        if attempt == 6:
            cache.delete(counters()[1])
        answers.append(ask(client).status_code)

    assert answers == [302] * 5 + [429] + [302] * 5 + [429] * 3
    assert len(texts) == 10


def test_the_whole_site_sends_so_many_messages_a_day(
    client: Client, texts: Texts, settings: Settings
) -> None:
    settings.SMS_PER_DAY = 2

    answers = []
    for number in ("13800138000", "13800138001", "13800138002"):
        client.cookies.clear()
        answers.append(ask(client, number).status_code)

    assert answers == [302, 302, 429]
    assert (len(texts), User.objects.count()) == (2, 2)


def test_what_is_neither_number_nor_address_is_explained(client: Client, texts: Texts) -> None:
    client.cookies["language"] = "en"

    short = client.post(LOGIN, {"login": "1380013"})
    words = client.post(LOGIN, {"login": "someone"})
    nothing = client.post(LOGIN, {"login": ""})

    assert "not a mobile number" in short.text
    assert "name@example.org" in words.text
    assert "Please enter a phone number or an e-mail address." in nothing.text
    assert (texts, User.objects.count()) == ([], 0)


def test_without_a_way_to_phones_only_addresses_are_asked_for(
    client: Client, settings: Settings
) -> None:
    settings.PHONE_SIGN_IN = False
    settings.ACCOUNT_LOGIN_METHODS = {"email"}
    client.cookies["language"] = "en"

    page = client.get(LOGIN).text

    assert "Phone number" not in page
    assert client.post(LOGIN, {"login": "13800138000"}).status_code == 200


def test_a_number_is_added_to_an_account_by_its_code(
    client: Client, texts: Texts, lately: Any
) -> None:
    user = User.objects.create_user("me@example.org")
    client.force_login(user)
    lately(client)

    asked = client.post("/accounts/phone/change/", {"phone": "138 0013 8000", "action": "change"})
    user.refresh_from_db()
    before = user.phone
    client.post("/accounts/phone/verify/", {"code": texts[0].code})

    user.refresh_from_db()
    assert (asked.status_code, before) == (302, None)
    assert (user.phone, user.phone_verified) == (NUMBER, True)


def test_the_number_of_another_account_is_not_given_away(
    client: Client, texts: Texts, lately: Any
) -> None:
    User.objects.create_user(phone=NUMBER)
    client.force_login(User.objects.create_user("me@example.org"))
    lately(client)

    taken = client.post("/accounts/phone/change/", {"phone": NUMBER})
    free = client.post("/accounts/phone/change/", {"phone": "13900139000"})

    assert (taken.status_code, taken.url) == (free.status_code, free.url)
    assert User.objects.get(email="me@example.org").phone is None


def test_a_number_has_one_owner_whoever_knows_its_code(
    client: Client, texts: Texts, lately: Any
) -> None:
    User.objects.create_user(phone=NUMBER)
    client.force_login(User.objects.create_user("me@example.org"))
    lately(client)
    client.cookies["language"] = "en"
    client.post("/accounts/phone/change/", {"phone": NUMBER})

    page = client.post("/accounts/phone/verify/", {"code": texts[0].code})

    assert "belongs to another account" in page.text
    assert User.objects.get(email="me@example.org").phone is None


def test_a_number_that_staff_typed_keeps_nobody_out(client: Client, last_code: Any) -> None:
    user = User.objects.create_user("judge@example.org", phone=NUMBER)
    client.post(LOGIN, {"login": "judge@example.org"})

    landing = client.post(CONFIRM, {"code": last_code()})

    assert landing.status_code == 302
    assert client.session[SESSION_KEY] == str(user.pk)


def test_a_message_that_is_not_accepted_is_explained_and_leaves_no_account(
    client: Client, settings: Settings
) -> None:
    settings.SMS_SENDER = "tests.accounts.test_phone.BrokenSender"
    client.cookies["language"] = "en"

    answer: HttpResponse = ask(client)

    assert answer.status_code == 503
    assert "could not be sent" in answer.text
    assert User.objects.count() == 0


class BrokenSender:
    def send(self, message: TextMessage) -> None:
        raise SmsFailed
