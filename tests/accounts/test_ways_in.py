"""Giving an account another way in: a fresh proof first, and a line in the log."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User
from voting.audit.models import AuditEntry
from voting.roles.models import Grant, Role

pytestmark = pytest.mark.django_db

EMAIL, PHONE = "/accounts/email/", "/accounts/phone/change/"
OTHER = "other@example.org"
WAYS: list[tuple[str, dict[str, str]]] = [
    (EMAIL, {"action_add": "", "email": OTHER}),
    (PHONE, {"phone": "13800138000", "action": "change"}),
    ("/accounts/2fa/totp/activate/", {"code": "123456"}),
    ("/accounts/2fa/webauthn/add/", {}),
]


def person(*, trusted: bool = False, **fields: Any) -> User:
    user = User.objects.create_user("me@example.org", name="王小明", **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if trusted:
        Grant.objects.create(user=user, role=Role.ORGANISER, granted_by="admin")
    return user


@pytest.mark.parametrize(("page", "sent"), WAYS)
def test_an_old_session_gives_nobody_another_way_in(
    client: Client, texts: list[Any], lately: Any, page: str, sent: dict[str, str]
) -> None:
    client.force_login(person())
    client.cookies["language"] = "en"
    lately(client, seconds_ago=3600)

    read, written = client.get(page), client.post(page, sent)

    assert "sign in once more" in read.text
    assert "sign in once more" in written.text
    assert (mail.outbox, texts, Authenticator.objects.count()) == ([], [], 0)


def test_an_old_session_sets_no_password(client: Client, lately: Any) -> None:
    user = person(is_staff=True)
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    lately(client, seconds_ago=3600)
    good = "seven lamps by the river"

    client.post("/accounts/password/set/", {"password1": good, "password2": good})

    user.refresh_from_db()
    assert not user.has_usable_password()


@pytest.mark.parametrize(("page", "sent"), WAYS[:2])
def test_people_with_a_role_show_their_second_factor_too(
    client: Client,
    settings: Settings,
    texts: list[Any],
    lately: Any,
    page: str,
    sent: dict[str, str],
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    user = person(trusted=True)
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    lately(client)  # by a code sent to an address, which may be what was stolen

    asked = client.post(page, sent)

    assert asked.url == f"/accounts/2fa/reauthenticate/?next={quote(page, safe='')}"
    assert (mail.outbox, texts) == ([], [])
    lately(client, "mfa")
    assert client.post(page, sent).url != asked.url
    assert len(mail.outbox) + len(texts) == 1


@pytest.mark.parametrize(("trusted", "recorded"), [(True, ["account.email"]), (False, [])])
def test_another_address_of_somebody_with_a_role_is_on_record_without_it(
    client: Client, lately: Any, trusted: bool, recorded: list[str]
) -> None:
    client.force_login(person(trusted=trusted))
    lately(client)
    client.post(EMAIL, {"action_add": "", "email": OTHER})
    code = re.search(r"^(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None

    client.post("/accounts/confirm-email/", {"code": code.group(1)})

    assert User.objects.get().email == OTHER
    lines = AuditEntry.objects.all()
    assert [(one.action, one.actor, one.target, one.after) for one in lines] == [
        (action, "王小明", "王小明", {}) for action in recorded
    ]


def test_another_number_of_somebody_with_a_role_is_on_record_once(
    client: Client, texts: list[Any], lately: Any
) -> None:
    client.force_login(person(trusted=True))
    lately(client)
    client.post(PHONE, {"phone": "13800138000", "action": "change"})

    client.post("/accounts/phone/verify/", {"code": texts[0].code})
    client.logout()
    cache.clear()  # one text message a minute goes to a number
    client.post("/accounts/login/", {"login": "13800138000"})
    client.post("/accounts/login/code/confirm/", {"code": texts[1].code})

    assert User.objects.get().phone == "+8613800138000"
    assert list(AuditEntry.objects.values_list("action", "after")) == [("account.phone", {})]
