"""What must not count in a result: signed by two people, said in public."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.approvals import queries as approval_queries
from voting.console import approval_kinds
from voting.console.opening_forms import SeenForm
from voting.console.panel_views import key_of
from voting.console.result_forms import LiftForm, RulingForm
from voting.console.result_kinds import RULING
from voting.results.explaining import names_of
from voting.results.models import Ruling
from voting.results.services import ruling as services
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken


@for_season(Permission.PROPOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def rulings(request: HttpRequest, season: Season) -> HttpResponse:
    """Show what has been ruled out, and sign another ruling as the first person."""
    waiting = approval_queries.waiting(season, [RULING.name]).first()
    seen = {"seen": RULING.state(season)}
    sent = request.POST.get("action", "")
    declared = declared_components(season)
    form = RulingForm(
        request.POST if sent == "rule" else None, parts=services.parts_of(season),
        declared=declared, initial=seen,
    )  # fmt: skip
    lift = LiftForm(request.POST if sent == "lift" else None, initial=seen)
    status = 200
    if request.method == "POST":
        if waiting is None and _signed(request, season, form if sent == "rule" else lift):
            return HttpResponseRedirect(reverse("console:result", args=[season.slug]))
        status = 422
    names = names_of(declared)
    context = {
        "nav": "result",
        "season": season,
        "name": content(season.name, season.name_en),
        "rows": [
            (row, names.get(row.component, content(row.component, "")))
            for row in Ruling.objects.filter(season=season)
        ],
        "form": form,
        "lift": lift,
        "waiting": waiting,
        "consequence": RULING.consequence,
        "announced": season.phase == Season.Phase.ANNOUNCED,
    }
    return render(request, "console/rulings.html", context, status=status)


def _signed(request: HttpRequest, season: Season, form: SeenForm) -> bool:
    if not form.is_valid():
        return False
    try:
        if isinstance(form, RulingForm):
            payload = form.payload()
            services.check(season, **payload)
        else:
            row = Ruling.objects.filter(
                season=season, lifted_at=None, pk=key_of(request, "ruling")
            ).first()
            if row is None:
                raise Http404
            payload = {"lift": row.pk}
        approval_kinds.sign_first(
            RULING, season, user=request.user,  # type: ignore[arg-type]  # signed in, by the guard
            reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"], **payload,
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("You have signed. Now another person must look at it."))
    return True
