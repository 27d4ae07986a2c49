"""The ways at the side of every organisers' page: those that the person may go."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from voting.approvals.models import Proposal
from voting.roles.permissions import Permission
from voting.roles.queries import Powers, powers, scope_in_any_season
from voting.seasons.models import Season
from voting.seasons.page_context import content


class Way(NamedTuple):
    """One line of the navigation."""

    key: str  # what a page calls itself, such as "people"
    text: Any
    icon: str
    url: str
    permission: Permission
    whole: bool = True  # whether a role that is limited to a unit is not enough


# In the order in which a season goes by. ``url``: name of a page whose address is the season's.
SEASON_WAYS: Final = (
    Way("today", _("Today"), "home", "console:season", Permission.SEASON_SEE, whole=False),
    Way("setup", _("Stages and set-up"), "flag", "console:season_stages",
        Permission.SEASON_EDIT),
    Way("rules", _("Rules"), "scale", "console:season_rules", Permission.SEASON_EDIT),
    Way("details", _("Texts and dates"), "calendar", "console:season_details",
        Permission.SEASON_EDIT),
    Way("categories", _("Categories"), "list", "console:season_categories",
        Permission.SEASON_EDIT),
    Way("announcements", _("Announcements"), "megaphone", "console:announcements",
        Permission.ANNOUNCE),
    Way("people", _("People and roles"), "key", "console:people",
        Permission.PEOPLE_MANAGE, whole=False),
    Way("audit", _("Audit log"), "history", "console:audit", Permission.AUDIT_SEE),
)  # fmt: skip
SITE_WAYS: Final = (
    Way("site_people", _("People and roles"), "key", "console:site_people",
        Permission.PEOPLE_MANAGE),
    Way("site_audit", _("Audit log"), "history", "console:site_audit",
        Permission.AUDIT_SEE),
)  # fmt: skip
# What stands as a number beside a way, by its key.
Badge = Callable[[Season, User, Powers], int]


def _approvals(season: Season, user: User, _own: Powers) -> int:
    waiting = Proposal.objects.filter(season=season, state=Proposal.State.WAITING)
    return waiting.exclude(proposed_by=user).count()


BADGES: Final[Mapping[str, tuple[Permission, Badge]]] = {
    "approvals": (Permission.APPROVE, _approvals),
}


def navigation(user: Any, season: Season | None) -> dict[str, Any]:
    """Return the ways beside a page, and in a season's pages the season's ways too.

    Two queries for the roles, and one for each number.
    """
    own = powers(user)
    ways: dict[str, Any] = {
        "site": _ways(SITE_WAYS, own, []),
        "units": bool(scope_in_any_season(user, Permission.UNITS_SEE)),
        "admin": bool(getattr(user, "is_staff", False)),
        "season": [],
    }
    if season is None:
        return ways
    here = powers(user, season)
    ways["season"] = _ways(SEASON_WAYS, here, [season.slug])
    for way in ways["season"]:
        permission, count = BADGES.get(way["key"], (None, None))
        if permission is not None and count is not None and here.may(permission):
            way["badge"] = count(season, user, here)
    return ways | {
        "name": content(season.name, season.name_en),
        "board": reverse("ballots:board", args=[season.slug]) if season.epoch else "",
        "waiting": sum(way["badge"] for way in ways["season"]),
    }


def _ways(ways: tuple[Way, ...], own: Powers, where: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "key": way.key,
            "text": way.text,
            "icon": way.icon,
            "url": reverse(way.url, args=where),
            "badge": 0,
        }
        for way in ways
        if (own.may if way.whole else own.may_somewhere)(way.permission)
    ]
