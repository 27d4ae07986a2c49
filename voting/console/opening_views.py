"""Opening voting: what is missing, what will be frozen, and the first of two signatures."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.approvals import queries as approval_queries
from voting.ballots import rules_text
from voting.ballots.services.readiness import full_readiness
from voting.console import approval_kinds
from voting.console.number_context import numbers_context
from voting.console.opening_forms import ProposeForm
from voting.console.opening_kinds import OPENING, times_text
from voting.console.today_views import PARTS, needed_first
from voting.console.two_people import card, standing
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons import numbering
from voting.seasons.models import Season
from voting.seasons.page_context import content
from voting.seasons.readiness import Item
from voting.seasons.services import RuleBroken, fingerprint


def ways(season: Season, items: list[Item]) -> list[tuple[Item, str]]:
    """Return each item of the readiness list with the address where to see to it, or ""."""
    addresses = {
        part: reverse(f"console:{name}", args=[season.slug]) for part, name in PARTS.items()
    }
    return [(item, addresses.get(item.part, "")) for item in items]


@for_season(Permission.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: HttpRequest, season: Season) -> HttpResponse:
    """Show whether voting can open and what that freezes; sign it as the first person."""
    draft = season.phase == Season.Phase.DRAFT
    items = needed_first(full_readiness(season)) if draft else []
    missing = sum(not item.done for item in items if item.blocks)
    waiting = approval_queries.waiting(season, [OPENING.name]).select_related(
        "season", "proposed_by", "decided_by"
    )
    proposal = waiting.first()
    form = None
    status = 200
    if draft and not missing and proposal is None:
        form = ProposeForm(request.POST or None, initial={"seen": OPENING.state(season)})
        if request.method == "POST":
            if _signed(request, season, form):
                return HttpResponseRedirect(request.path)
            status = 422
    elif request.method == "POST":
        status = 422
    numbers = numbering.numbers_of(season)
    context = {
        "nav": "opening",
        "season": season,
        "name": content(season.name, season.name_en),
        "draft": draft,
        "items": ways(season, items),
        "ready": sum(item.done for item in items),
        "form": form,
        "card": card(proposal, request.user) if proposal else None,
        "signers": [
            standing(one) for one in approval_queries.signers(season) if one != request.user
        ],
        "consequence": OPENING.consequence,
        "fingerprint": season.rule_sheet.fingerprint or fingerprint(season, numbers.of),
        "times_text": times_text(season),
        "rules": rules_text.rules_in_words(season, with_nominees=True),
        **numbers_context(season),
        "missing": missing,  # for opening, not what the numbers lack
        "numbers_missing": numbers.missing,
    }
    return render(request, "console/opening.html", context, status=status)


def _signed(request: HttpRequest, season: Season, form: ProposeForm) -> bool:
    if not form.is_valid():
        return False
    try:
        approval_kinds.sign_first(
            OPENING, season, user=request.user,  # type: ignore[arg-type]  # signed in, by the guard
            reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"],
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("You have signed. Now another person must look at it."))
    return True
