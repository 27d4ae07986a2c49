"""Where judges come in: their panels, the invitation, the declaration."""

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from voting.judging.access import for_judge, for_seat, person
from voting.judging.declaration import declaration, declaration_text
from voting.judging.models import Seat
from voting.judging.page_context import panel_name
from voting.judging.queries import seats as seat_queries
from voting.judging.services import seats as seat_services
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken


@require_safe
@for_judge
def start(request: HttpRequest, season: Season) -> HttpResponse:
    """Show a judge's panels: to confirm, to declare, to mark."""
    zone = season.time_zone
    panels = []
    for seat in seat_queries.seats_of(person(request), season):
        due = seat_queries.due_at(seat.panel)
        panels.append(
            {
                "seat": seat,
                "id": seat.panel_id,
                "name": panel_name(seat.panel),
                "due": full_moment(due, zone) if due else "",
                "is_open": seat_queries.is_open(seat.panel),
                "submitted": full_moment(seat.submitted_at, zone) if seat.submitted_at else "",
            }
        )
    context = {
        "slug": season.slug,
        "rehearsal": season.rehearsal_of_id is not None,
        "season_name": content(season.name, season.name_en),
        "panels": panels,
        "declaration": declaration(),
    }
    return render(request, "judging/start.html", context)


def _confirm(seat: Seat, request: HttpRequest) -> str:
    seat_services.confirm(seat_id=seat.pk, user=person(request))
    return _("Thank you. Read the declaration next.")


def _decline(seat: Seat, request: HttpRequest) -> str:
    seat_services.decline(
        seat_id=seat.pk, user=person(request), reason=request.POST.get("reason", "")[:300]
    )
    return _("You have declined. The organisers see it.")


def _declare(seat: Seat, request: HttpRequest) -> str:
    if "agreed" not in request.POST:
        raise RuleBroken(_("Tick that you declare this, or decline."))
    seat_services.declare(seat_id=seat.pk, user=person(request), declaration=declaration_text())
    return _("Thank you. You can begin.")


_ANSWERS: Final[Mapping[str, Callable[[Seat, HttpRequest], str]]] = {
    "confirm": _confirm, "decline": _decline, "declare": _declare,
}  # fmt: skip


@require_POST
@for_seat(ready=False)
def answer(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Confirm or decline a seat, or accept the declaration."""
    given = _ANSWERS.get(request.POST.get("answer", ""))
    if given is None:
        raise Http404
    slug = seat.panel.season.slug
    try:
        messages.success(request, given(seat, request))
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        if given is _declare and seat_queries.is_open(seat.panel):
            return HttpResponseRedirect(reverse("judging:panel", args=[slug, seat.panel_id]))
    return HttpResponseRedirect(reverse("judging:start", args=[slug]))
