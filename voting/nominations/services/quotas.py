"""Whether a unit has nominations left: counted under a lock on its row."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from voting.nominations import queries
from voting.nominations.models import Nomination
from voting.nominations.services.errors import QuotaUsed
from voting.nominations.sheets.reading import Problem
from voting.nominations.sheets.resource import Planned
from voting.seasons import queries as season_queries
from voting.seasons.models import Category, Season
from voting.seasons.page_context import content
from voting.units.models import Unit


def check_quota(nomination: Nomination) -> None:
    """Raise QuotaUsed unless the unit may send one more in; call it inside the transaction."""
    unit = _locked_unit(nomination)
    left = queries.quota_left(nomination.season, unit.pk)
    of_category = left.of_category.get(nomination.category_id or 0)
    names = _names(unit, nomination.category)
    if left.in_all is not None and left.in_all < 1:
        raise QuotaUsed(_("%(unit)s has no nominations left in this season.") % names)
    if of_category is not None and of_category < 1:
        raise QuotaUsed(
            _("%(unit)s has no nominations left in the category “%(category)s”.") % names
        )


def check_move(nomination: Nomination, category: Category) -> None:
    """Raise QuotaUsed unless the unit has room in a category that a nomination is moved to.

    A quota is counted when something is sent in, by the category in which it then stands; so a
    move takes a place in the new category and frees one in the old, and in all it changes
    nothing. The office is bound by it as well: that no unit has more in a category than others is
    a rule that units read, and where more is meant an exception says so, on record. Call it
    inside the transaction.
    """
    if not _has_room(nomination, category.pk):
        raise QuotaUsed(
            _(
                "%(unit)s has no nominations left in the category “%(category)s”. Leave it where "
                "it is, or have an organiser give the unit more under Quotas first."
            )
            % _names(nomination.unit, category)
        )


def check_correction(nomination: Nomination, category_id: int | None) -> None:
    """Raise QuotaUsed if a returned nomination would go to a category that is full.

    Its own place in the old category must not become one too many in another. Call it inside the
    transaction.
    """
    if category_id in {None, nomination.category_id} or _has_room(nomination, category_id):
        return
    raise QuotaUsed(
        _(
            "%(unit)s has no nominations left in the category “%(category)s”. Please choose "
            "another category, or ask the office. What you changed here was not saved."
        )
        % _names(nomination.unit, nomination.season.categories.get(pk=category_id))
    )


def lock_units(rows: Sequence[Planned]) -> None:
    """Lock the units to which a list gives more, so that nobody sends in beside it.

    Call it inside the transaction that writes the list, before the places are counted.
    """
    list(_units([one for one in rows if _takes_place(one)]).select_for_update())


def over_quota(season: Season, rows: Sequence[Planned]) -> list[Problem]:
    """Return which rows of a list give a unit more than it may put forward.

    That may change until they are written, unless ``lock_units`` was called before.
    """
    adding = [one for one in rows if _takes_place(one)]
    if not adding:
        return []
    known = {unit.pk: unit for unit in _units(adding)}
    usual, exceptions = season_queries.quotas(season)
    used = queries.used_by_units(
        season, known, leaving_out=[one.nomination.pk for one in adding if one.nomination.pk]
    )
    problems = []
    for one in adding:
        unit, category = one.nomination.unit_id or 0, one.nomination.category_id or 0
        quota = exceptions.get(unit, usual)
        most = quota.of_category(category)
        if quota.in_all is not None and used[unit].total() >= quota.in_all:
            text = _("%(unit)s has no nominations left in this season.")
        elif most is not None and used[unit][category] >= most:
            text = _("%(unit)s has no nominations left in the category “%(category)s”.")
        else:
            used[unit][category] += 1
            continue
        words = _names(known[unit], one.nomination.category)
        problems.append(Problem(one.number, "", text % words))
    return problems


def _names(unit: Unit | None, category: Category | None) -> dict[str, str]:
    """Return what both are called in the page's language."""
    return {
        "unit": content(unit.name, unit.name_en)["text"] if unit else "",
        "category": content(category.name, category.name_en)["text"] if category else "",
    }


def _units(adding: Sequence[Planned]) -> QuerySet[Unit]:
    return Unit.objects.filter(pk__in={one.nomination.unit_id for one in adding}).order_by("pk")


def _takes_place(one: Planned) -> bool:
    """Say whether a row of a list needs a place that it did not have."""
    nomination = one.nomination
    return (
        (one.what == "new" or "category" in one.changes)
        and nomination.route == Nomination.Route.UNIT
        and nomination.state in queries.COUNTED
    )


def _has_room(nomination: Nomination, category_id: int | None) -> bool:
    if nomination.route != Nomination.Route.UNIT or nomination.state not in queries.COUNTED:
        return True
    unit = _locked_unit(nomination)
    left = queries.quota_left(nomination.season, unit.pk).of_category.get(category_id or 0)
    return left is None or left > 0


def _locked_unit(nomination: Nomination) -> Unit:
    # Whoever sends in for this unit at the same moment waits here, and then counts this one too.
    return Unit.objects.select_for_update().get(nominations=nomination)
