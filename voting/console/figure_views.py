"""Votes and figures from outside: files come in, a second person confirms them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from voting.console import approval_kinds
from voting.console.result_forms import FiguresForm, WithdrawForm
from voting.console.result_kinds import HOLDING, WITHDRAWING
from voting.judging.tables import in_the_web
from voting.results.explaining import names_of
from voting.results.models import FigureBatch
from voting.results.services import figures as services
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken


@for_season(Permission.FIGURES_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the files that came in and whether they count; take another one."""
    form = FiguresForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if _taken_in(request, season, form):
            return HttpResponseRedirect(request.path)
        status = 422
    rows = (
        FigureBatch.objects.filter(season=season)
        .select_related("entered_by", "confirmed_by")
        .order_by("-pk")
    )
    declared = declared_components(season)
    names = names_of(declared)
    context = {
        "nav": "figures",
        "season": season,
        "name": content(season.name, season.name_en),
        "form": form,
        "wanted": [
            {"key": one.key, "name": names[one.key]} for one in declared.components if not one.panel
        ],
        "only_public": all(one.panel or one.kind == "public" for one in declared.components),
        "batches": [
            {
                "row": row,
                "part": names.get(row.component, {"text": row.component, "lang": ""}),
                "count": row.figures.count(),
                "at": full_moment(row.entered_at, season.time_zone),
                "own": row.entered_by_id == request.user.pk,
            }
            for row in rows
        ],
        "withdraw_form": WithdrawForm(),
        "announced": season.phase == Season.Phase.ANNOUNCED,
    }
    return render(request, "console/figures.html", context, status=status)


@for_season(Permission.FIGURES_ENTER)
@require_POST
def figures_settle(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Confirm a file as the second person; hold it back, let it count again, or withdraw it."""
    row = get_object_or_404(FigureBatch, season=season, pk=pk)
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the guard lets nobody else in
    try:
        if "confirm" in request.POST:
            services.confirm(batch_id=row.pk, user=user)
            messages.success(request, _("Confirmed. These figures count from now on."))
        elif "hold" in request.POST:
            _held_or_released(request, season, row, user)
        else:
            _taken_out(request, season, row, user)
    except RuleBroken as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(reverse("console:figures", args=[season.slug]))


def _taken_out(request: HttpRequest, season: Season, row: FigureBatch, user: User) -> None:
    """Withdraw a file that waits; one that counts needs two people. Raises RuleBroken."""
    reason = request.POST.get("reason", "").strip()
    if row.state == FigureBatch.State.WAITING:
        services.withdraw(batch_id=row.pk, actor=actor_of(request), reason=reason, waiting=True)
        messages.success(request, _("Withdrawn. These figures do not count."))
        return
    if not reason:
        raise RuleBroken(_("Say why."))
    approval_kinds.sign_first(
        WITHDRAWING, season, user=user, reason=reason[:300], seen=WITHDRAWING.state(season),
        batch=row.pk,
    )  # fmt: skip
    messages.success(request, _("You have signed. Now another person must look at it."))


def _held_or_released(request: HttpRequest, season: Season, row: FigureBatch, user: User) -> None:
    """Sign, as the first of two, that a file is held back or counts again. Raises RuleBroken."""
    reason = request.POST.get("reason", "").strip()
    state = FigureBatch.State
    to = {state.COUNTED: state.HELD, state.HELD: state.COUNTED}.get(state(row.state))
    if to is None:
        raise RuleBroken(_("These figures are not as they were any more. Look again."))
    if not reason:
        raise RuleBroken(_("Say why."))
    approval_kinds.sign_first(
        HOLDING, season, user=user, reason=reason[:300], seen=HOLDING.state(season),
        batch=row.pk, to=to.value,
    )  # fmt: skip
    messages.success(request, _("You have signed. Now another person must look at it."))


def _taken_in(request: HttpRequest, season: Season, form: FiguresForm) -> bool:
    if not form.is_valid():
        return False
    values: dict[str, Any] = form.cleaned_data
    file = values["file"]
    votes = values["kind"] == "votes"
    bring = services.import_votes if votes else services.import_figures
    command = "offline_votes_import" if votes else "figures_import"
    bounds = in_the_web(f"manage.py {command} {season.slug}")
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the guard lets nobody else in
    try:
        # No more of it than is needed to see that it is too large.
        bring(season=season, raw=file.read(bounds.file + 1), file_name=file.name or "file",
              source=values["source"], user=user, bounds=bounds)  # fmt: skip
    except RuleBroken as error:
        for line in str(error).splitlines():
            form.add_error("file", line)
        return False
    messages.success(request, _("Read. The figures count once a second person confirms them."))
    return True
