"""Units and what they may still put forward: as many queries for one unit as for hundreds."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import override

from voting.nominations.models import Nomination
from voting.nominations.queries import COUNTED, QuotaLeft
from voting.roles.models import Reminder
from voting.roles.queries import Scope
from voting.roles.reminding import Letter, recommenders
from voting.seasons import queries
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment
from voting.units.models import Unit

SHOWN_PEOPLE: Final = 3


@dataclass(frozen=True, slots=True)
class UnitLeft:
    """One unit with numbers left."""

    unit: Unit
    used: int
    left: int
    people: list[tuple[str, str]]  # who recommends for it: name, address
    reminded_on: date | None


def units_left(season: Season, within: Scope) -> list[UnitLeft]:
    """Return the open units that have not used their quota, those with people first.

    Units without any limit are left out: there is nothing that they have not used. Six queries.
    """
    usual, exceptions = queries.quotas(season)
    categories = [category.pk for category in season.categories.all()]
    used: dict[int, dict[int | None, int]] = {}
    counted = Nomination.objects.filter(
        season=season, route=Nomination.Route.UNIT, state__in=COUNTED
    ).order_by()
    for unit, category, number in counted.values_list("unit", "category").annotate(Count("pk")):
        used.setdefault(unit or 0, {})[category] = number
    people = recommenders(season)
    reminded = dict(
        Reminder.objects.filter(season=season).values_list("unit").order_by().annotate(Max("day"))
    )
    found = []
    for unit in Unit.objects.filter(within.of_units("pk"), closed_at=None).order_by("code"):
        quota, own = exceptions.get(unit.pk, usual), used.get(unit.pk, {})
        total = sum(own.values())
        left = QuotaLeft(
            None if quota.in_all is None else max(0, quota.in_all - total),
            {
                category: None if most is None else max(0, most - own.get(category, 0))
                for category in categories
                for most in [quota.of_category(category)]
            },
        ).least
        if left:
            found.append(
                UnitLeft(unit, total, left, people.get(unit.pk, []), reminded.get(unit.pk))
            )
    found.sort(key=lambda one: not one.people)
    return found


def letter(one: UnitLeft, season: Season, closes: datetime | None, address: str) -> Letter:
    """Return what a unit's recommenders are written, in Chinese as their offices work."""
    with override("zh-hans"):
        words = {
            "unit": one.unit.name,
            "season": season.name,
            "n": one.left,
            "date": full_moment(closes, season.time_zone) if closes else "",
        }
        text = (
            _("%(unit)s has %(n)d nominations left in %(season)s, until %(date)s.")
            if closes
            else _("%(unit)s has %(n)d nominations left in %(season)s.")
        )
        return Letter(
            _("%(season)s: nominations left") % words,
            "\n\n".join([text % words, _("Put somebody forward here:"), address]),
        )
