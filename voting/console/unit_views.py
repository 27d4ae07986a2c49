"""The tree of units, and a page for each."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from voting.console import forms
from voting.roles.access import actor_of, for_site
from voting.roles.permissions import Permission
from voting.roles.queries import Scope, scope, scope_in_any_season
from voting.seasons.page_context import content
from voting.units import queries, services
from voting.units.models import Unit
from voting.units.unit_file import MAX_BYTES, UnitFileInvalid

Values = dict[str, Any]
SHOWN_EVENTS: Final = 50

# Each form with what it does: unit, entered values, who and why.
FORMS: Final[dict[str, tuple[type[forms.ReasonForm], Callable[..., Any]]]] = {
    "rename": (
        forms.RenameForm,
        lambda unit, values, **who: services.rename_unit(unit_id=unit.pk, **values, **who),
    ),
    "appoint": (
        forms.AppointForm,
        lambda unit, values, **who: services.appoint(unit_id=unit.pk, **values, **who),
    ),
    "move": (
        forms.MoveForm,
        lambda unit, values, **who: services.move_unit(
            unit_id=unit.pk, parent_id=values["target"].pk, **who
        ),
    ),
    "merge": (
        forms.MergeForm,
        lambda unit, values, **who: services.merge_units(
            unit_id=unit.pk, into_id=values["target"].pk, **who
        ),
    ),
    "close": (
        forms.CloseForm,
        lambda unit, _values, **who: services.close_unit(unit_id=unit.pk, **who),
    ),
}


@for_site(Permission.UNITS_SEE, whole=False, any_season=True)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """Show the tree below the person's units, or what a search finds in it."""
    seen = scope_in_any_season(request.user, Permission.UNITS_SEE)
    words = request.GET.get("q", "").strip()[:60].replace("\0", "")
    context: Values = {
        "words": words,
        "may_import": scope(request.user, Permission.UNITS_EDIT).everywhere,
    }
    if words:
        found = queries.matching(words, within=seen.of_units("pk"))
        context["found"] = [
            {**_line(unit), "sees_parent": seen.holds(unit.parent_id)} for unit in found
        ]
    else:
        context["tree"] = [_branch(branch) for branch in queries.tree(within=seen.of_units("pk"))]
    return render(request, "console/units.html", context)


@for_site(Permission.UNITS_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def import_units(request: HttpRequest) -> HttpResponse:
    """Take a file of units: the whole of it, or nothing."""
    form = forms.ImportForm(request.POST or None, request.FILES or None)
    problems: list[str] = []
    if request.method == "POST" and form.is_valid():
        raw = form.cleaned_data["file"].read(MAX_BYTES + 1)
        try:
            done = services.import_units(
                raw=raw, actor=actor_of(request), reason=form.cleaned_data["reason"]
            )
        except UnitFileInvalid as error:
            problems = error.problems
        else:
            messages.success(
                request,
                _("Units added: %(added)d, renamed: %(renamed)d, unchanged: %(unchanged)d")
                % {
                    "added": done.added,
                    "renamed": done.renamed,
                    "unchanged": done.unchanged,
                },
            )
            return HttpResponseRedirect(reverse("console:units"))
    context = {"form": form, "problems": problems}
    status = 422 if request.method == "POST" else 200
    return render(request, "console/units_import.html", context, status=status)


@for_site(Permission.UNITS_SEE, whole=False, any_season=True)
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """Show one unit; a form on the page changes it. A unit sees itself and below, no other."""
    try:
        shown = queries.unit_page(code)
    except Unit.DoesNotExist as error:
        raise Http404 from error
    seen = scope_in_any_season(request.user, Permission.UNITS_SEE)
    if not seen.holds(shown.pk):
        raise Http404
    changed = scope(request.user, Permission.UNITS_EDIT)
    bound: forms.ReasonForm | None = None
    if request.method == "POST":
        if not changed.holds(shown.pk):
            raise PermissionDenied
        bound = _posted(request, shown, changed)
        if bound is None:
            messages.success(request, _("Done. The change stands in the history below."))
            return HttpResponseRedirect(reverse("console:unit", args=[code]))
    context = _unit_context(shown, bound, seen, changed)
    return render(request, "console/unit.html", context, status=422 if bound else 200)


def _posted(request: HttpRequest, unit: Unit, changed: Scope) -> forms.ReasonForm | None:
    """Do what was asked for; return the form with what is wrong with it, if something is."""
    try:
        make, act = FORMS[request.POST.get("action", "")]
    except KeyError as error:
        raise Http404 from error
    form = make(request.POST)
    if not form.is_valid():
        return form
    values = dict(form.cleaned_data)
    reason = values.pop("reason")
    target = values.get("target")
    if target is not None and not changed.holds(target.pk):
        # As if it were not there: whoever is limited to some units must not learn of others.
        form.add_error("target", forms.no_such_unit())
        return form
    try:
        act(unit, values, actor=actor_of(request), reason=reason)
    except services.UnitRuleBroken as error:
        form.add_error(None, str(error))
        return form
    return None


def _unit_context(
    unit: Unit, bound: forms.ReasonForm | None, seen: Scope, changed: Scope
) -> Values:
    made: dict[str, forms.ReasonForm] = {}
    if unit.closed_at is None and changed.holds(unit.pk):
        made = {
            name: bound if bound is not None and bound.action == name else make(
                initial={"name": unit.name, "name_en": unit.name_en} if name == "rename" else None
            )
            for name, (make, _act) in FORMS.items()
        }  # fmt: skip
    events = list(unit.events.all())
    return {
        "unit": unit,
        "name": content(unit.name, unit.name_en),
        "tier": content(unit.tier.name, unit.tier.name_en),
        "above": [_line(one) for one in queries.ancestors(unit.pk) if seen.holds(one.pk)],
        "children": [_line(one) for one in unit.children.all()],
        "persons": list(unit.responsible_persons.all()),
        "merged_units": [_line(one) for one in unit.merged_units.all() if seen.holds(one.pk)],
        "merged_into": _line(unit.merged_into)
        if unit.merged_into and seen.holds(unit.merged_into.pk)
        else None,
        "events": [
            {
                "at": event.at,
                "what": event.get_action_display(),
                "actor": event.actor,
                "reason": event.reason,
                "before": event.before.get("name", ""),
                "after": event.after.get("name", ""),
            }
            for event in events[:SHOWN_EVENTS]
        ],
        "more_events": max(0, len(events) - SHOWN_EVENTS),
        "forms": made,
        "open_form": bound.action if bound else "",
    }


def _line(unit: Unit) -> Values:
    return {"code": unit.code, "name": content(unit.name, unit.name_en), "unit": unit}


def _branch(branch: queries.Branch) -> Values:
    unit = branch.unit
    return {
        **_line(unit),
        "tier": content(unit.tier.name, unit.tier.name_en),
        "below": branch.below,
        "children": [_branch(child) for child in branch.children],
    }
