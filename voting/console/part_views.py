"""What counts, and by which criteria: the pages about the components of a draft's result."""

from typing import Any

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from voting.ballots import component_examples, component_sentences, counting_examples, rules_text
from voting.ballots.counting_sentences import sentence_case
from voting.console import part_form
from voting.console.part_form import examples, words
from voting.console.part_form.criteria import rows_title
from voting.console.part_form.keeping import code_of, part_by_code
from voting.console.setup_views import saved, setup_frame
from voting.judging import page_context as judging_context
from voting.judging.queries.forms import form_of_component
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.rules.components import MOST_COMPONENTS, Component, Consolidation
from voting.seasons import drafting, queries
from voting.seasons.counting import declared_components
from voting.seasons.declaring import declare_components
from voting.seasons.holding import held_because
from voting.seasons.models import Season

Values = dict[str, Any]


def _frame(season: Season, declared: Consolidation) -> Values:
    """Return what all pages about components share; ``still``: whether nothing can change."""
    frozen = queries.is_frozen(season)
    held = "" if frozen else held_because(season)
    return {
        **setup_frame(season, "parts"),
        "fingerprint": season.rule_sheet.fingerprint,
        "held": held,
        "still": frozen or bool(held),
        "seen": drafting.state(season),
        "links": [
            {
                "code": code_of(one.key),
                "name": sentence_case(component_sentences.name(one, declared)),
                "weight": component_sentences.weight(one, declared),
                "kind": words.KINDS[one.kind],
                "has_sheet": one.panel is not None,
                "criteria": len(one.rubric.criteria) if one.rubric else 0,
            }
            for one in declared.components
        ],
    }


def _in_words(season: Season, declared: Consolidation, one: Component | None = None) -> Values:
    """Return the components as the rules page tells them; of one, without its weight's sum."""
    names = rules_text.category_names(season.categories.all())
    whole = declared
    if one is not None:
        whole = msgspec.structs.replace(declared, components=(one,))
    return {"total": component_sentences.total(declared),
            "parts": component_sentences.parts(whole, names)}  # fmt: skip


def _change(request: HttpRequest, season: Season, form: Any, now: str) -> bool:
    """Save what a form declares if that is asked for; note on it what is wrong."""
    if request.method != "POST" or "show" in request.POST:
        return False
    return saved(
        request,
        form,
        lambda who: declare_components(slug=season.slug, declared=form.whole(), **who),
        now,
    )


def _status(request: HttpRequest, context: Values) -> int:
    return 422 if request.method == "POST" and not context.get("shown") else 200


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def parts(request: HttpRequest, season: Season) -> HttpResponse:
    """Show of what the result is made; change weights, order and who goes on."""
    declared = declared_components(season)
    context: Values = {**_frame(season, declared), "told": _in_words(season, declared)}
    if not context["still"]:
        form = part_form.WholeForm(
            request.POST or None, declared=declared, initial={"seen": context["seen"]}
        )
        if _change(request, season, form, context["seen"]):
            return HttpResponseRedirect(reverse("console:season_parts", args=[season.slug]))
        context["form"] = form
        context["full"] = form.full
    context |= {
        "adds": declared.adds,
        "bar": component_sentences.bar(declared),
        "may_add": len(declared.components) < MOST_COMPONENTS,
        "example": component_examples.of_components(declared),
    }
    return render(request, "console/season_parts.html", context, status=_status(request, context))


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def new_part(request: HttpRequest, season: Season) -> HttpResponse:
    """Add a component: choose its kind, then say what it is."""
    declared = declared_components(season)
    context: Values = _frame(season, declared)
    kind = request.POST.get("kind") or request.GET.get("kind", "")
    context["kinds"] = [{"kind": one, "words": own} for one, own in words.KINDS.items()]
    if kind in words.KINDS and not context["still"]:
        form = part_form.NewPartForm(
            request.POST or None, kind=kind, declared=declared,
            categories=_categories(season), initial={"seen": context["seen"]},
        )  # fmt: skip
        if _change(request, season, form, context["seen"]):
            return HttpResponseRedirect(reverse("console:season_parts", args=[season.slug]))
        context |= _part_context(request, form, declared) | {
            "chosen": kind, "title": words.KINDS[kind].title, "kind_words": words.KINDS[kind],
        }  # fmt: skip
    return render(
        request, "console/season_part_new.html", context, status=_status(request, context)
    )


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, season: Season, code: str) -> HttpResponse:
    """Change one component, or see what a change would mean."""
    declared, one = _found(season, code)
    context: Values = {**_frame(season, declared), "told": _in_words(season, declared, one)}
    context |= _titles(one, declared)
    if not context["still"]:
        form = part_form.PartForm(
            request.POST or None, one=one, declared=declared, categories=_categories(season),
            initial={"seen": context["seen"]},
        )  # fmt: skip
        if _change(request, season, form, context["seen"]):
            return HttpResponseRedirect(reverse("console:season_parts", args=[season.slug]))
        context |= _part_context(request, form, declared)
    else:
        context |= {"lines": examples.of_part(one, declared.adds)}
    return render(request, "console/season_part.html", context, status=_status(request, context))


def _part_context(
    request: HttpRequest, form: part_form.PartForm, declared: Consolidation
) -> Values:
    """Return the questions about a component and what they come to."""
    shown = "show" in request.POST
    if shown:
        form.fields["reason"].required = False
    one = form.shown_part()
    return {
        "form": form,
        "shown": shown and form.is_valid(),
        "ways": form.ways(),
        "names": form.bound("key", "name", "name_en"),
        "bonus": form.bound("each", "cap"),
        "counts": form.bound("required", "reference", "categories"),
        "fine": form.bound("strata", "points_decimals", "weighted_decimals"),
        "fine_open": "strata" in form.errors or bool(one.strata),
        "lines": examples.of_part(one, declared.adds),
        "adds_nothing": not one.weight and one.kind != "bonus",
    }


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def criteria(request: HttpRequest, season: Season, code: str) -> HttpResponse:
    """Change by which criteria a panel marks, and how its marks count; show the sheet."""
    declared, one = _found(season, code)
    if one.panel is None:
        raise Http404
    context: Values = {**_frame(season, declared), "told": _in_words(season, declared, one)}
    context |= _titles(one, declared)
    if not context["still"]:
        rows = part_form.rows_of(one, request.POST or None)
        form = part_form.ScoringForm(
            request.POST or None, one=one, declared=declared, rows=rows,
            initial={"seen": context["seen"]},
        )  # fmt: skip
        if "show" in request.POST:
            form.fields["reason"].required = False
        elif _change(request, season, form, context["seen"]):
            return HttpResponseRedirect(request.path)
        one = form.shown_part()
        context |= {
            "form": form,
            "rows": rows,
            "titled": [(row, rows_title(row, n)) for n, row in enumerate(rows.forms, 1)],
            "shown": "show" in request.POST and form.is_valid(),
            "marks": {"fields": form.questions()},
            "first": [form[name] for name in ("first", "rubric_decimals") if name in form.fields],
        }
    context |= _sheet(one)
    return render(
        request, "console/season_criteria.html", context, status=_status(request, context)
    )


def _sheet(one: Component) -> Values:
    """Return the sheet as a judge will see it, and what becomes of some marks."""
    asked = form_of_component(one)
    told = component_examples.of_rubric(one) if one.rubric else []
    if one.panel and not one.rubric:
        told = counting_examples.of_panel(one.panel)
    return {
        "mode": asked.mode,
        "lines": judging_context.lines(asked, []),
        "may_change": False,
        "most_picks": asked.most_picks,
        "example": told,
        "bars": examples.of_part(one),
    }


def _found(season: Season, code: str) -> tuple[Consolidation, Component]:
    """Return what is declared and the component that a page is about. Raises Http404."""
    declared = declared_components(season)
    one = part_by_code(declared, code)
    if one is None:
        raise Http404
    return declared, one


def _titles(one: Component, declared: Consolidation) -> Values:
    return {
        "code": code_of(one.key),
        "key": one.key,
        "title": sentence_case(component_sentences.name(one, declared)),
        "kind_words": words.KINDS[one.kind],
        "weight": component_sentences.weight(one, declared),
        "has_sheet": one.panel is not None,
        "numbers_only": one.kind == "panel" and one.panel is None,
    }


def _categories(season: Season) -> list[tuple[str, str]]:
    """Return the categories by name as stored, and as shown."""
    return list(rules_text.category_names(season.categories.all()).items())
