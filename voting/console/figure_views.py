"""Votes and figures from outside: files come in, each with a page of its own."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from voting.console.result_forms import FiguresForm
from voting.judging.tables import in_the_web
from voting.nominations import documents
from voting.results.evidence import checked
from voting.results.explaining import names_of
from voting.results.models import FigureBatch
from voting.results.services import figures as services
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken


@for_season(Permission.FIGURES_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def figures(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the files that came in and whether they count; take another one."""
    form = FiguresForm(
        request.POST or None, request.FILES or None, needs_evidence=not season.is_showcase
    )
    status = 200
    if request.method == "POST":
        if _taken_in(request, season, form):
            return HttpResponseRedirect(request.path)
        status = 422
    rows = (
        FigureBatch.objects.filter(season=season)
        .select_related("entered_by", "confirmed_by")
        .annotate(rows=Count("figures"))
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
                "count": row.rows,
                "at": full_moment(row.entered_at, season.time_zone),
                "own": row.entered_by_id == request.user.pk,
            }
            for row in rows
        ],
        "announced": season.phase == Season.Phase.ANNOUNCED,
    }
    return render(request, "console/figures.html", context, status=status)


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
    field = "evidence"
    try:
        # No more of a file than is needed to see that it is too large.
        scan = values["evidence"]
        evidence = checked(scan.name, scan.read(documents.MOST_BYTES + 1)) if scan else None
        field = "file"
        bring(season=season, raw=file.read(bounds.file + 1), file_name=file.name or "file",
              source=values["source"], user=user, bounds=bounds, evidence=evidence)  # fmt: skip
    except RuleBroken as error:
        for line in str(error).splitlines():
            form.add_error(field, line)
        return False
    messages.success(request, _("Read. The figures count once a second person confirms them."))
    return True
