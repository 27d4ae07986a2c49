"""For whom a link is, where a topic above roles knows it: that topic says who may not take it."""

from collections.abc import Callable
from typing import Final

from accounts.models import User
from voting.roles.models import Invitation
from voting.seasons.services import RuleBroken

# Returns why somebody may not take a link, in the reader's language; "" if they may.
Check = Callable[[Invitation, User], str]

_checks: Final[dict[str, Check]] = {}


class NotInvited(RuleBroken):
    """The link is for somebody else."""


def register(topic: str, check: Check) -> None:
    """Have a topic asked before anybody takes a link. Once, when the program starts."""
    _checks[topic] = check


def refusal(invitation: Invitation, user: User) -> str:
    """Return why somebody may not take a link, "" if nothing is in the way."""
    return next((said for check in _checks.values() if (said := check(invitation, user))), "")


def require(invitation: Invitation, user: User) -> None:
    """Raise NotInvited if somebody may not take a link."""
    if said := refusal(invitation, user):
        raise NotInvited(said)
