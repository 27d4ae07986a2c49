"""Only staff have a password: of anybody else it opens nothing, and looks like a wrong one."""

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import get_hasher
from django.test import Client
from pytest_django.fixtures import Settings

from accounts.models import User

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/password/"
PASSWORD = "seven lamps by the river"
ADD = "/admin/accounts/user/add/"


def person(**fields: Any) -> User:
    user = User.objects.create_user("me@example.org", PASSWORD, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def entered(client: Client, password: str) -> Any:
    client.cookies["language"] = "en"
    return client.post(LOGIN, {"login": "me@example.org", "password": password})


def shown(answer: Any) -> str:
    """Return a page without what differs each time."""
    return re.sub(r'(value|nonce)="[^"]*"', "", answer.text)


@pytest.mark.parametrize("is_active", [True, False])
def test_the_right_one_of_a_voter_is_answered_as_a_wrong_one(
    client: Client, is_active: bool
) -> None:
    person(is_active=is_active)

    wrong, right = entered(client, "another long one"), entered(client, PASSWORD)

    assert "The address or the password is not right." in right.text
    assert (right.status_code, shown(right)) == (wrong.status_code, shown(wrong))
    assert SESSION_KEY not in client.session


def test_it_lasts_until_the_right_to_the_administration_is_lost(client: Client) -> None:
    user = person(is_staff=True)
    assert entered(client, PASSWORD).status_code == 302
    client.logout()
    User.objects.filter(pk=user.pk).update(is_staff=False)

    assert entered(client, PASSWORD).status_code == 200


def test_tries_are_counted_alike(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/key"}
    person()

    said = [entered(client, PASSWORD).text for _each in range(4)]

    assert ["too many attempts" in text for text in said] == [False, False, False, True]


@pytest.mark.parametrize("login", ["me@example.org", "13800138000"])
def test_as_much_is_hashed(client: Client, monkeypatch: pytest.MonkeyPatch, login: str) -> None:
    person(phone="+8613800138000")
    hashed: list[float] = []
    hasher: Any = type(get_hasher())
    encode = hasher.encode

    def counted(self: Any, *args: Any, **words: Any) -> str:
        hashed.append(time.monotonic())
        found: str = encode(self, *args, **words)
        return found

    monkeypatch.setattr(hasher, "encode", counted)
    counts = []
    for password in ("another long one", PASSWORD):
        hashed.clear()
        client.post(LOGIN, {"login": login, "password": password})
        counts.append(len(hashed))

    assert counts[0] == counts[1] > 0


def test_the_admin_gives_none_to_others_and_takes_it_with_the_right(client: Client) -> None:
    client.force_login(User.objects.create_superuser("boss@example.org", PASSWORD))

    page = client.get(ADD).text
    added = client.post(ADD, {"email": "new@example.org", "name": "新", "password1": PASSWORD,
                              "password2": PASSWORD, "usable_password": "true"})  # fmt: skip

    new = User.objects.get(email="new@example.org")
    assert ("password1" in page, added.status_code, new.has_usable_password()) == (
        False, 302, False,
    )  # fmt: skip
    assert client.get(f"/admin/accounts/user/{new.pk}/password/").status_code == 403
    staff = person(is_staff=True)
    page = f"/admin/accounts/user/{staff.pk}/"
    assert client.get(f"{page}password/").status_code == 200
    sent = {"email": staff.email, "name": "", "phone": "", "is_active": "on"}
    assert client.post(f"{page}change/", sent).status_code == 302
    staff.refresh_from_db()
    assert (staff.is_staff, staff.has_usable_password()) == (False, False)
