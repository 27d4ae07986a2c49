"""The public page of the draws of judges, and the same to take along."""

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from voting.judging.draw_page import draws_as_json, draws_context, file_name
from voting.seasons.models import Season
from voting.seasons.queries import is_public
from voting.seasons.showcase import worded
from voting.seasons.views import disposition, shared


def _season(slug: str) -> Season:
    """Return a season that everybody may see; a rehearsal shows nothing here."""
    season = Season.objects.filter(slug=slug, rehearsal_of=None).first()
    if season is None or not is_public(season):
        raise Http404
    return season


@require_safe
def draws(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was announced and drawn on the panels of a season, from the announcement on."""
    season = _season(slug)
    with worded(season):
        context = draws_context(season)
        if context is None:
            raise Http404
        return shared(render(request, "judging/draws.html", context))


@require_safe
def draws_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out the same as JSON."""
    season = _season(slug)
    found = draws_as_json(season)
    if found is None:
        raise Http404
    text = json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True)
    response = HttpResponse(f"{text}\n", content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = disposition(file_name(season), attached=True)
    response["Cache-Control"] = "no-cache"
    return response
