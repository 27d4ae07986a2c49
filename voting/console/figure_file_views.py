"""One file of figures: what is in it and what proves it; two people answer for what it does."""

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from tablib import Dataset

from accounts.models import User
from voting.audit.services import record
from voting.console import approval_kinds
from voting.console.downloads import csv_response
from voting.console.result_kinds import HOLDING, WITHDRAWING
from voting.nominations.private_files import private_file
from voting.nominations.sheets.cells import escaped
from voting.results.evidence import FILES
from voting.results.explaining import names_of
from voting.results.models import FigureBatch
from voting.results.services import figures as services
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken
from voting.seasons.views import disposition

MOST_SHOWN = 500  # rows; the file has them all


@for_season(Permission.FIGURES_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def figures_one(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Show a file; confirm it as the second person, hold it back, let it count, withdraw it."""
    row = _row(season, pk)
    if request.method == "POST":
        return _settled(request, season, row)
    figures = row.figures.select_related("nominee").order_by(
        "stratum", "nominee__ballot_number", "pk"
    )
    count = figures.count()
    context = {
        "nav": "figures",
        "season": season,
        "name": content(season.name, season.name_en),
        "row": row,
        "part": names_of(declared_components(season)).get(
            row.component, content(row.component, "")
        ),
        "at": full_moment(row.entered_at, season.time_zone),
        "confirmed_at": full_moment(row.confirmed_at, season.time_zone) if row.confirmed_at else "",
        "own": row.entered_by_id == request.user.pk,
        "figures": [
            {
                "stratum": one.stratum,
                "number": one.nominee.ballot_number,
                "nominee": content(one.nominee.name, one.nominee.name_en),
                "figure": one.figure.normalize(),
            }
            for one in figures[:MOST_SHOWN]
        ],
        "has_strata": figures.exclude(stratum="").exists(),
        "count": count,
        "more": max(0, count - MOST_SHOWN),
        "total": (figures.aggregate(total=Sum("figure"))["total"] or 0),
        "announced": season.phase == Season.Phase.ANNOUNCED,
    }
    return render(request, "console/figures_one.html", context)


@for_season(Permission.FIGURES_ENTER)
@require_safe
def figures_csv(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Hand a file's figures out as a table that the import reads again."""
    row = _row(season, pk)
    declared = {one.key: one.kind for one in declared_components(season).components}
    votes = declared.get(row.component) in {"public", "channel", "panel"}
    table = Dataset(
        headers=["channel", "nominee", "votes", "stratum"]
        if votes
        else ["component", "nominee", "figure", "stratum"]
    )
    figures = row.figures.order_by("stratum", "nominee__ballot_number", "pk")
    for number, figure, stratum in figures.values_list(
        "nominee__ballot_number", "figure", "stratum"
    ):
        points = format(figure.normalize(), "f")
        table.append([escaped(row.component), escaped(number), points, escaped(stratum)])
    record(
        actor=actor_of(request), action="figures.export", season=season.slug,
        target=row.component, after={"file": row.file_name, "sha256": row.fingerprint},
    )  # fmt: skip
    return csv_response(table, f"{season.slug}-{row.component}-{row.pk}.csv")


@for_season(Permission.FIGURES_ENTER)
@require_safe
def figures_evidence(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Hand out the scan that proves a file."""
    del request
    row = _row(season, pk)
    raw = FILES.read(row.evidence) if row.evidence else None
    if raw is None:
        raise Http404
    ending = row.evidence.rpartition(".")[2]
    response = private_file(raw, ending)
    name = row.evidence_name.rpartition(".")[0] or row.evidence_name
    response["Content-Disposition"] = disposition(f"{name}.{ending}", attached=True)
    return response


def _row(season: Season, pk: str) -> FigureBatch:
    rows = FigureBatch.objects.select_related("entered_by", "confirmed_by")
    return get_object_or_404(rows, season=season, pk=pk)


def _settled(request: HttpRequest, season: Season, row: FigureBatch) -> HttpResponse:
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
    return HttpResponseRedirect(reverse("console:figures_one", args=[season.slug, row.pk]))


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
