"""The organiser's calendar: which days are off, and which are worked to make up for them."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from voting.audit.services import record
from voting.notices.models import CalendarDay, CalendarYear
from voting.notices.services.errors import NoticeRuleBroken


@transaction.atomic
def set_calendar(
    *,
    year: int,
    days: Iterable[tuple[date, str, str]],
    complete: bool,
    source: str,
    actor: str,
    reason: str,
) -> CalendarYear:
    """Put the days of a year in the place of those that were there.

    days: (day, kind of ``CalendarDay.Kind``, name). complete: whether all of the year's days are
    among them, so that no date in it needs a warning. source: the announcement they follow.
    Notices that stand keep their end; a later one counts by the new table.
    Raises NoticeRuleBroken for a day of another year, twice, or a complete year without source.
    """
    rows = sorted(days)
    chosen, _created = CalendarYear.objects.select_for_update().get_or_create(year=year)
    if any(day.year != year for day, _kind, _name in rows):
        raise NoticeRuleBroken(_("All days must lie in %(year)d.") % {"year": year})
    if len({day for day, _kind, _name in rows}) < len(rows):
        raise NoticeRuleBroken(_("A day stands in the list twice."))
    if complete and not source.strip():
        raise NoticeRuleBroken(_("Name the announcement that the days follow."))
    old = CalendarDay.objects.filter(day__year=year)
    before = {
        "days": [f"{one.day.isoformat()} {one.kind}" for one in old], "complete": chosen.complete
    }  # fmt: skip
    old.delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, kind=kind, name=name.strip()) for day, kind, name in rows
    )
    chosen.complete, chosen.source = complete, source.strip()
    chosen.save()
    after = {"days": [f"{day.isoformat()} {kind}" for day, kind, _name in rows]}
    record(
        actor=actor, action="calendar.set", target=str(year), reason=reason,
        before=before, after=after | {"complete": complete, "source": chosen.source},
    )  # fmt: skip
    return chosen
