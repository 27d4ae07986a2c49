"""What other parts ask about roles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from voting.roles.models import Grant
from voting.roles.permissions import ABOVE_SEASONS, PERMISSIONS, Permission
from voting.seasons.models import Season
from voting.units import queries as unit_queries
from voting.units.models import Unit


@dataclass(frozen=True, slots=True)
class Scope:
    """Where somebody may do something: everywhere, in some units and below them, or nowhere."""

    everywhere: bool = False
    unit_ids: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.unit_ids)

    def holds(self, unit_id: int | None) -> bool:
        """Return whether a unit lies within; None stands for what belongs to no unit."""
        return self.everywhere or unit_id in self.unit_ids

    def of_units(self, path: str) -> Q:
        """Return the condition that a row's unit lies within. path: such as ``unit_id``."""
        return Q() if self.everywhere else Q(**{f"{path}__in": self.unit_ids})


NOWHERE = Scope()
EVERYWHERE = Scope(everywhere=True)


def active_grants(at: datetime | None = None) -> QuerySet[Grant]:
    """Return the roles that hold at a moment, by default now."""
    now = at or timezone.now()
    return Grant.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        starts_at__lte=now,
        revoked_at=None,
        user__is_active=True,
    )


def scope(user: Any, permission: Permission, season: Season | None = None) -> Scope:
    """Return where a user may do something in a season, or beyond seasons if None.

    A role in one season allows nothing in another; a role in every season allows it in each.
    Two queries at most, and one for each unit that a role is limited to.
    """
    if not isinstance(user, User) or not user.is_active:
        return NOWHERE
    if user.is_superuser:
        return EVERYWHERE
    grants = active_grants().filter(user=user, role__in=PERMISSIONS[permission])
    if season is None or permission in ABOVE_SEASONS:
        grants = grants.filter(season=None)
    else:
        grants = grants.filter(Q(season=None) | Q(season=season))
    tops = list(grants.values_list("unit_id", flat=True).distinct())
    if None in tops:
        return EVERYWHERE
    below = [unit_queries.subtree(top).values_list("pk", flat=True) for top in tops if top]
    return Scope(unit_ids=frozenset(pk for units in below for pk in units))


def may(
    user: Any, permission: Permission, season: Season | None = None, *, unit: Unit | None = None
) -> bool:
    """Return whether a user may do something: for a unit, or without one everywhere."""
    found = scope(user, permission, season)
    return found.everywhere if unit is None else found.holds(unit.pk)


def seasons_of(user: Any, permission: Permission = Permission.SEASON_SEE) -> QuerySet[Season]:
    """Return the seasons in which a user may do something, drafts too, the latest first."""
    seasons = Season.objects.order_by("-opens_at", "-pk")
    if not isinstance(user, User) or not user.is_active:
        return seasons.none()
    if user.is_superuser:
        return seasons
    grants = active_grants().filter(user=user, role__in=PERMISSIONS[permission])
    if grants.filter(season=None).exists():
        return seasons
    return seasons.filter(pk__in=grants.values("season"))


def is_staff_member(user: Any) -> bool:
    """Return whether somebody has any role at all, and so needs a second factor."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or user.is_staff or active_grants().filter(user=user).exists()
