"""Portraits, photos and proofs, to judges who may see them; under names that say nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from voting.judging import blind, page_context
from voting.judging.access import for_file
from voting.judging.blind import hides
from voting.judging.models import Seat
from voting.judging.queries.seats import may_mark, nominees_of_panel
from voting.nominations.private_files import private_file
from voting.nominations.storage import FILES
from voting.seasons.models import Nominee
from voting.seasons.photos import PUBLIC
from voting.seasons.portraits import portrait_svg, validate
from voting.seasons.views import disposition


def _nominee(seat: Seat, code: str) -> Nominee:
    """Return the nominee of a code, if this seat sees the file now."""
    if seat.panel.opened_at is not None:
        for pk in nominees_of_panel(seat.panel).values_list("pk", flat=True):
            if blind.code_of(seat.panel, pk) == code and may_mark(seat, pk):
                return Nominee.objects.get(pk=pk)
    raise Http404


def _kept_for_long(response: HttpResponse) -> HttpResponse:
    # For this browser only, and not for ever: somebody may be recused.
    response["Cache-Control"] = "private, max-age=600"
    return response


@require_safe
@for_file
def portrait(request: HttpRequest, seat: Seat, code: str) -> HttpResponse:
    """Show the portrait: the published photo, or the drawing."""
    if hides(seat.panel, "portrait"):
        raise Http404
    nominee = _nominee(seat, code)
    if nominee.portrait:
        photo = PUBLIC.read(f"{nominee.portrait}-card.jpg")
        if photo is not None:
            return _kept_for_long(private_file(photo, "jpg"))
    drawing = {} if validate(nominee.drawing) else nominee.drawing
    response = HttpResponse(portrait_svg(drawing), content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return _kept_for_long(response)


@require_safe
@for_file
def photo(
    request: HttpRequest, seat: Seat, code: str, place: str, large: str | None = None
) -> HttpResponse:
    """Show a published photo."""
    nominee = _nominee(seat, code)
    position = int(place)
    if hides(seat.panel, "photos") or not 1 <= position <= len(nominee.photos):
        raise Http404
    stem = nominee.photos[position - 1]["stem"]
    found = PUBLIC.read(f"{stem}-{'page' if large else 'thumb'}.jpg")
    if found is None:
        raise Http404
    return _kept_for_long(private_file(found, "jpg"))


@require_safe
@for_file
def proof(request: HttpRequest, seat: Seat, code: str, place: str) -> HttpResponse:
    """Hand out a proof. Its name says nothing; what is inside the organisers answer for."""
    nominee = _nominee(seat, code)
    files = blind.attachments(seat.panel, page_context.nominations_of(nominee))
    position = int(place)
    if not 1 <= position <= len(files):
        raise Http404
    file = files[position - 1]
    found = FILES.read(f"{file.stem}.{file.ending}")
    if found is None:
        raise Http404
    response = private_file(found, file.ending)
    response["Content-Disposition"] = disposition(f"proof-{position}.{file.ending}", attached=True)
    patch_cache_control(response, no_store=True)
    return response
