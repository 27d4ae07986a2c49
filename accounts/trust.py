"""Whose account opens more than what is their own: others must not be able to take it over.

A topic says so from its ``AppConfig.ready``; this module knows none of them.
"""

from collections.abc import Callable

from accounts.models import User

Check = Callable[[User], bool]
_checks: dict[str, Check] = {}


def register(name: str, check: Check) -> None:
    """Say how a topic tells that somebody is trusted with something, now or from a later day on."""
    _checks[name] = check


def is_trusted(user: User) -> bool:
    """Return whether somebody looks after the site or has a role in an award."""
    return user.is_staff or user.is_superuser or any(check(user) for check in _checks.values())
