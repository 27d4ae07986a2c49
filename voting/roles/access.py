"""Guards of pages: strangers sign in, the unauthorised find nothing, the others have a scope.

Whoever has no role in a season must not even learn that its pages exist: 404. Whoever may see the
season but not do this gets 403. Likewise for what reaches beyond seasons: 404 without any role.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts import second_factor
from voting.audit.services import name_of
from voting.roles.permissions import Permission
from voting.roles.queries import has_role, powers, scope, scope_in_any_season
from voting.seasons import queries as season_queries
from voting.seasons.models import Season

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SeasonView = Callable[Concatenate[HttpRequest, Season, P], HttpResponseBase]


def actor_of(request: HttpRequest) -> str:
    """Return who acts, as history and audit log name them."""
    return name_of(request.user)


def signed_in(view: View[P]) -> View[P]:
    """Ask strangers to sign in, and come back to this page in its language."""

    @wraps(view)
    @never_cache
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            # The sign-in page's address has no language in it; it learns it from the query.
            ways_in = f"{reverse('account_login')}?language={get_language()}"
            return redirect_to_login(request.get_full_path(), login_url=ways_in)
        return view(request, *args, **kwargs)

    return guarded


def for_staff(view: View[P]) -> View[P]:
    """Let in whoever has any role anywhere; what the page shows depends on the role."""

    @wraps(view)
    @signed_in
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not has_role(request.user):
            raise Http404
        return second_factor.missing(request) or view(request, *args, **kwargs)

    return guarded


def for_site(
    permission: Permission, *, whole: bool = True, any_season: bool = False
) -> Callable[[View[P]], View[P]]:
    """Let in who may do this beyond single seasons.

    whole: whether a role that is limited to a unit is not enough; with False the view must show
    only what lies in the person's scope. any_season: whether a role in one season is enough, for
    what the seasons share, such as units; the scope is then ``queries.scope_in_any_season``.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        @for_staff
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            found = (scope_in_any_season if any_season else scope)(request.user, permission)
            if not (found.everywhere if whole else found):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def for_season(
    permission: Permission, *, whole: bool = True
) -> Callable[[SeasonView[P]], Callable[..., HttpResponseBase]]:
    """Let in who may do this in the season of the address; the view is given the season.

    Times are on the season's clock while the view works.

    whole: whether a role that is limited to a unit is not enough. With False the view must show
    only what lies in ``queries.scope(request.user, permission, season)``.
    """

    def decorate(view: SeasonView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        @signed_in
        def guarded(
            request: HttpRequest, /, slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            try:
                season = season_queries.season_alone(slug)
            except Season.DoesNotExist as error:
                raise Http404 from error
            own = powers(request.user, season)
            if not own.may_somewhere(Permission.SEASON_SEE):
                raise Http404
            if not (own.may if whole else own.may_somewhere)(permission):
                raise PermissionDenied
            season_queries.complete(season)
            # The navigation beside every page of a season is about it.
            request.season = season  # type: ignore[attr-defined]
            with timezone.override(ZoneInfo(season.time_zone)):
                return second_factor.missing(request) or view(request, season, *args, **kwargs)

        return guarded

    return decorate
