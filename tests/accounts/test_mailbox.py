from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.test import AsyncRequestFactory, Client
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from accounts.mail import MailboxBackend, stored_mail, stored_mails
from accounts.mailbox_access import COOKIE, asks_from_here, key_file, mailbox_address, mailbox_key
from config import welcome

pytestmark = pytest.mark.django_db

BODY = "你的登录验证码：\n\n012345\n\n15 分钟内有效。"


@pytest.fixture(autouse=True)
def mailbox(settings: Settings, tmp_path: Path) -> Path:
    settings.MAILBOX = True
    settings.DATA_DIR = tmp_path
    settings.MAILBOX_DIR = tmp_path / "mail"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "vote.example.org"]
    return tmp_path / "mail"


@pytest.fixture
def owner(client: Client, mailbox: Path) -> Client:
    """A browser that has shown the key before."""
    client.cookies[COOKIE] = mailbox_key()
    return client


def send(subject: str = "你的登录验证码", body: str = BODY) -> None:
    message = EmailMessage(subject, body, "no-reply@example.org", ["judge@example.org"])
    MailboxBackend().send_messages([message])


def test_a_mail_becomes_a_file_for_its_owner_and_a_line_in_the_terminal(
    mailbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send()

    [file] = mailbox.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert mailbox.stat().st_mode & 0o777 == 0o700
    [stored] = stored_mails()
    assert (stored.to, stored.subject, stored.code) == (
        "judge@example.org",
        "你的登录验证码",
        "012345",
    )
    assert stored.body.strip() == BODY
    told = capsys.readouterr().err
    assert "judge@example.org: 012345" in told
    # Whole, so that a shell opens it; the key itself stays where others cannot read it.
    assert f"/dev/mailbox/?key=$(cat {key_file()})" in told
    assert mailbox_key() not in told


def test_old_mails_go(mailbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.mail.KEPT", 3)
    for number in range(5):
        send(subject=f"mail {number}")

    assert [stored.subject for stored in stored_mails()] == ["mail 4", "mail 3", "mail 2"]


def test_the_mailbox_shows_mails_to_its_owner(owner: Client) -> None:
    send()
    [stored] = stored_mails()

    listing = owner.get("/dev/mailbox/", headers={"host": "127.0.0.1"})
    one = owner.get(f"/dev/mailbox/{stored.name}/", headers={"host": "localhost:8000"})

    assert "012345" in listing.text
    assert listing["Cache-Control"].startswith("max-age=0")
    assert "15 分钟内有效" in one.text


STRANGERS = [
    {"REMOTE_ADDR": "192.0.2.7"},
    {"REMOTE_ADDR": "::ffff:192.0.2.7"},
    {"REMOTE_ADDR": ""},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_HOST": "vote.example.org"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PORT": "443"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_CF_CONNECTING_IP": "192.0.2.7"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_TRUE_CLIENT_IP": "192.0.2.7"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "vote.example.org"},
]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_sees_the_mailbox(owner: Client, stranger: dict[str, str]) -> None:
    send()
    [stored] = stored_mails()
    request = {"HTTP_HOST": "127.0.0.1"} | stranger

    for query in ("", f"?key={mailbox_key()}"):
        assert owner.get(f"/dev/mailbox/{query}", **request).status_code == 404
        assert owner.get(f"/dev/mailbox/{stored.name}/{query}", **request).status_code == 404


PROXY_HEADERS = [
    "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "forwarded",
    "x-real-ip", "via", "cf-connecting-ip", "true-client-ip",
]  # fmt: skip


@pytest.mark.parametrize("name", PROXY_HEADERS)
def test_as_the_site_is_served_each_proxy_header_closes_it(name: str) -> None:
    def asked(headers: dict[str, str]) -> bool:
        request = AsyncRequestFactory().get("/dev/mailbox/", headers=headers)
        request.META["HTTP_HOST"] = "127.0.0.1"
        request.META["HTTP_X_FORWARDED_PROTO"] = "http"  # by config.middleware, not by a proxy
        return asks_from_here(request)

    assert asked({})
    assert not asked({name: "https"})


def test_the_key_opens_the_mailbox_and_does_not_stay_in_the_address(client: Client) -> None:
    opened = client.get(f"/dev/mailbox/?key={mailbox_key()}", headers={"host": "127.0.0.1"})

    assert (opened.status_code, opened["Location"]) == (302, "/dev/mailbox/")
    cookie = opened.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert client.get("/dev/mailbox/", headers={"host": "127.0.0.1"}).status_code == 200


@pytest.mark.parametrize("query", ["", "?key=", "?key=wrong", "?key=密"])
@pytest.mark.parametrize("cookie", ["", "wrong"])
def test_without_the_key_there_is_no_mailbox(client: Client, query: str, cookie: str) -> None:
    send()
    [stored] = stored_mails()
    client.cookies[COOKIE] = cookie

    for page in ("/dev/mailbox/", f"/dev/mailbox/{stored.name}/"):
        answer = client.get(page + query, headers={"host": "127.0.0.1"})
        assert answer.status_code == 404
        assert COOKIE not in answer.cookies


def test_the_key_is_made_once_for_its_owner() -> None:
    key = mailbox_key()

    assert mailbox_key() == key
    assert key_file().stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key_file().parent.glob("*mailbox-key*")] == ["mailbox-key.txt"]


def test_a_folder_with_a_blank_in_its_name_is_written_as_a_shell_takes_it(
    settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "site data"
    settings.DATA_DIR.mkdir(mode=0o700)

    told = mailbox_address("http://127.0.0.1:8000", with_key=False)

    assert f"?key=$(cat '{key_file()}')" in told


def test_an_empty_key_file_opens_nothing() -> None:
    key_file().touch()

    with pytest.raises(ValueError, match="no key"):
        mailbox_key()


@pytest.mark.parametrize("terminal", [True, False])
def test_the_key_is_printed_to_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)

    told = welcome.banner(welcome.Addresses("http://127.0.0.1:8000"), host="127.0.0.1")

    assert (f"/dev/mailbox/?key={mailbox_key()}" in told) is terminal
    assert (mailbox_key() in told) is terminal
    assert (f"/dev/mailbox/?key=$(cat {key_file()})" in told) is not terminal


def test_an_empty_key_file_keeps_no_mail_back(
    mailbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key_file().touch()
    send()
    assert "no key" in capsys.readouterr().err
    assert len(list(stored_mails())) == 1


def test_the_terminal_gets_the_whole_address_with_each_mail(
    mailbox: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    send()
    assert f"/dev/mailbox/?key={mailbox_key()})" in capsys.readouterr().err


def test_without_the_setting_there_is_no_mailbox(owner: Client, settings: Settings) -> None:
    settings.MAILBOX = False
    send()

    assert owner.get("/dev/mailbox/", headers={"host": "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("name", ["../keys/django.key", "..%2F..%2Fkeys", "x", "20261123"])
def test_a_name_is_no_path(owner: Client, name: str) -> None:
    assert stored_mail(name) is None
    assert owner.get(f"/dev/mailbox/{name}/", headers={"host": "127.0.0.1"}).status_code == 404


def test_mails_of_every_kind_are_written_in_both_languages() -> None:
    kinds = [
        "login_code", "email_confirmation", "account_already_exists", "unknown_account",
        "email_changed", "email_confirm", "email_deleted", "password_changed", "password_set",
    ]  # fmt: skip
    context = {
        "code": "012345", "signup_url": "http://x/", "password_reset_url": "http://x/",
        "user": AnonymousUser(), "from_email": "a@example.org", "to_email": "b@example.org",
        "deleted_email": "c@example.org", "timestamp": timezone.now(),
    }  # fmt: skip
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for kind in kinds:
                subject = render_to_string(f"account/email/{kind}_subject.txt", context).strip()
                body = render_to_string(f"account/email/{kind}_message.txt", context)
                assert subject
                assert "\n" not in subject
                assert "IP" not in body
