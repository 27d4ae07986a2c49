"""Who may see the organisers' pages. To everybody else they do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_organisers(view: View[P]) -> View[P]:
    """Let in those who run the site; ask strangers to sign in, and hide the page from others."""

    @wraps(view)
    @never_cache
    def guarded(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if not user.is_authenticated:
            # The sign-in page's address has no language in it; it learns it from the query.
            ways_in = f"{reverse('account_login')}?language={get_language()}"
            return redirect_to_login(request.get_full_path(), login_url=ways_in)
        if not (user.is_active and user.is_superuser):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def actor_of(request: HttpRequest) -> str:
    """Return who acts, as the history names them."""
    return str(request.user)[:150]
