"""Who acts as the nominator: an account, the people of a unit, or whoever holds the secret link."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

from accounts import second_factor
from voting.audit.services import name_of
from voting.nominations import queries
from voting.nominations.models import Nomination

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Nomination, P], HttpResponseBase]

_SESSION: Final = "nominations"
_MOST: Final = 20  # codes that one browser holds without an account


def held_codes(request: HttpRequest) -> list[str]:
    """Return the codes of nominations without an account that this browser may go on with.

    Each is kept with the number of the link that was used: a newer link ends older browsers too.
    One query, where any are kept.
    """
    kept = dict(_kept(request))
    if not kept:
        return []
    now = Nomination.objects.filter(code__in=kept).values_list("code", "link_number")
    return [code for code, number in now if kept[code] == str(number)]


def hold(request: HttpRequest, nomination: Nomination) -> None:
    """Let this browser go on with a nomination without an account."""
    others = [f"{code}.{number}" for code, number in _kept(request) if code != nomination.code]
    request.session[_SESSION] = [*others, f"{nomination.code}.{nomination.link_number}"][-_MOST:]


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    kept = [str(one).partition(".") for one in request.session.get(_SESSION, [])]
    return [(code, number) for code, _dot, number in kept]


def nominator_of(request: HttpRequest) -> str:
    """Return who acts, as history names people; a citizen without an account has no name there."""
    return name_of(request.user) if request.user.is_authenticated else "citizen"


def for_nominator(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Let in who put a nomination forward; the view is given it.

    Strangers sign in, whoever has nothing to do with it finds nothing (404). Staff who may read it
    elsewhere, and who began it for a unit they no longer speak for, are told that this page is
    not theirs (403).
    """

    @wraps(view)
    @never_cache
    def guarded(
        request: HttpRequest, /, code: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        nomination = found(code)
        user: Any = request.user
        if nomination is not None and queries.is_own(user, nomination, held_codes(request)):
            by_role = nomination.route == Nomination.Route.UNIT
            refusal = second_factor.missing(request) if by_role else None
            return refusal or view(request, nomination, *args, **kwargs)
        if not user.is_authenticated:
            # The same for a code that exists and for one that does not.
            ways_in = f"{reverse('account_login')}?language={get_language()}"
            return redirect_to_login(request.get_full_path(), login_url=ways_in)
        if nomination is not None and (
            nomination.nominator_id == user.pk or queries.may_read(user, nomination)
        ):
            raise PermissionDenied
        raise Http404

    return guarded


def found(code: str) -> Nomination | None:
    """Return a nomination with what its pages show."""
    return (
        Nomination.objects.select_related("season", "category", "unit", "nominator", "nominee")
        .filter(code=code)
        .first()
    )
