"""The inbox of what needs two people: the difference first, then both signatures."""

from typing import Any

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from redis.exceptions import RedisError

from voting.approvals import queries, services
from voting.approvals.kinds import Kind
from voting.approvals.models import Proposal
from voting.console import approval_kinds
from voting.console.approval_kinds import is_stale
from voting.console.opening_forms import SignForm
from voting.console.two_people import card, lines_of, standing
from voting.roles.access import for_season, for_staff
from voting.roles.permissions import Permission
from voting.roles.queries import may
from voting.seasons.models import Season
from voting.seasons.page_context import content
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

log = structlog.get_logger(__name__)

HISTORY = 50  # decided ones on a page


@for_staff
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for a second person in all seasons where the person may sign."""
    return _list(request, None)


@for_season(Permission.APPROVE)
@require_safe
def season_approvals(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the same of one season."""
    return _list(request, season)


def _list(request: HttpRequest, season: Season | None) -> HttpResponse:
    found = approval_kinds.visible_to(request.user)
    if season is not None:
        found = found.filter(season=season)
    waiting = list(found.filter(state=Proposal.State.WAITING).order_by("proposed_at", "pk"))
    # Few wait at a time: one of a kind in a season at most, so its seasons are asked one by one.
    seasons = {slug: season_by_slug(slug) for slug in {one.season.slug for one in waiting}}
    decided = found.exclude(state=Proposal.State.WAITING).order_by("-decided_at", "-pk")
    context = {
        "nav": "approvals",
        "season": season,
        "name": content(season.name, season.name_en) if season else None,
        # What waits for this person first, then what waits for somebody else.
        "waiting": sorted(
            (
                card(one, request.user, stale=is_stale(one, seasons[one.season.slug]))
                for one in waiting
            ),
            key=lambda one: bool(one["own"]),
        ),
        "decided": [card(one, request.user) for one in decided[:HISTORY]],
    }
    return render(request, "console/approvals.html", context)


@for_season(Permission.SEASON_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def approval(request: HttpRequest, season: Season, pk: int) -> HttpResponse:
    """Show one proposal; sign it, return it, or take one's own back."""
    proposal = _visible(request, season, pk)
    kind = approval_kinds.KINDS[proposal.kind]
    state = kind.state(season)
    form = SignForm(request.POST or None, initial={"seen": state})
    status = 200
    if request.method == "POST":
        status = _decide(request, season, proposal, form)
        if status == 302:
            done = proposal.state == Proposal.State.APPROVED and kind.leads_to
            page = reverse(kind.leads_to, args=[season.slug]) if done else request.path
            return HttpResponseRedirect(page)
        proposal = _visible(request, season, pk)
    waits = proposal.state == Proposal.State.WAITING
    stale = is_stale(proposal, season)
    context = {
        "nav": "approvals",
        "season": season,
        "name": content(season.name, season.name_en),
        "kind": kind,
        "card": card(proposal, request.user, stale=stale),
        "lines": lines_of(proposal, kind.difference(season, proposal.payload))
        if waits and not stale
        else lines_of(proposal, None),
        "form": form,
        "signers": [
            standing(one)
            for one in queries.signers(season, kind.approves).exclude(pk=proposal.proposed_by_id)
        ],
        **(kind.details(season) if waits else {}),
        "details_template": kind.template if waits else "",
        "again_url": _again(request, season, kind, proposal),
    }
    return render(request, "console/approval.html", context, status=status)


def _again(request: HttpRequest, season: Season, kind: Kind, proposal: Proposal) -> str:
    """Return where something that came to nothing can be signed anew, by whoever may do so."""
    ended = {Proposal.State.RETURNED, Proposal.State.WITHDRAWN}
    if proposal.state not in ended or not may(request.user, kind.proposes, season):
        return ""
    return reverse(kind.begins_at, args=[season.slug]) if kind.begins_at else ""


def _visible(request: HttpRequest, season: Season, pk: int) -> Proposal:
    """Return a proposal of the season that the person may sign, or has signed."""
    found = approval_kinds.visible_to(request.user).filter(season=season, pk=pk).first()
    if found is None:
        if Proposal.objects.filter(season=season, pk=pk).exists():
            raise PermissionDenied
        raise Http404
    return found


def _decide(request: Any, season: Season, proposal: Proposal, form: SignForm) -> int:
    """Do what was asked for; note on the form what is wrong. Returns the answer's status."""
    if not form.is_valid():
        return 422
    note = form.cleaned_data["note"]
    try:
        if "withdraw" in request.POST:
            decided = services.withdraw_proposal(proposal_id=proposal.pk, user=request.user)
            said = _("Taken back. Nothing was changed.")
        elif "return" in request.POST:
            decided = approval_kinds.send_back(proposal, user=request.user, note=note)
            said = _("Returned. Nothing was changed.")
        else:
            decided = approval_kinds.sign_second(
                proposal, user=request.user, seen=form.cleaned_data["seen"], note=note
            )
            said = _("Both have signed.")
    except RuleBroken as error:
        for line in str(error).split("\n"):
            form.add_error(None, line)
        return 422
    except RedisError as error:
        log.error("the vote store failed while somebody signed", season=season.slug,
                  kind=proposal.kind, error=repr(error))  # fmt: skip
        form.add_error(
            None,
            _("The vote store does not answer. Your signature was not recorded; try again soon."),
        )
        return 503
    proposal.state = decided.state
    messages.success(request, said)
    return 302
