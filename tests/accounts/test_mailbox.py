from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from accounts.mail import MailboxBackend, stored_mail, stored_mails

pytestmark = pytest.mark.django_db

BODY = "你的登录验证码：\n\n012345\n\n15 分钟内有效。"


@pytest.fixture(autouse=True)
def mailbox(settings: Settings, tmp_path: Path) -> Path:
    settings.MAILBOX = True
    settings.MAILBOX_DIR = tmp_path / "mail"
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "vote.example.org"]
    return tmp_path / "mail"


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
    assert "judge@example.org: 012345" in capsys.readouterr().err


def test_old_mails_go(mailbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.mail.KEPT", 3)
    for number in range(5):
        send(subject=f"mail {number}")

    assert [stored.subject for stored in stored_mails()] == ["mail 4", "mail 3", "mail 2"]


def test_the_mailbox_shows_mails_to_this_machine(client: Client) -> None:
    send()
    [stored] = stored_mails()

    listing = client.get("/dev/mailbox/", headers={"host": "127.0.0.1"})
    one = client.get(f"/dev/mailbox/{stored.name}/", headers={"host": "localhost:8000"})

    assert "012345" in listing.text
    assert listing["Cache-Control"].startswith("max-age=0")
    assert "15 分钟内有效" in one.text


STRANGERS = [
    {"REMOTE_ADDR": "192.0.2.7"},
    {"REMOTE_ADDR": "::ffff:192.0.2.7"},
    {"REMOTE_ADDR": ""},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"},
    {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "vote.example.org"},
]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_sees_the_mailbox(client: Client, stranger: dict[str, str]) -> None:
    send()
    [stored] = stored_mails()
    request = {"HTTP_HOST": "127.0.0.1"} | stranger

    assert client.get("/dev/mailbox/", **request).status_code == 404
    assert client.get(f"/dev/mailbox/{stored.name}/", **request).status_code == 404


def test_without_the_setting_there_is_no_mailbox(client: Client, settings: Settings) -> None:
    settings.MAILBOX = False
    send()

    assert client.get("/dev/mailbox/", headers={"host": "127.0.0.1"}).status_code == 404


@pytest.mark.parametrize("name", ["../keys/django.key", "..%2F..%2Fkeys", "x", "20261123"])
def test_a_name_is_no_path(client: Client, name: str) -> None:
    assert stored_mail(name) is None
    assert client.get(f"/dev/mailbox/{name}/", headers={"host": "127.0.0.1"}).status_code == 404


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
