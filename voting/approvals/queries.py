"""What other parts ask about approvals."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from voting.approvals.models import Proposal
from voting.roles.permissions import PERMISSIONS, Permission
from voting.roles.queries import active_grants, seasons_of
from voting.seasons.models import Season


def signers(season: Season, permission: Permission = Permission.APPROVE) -> QuerySet[User]:
    """Return who may sign in a season, whole seasons only: nobody signs for a part of one."""
    grants = active_grants().filter(
        Q(season=None) | Q(season=season), role__in=PERMISSIONS[permission], unit=None
    )
    return User.objects.filter(
        Q(is_superuser=True) | Q(pk__in=grants.values("user")), is_active=True
    ).order_by("pk")


def may_decide(user: Any, kinds: Mapping[str, Permission]) -> QuerySet[Proposal]:
    """Return the proposals of these kinds, of all states, in seasons where a user may sign them.

    kinds: name to what the second person must be allowed. One's own are among them. Whole seasons
    only, as for ``signers``.
    """
    allowed = Q(pk__in=[])
    for permission in dict.fromkeys(kinds.values()):
        names = [name for name, needed in kinds.items() if needed is permission]
        seasons = seasons_of(user, permission, whole=True).order_by()
        allowed |= Q(kind__in=names, season__in=seasons)
    return Proposal.objects.filter(allowed).select_related("season", "proposed_by", "decided_by")


def waiting(season: Season, kinds: Collection[str] = ()) -> QuerySet[Proposal]:
    """Return what waits for a second person in a season, of these kinds or of any."""
    found = Proposal.objects.filter(season=season, state=Proposal.State.WAITING)
    return found.filter(kind__in=kinds) if kinds else found
