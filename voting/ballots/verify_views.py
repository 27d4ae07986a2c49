"""The way from signing in to a voter: it writes the voter cookie and leads back to the ballot.

The token is then given by the cookie alone, without session and database.
"""

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from voting.ballots.services.casting import cookie_name
from voting.ballots.services.verifying import NothingConfirmed, NotVerified, verified_cookie
from voting.ballots.views import public_season
from voting.hotpath.admission import COOKIE_SECONDS, MAX_CHOICES
from voting.roles.access import signed_in
from voting.seasons.models import Season
from voting.seasons.page_context import frame_context

# How long the form's choices wait in the browser for somebody who is signing in.
KEPT_SECONDS = 30 * 60
_SALT = "ballots.kept_choices"


@never_cache
@require_safe
@signed_in
def verify(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Make whoever signed in a voter of the season, and go back to the ballot."""
    season = public_season(slug)
    name = cookie_name(season)
    user = request.user
    if not isinstance(user, User):
        raise Http404
    try:
        cookie = verified_cookie(season=season, user=user, cookie=request.COOKIES.get(name))
    except NotVerified as error:
        raise Http404 from error
    except NothingConfirmed:
        return render(request, "ballots/verify.html", frame_context(season), status=403)
    response = HttpResponseRedirect(_back(request, season))
    response.set_cookie(
        name, cookie, max_age=COOKIE_SECONDS, httponly=True, samesite="Lax", secure=settings.HTTPS
    )
    return response


def _back(request: HttpRequest, season: Season) -> str:
    wanted = request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, None, require_https=settings.HTTPS):
        return wanted
    return reverse("ballots:season", args=[season.slug]) + "#review"


@never_cache
@csrf_protect
@require_POST
def keep_and_verify(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what was chosen in the form while somebody signs in, in the browser and nowhere else."""
    season = public_season(slug)
    form = reverse("ballots:form", args=[slug])
    response = redirect(f"{reverse('ballots:verify', args=[slug])}?next={form}")
    numbers = [one[:8] for one in request.POST.getlist("choices")[:MAX_CHOICES]]
    response.set_cookie(
        kept_name(season),
        signing.dumps(numbers, salt=_SALT),
        max_age=KEPT_SECONDS,
        path=form,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


def kept_name(season: Season) -> str:
    """Return the name of the cookie that holds the form's choices."""
    return f"choices-{season.slug}"


def kept_choices(request: HttpRequest, season: Season) -> list[str]:
    """Return the choices that were kept; what is not ours or too old is none."""
    try:
        kept = signing.loads(
            request.COOKIES.get(kept_name(season), ""), salt=_SALT, max_age=KEPT_SECONDS
        )
    except signing.BadSignature:
        return []
    return [str(number) for number in kept]
