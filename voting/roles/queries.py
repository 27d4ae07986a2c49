"""What other parts ask about roles."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from voting.roles.models import Grant, Invitation, Role
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


@dataclass(frozen=True, slots=True)
class Powers:
    """What somebody may do in a season: everywhere in it, or only in some units."""

    whole: frozenset[Permission] = field(default_factory=frozenset)
    in_units: frozenset[Permission] = field(default_factory=frozenset)

    def may(self, permission: Permission) -> bool:
        """Return whether this may be done everywhere."""
        return permission in self.whole

    def may_somewhere(self, permission: Permission) -> bool:
        """Return whether this may be done everywhere or at least in some unit."""
        return permission in self.whole or permission in self.in_units


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
    One query, and one for each unit that a role is limited to.
    """
    return _scope(user, permission, _of_season(permission, season))


def scope_in_any_season(user: Any, permission: Permission) -> Scope:
    """Return where a user may do something in whichever season: for what all seasons share.

    What reaches beyond seasons needs a role beyond seasons here too.
    """
    return _scope(user, permission, Q(season=None) if permission in ABOVE_SEASONS else Q())


def may(
    user: Any, permission: Permission, season: Season | None = None, *, unit: Unit | None = None
) -> bool:
    """Return whether a user may do something: for a unit, or without one everywhere."""
    found = scope(user, permission, season)
    return found.everywhere if unit is None else found.holds(unit.pk)


def powers(user: Any, season: Season | None = None) -> Powers:
    """Return all that a user may do in a season, or beyond seasons if None: one query."""
    if not isinstance(user, User) or not user.is_active:
        return Powers()
    if user.is_superuser:
        return Powers(whole=frozenset(Permission))
    whole: set[Permission] = set()
    in_units: set[Permission] = set()
    grants = active_grants().filter(in_season(season), user=user)
    for role, of_season, unit in grants.values_list("role", "season_id", "unit_id"):
        for permission, roles in PERMISSIONS.items():
            if role in roles and not (permission in ABOVE_SEASONS and of_season):
                (whole if unit is None else in_units).add(permission)
    return Powers(frozenset(whole), frozenset(in_units))


def seasons_of(
    user: Any, permission: Permission = Permission.SEASON_SEE, *, whole: bool = False
) -> QuerySet[Season]:
    """Return the seasons in which a user may do something, drafts too, the latest first.

    whole: whether a role that is limited to a unit is not enough. Rehearsals are reached from the
    season that they rehearse.
    """
    seasons = Season.objects.filter(rehearsal_of=None).order_by("-opens_at", "-pk")
    if not isinstance(user, User) or not user.is_active:
        return seasons.none()
    if user.is_superuser:
        return seasons
    grants = active_grants().filter(user=user, role__in=PERMISSIONS[permission])
    if whole:
        grants = grants.filter(unit=None)
    if grants.filter(season=None).exists():
        return seasons
    return seasons.filter(pk__in=grants.values("season"))


def has_role(user: Any) -> bool:
    """Return whether somebody has any role now, so that the console exists for them."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or active_grants().filter(user=user).exists()


def grants_in(season: Season | None, within: Scope = EVERYWHERE) -> list[Grant]:
    """Return the roles given for a season, or for all seasons if None, past ones too.

    within: those of units that lie within only. One query.
    """
    return list(
        Grant.objects.filter(within.of_units("unit_id"), season=season)
        .select_related("user", "unit")
        .order_by("role", "starts_at", "pk")
    )


def invitations_in(season: Season | None, within: Scope = EVERYWHERE) -> list[Invitation]:
    """Return the links that can still be used, the latest first. One query."""
    return list(
        Invitation.objects.filter(
            within.of_units("unit_id"), season=season, accepted_at=None, revoked_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("unit")
        .order_by("-created_at", "-pk")
    )  # fmt: skip


def names_beyond_seasons(permission: Permission) -> list[str]:
    """Return the names of those who may do everywhere what no role in one season allows."""
    holding = active_grants().filter(season=None, unit=None, role__in=PERMISSIONS[permission])
    people = User.objects.filter(
        Q(pk__in=holding.values("user")) | Q(is_superuser=True), is_active=True
    )
    return list(people.exclude(name="").order_by("name").values_list("name", flat=True))


def grants_that_allow(
    user: User, permission: Permission, season: Season | None, unit: Unit | None
) -> list[Grant]:
    """Return the present roles by which somebody may do something there. Two queries at most."""
    grants = active_grants().filter(
        _of_season(permission, season), user=user, role__in=PERMISSIONS[permission]
    )
    above = {one.pk for one in unit_queries.ancestors(unit.pk)} | {unit.pk} if unit else set()
    return [grant for grant in grants if grant.unit_id is None or grant.unit_id in above]


def other_organisers(grant: Grant, at: datetime, until: datetime | None) -> QuerySet[Grant]:
    """Return who else can run all that this organiser runs, from a moment on until another one.

    until: None for those whose role has no end.
    """
    lasting = Q(ends_at=None) if until is None else Q(ends_at=None) | Q(ends_at__gte=until)
    return (
        active_grants(at)
        .filter(lasting, in_season(grant.season), role=Role.ORGANISER, unit=None)
        .exclude(pk=grant.pk)
        .exclude(user=grant.user_id)
    )


def in_season(season: Season | None) -> Q:
    """Return the condition that a role holds in a season; None: that it holds in all of them."""
    return Q(season=None) if season is None else Q(season=None) | Q(season=season)


def _of_season(permission: Permission, season: Season | None) -> Q:
    return in_season(None if permission in ABOVE_SEASONS else season)


def _scope(user: Any, permission: Permission, seasons: Q) -> Scope:
    if not isinstance(user, User) or not user.is_active:
        return NOWHERE
    if user.is_superuser:
        return EVERYWHERE
    grants = active_grants().filter(seasons, user=user, role__in=PERMISSIONS[permission])
    tops = list(grants.values_list("unit_id", flat=True).distinct())
    if None in tops:
        return EVERYWHERE
    below = [unit_queries.subtree(top).values_list("pk", flat=True) for top in tops if top]
    return Scope(unit_ids=frozenset(pk for units in below for pk in units))
