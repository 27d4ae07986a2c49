"""Writing the audit log: in the transaction of the change that it tells of."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from voting.audit.models import AuditEntry


def name_of(user: Any) -> str:
    """Return how the log names a person: by name, else by the account's number.

    Never by an address or a phone number: the log cannot forget, and those must be forgotten when
    their owner asks.
    """
    if not isinstance(user, User):
        return str(user)[:150]
    return (user.name or f"#{user.pk}")[:150]


def record(
    *,
    actor: str,
    action: str,
    season: str = "",
    unit: str = "",
    target: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write down what somebody did; call it inside the transaction of the change itself.

    actor: who, as ``roles.access.actor_of`` names people. action: topic and verb, such as
    ``nomination.accept``. season: slug. unit: code. before, after: what changed, fit for JSON;
    nothing in it that must be erased later, such as a phone number.
    """
    return AuditEntry.objects.create(
        actor=actor[:150], action=action, season=season, unit=unit, target=target[:160],
        before=dict(before or {}), after=dict(after or {}), reason=reason[:300],
    )  # fmt: skip
