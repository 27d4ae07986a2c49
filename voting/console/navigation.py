"""The ways at the side of every organisers' page: those that the person may go."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from voting.approvals import queries as approval_queries
from voting.nominations.review import queue
from voting.notices.queries import open_objections
from voting.roles.permissions import Permission
from voting.roles.queries import Powers, powers, scope, scope_in_any_season
from voting.seasons.models import Season
from voting.seasons.page_context import content


class Way(NamedTuple):
    """One line of the navigation."""

    key: str
    text: Any
    icon: str
    # Name of the page it leads to; in a season's ways its address is the season's.
    url: str
    permission: Permission
    whole: bool = True  # whether a role that is limited to a unit is not enough
    also: frozenset[str] = frozenset()  # names of other pages that belong to it


# In the order in which a season goes by.
SEASON_WAYS: Final = (
    Way("today", _("Today"), "home", "season", Permission.SEASON_SEE, whole=False),
    Way("setup", _("Stages and rules"), "calendar", "season_stages", Permission.SEASON_EDIT,
        also=frozenset({
            "season_rules", "season_details", "season_categories", "season_approval",
            "season_nominating", "season_quotas", "season_publish", "season_preview",
            "season_amend", "season_parts", "season_part", "season_part_new", "season_criteria",
            "season_rehearsals", "season_rehearsal",
        })),
    Way("nominations", _("Nominations"), "file", "nominations", Permission.REVIEW_SEE,
        whole=False,
        also=frozenset({
            "nomination", "nominations_bulk", "sheets", "review_settings", "compare_with",
            "compare", "duplicates", "shortlists", "shortlist",
        })),
    Way("unused", _("Units with nominations left"), "place", "unused",
        Permission.NOMINATIONS_SEE, whole=False),
    Way("numbers", _("Nominees"), "people", "numbers", Permission.SEASON_EDIT),
    Way("notices", _("Notice and objections"), "flag", "notices", Permission.OBJECTIONS_SEE,
        also=frozenset({"objections", "objection", "objection_new", "notice_prepare", "calendar"})),
    Way("opening", _("Opening"), "play", "opening", Permission.PROPOSE),
    Way("voting", _("Voting"), "bars", "voting", Permission.VOTING_OPERATE,
        also=frozenset({
            "voting_pause", "voting_resume", "voting_close", "voting_finish", "voting_withdraw",
        })),
    Way("panels", _("Judging"), "people", "judging", Permission.PANELS_EDIT,
        also=frozenset({"judge", "panel", "panel_agreement", "panel_example", "seat"})),
    Way("figures", _("Outside figures"), "upload", "figures",
        Permission.FIGURES_ENTER, also=frozenset({"figures_one"})),
    Way("result", _("Result"), "check", "result", Permission.RESULTS_SEE,
        also=frozenset({"result_notice", "result_notice_prepare", "result_revoke", "rulings"})),
    Way("approvals", _("Approvals"), "sign", "season_approvals", Permission.APPROVE,
        also=frozenset({"approval"})),
    Way("announcements", _("Announcements"), "megaphone", "announcements", Permission.ANNOUNCE,
        also=frozenset({"announcement"})),
    Way("people", _("People and roles"), "key", "people", Permission.PEOPLE_MANAGE, whole=False),
    Way("audit", _("Audit log"), "history", "audit", Permission.AUDIT_SEE),
)  # fmt: skip
SITE_WAYS: Final = (
    Way("site_people", _("People and roles"), "key", "site_people", Permission.PEOPLE_MANAGE,
        whole=False),
    Way("site_audit", _("Audit log"), "history", "site_audit", Permission.AUDIT_SEE),
)  # fmt: skip
# What stands as a number beside a way, by its key.
Badge = Callable[[Season, User, Powers], int]


def _approvals(season: Season, user: User, _own: Powers) -> int:
    return approval_queries.waiting(season).exclude(proposed_by=user).count()


def _waiting_nominations(season: Season, user: User, _own: Powers) -> int:
    counts = queue.counts(season, scope(user, Permission.NOMINATIONS_REVIEW, season))
    return sum(counts[state] for state in queue.WAITING)


def _open_objections(season: Season, _user: User, _own: Powers) -> int:
    return open_objections(season).count()


BADGES: Final[Mapping[str, tuple[Permission, Badge]]] = {
    "nominations": (Permission.NOMINATIONS_REVIEW, _waiting_nominations),
    "notices": (Permission.OBJECTIONS_DECIDE, _open_objections),
    "approvals": (Permission.APPROVE, _approvals),
}


def navigation(user: Any, season: Season | None, page: str) -> dict[str, Any]:
    """Return the ways beside a page, and in a season's pages the season's ways too.

    page: the name of the present page's address. Three queries, and one for each number.
    """
    own = powers(user)
    ways: dict[str, Any] = {
        "home": page == "home",
        "site": _ways(SITE_WAYS, own, [], page),
        "units": bool(scope_in_any_season(user, Permission.UNITS_SEE)),
        "in_units": page in {"units", "unit", "units_import"},
        "admin": bool(getattr(user, "is_staff", False)),
        "season": [],
    }
    if season is None:
        return ways
    here = powers(user, season)
    ways["season"] = _ways(SEASON_WAYS, here, [season.slug], page)
    for way in ways["season"]:
        permission, count = BADGES.get(way["key"], (None, None))
        if permission is not None and count is not None and here.may(permission):
            way["badge"] = count(season, user, here)
    return ways | {
        "name": content(season.name, season.name_en),
        "board": reverse("ballots:board", args=[season.slug]) if season.epoch else "",
        "waiting": sum(way["badge"] for way in ways["season"]),
    }


def address(page: str, *where: str | int) -> str:
    """Return where a page is, or "" if this program has no such page."""
    try:
        return reverse(f"console:{page}", args=where)
    except NoReverseMatch:
        return ""


def _ways(ways: tuple[Way, ...], own: Powers, where: list[str], page: str) -> list[dict[str, Any]]:
    return [
        {
            "key": way.key,
            "text": way.text,
            "icon": way.icon,
            "url": url,
            "current": page == way.url or page in way.also,
            "badge": 0,
        }
        for way in ways
        if (own.may if way.whole else own.may_somewhere)(way.permission)
        and (url := address(way.url, *where))
    ]
