"""The organisers' first page: what is going on, and where to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from voting.console.access import for_organisers
from voting.seasons.models import Season
from voting.seasons.page_context import content, moment, state_of, state_text
from voting.units.models import Unit


@for_organisers
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show all seasons, drafts too, and how many units there are."""
    now = timezone.now()
    seasons = [
        {
            "slug": season.slug,
            "name": content(season.name, season.name_en),
            "is_draft": season.phase == Season.Phase.DRAFT,
            "state": state_of(season, now),
            "state_text": state_text(state_of(season, now)),
            "opens_text": moment(season.opens_at, season.time_zone),
            "closes_text": moment(season.ends_at, season.time_zone),
        }
        for season in Season.objects.order_by("-opens_at", "slug")
    ]
    units = Unit.objects.filter(closed_at=None).count()
    return render(request, "console/home.html", {"nav": "home", "seasons": seasons, "units": units})
