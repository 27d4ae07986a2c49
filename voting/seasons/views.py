"""Home page and portraits."""

from contextlib import nullcontext
from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import override
from django.views.decorators.http import require_safe

from voting.seasons.models import Nominee, Season
from voting.seasons.page_context import home_context
from voting.seasons.photos import PUBLIC
from voting.seasons.portraits import portrait_svg, validate
from voting.seasons.showcase import worded

LANGUAGE_PREFIXES = {"en": "en"}


def shared(response: HttpResponse) -> HttpResponse:
    """Mark a page as the same for everyone, so that it is rendered once for many."""
    response["X-Shared-Page"] = "yes"
    response["Cache-Control"] = "no-cache"  # browsers keep it, and ask whether it has changed
    return response


def disposition(name: str, *, attached: bool) -> str:
    """Return the header that names a file. attached: whether it is kept rather than shown."""
    return content_disposition_header(attached, name) or "attachment"


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the browser's language, Chinese first."""
    wanted = request.headers.get("Accept-Language", "").strip().lower()[:2]
    with override(LANGUAGE_PREFIXES.get(wanted, "zh-hans")):
        return HttpResponseRedirect(reverse("seasons:home"))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the seasons and past winners; with showcases alone, no page speaks of awards."""
    context = home_context()
    with nullcontext() if context["has_award"] else worded(None):
        return shared(render(request, "seasons/home.html", context))


@require_safe
def portrait(request: HttpRequest, slug: str, number: str, mark: str) -> HttpResponse:
    """Draw a nominee; the address changes with the drawing, so it may be kept for ever."""
    drawing = (
        Nominee.objects.filter(season__slug=slug, ballot_number=number)
        # Published drafts hide their nominees too.
        .exclude(season__phase=Season.Phase.DRAFT)
        .values_list("drawing", flat=True)
        .first()
    )
    if drawing is None:
        raise Http404
    if not drawing or validate(drawing):
        drawing = {}  # the neutral star
    picture = portrait_svg(drawing)
    response = HttpResponse(picture, content_type="image/svg+xml")
    # Only the address that names this very picture may be kept for ever.
    exact = sha256(picture.encode()).hexdigest()[:8] == mark
    response["Cache-Control"] = "public, max-age=31536000, immutable" if exact else "no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


@require_safe
def photo(request: HttpRequest, name: str) -> HttpResponse:
    """Show a published photo; another one has another name."""
    picture = PUBLIC.read(name)
    if picture is None:
        raise Http404
    kind = "image/webp" if name.endswith("webp") else "image/jpeg"
    response = HttpResponse(picture, content_type=kind)
    # For a day, so that a photo that was taken back is gone from browsers soon.
    response["Cache-Control"] = "public, max-age=86400, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
