"""The table of days off and made-up working days, for years that the library does not know."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.console.notice_forms import CalendarForm, DayRows, rows_of
from voting.console.notice_views import notice_frame
from voting.notices import queries, services
from voting.notices.models import CalendarDay, CalendarYear
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.roles.queries import names_beyond_seasons, scope
from voting.rules.workdays import is_known
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

EARLIER, LATER = 1, 3  # years around this one


@for_season(Permission.NOTICES_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest, season: Season) -> HttpResponse:
    """Enter the days of a year. The table holds for all seasons; notices that stand keep theirs.

    So whoever runs one season reads it only.
    """
    may_change = scope(request.user, Permission.CALENDAR_EDIT).everywhere
    if request.method == "POST" and not may_change:
        raise PermissionDenied
    this = timezone.localdate().year
    years = range(this - EARLIER, this + LATER + 1)
    wanted = request.GET.get("year", "")
    year = next((one for one in years if str(one) == wanted), this + 1)
    row = CalendarYear.objects.filter(year=year).first()
    days = CalendarDay.objects.filter(day__year=year)
    rows = DayRows(
        request.POST or None,
        initial=[{"day": one.day, "kind": one.kind, "name": one.name} for one in days],
    )
    form = CalendarForm(
        request.POST or None,
        initial={"source": row.source, "complete": row.complete} if row else None,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if rows.is_valid() and form.is_valid() and _saved(request, year, form, rows):
            return HttpResponseRedirect(
                f"{reverse('console:calendar', args=[season.slug])}?year={year}"
            )
    table = queries.calendar()
    context = {
        **notice_frame(season),
        "year": year,
        "years": [
            {"year": one, "known": is_known(one), "own": one in table.years} for one in years
        ],
        "known": is_known(year),
        "form": form,
        "rows": rows,
        "may_change": may_change,
        "days": days,
        "who": [] if may_change else names_beyond_seasons(Permission.CALENDAR_EDIT),
    }
    return render(request, "console/calendar.html", context, status=status)


def _saved(request: HttpRequest, year: int, form: CalendarForm, rows: Any) -> bool:
    try:
        services.set_calendar(
            year=year, days=rows_of(rows), complete=form.cleaned_data["complete"],
            source=form.cleaned_data["source"], actor=actor_of(request),
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Saved. Notices from now on count by these days."))
    return True
