"""The page on which a nomination begins, and the way back by a secret link."""

from typing import Any

from allauth.core import ratelimit
from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second_factor
from voting.nominations import page_context, queries
from voting.nominations.access import held_codes, hold
from voting.nominations.models import Nomination
from voting.nominations.services.drafts import begin
from voting.nominations.services.letters import nomination_of
from voting.roles.permissions import Permission
from voting.roles.queries import scope
from voting.seasons import queries as season_queries
from voting.seasons.models import Season
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken

SHOWN_UNITS = 40
SHOWN_IN_FULL = 3


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Say who may put forward until when; begin a nomination; list one's own."""
    season = _season(request, slug)
    # The nominations of units stand here too: whoever speaks for one shows the second factor.
    by_role = scope(request.user, Permission.NOMINATE, season)
    refusal = second_factor.missing(request) if by_role else None
    return refusal or _start(request, season)


def _start(request: HttpRequest, season: Season) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        ratelimit.consume(request, action="begin_nomination", raise_exception=True)
        try:
            return _begin(request, season)
        except RuleBroken as error:
            problem = str(error)
    user: Any = request.user
    someone = user if user.is_authenticated else None
    words = request.GET.get("q", "").strip()[:60]
    routes = queries.routes_for(season, someone)
    context_of_units = _units(request, season, words) if "unit" in routes else {}
    context = {
        "season_name": content(season.name, season.name_en),
        "organiser": content(season.organiser, season.organiser_en),
        "season_row": season,
        "deadline": page_context.deadline(season),
        "routes": routes,
        "ways": [
            {"key": way, "label": Nomination.Route(way).label, "hint": _hint(way)}
            for way in routes
            if way != "unit"
        ],
        "words": words,
        **context_of_units,
        "own": [
            {
                "row": one,
                "category": content(one.category.name, one.category.name_en)
                if one.category
                else None,
                "line": page_context.state_line(one),
                "when": page_context.clock(one.updated_at, season.time_zone),
            }
            for one in queries.own(user, season, held_codes(request))[:200]
        ],
        "problem": problem,
        "sign_in": f"{reverse('account_login')}?language={get_language()}&next={request.path}",
    }
    return render(request, "nominations/start.html", context, status=422 if problem else 200)


@never_cache
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Let in whoever has the secret link of a nomination without an account."""
    nomination = nomination_of(token)
    if nomination is None or not nomination.is_by_link:
        raise Http404
    hold(request, nomination)
    page = "step" if nomination.state == Nomination.State.DRAFT else "status"
    where = [nomination.code, "who"] if page == "step" else [nomination.code]
    return HttpResponseRedirect(reverse(f"nominations:{page}", args=where))


def _begin(request: HttpRequest, season: Season) -> HttpResponse:
    unit = request.POST.get("unit", "")
    user = request.user if request.user.is_authenticated else None
    nomination = begin(
        season_id=season.pk,
        route=request.POST.get("route", ""),
        user=user,
        unit_id=int(unit) if unit.isdecimal() and len(unit) < 12 else None,
        language=get_language() or "zh-hans",
    )
    if user is None:
        hold(request, nomination)
        messages.info(
            request,
            _("You can come back to this draft with the address under “Go on later”."),
        )
    return HttpResponseRedirect(reverse("nominations:step", args=[nomination.code, "who"]))


def _units(request: HttpRequest, season: Season, words: str) -> dict[str, Any]:
    """Return the visitor's own units with what they have left, and those below, by name."""
    user: Any = request.user
    own = list(queries.own_units(user, season)[:SHOWN_IN_FULL])
    others = queries.units_for(user, season).exclude(pk__in=[unit.pk for unit in own])
    if words:
        others = others.filter(name__icontains=words)
    shown = list(others[: SHOWN_UNITS + 1])
    return {
        "own_units": [page_context.quota_lines(season, unit) for unit in own],
        "units": [
            {"unit": unit, "name": content(unit.name, unit.name_en)} for unit in shown[:SHOWN_UNITS]
        ],
        "many_units": len(shown) > SHOWN_IN_FULL or bool(words),
        # Who may put forward for all units would scroll past them to every other way.
        "fold_units": bool(own) or len(shown) > SHOWN_IN_FULL or bool(words),
        "more_units": len(shown) > SHOWN_UNITS,
    }


def _season(request: HttpRequest, slug: str) -> Season:
    """Return a season whose nominations the visitor may know of."""
    season = Season.objects.filter(slug=slug).first()
    if season is None:
        raise Http404
    public = season_queries.is_public(season) and queries.has_begun(season)
    if not (public or scope(request.user, Permission.SEASON_SEE, season)):
        raise Http404
    return season


def _hint(way: str) -> str:
    return {
        "organisation": _("An association, a school or a company puts somebody forward."),
        "self": _("You put yourself forward. You need an account for it."),
        "citizen": _("You put forward somebody whom you know. A code confirms your address."),
    }[way]
