"""A season in preparation: begun from a preset or a copy, its rules, texts and categories."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from voting.ballots import (
    component_sentences,
    counting_examples,
    counting_sentences,
    rules_text,
)
from voting.console import rule_form, season_forms
from voting.console.forms import ReasonForm
from voting.roles.access import actor_of, for_season, for_site
from voting.roles.permissions import Permission
from voting.seasons import drafting, queries
from voting.seasons.holding import held_because
from voting.seasons.models import RuleSheet, Season
from voting.seasons.page_context import content, full_moment, moment, state_of, state_text
from voting.seasons.presets import Preset, presets
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
NOTICES = ("candidate_notice_days", "result_notice_days", "notice_working_days")
# What presets are known for, as the gallery groups them.
ABOUT = {
    "ballots": (
        gettext_lazy("Ballots: what one voter can do"),
        gettext_lazy("How judges count and what decides ties is as usual here."),
    ),
    "panel": (
        gettext_lazy("Judges: how marks become a value"),
        gettext_lazy("The ballots are one a day with 1 to 10 choices."),
    ),
    "components": (
        gettext_lazy("Parts: what makes up the result"),
        gettext_lazy("The ballots are one a day with 1 to 10 choices."),
    ),
    "ties": (
        gettext_lazy("Ties: what decides between equals"),
        gettext_lazy("The ballots are one a day with 1 to 10 choices."),
    ),
    "shortlisting": (
        gettext_lazy("Nominations: who becomes a finalist"),
        gettext_lazy("The ballots are one a day with 1 to 10 choices."),
    ),
}
COPY = "copy:"  # before the address of the season to copy


@for_site(Permission.SEASON_CREATE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_season(request: HttpRequest) -> HttpResponse:
    """Begin a season: choose the rules to begin with, then name it."""
    seasons = list(queries.seasons_with_rules())
    start = request.POST.get("start") or request.GET.get("start", "")
    source = next((one for one in seasons if start == COPY + one.slug), None)
    form = None
    if start in presets() or source is not None:
        known = {"start": start, "organiser": source.organiser if source else ""}
        form = season_forms.NewSeasonForm(request.POST or None, initial=known)
    if form is not None and request.method == "POST":
        made = _begin(request, form)
        if made is not None:
            messages.success(request, _("The season is a draft now. Nobody else sees it yet."))
            return HttpResponseRedirect(reverse("console:season", args=[made.slug]))
    context = {
        "nav": "home",
        "form": form,
        "start": start,
        "presets": [_preset(one) for one in presets().values()],
        "kinds": [(about, title, hint) for about, (title, hint) in ABOUT.items()],
        "copies": [{"start": COPY + one.slug, **_named(one)} for one in seasons],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/season_new.html", context, status=status)


def _begin(request: HttpRequest, form: season_forms.NewSeasonForm) -> Season | None:
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        if not form.is_valid():
            return None
    values = dict(form.cleaned_data)
    start = values.pop("start")
    try:
        if start.startswith(COPY):
            source = start.removeprefix(COPY)
            return drafting.copy_season(source=source, actor=actor_of(request), **values)
        return drafting.create_season(preset=start, actor=actor_of(request), **values)
    except RuleBroken as error:
        form.add_error(None, str(error))
    return None


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, season: Season) -> HttpResponse:
    """Change the rule sheet of a draft, or see what a change would mean; show a frozen one."""
    context: Values = {**season_frame(season), "rules": rules_text.rules_in_words(season)}
    status = 200
    if not queries.is_frozen(season):
        held = held_because(season)
        form = rule_form.RuleForm(
            request.POST or None,
            initial=rule_form.answers(season) | {"seen": drafting.state(season), "held": held},
        )
        context |= {"form": form, "held": held}
        words = context["rules"]
        context["shown_above"] = bool(words["parts"] or words["honours_declared"])
        if request.method == "POST":
            status = 422
            if "show" in request.POST:
                context["preview"], status = _preview(form, season), 200
            elif _saved(
                request,
                season,
                form,
                lambda who: drafting.update_rules(
                    slug=season.slug,
                    fields=form.sheet_fields(),
                    caps=form.caps(),
                    windows=form.cleaned_data["windows"],
                    seen=who["seen"],
                    actor=who["actor"],
                    reason=who["reason"],
                ),
            ):
                return HttpResponseRedirect(reverse("console:season", args=[season.slug]))
    return render(request, "console/season_rules.html", context, status=status)


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def details(request: HttpRequest, season: Season) -> HttpResponse:
    """Change texts, dates and contacts of a draft."""
    context: Values = {**season_frame(season), "title": _("Texts and dates")}
    status = 200
    if not queries.is_frozen(season):
        form = season_forms.DetailsForm(
            request.POST or None, instance=season, initial={"seen": drafting.state(season)}
        )
        context["form"] = form
        if request.method == "POST":
            if _saved(
                request,
                season,
                form,
                lambda who: drafting.update_details(
                    slug=season.slug, fields=form.cleaned_data, **who
                ),
            ):
                return HttpResponseRedirect(reverse("console:season", args=[season.slug]))
            status = 422
    else:
        context["facts"] = details_as_they_are(season)
    return render(request, "console/season_details.html", context, status=status)


def details_as_they_are(season: Season) -> list[Values]:
    """Return what a form of details would hold, for reading: label, value, lang; nothing empty."""
    form = season_forms.DetailsForm(instance=season)
    found = []
    for name in drafting.DETAILS:
        value = getattr(season, name)
        in_two = f"{name.removesuffix('_en')}_en" in drafting.DETAILS
        lang = ("en" if name.endswith("_en") else "zh-Hans") if in_two else ""
        if isinstance(value, datetime):
            value = full_moment(value, season.time_zone)
        elif name == "order":
            value = season.get_order_display()
        if value:
            found.append({"label": form.fields[name].label, "value": value, "lang": lang})
    return found


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def categories(request: HttpRequest, season: Season) -> HttpResponse:
    """Change the categories of a draft: names, places, order, more and fewer."""
    context: Values = {**season_frame(season), "title": _("Categories")}
    status = 200
    if not queries.is_frozen(season):
        rows = season_forms.CategoryRows(
            request.POST or None,
            initial=[
                {"pk": one.pk, "name": one.name, "name_en": one.name_en, "places": one.places}
                for one in season.categories.all()
            ],
        )
        form = season_forms.CategoriesForm(
            request.POST or None, initial={"seen": drafting.state(season)}
        )
        context |= {"form": form, "rows": rows}
        if request.method == "POST":
            if rows.is_valid() and _saved(
                request,
                season,
                form,
                lambda who: drafting.set_categories(
                    slug=season.slug,
                    rows=[row for row in rows.cleaned_data if row.get("name")],
                    **who,
                ),
            ):
                return HttpResponseRedirect(reverse("console:season", args=[season.slug]))
            status = 422
    else:
        context["categories"] = season.categories.all()
    return render(request, "console/season_categories.html", context, status=status)


def _saved(
    request: HttpRequest,
    season: Season,
    form: ReasonForm,
    save: Callable[[dict[str, str]], object],
) -> bool:
    """Save what the form holds; note on it what is wrong."""
    if not form.is_valid():
        return False
    who = {
        "seen": form.cleaned_data["seen"],
        "actor": actor_of(request),
        "reason": form.cleaned_data["reason"],
    }
    try:
        save(who)
    except RuleBroken as error:
        for line in str(error).split("\n"):
            form.add_error(None, line)
        if isinstance(error, drafting.ChangedMeanwhile):
            # Saved again, it is meant for what the season says now.
            now = drafting.state(queries.season_by_slug(season.slug))
            form.data = request.POST.dict() | {"seen": now}
        return False
    messages.success(request, _("Saved."))
    return True


def _preview(form: rule_form.RuleForm, season: Season) -> Values | None:
    form.fields["reason"].required = False
    if not form.is_valid():
        return None
    caps, starts = form.caps(), form.cleaned_data["windows"]
    faults = drafting.limit_faults(form.cleaned_data["min_choices"], caps)
    faults += drafting.window_faults(season, [season.opens_at, *starts])
    if faults:
        for line in faults:
            form.add_error(None, line)
        return None
    limits = {cap[:3]: cap[3] for cap in caps}
    words = rules_text.in_words(
        form.cleaned_data["min_choices"],
        limits,
        list(season.categories.all()),
        windows=[moment(start, season.time_zone) for start in (season.opens_at, *starts)],
        zone=season.time_zone,
        pace=form.pace(),
    )
    sheet = RuleSheet(**{name: form.cleaned_data[name] for name in NOTICES})
    return words | rules_text.count_in_words(
        form.count(),
        public_weight=form.cleaned_data.get("public_weight", season.rule_sheet.public_weight),
        notices=counting_sentences.notices(sheet),
        categories=rules_text.category_names(season.categories.all()),
    )


def _preset(preset: Preset) -> Values:
    limits = {cap[:3]: cap[3] for cap in preset.caps}
    declared = preset.rules.consolidation
    return {
        "key": preset.key,
        "title": content(preset.title, preset.title_en),
        "suits": content(preset.suits, preset.suits_en),
        "origin": content(preset.origin, preset.origin_en),
        "differs": content(preset.differs, preset.differs_en),
        "public_weight": preset.rules.public_weight,
        "parts": component_sentences.in_short(declared) if declared else "",
        "about": preset.about,
        "worked": counting_examples.of_preset(preset),
        **rules_text.in_words(preset.rules.min_choices, limits, []),
    }


def _named(season: Season) -> Values:
    return {"slug": season.slug, "name": content(season.name, season.name_en)}


def season_frame(season: Season) -> Values:
    """Return what every page about a season's preparation shows of it."""
    state = state_of(season, timezone.now())
    return {
        "nav": "home",
        "season": season,
        **_named(season),
        "is_draft": season.phase == Season.Phase.DRAFT,
        "frozen": queries.is_frozen(season),
        "fingerprint": season.rule_sheet.fingerprint,
        "state": state,
        "state_text": state_text(state),
        "opens_text": moment(season.opens_at, season.time_zone),
        "closes_text": moment(season.ends_at, season.time_zone),
    }
