"""The second factor: who is asked for it, when again, and what its pages say."""

import time
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import SESSION_KEY
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from accounts.models import User
from voting.roles.access import for_site
from voting.roles.permissions import Permission

pytestmark = pytest.mark.django_db

START = "/accounts/second-factor/"
CONSOLE = "/en/console/"
PASSWORD = "seven lamps by the river"


@pytest.fixture(autouse=True)
def _wanted(settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def admin() -> User:
    user = User.objects.create_superuser("admin@example.org", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def code_for(secret: str) -> str:
    """Return the code that an app shows now: half a minute may pass before it is asked for."""
    counters = list(yield_hotp_counters_from_time())
    counter = counters[len(counters) // 2]
    return format_hotp_value(hotp_value(secret, counter))


def with_app(user: User) -> str:
    """Give somebody an app and recovery codes; return the app's secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def sign_in(client: Client, secret: str = "") -> Any:
    """Sign in by password, and with a code from the app if there is one."""
    response = client.post(
        "/accounts/login/password/", {"login": "admin@example.org", "password": PASSWORD}
    )
    if secret:
        response = client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    return response


@pytest.mark.parametrize("page", ["/admin/", "/admin/accounts/user/"])
def test_pages_for_staff_lead_to_setting_it_up(client: Client, admin: User, page: str) -> None:
    sign_in(client)

    answer = client.get(page)

    assert (answer.status_code, answer.url) == (302, f"{START}?next={page.replace('/', '%2F')}")


def test_other_pages_and_signing_out_stay_open(client: Client, admin: User) -> None:
    sign_in(client)

    assert client.get("/accounts/").status_code == 200
    assert client.get("/en/").status_code == 200
    client.post("/admin/logout/")
    assert SESSION_KEY not in client.session


def test_pages_of_the_console_ask_for_it(client: Client, admin: User, rf: RequestFactory) -> None:
    @for_site(Permission.SEASON_CREATE)
    def page(_request: HttpRequest) -> HttpResponse:
        return HttpResponse("in")

    def ask() -> HttpResponse:
        request = rf.get(CONSOLE)
        request.user, request.session = admin, client.session
        return page(request)

    sign_in(client)
    assert ask().url == f"{START}?next=%2Fen%2Fconsole%2F"
    client.post("/accounts/logout/")
    sign_in(client, with_app(admin))
    assert ask().content == b"in"


def test_whoever_is_not_staff_is_not_told_to_set_it_up(client: Client) -> None:
    client.force_login(User.objects.create_user("voter@example.org"))

    assert client.get(CONSOLE).status_code == 404
    assert client.get("/admin/").url.startswith("/admin/login/")


def test_without_the_setting_nobody_is_asked_and_pages_say_so(
    client: Client, admin: User, settings: Settings
) -> None:
    settings.STAFF_SECOND_FACTOR = False
    sign_in(client)

    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True)  # what follows upon the commit counts here
def test_setting_up_an_app_leads_over_the_recovery_codes_to_where_one_wanted(
    client: Client, admin: User
) -> None:
    client.cookies["language"] = "en"
    sign_in(client)
    client.get(START, {"next": CONSOLE})
    form = client.get("/accounts/2fa/totp/activate/")
    assert form.url.startswith("/accounts/reauthenticate/")  # the password first
    client.post(form.url, {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})

    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    codes = client.get(done.url)

    assert "data:image/svg+xml;base64," in page.text
    assert done.url == "/accounts/2fa/recovery-codes/"
    assert codes.text.count("<li><code>") == 10
    assert "You are here because" in codes.text
    again = client.get(done.url)
    assert ("You are here because" in again.text, "codes that you have left" in again.text) == (
        False, True,
    )  # fmt: skip
    made = client.post("/accounts/2fa/recovery-codes/generate/")
    assert "Those that you had before no longer work." in client.get(made.url).text
    assert "codes that you have left" in client.get(made.url).text
    assert f'href="{CONSOLE}"' in codes.text
    assert client.get(CONSOLE).status_code == 200


def test_secrets_are_not_readable_in_the_database(admin: User) -> None:
    secret = with_app(admin)

    stored = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in stored
    assert all(code not in stored for code in recovery_codes(admin))


def recovery_codes(user: User) -> list[str]:
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
    return list(row.wrap().get_unused_codes())


def test_signing_in_asks_for_it_and_takes_a_code_once(client: Client, admin: User) -> None:
    secret = with_app(admin)

    first = sign_in(client)
    assert (first.url, SESSION_KEY in client.session) == ("/accounts/2fa/authenticate/", False)
    code = code_for(secret)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/admin/").status_code == 200

    client.post("/accounts/logout/")
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert SESSION_KEY not in client.session


def test_a_recovery_code_lets_in_once(client: Client, admin: User) -> None:
    with_app(admin)
    code = recovery_codes(admin)[0]

    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert client.get("/admin/").status_code == 200

    client.post("/accounts/logout/")
    sign_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    assert SESSION_KEY not in client.session
    assert len(recovery_codes(admin)) == 9


def test_guessing_is_limited(client: Client, admin: User) -> None:
    with_app(admin)
    sign_in(client)
    client.cookies["language"] = "en"

    pages = [
        client.post("/accounts/2fa/authenticate/", {"code": f"{number:06}"}).text
        for number in range(7)
    ]

    assert ["too many attempts" in page for page in pages] == [False] * 5 + [True] * 2


def test_a_session_from_before_shows_it_first(client: Client, admin: User) -> None:
    sign_in(client)
    secret = with_app(admin)  # set up in another browser meanwhile

    asked = client.get("/admin/")
    again = client.post(asked.url, {"code": code_for(secret), "next": "/admin/"})

    assert asked.url == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
    assert again.url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_after_eight_hours_reading_goes_on_and_a_change_waits_for_it(
    client: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = with_app(admin)
    sign_in(client, secret)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 8 * 3600 + 1)
    new = {"email": "judge@example.org", "name": "Judge", "usable_password": "false"}

    assert client.get("/admin/accounts/user/add/").status_code == 200
    asked = client.post("/admin/accounts/user/add/", new)
    assert (asked.status_code, User.objects.count()) == (302, 1)
    assert asked.url.startswith("/accounts/2fa/reauthenticate/?next=")

    # What was sent has been kept, and goes on.
    client.post(asked.url, {"code": code_for(secret), "next": "/admin/accounts/user/add/"})
    assert User.objects.filter(email="judge@example.org").exists()


def test_somebody_elses_passkey_answer_is_refused(client: Client, admin: User) -> None:
    for answer in ("", "{}", "[]", "null", '{"id": "x"}', "no json"):
        refused = client.post("/accounts/2fa/webauthn/login/", {"credential": answer})
        assert refused.status_code == 302
        assert SESSION_KEY not in client.session


MFA_PAGES = [
    START,
    "/accounts/2fa/",
    "/accounts/2fa/webauthn/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/totp/deactivate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/reauthenticate/",
]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_ours(client: Client, admin: User, language: str) -> None:
    secret = with_app(admin)
    sign_in(client, secret)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/"})

    for address in MFA_PAGES:
        page = client.get(address, {"language": language})
        assert (address, page.status_code) == (address, 200)
        assert f'<html lang="{"en" if language == "en" else "zh-Hans"}"' in page.text
        assert page.text.count("<h1") == 1
        assert " style=" not in page.text
        assert "<script>" not in page.text
        assert "//cdn" not in page.text


def test_the_first_page_of_signing_in_with_it_is_ours(client: Client, admin: User) -> None:
    with_app(admin)
    sign_in(client)

    page = client.get("/accounts/2fa/authenticate/").text

    assert page.count("<h1") == 1
    assert "<script>" not in page


def test_staff_can_free_somebody_who_lost_everything(client: Client, admin: User) -> None:
    judge = User.objects.create_user("judge@example.org", is_staff=True)
    with_app(judge)
    sign_in(client, with_app(admin))

    row = Authenticator.objects.get(user=judge, type=Authenticator.Type.TOTP)
    page = client.get(f"/admin/mfa/authenticator/{row.pk}/change/")
    client.post(f"/admin/mfa/authenticator/{row.pk}/delete/", {"post": "yes"})

    assert page.status_code == 200
    assert "secret" not in page.text
    assert not Authenticator.objects.filter(user=judge, type=Authenticator.Type.TOTP).exists()


def test_the_operator_can_free_the_only_administrator(admin: User) -> None:
    with_app(admin)

    call_command("remove_second_factor", "Admin@example.org", stdout=StringIO())

    assert not Authenticator.objects.filter(user=admin).exists()
    with pytest.raises(CommandError, match="nobody"):
        call_command("remove_second_factor", "nobody@example.org")
