"""The organisers' first page: which seasons there are, and where to go."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from voting.roles.access import for_staff
from voting.roles.permissions import Permission
from voting.roles.queries import may, scope_in_any_season, seasons_of
from voting.seasons.models import Season
from voting.seasons.page_context import content, moment, state_of, state_text
from voting.units.models import Unit


@for_staff
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the person's seasons, drafts too, and how many units they see."""
    now = timezone.now()
    seasons = [
        {
            "slug": season.slug,
            "name": content(season.name, season.name_en),
            "is_draft": season.phase == Season.Phase.DRAFT,
            "is_published": season.published_at is not None,
            "state": state_of(season, now),
            "state_text": state_text(state_of(season, now)),
            "opens_text": moment(season.opens_at, season.time_zone),
            "closes_text": moment(season.ends_at, season.time_zone),
        }
        for season in seasons_of(request.user)
    ]
    units = scope_in_any_season(request.user, Permission.UNITS_SEE)
    context = {
        "seasons": seasons,
        "may_create": may(request.user, Permission.SEASON_CREATE),
        "signs": bool(scope_in_any_season(request.user, Permission.APPROVE)),
        "sees_units": bool(units),
        "units": Unit.objects.filter(units.of_units("pk"), closed_at=None).count(),
    }
    return render(request, "console/home.html", context)
