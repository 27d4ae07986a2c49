"""What ballots have to do with accounts: what they know of a person, and handing over a browser."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from accounts import handover, personal_data
from accounts.models import User
from voting.ballots.services.verifying import is_voter
from voting.ballots.stores import keyring
from voting.hotpath import admission
from voting.hotpath.keyfiles import KeyMissing
from voting.hotpath.tokens import Level
from voting.seasons.models import Season

_PREFIX = admission.cookie_name("", https=False)


def connect() -> None:
    """Register with accounts, which know nothing of voting."""
    personal_data.register("verified_voter", exporter=verified_in)
    handover.also(forget_voter)


def verified_in(user: User) -> list[dict[str, Any]]:
    """Return the seasons in which a person is a verified voter; what they voted nobody can tell.

    A season whose key is destroyed no longer knows, and is left out.
    """
    found = []
    for season in Season.objects.filter(
        identity_level=Season.IdentityLevel.VERIFIED, epoch__gt=0
    ).order_by("pk"):
        try:
            if is_voter(season, user):
                found.append({"season": season.slug, "name": season.name})
        except KeyMissing:
            continue
    return found


def forget_voter(request: HttpRequest, response: HttpResponseBase) -> None:
    """Take verified voter cookies from the browser: whoever comes next is somebody else.

    Anonymous ones stay, since there the browser is the voter.
    """
    prefix = f"__Host-{_PREFIX}" if settings.HTTPS else _PREFIX
    for name, value in request.COOKIES.items():
        if not name.startswith(prefix):
            continue
        voter = admission.known_voter(keyring(), season=name.removeprefix(prefix), cookie=value)
        if voter is not None and voter.level is Level.VERIFIED:
            response.delete_cookie(name, samesite="Lax")
            # A deletion must look like the cookie, or browsers keep a __Host- one.
            response.cookies[name]["secure"] = settings.HTTPS
            response.cookies[name]["httponly"] = True
