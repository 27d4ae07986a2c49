"""Certificates for those who hand them over: one by one, or all of a season."""

from typing import Final

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from voting.console.downloads import in_thread
from voting.results import certificates
from voting.results.models import Conferral
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken
from voting.seasons.views import disposition

# In the query: the place within the category is printed as well.
WITH_PLACE: Final = "place"


@for_season(Permission.PROPOSE)
@require_safe
def certificate(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Hand out one certificate as a PDF."""
    if season.phase != Season.Phase.ANNOUNCED:
        return _refused(request, season, certificates.not_yet())
    row = Conferral.objects.filter(season=season, pk=pk).select_related("season").first()
    if row is None:
        raise Http404
    try:
        sheet = certificates.sheet_of(row, with_place=WITH_PLACE in request.GET)
    except RuleBroken as error:
        return _refused(request, season, str(error))
    response = HttpResponse(certificates.printed(sheet), content_type="application/pdf")
    response["Content-Disposition"] = disposition(certificates.file_name(row), attached=False)
    return response


@for_season(Permission.PROPOSE)
@require_safe
def certificates_zip(request: HttpRequest, season: Season) -> HttpResponseBase:
    """Hand out all certificates that hold, in one ZIP that is sent while it is made."""
    if season.phase != Season.Phase.ANNOUNCED:
        return _refused(request, season, certificates.not_yet())
    held = Conferral.objects.filter(season=season, revoked_at=None)
    rows = list(held.select_related("season").order_by("number"))
    if not rows:
        return _refused(request, season, _("Nothing that was conferred still holds."))
    with_place = WITH_PLACE in request.GET
    # Each asks no database, since the rows are here before the first byte leaves.
    sheets = (certificates.sheet_of(row, with_place=with_place) for row in rows)
    response = StreamingHttpResponse(
        in_thread(certificates.archived(sheets)), content_type="application/zip"
    )
    response["Content-Disposition"] = disposition(f"{season.slug}-certificates.zip", attached=True)
    return response


def _refused(request: HttpRequest, season: Season, why: str) -> HttpResponseRedirect:
    messages.error(request, why)
    return HttpResponseRedirect(reverse("console:result", args=[season.slug]))
