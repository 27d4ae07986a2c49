"""Guards of the judges' pages: who has a seat gets it, everybody else finds nothing (404)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import second_factor
from accounts.models import User
from voting.judging.models import Seat
from voting.judging.queries import seats as seat_queries
from voting.judging.services.pool import link_account
from voting.roles.access import signed_in
from voting.roles.permissions import Permission
from voting.roles.queries import powers
from voting.seasons import queries as season_queries
from voting.seasons.models import Season

P = ParamSpec("P")
SeasonView = Callable[Concatenate[HttpRequest, Season, P], HttpResponseBase]
SeatView = Callable[Concatenate[HttpRequest, Seat, P], HttpResponseBase]


def person(request: HttpRequest) -> User:
    """Return who is signed in."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return user


def _season(slug: str) -> Season:
    try:
        return season_queries.season_alone(slug)
    except Season.DoesNotExist as error:
        raise Http404 from error


def for_judge(view: SeasonView[P]) -> Callable[..., HttpResponseBase]:
    """Let in who is a judge of the season of the address; the view is given the season."""

    @wraps(view)
    @signed_in
    def guarded(
        request: HttpRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        season = _season(slug)
        user = person(request)
        if not _may_judge(user, season):
            raise Http404
        if link_account(user_id=user.pk, season_id=season.pk) is None:
            raise Http404
        with timezone.override(ZoneInfo(season.time_zone)):
            return second_factor.missing(request) or view(request, season, *args, **kwargs)

    return guarded


def for_seat(*, ready: bool = True) -> Callable[[SeatView[P]], Callable[..., HttpResponseBase]]:
    """Let in who has a seat on the panel of the address; the view is given the seat.

    ready: whether the declaration must have been accepted; who has not yet is led to it.
    """

    def decorate(view: SeatView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        @signed_in
        def guarded(
            request: HttpRequest, /, slug: str, panel: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            seat = _seat(person(request), slug, panel)
            season = seat.panel.season
            with timezone.override(ZoneInfo(season.time_zone)):
                if ready and seat.state != Seat.State.READY:
                    return HttpResponseRedirect(reverse("judging:start", args=[slug]))
                return second_factor.missing(request) or view(request, seat, *args, **kwargs)

        return guarded

    return decorate


def for_saving(view: SeatView[P]) -> Callable[..., HttpResponseBase]:
    """Guard what scripts save to: it answers in JSON, and 401 means to sign in again.

    A second factor that was shown at any time in this session is enough: marks are saved all the
    time, and a question in between would lose some.
    """

    @wraps(view)
    @never_cache
    def guarded(
        request: HttpRequest, /, slug: str, panel: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated or _unproved(request):
            return JsonResponse({"problem": "signed-out"}, status=401)
        try:
            seat = _seat(person(request), slug, panel)
        except Http404:
            return JsonResponse({"problem": "not-yours"}, status=404)
        with timezone.override(ZoneInfo(seat.panel.season.time_zone)):
            return view(request, seat, *args, **kwargs)

    return guarded


def for_file(view: SeatView[P]) -> Callable[..., HttpResponseBase]:
    """Guard what pages show as pictures or hand out: whoever may not see it finds nothing.

    How long browsers keep it the view says; a refusal is never kept.
    """

    @wraps(view)
    def guarded(
        request: HttpRequest, /, slug: str, panel: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if _unproved(request):
            raise Http404
        seat = _seat(person(request), slug, panel)
        if seat.state != Seat.State.READY:
            raise Http404
        return view(request, seat, *args, **kwargs)

    return guarded


def _seat(user: User, slug: str, panel: str) -> Seat:
    season = _season(slug)
    if not _may_judge(user, season):
        raise Http404
    seat = seat_queries.seat_at(user, season, int(panel))
    if seat is None:
        raise Http404
    return seat


def _may_judge(user: User, season: Season) -> bool:
    # In a rehearsal those judge who judge in the season that it rehearses.
    return powers(user, season.rehearsal_of or season).may(Permission.JUDGE)


def _unproved(request: HttpRequest) -> bool:
    wanted: Any = settings.STAFF_SECOND_FACTOR
    return bool(wanted) and second_factor.last_shown(request) is None
