"""Judging within a rehearsal: its panels opened, marked by invention, closed, and the result seen.

What is shown here is shown to organisers alone: a rehearsal's result is sealed, put on notice and
published nowhere.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from voting.console import rehearsal_figures
from voting.judging.models import Panel, Seat
from voting.judging.queries.ending import stands_still
from voting.judging.queries.forms import panel_components
from voting.judging.queries.practising import example_of
from voting.judging.queries.seats import SITTING
from voting.judging.services import assigning, rehearsing
from voting.judging.services import panels as panel_services
from voting.results import as_json, explaining
from voting.results.computing import NotComputable, compute, inputs_of
from voting.results.queries import names_of
from voting.seasons import queries
from voting.seasons.models import Season
from voting.seasons.page_context import content

Values = dict[str, Any]


def begin(one: Season, by: User) -> None:
    """Give a rehearsal its panels, if its rules want any."""
    if panel_components(one):
        rehearsing.copy_panels(rehearsal_id=one.pk, by=by)


def open_panels(request: HttpRequest, one: Season) -> None:
    """Open all panels that are in preparation. Raises JudgingRefused."""
    rows = Panel.objects.filter(season=one, opened_at=None)
    for panel in rows:
        panel_services.open_panel(panel_id=panel.pk, by=_person(request), reason=_("rehearsal"))
        if panel.per_nominee is not None:
            assigning.assign_panel(panel_id=panel.pk, by=_person(request))
    messages.success(request, _("Judging is open in the rehearsal."))


def invent(request: HttpRequest, one: Season) -> None:
    """Have the sheets that are still open filled in and submitted, and figures invented."""
    done = rehearsing.invent_marks(rehearsal_id=one.pk, by=_person(request))
    messages.success(
        request,
        ngettext("%(n)d sheet filled in and submitted.", "%(n)d sheets filled in and submitted.",
                 done) % {"n": done},
    )  # fmt: skip
    rehearsal_figures.invent(request, one)


def close_panels(request: HttpRequest, one: Season) -> None:
    """Close all panels that are open. Raises JudgingRefused."""
    for panel in Panel.objects.filter(season=one, opened_at__isnull=False, closed_at=None):
        panel_services.close_panel(panel_id=panel.pk, by=_person(request), reason=_("rehearsal"))
    messages.success(request, _("Judging is closed in the rehearsal."))


def context(one: Season) -> Values | None:
    """Return how far judging is in a rehearsal; None where the rules want no panel."""
    rows = list(Panel.objects.filter(season=one).prefetch_related("seats").order_by("pk"))
    if not rows:
        return None
    lines = [_line(panel) for panel in rows]
    found = {line["state"] for line in lines}
    step = "open" if "draft" in found else "close" if "now" in found else ""
    return {
        "panels": lines,
        "step": step,
        "may_open": one.phase != Season.Phase.DRAFT,
        "waiting": sum(line["seats"] - line["submitted"] for line in lines),
        "url": settings.SITE_ORIGIN + reverse("judging:start", args=[one.slug]),
        "accounts": Seat.objects.filter(
            panel__season=one, state__in=SITTING, judge__user__isnull=False
        ).exists(),
    }


def _line(panel: Panel) -> Values:
    seats = [seat for seat in panel.seats.all() if seat.state in SITTING]
    return {
        "name": content(panel.name or panel.component, panel.name_en),
        "state": "closed" if panel.closed_at else "now" if panel.opened_at else "draft",
        "seats": len(seats),
        "submitted": sum(seat.submitted_at is not None for seat in seats),
        "example": example_of(panel) is not None,
    }


def result(one: Season) -> Values | None:
    """Return what would come out, once voting is over, and judging if there is any; None before."""
    if not stands_still(one):
        return None
    season = queries.season_by_slug(one.slug)
    try:
        found = as_json.rankings(compute(inputs_of(season)), names_of(season))
    except NotComputable as error:
        return {"problem": str(error), "lists": []}
    facts = explaining.facts_of(season)
    return {"problem": "", "lists": [explaining.list_context(each, facts) for each in found]}


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- the guard lets nobody else in
    return request.user
