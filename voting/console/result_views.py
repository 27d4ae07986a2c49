"""The organisers' pages of a result: how it stands, sealing, announcing, revoking."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.approvals import queries as approval_queries
from voting.approvals.kinds import Kind
from voting.approvals.models import Proposal
from voting.console import approval_kinds
from voting.console.opening_forms import SeenForm
from voting.console.result_forms import AnnounceForm, RevokeForm, SealForm
from voting.console.result_kinds import ANNOUNCING, REVOKING, SEALING
from voting.console.two_people import card, standing
from voting.console.voting_views import RUNNING
from voting.judging.queries.ending import stands_still
from voting.results import as_json, certificates, explaining
from voting.results.computing import NotComputable, Ranking, compute
from voting.results.models import Conferral, ResultSnapshot
from voting.results.queries import names_of, public_result
from voting.results.readiness import readiness
from voting.results.services import announcing, sealing
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.roles.queries import Powers, may, powers
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.readiness import Item
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
# Where the readiness list leads to, by the part of an item, and what that page asks for.
_PAGES: Final = {
    "voting": ("voting", Permission.VOTING_OPERATE),
    "figures": ("figures", Permission.FIGURES_ENTER),
    "notice": ("result_notice", Permission.OBJECTIONS_SEE),
    "objections": ("objections", Permission.OBJECTIONS_SEE),
    "result": ("result_notice", Permission.OBJECTIONS_SEE),
    "judging": ("judging", Permission.PANELS_EDIT),
}


@for_season(Permission.RESULTS_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, season: Season) -> HttpResponse:
    """Show what is still to be settled; once nothing is, the result, to be sealed or announced.

    Nobody sees a number before voting and judging have ended, the organisers included.
    """
    may_see = stands_still(season)
    now, found, problem = _computed(season) if may_see else (None, [], "")
    items = readiness(season, found)
    announced = season.phase == Season.Phase.ANNOUNCED
    public = public_result(season)
    to_announce = announcing.readiness(season, now) if public and not announced else []
    waiting = _waiting(season)
    forms: dict[str, SeenForm] = {}
    if not announced and may(request.user, Permission.PROPOSE, season):
        taken = {one.kind for one in waiting}
        ready = not problem and all(item.done for item in items if item.blocks)
        if ready and now and SEALING.name not in taken and not sealing.is_sealed(season, now):
            state = sealing.seal_state(season, now)
            forms["seal"] = SealForm(_sent(request, "seal"), initial={"seen": state})
        if to_announce and ANNOUNCING.name not in taken and all(one.done for one in to_announce):
            state = announcing.announce_state(season, to_announce)
            forms["announce"] = AnnounceForm(_sent(request, "announce"), initial={"seen": state})
    status = 200
    if request.method == "POST":
        done = _signed(request, season, forms)
        if done:
            return HttpResponseRedirect(request.path)
        status = 422
    facts, own = explaining.facts_of(season), powers(request.user, season)
    context = {
        "nav": "result",
        "season": season,
        "name": content(season.name, season.name_en),
        "items": [] if announced else _ways(season, items, own),
        "ready": sum(item.done for item in items),
        "missing": sum(not item.done for item in items if item.blocks),
        "lacking": any(item.part == "missing" for item in items),
        "problem": problem,
        "may_see": may_see,
        "lists": [
            explaining.list_context(one, facts) for one in as_json.rankings(found, names_of(season))
        ],
        "cards": [card(one, request.user) for one in waiting],
        "seal_form": forms.get("seal"),
        "announce_form": forms.get("announce"),
        "announce_items": _ways(season, to_announce, own),
        "consequences": {"seal": SEALING.consequence, "announce": ANNOUNCING.consequence},
        "signers": [
            standing(one) for one in approval_queries.signers(season) if one != request.user
        ],
        "versions": [
            _version(one, season)
            for one in ResultSnapshot.objects.filter(season=season).prefetch_related(
                "publications__notice"
            )
        ],
        "public": public,
        "announced": announced,
        "conferrals": [
            {"row": one, "lacking": certificates.lacking(one)}
            for one in Conferral.objects.filter(season=season)
            .select_related("season")
            .order_by("number")
        ]
        if announced
        else [],
        "may_sign": may(request.user, Permission.PROPOSE, season),
    }
    return render(request, "console/result.html", context, status=status)


@for_season(Permission.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Sign first that somebody is not honoured any more."""
    row = Conferral.objects.filter(season=season, pk=pk, revoked_at=None).first()
    if row is None:
        raise Http404
    waiting = approval_queries.waiting(season, [REVOKING.name]).first()
    form = RevokeForm(request.POST or None, initial={"seen": REVOKING.state(season)})
    status = 200
    if request.method == "POST":
        if waiting is None and _sign(request, season, REVOKING, form, conferral=row.pk):
            return HttpResponseRedirect(reverse("console:result", args=[season.slug]))
        status = 422
    context = {
        "nav": "result",
        "season": season,
        "name": content(season.name, season.name_en),
        "row": row,
        "form": form,
        "waiting": waiting,
        "consequence": REVOKING.consequence,
    }
    return render(request, "console/result_revoke.html", context, status=status)


def _computed(season: Season) -> tuple[sealing.Now | None, list[Ranking], str]:
    """Return what the result is made of, the result, and why there is none; read once."""
    now = None
    try:
        now = sealing.now_of(season)
        return now, compute(now.inputs), ""
    except NotComputable as error:
        return now, [], str(error)


def _waiting(season: Season) -> list[Proposal]:
    names = [SEALING.name, ANNOUNCING.name, REVOKING.name]
    rows = approval_queries.waiting(season, names)
    return list(rows.select_related("season", "proposed_by", "decided_by"))


def _sent(request: HttpRequest, action: str) -> QueryDict | None:
    """Return what was sent, if this form was."""
    return request.POST if request.POST.get("action") == action else None


def _signed(request: HttpRequest, season: Season, forms: dict[str, SeenForm]) -> bool:
    action = request.POST.get("action", "")
    form = forms.get(action)
    if form is None:
        messages.error(request, _("This cannot be signed any more; see how it stands."))
        return False
    if action == "seal":
        return _sign(request, season, SEALING, form)
    return _sign(request, season, ANNOUNCING, form)


def _sign(request: HttpRequest, season: Season, kind: Kind, form: SeenForm, **payload: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        approval_kinds.sign_first(
            kind, season, user=request.user,  # type: ignore[arg-type]  # signed in, by the guard
            reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"], **payload,
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("You have signed. Now another person must look at it."))
    return True


def _ways(season: Season, items: list[Item], own: Powers) -> list[tuple[Item, str]]:
    """Return what is missing first, each with where it is seen to; "" for who may not go there."""
    return [(item, _way(season, item, own)) for item in sorted(items, key=lambda one: one.done)]


def _way(season: Season, item: Item, own: Powers) -> str:
    page, permission = _PAGES.get(item.part, ("", None))
    if permission is None or not own.may(permission):
        return ""
    # Straight to the step: the page about the vote has it among several others.
    if page == "voting" and season.phase in RUNNING and timezone.now() >= season.closes_at:
        page = "voting_close"
    return reverse(f"console:{page}", args=[season.slug])


def _version(one: ResultSnapshot, season: Season) -> Values:
    return {
        "row": one,
        "at": full_moment(one.sealed_at, season.time_zone),
        "notices": [each.notice.version for each in one.publications.all()],
        "honoured": list(sealing.honoured_in(one).values()),
    }
