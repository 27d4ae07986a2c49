"""Whose account opens more than what is their own: others must not be able to take it over.

A topic says so from its ``AppConfig.ready``; this module knows none of them.
"""

from collections.abc import Callable

from accounts.models import User

Check = Callable[[User], bool]
Hearing = Callable[[User, str], None]
_checks: dict[str, Check] = {}
_hearing: dict[str, Hearing] = {}


def register(name: str, check: Check) -> None:
    """Say how a topic tells that somebody is trusted with something, now or from a later day on."""
    _checks[name] = check


def hear(name: str, told: Hearing) -> None:
    """Say who keeps a record of what happens to the ways into such accounts."""
    _hearing[name] = told


def tell(user: User, what: str) -> None:
    """Tell them that a way into an account changed, if the account is such a one.

    what: ``email`` or ``phone``; never the address itself, which records could not forget.
    """
    if _hearing and is_trusted(user):
        for told in _hearing.values():
            told(user, what)


def is_trusted(user: User) -> bool:
    """Return whether somebody looks after the site or has a role in an award."""
    return user.is_staff or user.is_superuser or any(check(user) for check in _checks.values())
