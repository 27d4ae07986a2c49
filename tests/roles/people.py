"""People with roles, for tests of pages and services."""

from datetime import datetime
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.units.models import Unit

_number = count(1)


def person(name: str = "", **fields: Any) -> User:
    """Make somebody with an account."""
    number = next(_number)
    return User.objects.create_user(f"p{number}@example.org", name=name or f"人{number}", **fields)


def granted(
    user: User,
    role: str,
    season: Season | None = None,
    unit: Unit | None = None,
    ends_at: datetime | None = None,
    starts_at: datetime | None = None,
) -> Grant:
    """Give a role, past all checks."""
    return Grant.objects.create(
        user=user, role=role, season=season, unit=unit, granted_by="test",
        starts_at=starts_at or timezone.now(), ends_at=ends_at,
    )  # fmt: skip


def member(role: str, season: Season | None = None, unit: Unit | None = None) -> Client:
    """Return the browser of somebody with one role."""
    user = person()
    granted(user, role, season, unit)
    return browser(user)


def browser(user: User) -> Client:
    """Return a browser that is signed in."""
    client = Client()
    client.force_login(user)
    return client
