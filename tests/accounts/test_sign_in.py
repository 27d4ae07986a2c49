import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import RateLimited
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.adapter import AccountAdapter
from accounts.middleware import TooManyRequests
from accounts.models import User
from config.middleware import client_network

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
CONFIRM = "/accounts/login/code/confirm/"


def ask_for_code(client: Client, address: str) -> Any:
    return client.post(LOGIN, {"login": address})


def test_a_code_sent_by_mail_signs_in(client: Client, last_code: Callable[[], str]) -> None:
    user = User.objects.create_user("judge@example.org")

    asked = ask_for_code(client, "judge@example.org")
    assert (asked.status_code, asked.url) == (302, CONFIRM)
    assert [message.to for message in mail.outbox] == [["judge@example.org"]]
    page = client.get(CONFIRM)
    assert 'autocomplete="one-time-code"' in page.text
    assert 'type="password"' not in page.text
    client.post(CONFIRM, {"code": last_code()})

    assert client.session[SESSION_KEY] == str(user.pk)


def test_the_code_may_be_copied_with_blanks(client: Client, last_code: Callable[[], str]) -> None:
    User.objects.create_user("judge@example.org")
    ask_for_code(client, "judge@example.org")
    code = last_code()

    client.post(CONFIRM, {"code": f" {code[:3]} {code[3:]} "})

    assert SESSION_KEY in client.session


def test_a_code_works_once(client: Client, last_code: Callable[[], str]) -> None:
    User.objects.create_user("judge@example.org")
    ask_for_code(client, "judge@example.org")
    code = last_code()
    client.post(CONFIRM, {"code": code})
    client.post("/accounts/logout/")

    assert client.post(CONFIRM, {"code": code}).status_code == 302
    assert SESSION_KEY not in client.session


def test_three_wrong_codes_end_the_attempt(client: Client, last_code: Callable[[], str]) -> None:
    User.objects.create_user("judge@example.org")
    ask_for_code(client, "judge@example.org")
    code = last_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    answers = [client.post(CONFIRM, {"code": wrong}).status_code for _ in range(3)]
    client.post(CONFIRM, {"code": code})

    assert answers == [200, 200, 302]
    assert SESSION_KEY not in client.session


def test_an_unknown_address_gets_the_same_answer(client: Client) -> None:
    User.objects.create_user("judge@example.org")

    known = ask_for_code(client, "judge@example.org")
    known_page = client.get(CONFIRM).text.replace("judge@example.org", "?")
    client.cookies.clear()
    unknown = ask_for_code(client, "nobody@example.org")
    unknown_page = client.get(CONFIRM).text.replace("nobody@example.org", "?")

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert without_secrets(known_page) == without_secrets(unknown_page)
    assert [message.to[0] for message in mail.outbox] == ["judge@example.org", "nobody@example.org"]
    assert mail.outbox[0].subject == mail.outbox[1].subject
    assert without_codes(mail.outbox[0].body) == without_codes(mail.outbox[1].body)


def without_codes(body: object) -> str:
    return re.sub(r"\d{6}", "?", str(body))


def without_secrets(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]


def test_fifty_people_behind_one_address_are_all_served(client: Client) -> None:
    answers = {
        ask_for_code(client, f"voter{number}@example.org").status_code for number in range(50)
    }

    assert answers == {302}


def test_one_address_is_not_flooded_with_codes(client: Client) -> None:
    User.objects.create_user("judge@example.org")

    answers = []
    for _ in range(5):
        client.cookies.clear()
        answers.append(ask_for_code(client, "judge@example.org").status_code)

    assert answers == [302, 302, 302, 200, 200]
    assert len(mail.outbox) == 3


def test_tags_do_not_make_one_mailbox_many(client: Client) -> None:
    answers = []
    for number in range(25):
        client.cookies.clear()
        address = f"Victim+{number}@example.org"
        answers.append(ask_for_code(client, address).status_code)

    assert answers == [302] * 3 + [429] * 22
    assert len(mail.outbox) == 3


def test_known_and_unknown_mailboxes_are_limited_alike(client: Client) -> None:
    User.objects.create_user("judge@example.org")

    def answers(name: str) -> list[int]:
        found = []
        for tag in ("", "+a", "+b"):
            client.cookies.clear()
            found.append(ask_for_code(client, f"{name}{tag}@example.org").status_code)
            found.append(client.post(CONFIRM, {"action": "resend"}).status_code)
        client.cookies.clear()
        return [*found, ask_for_code(client, f"{name}+c@example.org").status_code]

    assert answers("judge") == answers("nobody")
    assert answers("judge")[-1] == 429


def test_the_whole_site_sends_so_many_sign_in_mails_a_minute(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.adapter.FOR_ALL", ((5, 60),))

    answers = []
    for number in range(7):
        client.cookies.clear()
        answers.append(ask_for_code(client, f"voter{number}@example.org").status_code)

    assert answers == [302] * 5 + [429] * 2
    assert len(mail.outbox) == 5


def test_beyond_the_limit_of_a_network_the_page_says_wait(
    client: Client, settings: Settings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"login": "1/m/ip"}
    client.cookies["language"] = "en"
    ask_for_code(client, "one@example.org")

    refused = ask_for_code(client, "two@example.org")

    assert refused.status_code == 429
    assert "Please wait a little" in refused.text


def test_a_limit_that_allauth_raises_becomes_429(rf: RequestFactory) -> None:
    request = rf.post("/accounts/signup/")
    middleware = TooManyRequests(lambda _request: HttpResponse())

    answer = middleware.process_exception(request, RateLimited())

    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert middleware.process_exception(request, ValueError()) is None


def test_the_first_code_makes_the_account(client: Client, last_code: Callable[[], str]) -> None:
    ask_for_code(client, "New@Example.org")
    begun = User.objects.get()
    assert (begun.asked_at is not None, SESSION_KEY in client.session) == (True, False)
    client.post(CONFIRM, {"code": last_code()})

    user = User.objects.get()
    assert (user.email, user.has_usable_password(), user.asked_at) == (
        "new@example.org", False, None,
    )  # fmt: skip
    assert client.session[SESSION_KEY] == str(user.pk)
    assert list(EmailAddress.objects.values_list("email", "verified")) == [
        ("new@example.org", True)
    ]


def test_an_account_that_nobody_came_for_is_removed_after_a_day(client: Client) -> None:
    ask_for_code(client, "nobody@example.org")
    made_by_staff = User.objects.create_user("judge@example.org")
    User.objects.filter(email="nobody@example.org").update(
        asked_at=timezone.now() - timedelta(days=2)
    )
    client.cookies.clear()

    ask_for_code(client, "new@example.org")

    assert set(User.objects.values_list("email", flat=True)) == {
        "new@example.org", made_by_staff.email,
    }  # fmt: skip


def test_who_asks_again_after_a_day_is_waited_for_anew(client: Client) -> None:
    ask_for_code(client, "late@example.org")
    User.objects.update(asked_at=timezone.now() - timedelta(days=2))
    client.cookies.clear()

    ask_for_code(client, "late@example.org")
    ask_for_code(Client(), "new@example.org")

    assert User.objects.filter(email="late@example.org").exists()


def test_a_code_that_was_not_sent_leaves_no_account(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.adapter.FOR_ALL", ((0, 60),))

    assert ask_for_code(client, "new@example.org").status_code == 429

    assert (User.objects.count(), len(mail.outbox)) == (0, 0)


def test_a_closed_account_gets_the_same_page_and_no_code(client: Client) -> None:
    User.objects.create_user("gone@example.org", is_active=False)

    closed = ask_for_code(client, "gone@example.org")
    closed_page = client.get(CONFIRM).text.replace("gone@example.org", "?")
    client.cookies.clear()
    ask_for_code(client, "new@example.org")
    new_page = client.get(CONFIRM).text.replace("new@example.org", "?")

    assert (closed.status_code, closed.url) == (302, CONFIRM)
    assert without_secrets(closed_page) == without_secrets(new_page)
    assert not re.search(r"\d{6}", mail.outbox[0].body)
    assert User.objects.get(email="gone@example.org").is_active is False


def test_signing_up_is_signing_in(client: Client) -> None:
    assert client.get("/accounts/signup/?next=/en/").url == f"{LOGIN}?next=/en/"


def test_next_leads_back_and_never_to_another_site(
    client: Client, last_code: Callable[[], str]
) -> None:
    User.objects.create_user("voter@example.org")

    def landing(target: str) -> str:
        client.cookies.clear()
        client.post(f"{LOGIN}?next={target}", {"login": "voter@example.org", "next": target})
        return client.post(f"{CONFIRM}?next={target}", {"code": last_code(), "next": target}).url

    assert landing("/accounts/email/") == "/accounts/email/"
    assert landing("https://evil.example/") == "/zh-hans/"


def test_no_reset_of_passwords(client: Client) -> None:
    assert client.get("/accounts/password/reset/").url == LOGIN
    assert client.get("/accounts/password/reset/key/1-a/").status_code == 410


def test_only_staff_may_set_a_password(client: Client, lately: Any) -> None:
    client.force_login(User.objects.create_user("voter@example.org"))
    assert client.get("/accounts/password/set/").status_code == 403

    client.force_login(User.objects.create_user("staff@example.org", is_staff=True))
    lately(client)
    assert client.get("/accounts/password/set/").status_code == 200
    client.post("/accounts/password/set/", {"password1": "short", "password2": "short"})
    good = "seven lamps by the river"
    client.post("/accounts/password/set/", {"password1": good, "password2": good})
    assert User.objects.get(email="staff@example.org").check_password(good)


def test_the_client_address_is_the_one_behind_trusted_proxies(
    rf: RequestFactory, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    seen = []
    chain = client_network(lambda request: seen.append(AccountAdapter().get_client_ip(request)))

    chain(rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.7"))
    chain(rf.get("/", REMOTE_ADDR="198.51.100.9", HTTP_X_FORWARDED_FOR="192.0.2.7"))

    assert seen == ["192.0.2.7", "198.51.100.9"]


def test_a_link_switches_the_language_and_it_stays(client: Client) -> None:
    assert "登录" not in client.get(f"{LOGIN}?language=en").text
    assert 'lang="en"' in client.get(LOGIN).text

    client.get(f"{LOGIN}?language=zh-hans")
    assert 'lang="zh-Hans"' in client.get(LOGIN).text
    assert client.get(f"{LOGIN}?language=xx").status_code == 200


def test_whoever_reads_english_pages_goes_on_in_english(client: Client) -> None:
    client.force_login(User.objects.create_user("reader@example.org"))
    client.cookies["language"] = "zh-hans"  # as another visit has left it

    def read(address: str, before: str) -> str:
        return client.get(address, headers={"referer": before}).text

    for elsewhere in ("https://example.org/en/", "http://testserver/", "http://[", ""):
        assert 'lang="zh-Hans"' in read("/accounts/", elsewhere)
    assert '<html lang="en"' in read("/accounts/", "http://testserver/en/console/")
    # From one account page to the next, and after a choice of one's own.
    assert '<html lang="en"' in read("/accounts/data/", "http://testserver/accounts/")
    assert '<html lang="zh-Hans"' in read("/accounts/?language=zh-hans", "http://testserver/en/")
    assert '<html lang="zh-Hans"' in read("/accounts/", "http://testserver/accounts/")


PAGES = [
    (None, "/accounts/login/"),
    (None, "/accounts/login/password/"),
    (None, "/accounts/inactive/"),
    ("staff", "/accounts/email/"),
    ("staff", "/accounts/password/change/"),
    ("staff", "/accounts/logout/"),
    ("staff", "/accounts/reauthenticate/"),
    ("staff", "/accounts/"),
    ("staff", "/accounts/phone/change/"),
    ("staff", "/accounts/second-factor/"),
    ("staff", "/accounts/sessions/"),
    ("staff", "/accounts/wechat/"),
    ("staff", "/accounts/data/"),
    ("staff", "/accounts/2fa/"),
    ("staff", "/accounts/2fa/webauthn/"),
]


@pytest.mark.parametrize(("who", "address"), PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_account_pages_are_ours(
    client: Client, who: str | None, address: str, language: str, lately: Any
) -> None:
    if who:
        user = User.objects.create_user("staff@example.org", "a long password", is_staff=True)
        client.force_login(user)
        lately(client, "password")

    page = client.get(address, {"language": language})

    assert page.status_code == 200
    assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in page.text
    assert page.text.count("<h1") == 1
    assert '<main id="main"' in page.text
    assert 'class="bar' in page.text
    assert " style=" not in page.text
    assert "<script>" not in page.text
