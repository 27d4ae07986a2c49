"""Papers for the file: judges' score sheets once nobody marks any more, minutes once sealed."""

from collections.abc import Iterator, Sequence

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from voting.audit.services import record
from voting.console.downloads import in_thread
from voting.judging import printing
from voting.judging.models import Panel, Seat
from voting.judging.queries.ending import stands_still
from voting.notices.paper import zipped
from voting.results import minutes as minutes_of_result
from voting.results.models import ResultSnapshot
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.roles.queries import may
from voting.seasons.models import Season
from voting.seasons.views import disposition


@for_season(Permission.PANELS_EDIT)
@require_safe
def score_sheet(request: HttpRequest, season: Season, pk: str, seat_pk: str) -> HttpResponse:
    """Hand out one judge's submitted sheet as a PDF, once numbers may be seen."""
    seats = Seat.objects.select_related("judge", "panel__season")
    seat = get_object_or_404(seats, pk=seat_pk, panel=pk, panel__season=season)
    back = reverse("console:seat", args=[season.slug, seat.panel_id, seat.pk])
    if not stands_still(season):
        return _refused(request, back, _not_yet())
    if seat.submitted_at is None:
        return _refused(request, back, _("This judge has not submitted a sheet."))
    _log(request, season, seat.panel, seat.judge.key)
    pdf = printing.printed(printing.score_sheet(seat))
    return _pdf(pdf, printing.file_name(seat))


@for_season(Permission.PANELS_EDIT)
@require_safe
def score_sheets(request: HttpRequest, season: Season, pk: str) -> HttpResponseBase:
    """Hand out all submitted sheets of a panel in one ZIP that is sent while it is made.

    What the sheets say is read first, since nothing asks the database while bytes are on their
    way; each is then set in half a second or less, in a thread of its own, and sent at once.
    """
    panel = get_object_or_404(Panel, season=season, pk=pk)
    back = reverse("console:panel", args=[season.slug, panel.pk])
    if not stands_still(season):
        return _refused(request, back, _not_yet())
    rows = panel.seats.filter(submitted_at__isnull=False).order_by("judge__key")
    seats = list(rows.select_related("judge", "panel__season"))
    if not seats:
        return _refused(request, back, _("Nobody has submitted a sheet on this panel."))
    _log(request, season, panel, "")
    files = _set([*map(printing.score_sheet, seats)], [*map(printing.file_name, seats)])
    response = StreamingHttpResponse(in_thread(zipped(files)), content_type="application/zip")
    name = f"{season.slug}-{panel.pk}-score-sheets.zip"
    response["Content-Disposition"] = disposition(name, attached=True)
    return response


@for_season(Permission.RESULTS_SEE)
@require_safe
def minutes(request: HttpRequest, season: Season, version: str) -> HttpResponse:
    """Hand out the committee's minutes of a sealed result as a PDF; before, there is none (404).

    Only who arranges panels learns the judges' names; observers have their codes.
    """
    rows = ResultSnapshot.objects.select_related("season")
    snapshot = get_object_or_404(rows, season=season, version=version)
    with_names = may(request.user, Permission.PANELS_EDIT, season)
    words = minutes_of_result.minutes(snapshot, with_names=with_names)
    return _pdf(minutes_of_result.printed(words), minutes_of_result.file_name(snapshot))


def _set(words: Sequence[printing.Values], names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each sheet; the number keeps names apart that files would share."""
    for at, (one, name) in enumerate(zip(words, names, strict=True), 1):
        yield f"{at:03} {name}", printing.printed(one)


def _not_yet() -> str:
    return _("Score sheets can be had once voting has been closed and every panel is.")


def _log(request: HttpRequest, season: Season, panel: Panel, judge: str) -> None:
    record(
        actor=actor_of(request), action="judging.export", season=season.slug,
        target=f"{panel} {judge}".strip(),
    )  # fmt: skip


def _refused(request: HttpRequest, back: str, why: str) -> HttpResponseRedirect:
    messages.error(request, why)
    return HttpResponseRedirect(back)


def _pdf(pdf: bytes, name: str) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = disposition(name, attached=False)
    return response
