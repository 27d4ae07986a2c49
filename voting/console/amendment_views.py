"""Amending frozen rules: one person proposes here, another one approves among the approvals."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from redis import RedisError

from accounts.models import User
from voting.approvals import queries as approval_queries
from voting.approvals.kinds import Line
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.ballots import rules_text
from voting.ballots.services.amending import KIND, is_store_behind, tell_store
from voting.ballots.stores import vote_store
from voting.console.amending_kinds import AMENDING, lines_of
from voting.console.amendment_forms import AmendForm
from voting.console.approval_kinds import sign_first
from voting.console.season_views import season_frame
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons import amending, queries
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken


@for_season(Permission.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: HttpRequest, season: Season) -> HttpResponse:
    """Propose an amendment, or see what it would change; show what waits and what was amended."""
    waiting = approval_queries.waiting(season, [KIND]).select_related("proposed_by").first()
    context: dict[str, Any] = {
        **season_frame(season),
        "nav": "rules",
        "waiting": _waiting(waiting, season) if waiting else None,
        "amendments": [
            rules_text.amendment_in_words(one, season.time_zone)
            | {"proposer": name_of(one.proposed_by), "approver": name_of(one.approved_by)}
            for one in season.amendments.select_related("proposed_by", "approved_by")
        ],
        "store": _store(season),
    }
    status = 200
    if waiting is None and amending.fields_of(season):
        form = AmendForm(request.POST or None, season=season)
        context["form"] = form
        if request.method == "POST":
            status = 422
            if "show" in request.POST:
                form.fields["reason"].required = False
            lines = _checked(form, season)
            if lines and "show" in request.POST:
                context["preview"], status = lines, 200
            elif lines and _proposed(request, season, form):
                return HttpResponseRedirect(reverse("console:season_amend", args=[season.slug]))
    return render(request, "console/season_amend.html", context, status=status)


@for_season(Permission.VOTING_OPERATE)
@require_POST
def tell(request: HttpRequest, season: Season) -> HttpResponse:
    """Write the end of voting into the vote store again, after it was out of reach."""
    try:
        tell_store(slug=season.slug, client=vote_store())
    except (RuleBroken, RedisError) as error:
        messages.error(
            request, str(error) if isinstance(error, RuleBroken)
            else _("The vote store cannot be reached. Try again in a minute.")
        )  # fmt: skip
    else:
        messages.success(request, _("The vote store knows the end of voting now."))
    return HttpResponseRedirect(reverse("console:season_amend", args=[season.slug]))


def _checked(form: AmendForm, season: Season) -> list[Line]:
    """Return what would change; note on the form what is wrong."""
    if not form.is_valid():
        return []
    try:
        return lines_of(season, form.wanted())
    except RuleBroken as error:
        for line in str(error).split("\n"):
            form.add_error(None, line)
    return []


def _proposed(request: HttpRequest, season: Season, form: AmendForm) -> bool:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the guard let nobody else in
    try:
        sign_first(
            AMENDING, season, user=user, reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"], **form.wanted(),
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error(None, str(error))
        form.data = request.POST.dict() | {
            "seen": amending.state(queries.season_by_slug(season.slug))
        }
        return False
    messages.success(request, _("Proposed. Another person must approve it before it holds."))
    return True


def _waiting(proposal: Proposal, season: Season) -> dict[str, Any]:
    try:
        lines: list[Any] = list(lines_of(season, proposal.payload))
    except RuleBroken:  # the rules have changed since
        lines = proposal.difference
    return {
        "lines": lines,
        "reason": proposal.reason,
        "person": name_of(proposal.proposed_by),
        "at": proposal.proposed_at,
        "stale": proposal.seen != amending.state(season),
    }


def _store(season: Season) -> str:
    """Return "" if the vote store knows the end of voting, else "behind" or "away"."""
    try:
        return "behind" if is_store_behind(season, vote_store()) else ""
    except RedisError:
        return "away"
