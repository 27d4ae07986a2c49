"""The public pages of a result: the list, how each number came about, the data, certificates."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from voting.results.models import Conferral, PublishedResult
from voting.results.page_context import certificate_context, frame, result_context
from voting.results.queries import public_result, published_version
from voting.seasons.models import Season
from voting.seasons.public_pages import pages_of
from voting.seasons.queries import is_public
from voting.seasons.views import disposition, shared


def _season(slug: str) -> Season:
    season = Season.objects.select_related("rule_sheet").filter(slug=slug).first()
    if season is None or not is_public(season):
        raise Http404
    return season


@require_safe
def result(request: HttpRequest, slug: str, position: str = "0") -> HttpResponse:
    """Show the result that holds, or say that there is none yet."""
    season = _season(slug)
    found = public_result(season)
    if found is None:
        return shared(render(request, "results/none_yet.html", frame(season)))
    return _shown(request, found, position=int(position))


@require_safe
def explained(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Show how one nominee's total came about."""
    found = public_result(_season(slug))
    if found is None:
        raise Http404
    return _shown(request, found, number=number)


def _shown(
    request: HttpRequest, found: PublishedResult, *, position: int = 0, number: str = ""
) -> HttpResponse:
    context = result_context(found, position=position, number=number)
    if context is None:
        raise Http404
    context["pages"] = pages_of(found.snapshot.season)
    return shared(render(request, "results/result.html", context))


@require_safe
def data(request: HttpRequest, slug: str, version: str, part: str) -> HttpResponse:
    """Hand out what a published version was computed from, or what came out: the sealed bytes."""
    found = published_version(_season(slug), int(version))
    if found is None:
        raise Http404
    raw = found.snapshot.inputs if part == "inputs" else found.snapshot.result
    response = HttpResponse(raw, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = disposition(f"{slug}-{part}-v{version}.json", attached=True)
    response["Cache-Control"] = "public, max-age=3600"
    return response


@never_cache
@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a certificate holds, to whoever reads its QR code."""
    found = Conferral.objects.select_related("season").filter(code=code.upper()).first()
    if found is None:
        return render(request, "results/certificate_unknown.html", status=404)
    return render(request, "results/certificate.html", certificate_context(found))
