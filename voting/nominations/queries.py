"""What pages and other topics ask about nominations."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from voting.nominations.models import Nomination
from voting.roles.models import Role
from voting.roles.permissions import PERMISSIONS, Permission
from voting.roles.queries import Scope, active_grants, in_season, scope
from voting.seasons import queries as season_queries
from voting.seasons.models import Nominee, Season
from voting.units import queries as unit_queries
from voting.units.models import Unit

Route = Nomination.Route
State = Nomination.State
# What uses up a quota. Who withdraws, or is not accepted, makes room for another one.
COUNTED: Final = (
    State.SUBMITTED, State.RETURNED, State.RESUBMITTED, State.ACCEPTED, State.MERGED,
)  # fmt: skip
STAGE: Final = "nominations"


@dataclass(frozen=True, slots=True)
class QuotaLeft:
    """How many nominations a unit has left. None: no limit."""

    in_all: int | None
    of_category: dict[int, int | None] = field(default_factory=dict)

    @property
    def least(self) -> int | None:
        """How many can still be put forward at most, over all categories; None without a limit."""
        by_category = [left for left in self.of_category.values() if left is not None]
        if len(by_category) < len(self.of_category):
            return self.in_all
        total = sum(by_category) if self.of_category else None
        known = [number for number in (self.in_all, total) if number is not None]
        return min(known) if known else None


def closes_at(season: Season) -> datetime | None:
    """Return when nominations end, or None if the season has no such stage."""
    return season.stages.filter(kind=STAGE).values_list("ends_at", flat=True).first()


def has_begun(season: Season) -> bool:
    """Return whether the time of nominations has come, and perhaps gone."""
    return season.stages.filter(kind=STAGE, starts_at__lte=timezone.now()).exists()


def is_open(season: Season, at: datetime | None = None) -> bool:
    """Return whether nominations are taken at a moment, by default now."""
    return season_queries.is_in_stage(season, STAGE, at)


def routes_for(season: Season, user: Any) -> list[str]:
    """Return by which ways somebody may put forward in a season. user: None without an account."""
    settings = season_queries.nomination_settings(season)
    someone = isinstance(user, User)
    ways = []
    if settings.by_units and someone and scope(user, Permission.NOMINATE, season):
        ways.append(Route.UNIT)
    if settings.by_organisations and someone:
        ways.append(Route.ORGANISATION)
    if settings.by_oneself and someone:
        ways.append(Route.SELF)
    if settings.without_account:
        ways.append(Route.CITIZEN)
    return [str(way) for way in ways]


def units_for(user: Any, season: Season) -> QuerySet[Unit]:
    """Return the open units for which somebody may put forward."""
    allowed = scope(user, Permission.NOMINATE, season)
    units = Unit.objects.filter(closed_at=None).order_by("code")
    return units if allowed.everywhere else units.filter(pk__in=allowed.unit_ids)


def own_units(user: Any, season: Season) -> QuerySet[Unit]:
    """Return the open units that somebody has a role for by name, not only those below."""
    named = active_grants().filter(
        Q(season=None) | Q(season=season), user=user, role__in=PERMISSIONS[Permission.NOMINATE]
    )
    return Unit.objects.filter(closed_at=None, pk__in=named.values("unit")).order_by("code")


def quota_left(season: Season, unit_id: int) -> QuotaLeft:
    """Return what a unit may still put forward. Ask under a lock where it decides something."""
    quota = season_queries.quota_of(season, unit_id)
    used = used_by_units(season, [unit_id])[unit_id]
    left: dict[int, int | None] = {}
    for pk in season.categories.values_list("pk", flat=True):
        most = quota.of_category(pk)
        left[pk] = None if most is None else max(0, most - used.get(pk, 0))
    in_all = None if quota.in_all is None else max(0, quota.in_all - used.total())
    return QuotaLeft(in_all, left)


def used_by_units(
    season: Season, unit_ids: Iterable[int], leaving_out: Iterable[int] = ()
) -> dict[int, Counter[int]]:
    """Return how many nominations units have used, by category. One query.

    leaving_out: nominations that are not counted.
    """
    used: dict[int, Counter[int]] = {unit_id: Counter() for unit_id in unit_ids}
    rows = (
        Nomination.objects.filter(season=season, unit__in=used, route=Route.UNIT, state__in=COUNTED)
        .exclude(pk__in=leaving_out)
        .order_by()
        .values_list("unit", "category")
        .annotate(Count("pk"))
    )
    for unit_id, category_id, number in rows:
        used[unit_id][category_id] = number
    return used


def own(user: Any, season: Season, codes: Iterable[str] = ()) -> QuerySet[Nomination]:
    """Return what somebody has put forward: by account, for their units, or by codes they hold.

    What was put forward for a unit is the unit's; see ``is_own``.
    """
    mine = Q(code__in=list(codes), nominator=None) & ~Q(route=Route.UNIT)
    if isinstance(user, User):
        mine |= Q(nominator=user) & ~Q(route=Route.UNIT)
        allowed = scope(user, Permission.NOMINATE, season)
        if allowed.everywhere:
            mine |= Q(route=Route.UNIT, nominator=user)
        elif allowed:
            mine |= Q(route=Route.UNIT, unit__in=allowed.unit_ids)
    return (
        Nomination.objects.filter(mine, season=season)
        .select_related("category", "unit")
        .order_by("-updated_at", "-pk")
    )


def is_own(user: Any, nomination: Nomination, codes: Iterable[str] = ()) -> bool:
    """Return whether somebody may act as the nominator of a nomination.

    What was put forward for a unit belongs to the unit: whoever may put forward for it now reads
    and changes it, and who began it and has lost the role does neither. All else stays theirs who
    put it forward. Organisers may put forward for every unit, and own only what they began.
    """
    if nomination.is_by_link:
        return nomination.code in set(codes)
    if not isinstance(user, User):
        return False
    began = nomination.nominator_id == user.pk
    if nomination.route != Route.UNIT:
        return began
    allowed = scope(user, Permission.NOMINATE, nomination.season)
    return began if allowed.everywhere else allowed.holds(nomination.unit_id)


def hearing_of(nomination: Nomination) -> list[User]:
    """Return who is written to about a unit's nomination: people whose it is now, with an address.

    That is whoever began it, while it is still theirs, and those who recommend for this very unit;
    where nobody does, those of the nearest unit above. A large office above does not hear of
    everything below it. An empty list: nobody can be written to.
    """
    unit_id = nomination.unit_id or 0
    above = [unit.pk for unit in reversed(unit_queries.ancestors(unit_id))]
    grants = (
        active_grants()
        .filter(in_season(nomination.season), role=Role.RECOMMENDER, unit__in=[unit_id, *above])
        .select_related("user")
        .order_by("pk")
    )
    named: dict[int, list[User]] = {}
    for grant in grants:
        named.setdefault(grant.unit_id or 0, []).append(grant.user)
    began = nomination.nominator
    heard = {began.pk: began} if began is not None and _can_hear(began, nomination) else {}
    for place in (unit_id, *above):
        nearest = [one for one in named.get(place, []) if _can_hear(one, nomination)]
        if nearest:
            heard |= {one.pk: one for one in nearest}
            break
    return list(heard.values())


def _can_hear(user: User, nomination: Nomination) -> bool:
    return bool(user.email) and is_own(user, nomination)


def may_read(user: Any, nomination: Nomination) -> bool:
    """Return whether somebody may read a nomination by their role; nobody reads drafts so."""
    if nomination.submitted_at is None or not isinstance(user, User):
        return False
    allowed: Scope = scope(user, Permission.NOMINATIONS_SEE, nomination.season)
    return allowed.everywhere or (
        nomination.unit_id is not None and allowed.holds(nomination.unit_id)
    )


def proposed_nominees(season: Season) -> QuerySet[Nominee]:
    """Return the nominees whom a notice proposes and a ballot lists, by category and strokes.

    A nominee's row is there once a nomination was accepted; a confirmed shortlist takes the rows
    away of those that are not through. So everybody who has one and has not withdrawn is proposed.
    """
    return (
        Nominee.objects.filter(season=season, withdrawn_at=None)
        .select_related("category")
        .order_by("category__position", "strokes", "name", "pk")
    )
