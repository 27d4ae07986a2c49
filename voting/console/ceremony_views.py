"""The big screen of the ceremony, and its rehearsal before the announcement."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from voting.results.ceremony import ceremony_context
from voting.results.queries import public_result
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons.models import Season


@for_season(Permission.RESULTS_SEE)
@require_safe
def ceremony(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the screen once the sealed result is on notice; until it is announced, as a rehearsal.

    Before that there are no names that may stand on a screen.
    """
    found = public_result(season)
    if found is None:
        messages.error(request, _("There is a screen once the sealed result is on public notice."))
        return HttpResponseRedirect(reverse("console:result", args=[season.slug]))
    return render(request, "console/ceremony.html", ceremony_context(found))
