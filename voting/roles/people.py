"""What roles know of a person, for the export of own data, and when an account may go."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import personal_data, trust
from accounts.models import User
from voting.audit.services import name_of, record
from voting.roles.models import Grant
from voting.roles.queries import active_grants


def connect() -> None:
    """Register with accounts, which know nothing of roles. Once, when the program starts."""
    personal_data.register("roles", exporter=roles_of, hindrance=running_roles)
    trust.register("roles", has_or_will_have_role)
    trust.hear("roles", note_other_way_in)


def roles_of(user: User) -> list[dict[str, Any]]:
    """Return every role that a person has or had. One query."""
    return [
        {
            "role": grant.role,
            "season": grant.season.slug if grant.season else None,
            "unit": grant.unit.name if grant.unit else None,
            "from": grant.starts_at.isoformat(),
            "until": grant.ends_at.isoformat() if grant.ends_at else None,
            "granted_by": grant.granted_by,
            "revoked": grant.revoked_at.isoformat() if grant.revoked_at else None,
        }
        for grant in Grant.objects.filter(user=user).select_related("season", "unit")
    ]


def has_or_will_have_role(user: User) -> bool:
    """Return whether somebody has a role, or has been given one that begins later."""
    return (
        Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=timezone.now()))
        .filter(user=user, revoked_at=None)
        .exists()
    )


def note_other_way_in(user: User, what: str) -> None:
    """Have it in the log that the account of somebody with a role is entered another way now.

    what: ``email`` or ``phone``. Not from where to where: the log cannot forget addresses.
    """
    record(actor=name_of(user), action=f"account.{what}", target=name_of(user))


def running_roles(user: User) -> str:
    """Return why somebody with a role cannot simply go, or ""."""
    if active_grants().filter(user=user).exists():
        return _(
            "You have a role in an award. Please ask the organisers to end it first, so that "
            "somebody else takes over."
        )
    return ""
