"""The organiser's calendar as the working-day clock wants it."""

from voting.notices.models import CalendarDay, CalendarYear
from voting.rules.workdays import Exceptions


def calendar() -> Exceptions:
    """Return the organiser's days and the years for which they are complete. Two queries."""
    days = list(CalendarDay.objects.values_list("day", "kind"))
    return Exceptions(
        holidays=frozenset(day for day, kind in days if kind == CalendarDay.Kind.HOLIDAY),
        make_up_days=frozenset(day for day, kind in days if kind == CalendarDay.Kind.MAKE_UP),
        years=frozenset(CalendarYear.objects.filter(complete=True).values_list("year", flat=True)),
    )
