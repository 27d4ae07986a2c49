"""A season's first page: what needs doing now, by deadline; what is missing; what was done last."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import User
from voting.approvals import queries as approval_queries
from voting.audit.services import name_of
from voting.ballots.services.readiness import full_readiness
from voting.console import approval_kinds, audit_log, todos
from voting.console.navigation import address
from voting.console.turnout import turnout
from voting.console.two_people import lines_of
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.roles.queries import Powers, powers
from voting.seasons.models import Season
from voting.seasons.page_context import content, moment, state_of, state_text, zone_text
from voting.seasons.readiness import Item
from voting.seasons.stage_context import stage_lines

Values = dict[str, Any]
LAST: Final = 6  # things that were done last
# On which page the parts of the readiness list are seen to.
PARTS: Final = {
    "rules": "season_rules", "details": "season_details", "categories": "season_categories",
    "stages": "season_stages", "approval": "season_approval", "nominees": "shortlists",
    "numbers": "numbers", "notices": "notices", "objections": "objections",
    "approvals": "season_approvals", "people": "people", "panels": "judging",
}  # fmt: skip


@for_season(Permission.SEASON_SEE, whole=False)
@require_safe
def today(request: HttpRequest, season: Season) -> HttpResponse:
    """Show what this person can do now, as far as their role goes."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the guard has seen to it; for the type checker
    own = powers(user, season)
    now = timezone.now()
    state = state_of(season, now)
    context: Values = {
        "season": season,
        "name": content(season.name, season.name_en),
        "now_text": date_format(timezone.localtime(now), pgettext("date format", "l, j M, H:i")),
        "zone_text": zone_text(season.time_zone),
        "is_draft": season.phase == Season.Phase.DRAFT,
        "is_published": season.published_at is not None,
        "state": state,
        "state_text": state_text(state),
        "timeline": stage_lines(season, now),
        "todos": [todos.shown(one, season, now) for one in todos.todos(season, user, own)],
        "approvals": _approvals(season, user, own),
        **_missing(season, own),
        "sees_log": own.may(Permission.AUDIT_SEE),
        "last": _last(season, user, own),
    }
    if own.may(Permission.TALLIES_SEE) and season.epoch:
        context["turnout"] = turnout(season, now)
    return render(request, "console/season.html", context)


def _approvals(season: Season, user: User, own: Powers) -> list[Values]:
    """Return what waits for a second person, to whoever signs first or second."""
    if not (own.may(Permission.APPROVE) or own.may(Permission.PROPOSE)):
        return []
    waiting = approval_queries.waiting(season)
    return [
        {
            "row": one,
            "changes": lines_of(one, None),
            "title": approval_kinds.title_of(one.kind),
            "by": name_of(one.proposed_by),
            "at_text": moment(one.proposed_at, season.time_zone),
            "url": address("approval", season.slug, one.pk),
            "stale": approval_kinds.is_stale(one, season),
            "is_own": one.proposed_by_id == user.pk,
            "may_approve": own.may(Permission.APPROVE) and one.proposed_by_id != user.pk,
        }
        for one in waiting.select_related("proposed_by").order_by("proposed_at")
    ]


def needed_first(items: list[Item]) -> list[Item]:
    """Return the readiness list with what is missing first: what is done needs nobody's eyes."""
    return sorted(items, key=lambda item: (item.done, not item.blocks))


def _missing(season: Season, own: Powers) -> Values:
    """Return the readiness list of a draft, for whoever can see to it."""
    if season.phase != Season.Phase.DRAFT or not own.may(Permission.SEASON_EDIT):
        return {"items": [], "ready": 0}
    items = needed_first(full_readiness(season))
    return {
        "items": [(item, _where(item.part, season)) for item in items],
        "ready": sum(item.done for item in items),
        "missing": sum(not item.done for item in items if item.blocks),
    }


def _where(part: str, season: Season) -> str:
    """Return the page on which a part of the list is seen to; "" for none."""
    page = PARTS.get(part, "")
    return address(page, season.slug) if page else ""


def _last(season: Season, user: User, own: Powers) -> list[Values]:
    if not own.may(Permission.AUDIT_SEE):
        return []
    found = audit_log.lines(audit_log.search_for(user, season.slug), limit=LAST)
    people = audit_log.people_words(found)
    return [
        {
            "at_text": moment(line.key.at, season.time_zone),
            "who": line.who,
            "what": line.what,
            "target": people.get(line.about, line.about),
        }
        for line in found
    ]
