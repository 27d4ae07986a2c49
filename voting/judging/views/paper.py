"""A judge's own score sheet on paper: a draft before it is submitted, for the file afterwards."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from voting.judging import printing
from voting.judging.access import for_seat
from voting.judging.models import Seat
from voting.seasons.views import disposition


@require_safe
@for_seat()
def paper(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Hand out the judge's own sheet as a PDF."""
    if seat.panel.opened_at is None:
        return HttpResponseRedirect(reverse("judging:start", args=[seat.panel.season.slug]))
    pdf = printing.printed(printing.score_sheet(seat))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = disposition(printing.file_name(seat), attached=False)
    return response
