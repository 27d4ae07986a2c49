"""The example that every judge of a panel marks first: written here, compared afterwards."""

from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from voting.console.panel_forms import ExampleForm, example_answers
from voting.judging.models import Panel
from voting.judging.queries.forms import NoPanelDeclared, form_of, shown
from voting.judging.queries.practising import Practice, example_of, practices, unfit
from voting.judging.services import practising
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.seasons.models import Season
from voting.seasons.page_context import content
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
NEAR: Final = 5  # per cent of all that can be given
STROKE: Final = Decimal("1.4")  # width in templates/console/_practices.html


@for_season(Permission.PANELS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def example(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Write, change or take away a panel's example; once the panel is open, read it."""
    panel = get_object_or_404(Panel.objects.select_related("season"), season=season, pk=pk)
    status = 200
    form = _form(request, panel)
    if request.method == "POST":
        if _done(request, panel, form):
            return HttpResponseRedirect(request.path)
        status = 422
    context = {
        "nav": "panels",
        "season": season,
        "name": content(season.name, season.name_en),
        "panel": panel,
        "panel_name": content(panel.name or panel.component, panel.name_en),
        "form": form,
        **example_context(panel),
    }
    return render(request, "console/panel_example.html", context, status=status)


def _form(request: HttpRequest, panel: Panel) -> ExampleForm | None:
    """Return the form of an example; None where the panel can have none, or none any more."""
    try:
        sheet = form_of(panel)
    except NoPanelDeclared:
        return None
    if panel.opened_at is not None or sheet.mode != "points":
        return None
    there = example_of(panel)
    data = request.POST if request.POST.get("do") == "example" else None
    return ExampleForm(
        data, sheet=sheet, initial=example_answers(there, sheet) if there is not None else None
    )


def _done(request: HttpRequest, panel: Panel, form: ExampleForm | None) -> bool:
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- the guard lets nobody else in
    try:
        if request.POST.get("do") == "remove":
            practising.remove_calibration(panel_id=panel.pk, by=user)
            messages.success(request, _("The example is taken away."))
            return True
        if form is None:
            raise RuleBroken(_("This panel can have no example now."))
        if not form.is_valid():
            return False
        practising.set_calibration(panel_id=panel.pk, by=user, **form.example())
    except RuleBroken as error:
        for line in str(error).split("\n"):
            if form is not None and form.is_bound:
                form.add_error(None, line)
            else:
                messages.error(request, line)
        return False
    messages.success(request, _("Saved. Judges mark it first; it counts nowhere."))
    return True


def example_context(panel: Panel) -> Values:
    """Return what pages show of a panel's example: itself, and how the judges did it."""
    found = example_of(panel)
    try:
        sheet = form_of(panel)
    except NoPanelDeclared:
        return {"example": None, "may_have_example": False}
    values: Values = {
        "example": found,
        "may_have_example": sheet.mode == "points" and panel.opened_at is None,
    }
    if found is None:
        return values
    lines = practices(panel, found) if panel.opened_at is not None else []
    return values | {
        "example_name": content(found.name, found.name_en),
        "example_deeds": content(found.deeds, found.deeds_en),
        "example_why": content(found.explanation, found.explanation_en),
        "example_marks": [
            {"name": content(one.name or _("Points"), one.name_en), "points": found.marks[one.key]}
            for one in sheet.criteria
            if one.key in found.marks
        ],
        "example_unfit": unfit(panel, sheet) if panel.opened_at is None else [],
        "practices": [_line(one) for one in lines],
        "practised": sum(one.whole for one in lines),
    }


def _line(one: Practice) -> Values:
    """Return how a judge did the example. In the picture 50 is the committee, 0 to 100 all.

    dots: where the stroke of each criterion begins, half its width before its place.
    """
    return {
        "judge": one.seat.judge,
        "whole": one.whole,
        "dots": [f"{50 + each.share / 2 - STROKE / 2:.1f}" for each in one.distances],
        "word": _word(one),
        "each": [
            {
                "name": content(each.criterion.name or _("Points"), each.criterion.name_en),
                "own": shown(each.own), "reference": shown(each.reference),
            }
            for each in one.distances
        ],
    }  # fmt: skip


def _word(one: Practice) -> str:
    if one.off is None or one.lean is None:
        return _("not begun")
    if not one.whole:
        return _("begun")
    off = round(one.off)
    if off <= NEAR:
        return _("close to the committee (%(off)d%% off)") % {"off": off}
    if one.lean > Decimal(NEAR):
        return _("gives more (%(off)d%% off)") % {"off": off}
    if one.lean < -Decimal(NEAR):
        return _("gives less (%(off)d%% off)") % {"off": off}
    return _("now more, now less (%(off)d%% off)") % {"off": off}
