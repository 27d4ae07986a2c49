"""What the sign-in page says to somebody whom an invitation led there."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from voting.roles.services import InvitationUnusable, open_invitation
from voting.seasons.page_context import content


def invited_to(request: HttpRequest) -> dict[str, Any] | None:
    """Return role and season of the link that somebody comes back to after signing in.

    Whoever has the link's secret part reads as much behind it with any account at all. What else
    stands there, by whom, where and to which address, is not said before. None without a link, and
    for one that cannot be used, so that nobody learns here what is wrong with it. The address is
    only read: where one goes after signing in is for allauth to decide.
    """
    try:
        wanted = urlsplit(request.POST.get("next") or request.GET.get("next") or "")
        with override(get_language_from_path(wanted.path) or "en"):
            found = resolve(wanted.path)
    except (ValueError, Resolver404):  # no address at all, or none of this site
        return None
    if found.view_name != "roles:join" or wanted.netloc:
        return None
    try:
        invitation = open_invitation(found.kwargs["token"])
    except InvitationUnusable:
        return None
    season = invitation.season
    return {
        "role": invitation.get_role_display(),
        "season_name": content(season.name, season.name_en) if season else None,
    }
