"""Writing down what was done to a season: for its own history, and in the audit log."""

from collections.abc import Mapping
from typing import Any

from voting.audit.services import record
from voting.seasons.models import Season, SeasonEvent


def note(
    season: Season,
    action: str,
    *,
    actor: str,
    reason: str,
    target: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write both, in the transaction of the change. before, after: what differs, fit for JSON."""
    SeasonEvent.objects.create(season=season, action=action, actor=actor, reason=reason)
    record(
        actor=actor, action=f"season.{action}", season=season.slug, target=target or season.name,
        before=before, after=after, reason=reason,
    )  # fmt: skip


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the members that differ, as they were and as they are."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}
