"""Setting a season up: its stages, approval, nomination form and quotas, and its publication."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.console import setup_forms
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.roles.stage_words import at_any_time, by_stage
from voting.seasons import approval, nomination_rules, publication, queries, scheduling
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment, stage_text, zone_text
from voting.seasons.readiness import to_publish, warning_text
from voting.seasons.services import ChangedMeanwhile, RuleBroken
from voting.seasons.stage_context import stage_lines

Values = dict[str, Any]


def setup_frame(season: Season, part: str) -> Values:
    """Return what all pages about one season share. part: which page it is."""
    return {
        "nav": "setup",
        "part": part,
        "season": season,
        "slug": season.slug,
        "name": content(season.name, season.name_en),
        "frozen": queries.is_frozen(season),
        "zone_text": zone_text(season.time_zone),
    }


def saved(
    request: HttpRequest, form: Form, save: Callable[[dict[str, str]], object], now: str = ""
) -> bool:
    """Save what a form holds; note on it what is wrong.

    now: what the page would show if it were opened again, for whoever saves over a change.
    """
    if not form.is_valid():
        return False
    who = {"actor": actor_of(request), "reason": form.cleaned_data["reason"]}
    if "seen" in form.cleaned_data:
        who["seen"] = form.cleaned_data["seen"]
    try:
        save(who)
    except RuleBroken as error:
        for line in str(error).split("\n"):
            form.add_error(None, line)
        if isinstance(error, ChangedMeanwhile):
            # Saved again, it is meant for what the season says now.
            form.data = request.POST.copy()
            form.data["seen"] = now
        return False
    messages.success(request, _("Saved."))
    return True


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def stages(request: HttpRequest, season: Season) -> HttpResponse:
    """Set the dates of all stages on one page, and say who may do what in each."""
    shown = scheduling.schedule_state(season)
    still = scheduling.BEFORE_OPENING if queries.is_frozen(season) else frozenset[str]()
    initial: Values = {"seen": shown}
    for one in queries.timeline(season):
        initial |= {f"{one.kind}_starts_at": one.starts_at, f"{one.kind}_ends_at": one.ends_at}
    form = setup_forms.StagesForm(request.POST or None, initial=initial, still=still)
    if request.method == "POST" and saved(
        request,
        form,
        lambda who: scheduling.set_schedule(slug=season.slug, times=_times(form, season), **who),
        shown,
    ):
        return HttpResponseRedirect(reverse("console:season_stages", args=[season.slug]))
    context = {
        **setup_frame(season, "stages"),
        "form": form,
        "lines": stage_lines(season),
        "who": [
            {"kind": one.kind, "title": stage_text(one.kind), "who": one.who}
            for one in by_stage(queries.nomination_settings(season))
        ],
        "always": at_any_time(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/season_stages.html", context, status=status)


def _times(form: setup_forms.StagesForm, season: Season) -> dict[str, scheduling.Times]:
    """Return the form's stages; what it shows to the minute, exactly as it stands."""
    stands = {one.kind: (one.starts_at, one.ends_at) for one in queries.timeline(season)}
    given = form.times()
    for kind, times in given.items():
        known = stands.get(kind)
        # Both sides to the minute: a field that stands still gives its seconds back, as those of
        # a vote that was closed early, but never the microseconds.
        if known is not None and _minutes(times) == _minutes(known):
            given[kind] = known
    return given


def _minutes(times: scheduling.Times) -> scheduling.Times:
    starts_at, ends_at = (one.replace(second=0, microsecond=0) for one in times)
    return starts_at, ends_at


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def approved(request: HttpRequest, season: Season) -> HttpResponse:
    """Put the approval on record and choose the wording; warn of words that need one."""
    shown = approval.approval_state(season)
    form = setup_forms.ApprovalForm(request.POST or None, instance=season, initial={"seen": shown})
    if request.method == "POST" and saved(
        request,
        form,
        lambda who: approval.set_approval(
            slug=season.slug,
            fields={name: form.cleaned_data[name] for name in approval.APPROVAL},
            **who,
        ),
        shown,
    ):
        return HttpResponseRedirect(reverse("console:season_approval", args=[season.slug]))
    context = {
        **setup_frame(season, "approval"),
        "form": form,
        "warnings": [warning_text(one) for one in approval.wording_warnings(season)],
        "places": sum(one.places for one in season.categories.all()),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/season_approval.html", context, status=status)


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def nominating(request: HttpRequest, season: Season) -> HttpResponse:
    """Say what the nomination form asks, and of whom."""
    shown = nomination_rules.nominating_state(season)
    context = setup_frame(season, "nominating")
    settings = queries.nomination_settings(season)
    form = setup_forms.NominatingForm(
        request.POST or None, instance=settings, initial={"seen": shown}
    )
    if context["frozen"]:
        _still(form)
    elif request.method == "POST" and saved(
        request,
        form,
        lambda who: nomination_rules.set_nomination_settings(
            slug=season.slug,
            fields={name: form.cleaned_data[name] for name in nomination_rules.SETTINGS},
            **who,
        ),
        shown,
    ):
        return HttpResponseRedirect(reverse("console:season_nominating", args=[season.slug]))
    context["form"] = form
    status = 422 if request.method == "POST" else 200
    return render(request, "console/season_nominating.html", context, status=status)


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def quotas(request: HttpRequest, season: Season) -> HttpResponse:
    """Say how much each unit may nominate, and for which units that differs."""
    shown = nomination_rules.nominating_state(season)
    settings = queries.nomination_settings(season)
    categories = list(season.categories.all())
    posted = request.POST.get("action", "") if request.method == "POST" else ""
    usual = setup_forms.QuotasForm(
        request.POST if posted == "quotas" else None,
        initial={"seen": shown}
        | {name: getattr(settings, name) for name in nomination_rules.QUOTAS},
    )
    exception = setup_forms.UnitQuotaForm(
        request.POST if posted == "unit_quota" else None,
        initial={"seen": shown},
        categories=categories,
    )
    if (posted == "quotas" and saved(
        request,
        usual,
        lambda who: nomination_rules.set_nomination_settings(
            slug=season.slug,
            fields={name: usual.cleaned_data[name] for name in nomination_rules.QUOTAS},
            **who,
        ),
        shown,
    )) or (posted == "unit_quota" and saved(
        request,
        exception,
        lambda who: nomination_rules.set_unit_quota(
            slug=season.slug,
            unit_id=exception.cleaned_data["unit"].pk,
            in_all=exception.cleaned_data["in_all"],
            by_category=exception.by_category(),
            **who,
        ),
        shown,
    )):  # fmt: skip
        return HttpResponseRedirect(reverse("console:season_quotas", args=[season.slug]))
    frame = setup_frame(season, "quotas")
    if frame["frozen"]:
        _still(usual)
    context = {
        **frame,
        "form": usual,
        "exception": exception,
        "open_form": posted,
        "categories": [content(one.name, one.name_en) for one in categories],
        "exceptions": _exceptions(season, [one.pk for one in categories]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/season_quotas.html", context, status=status)


def _still(form: Form) -> None:
    """Show a form's answers to be read; there is nothing to give a reason for."""
    for field in form.fields.values():
        field.disabled = True
    form.fields.pop("reason", None)


def _exceptions(season: Season, category_ids: list[int]) -> list[Values]:
    """Return the units that differ, with a number or "" for each category and in all."""
    found: dict[str, Values] = {}
    for row in season.unit_quotas.select_related("unit", "category"):
        line = found.setdefault(
            row.unit.code,
            {"unit": row.unit, "name": content(row.unit.name, row.unit.name_en), "most": {}},
        )
        line["most"][row.category_id] = row.most
    return [
        line | {"numbers": [line["most"].get(pk, "") for pk in (*category_ids, None)]}
        for line in found.values()
    ]


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, season: Season) -> HttpResponse:
    """Let the public see the season's front page, or take it back."""
    form = setup_forms.PublishForm(request.POST or None)
    change = publication.hide_season if season.published_at else publication.publish_season
    if request.method == "POST" and saved(
        request, form, lambda who: change(slug=season.slug, **who)
    ):
        return HttpResponseRedirect(reverse("console:season_publish", args=[season.slug]))
    items = to_publish(season)
    context = {
        **setup_frame(season, "publish"),
        "form": form,
        "items": items,
        "missing": sum(item.blocks and not item.done for item in items),
        "is_draft": season.phase == Season.Phase.DRAFT,
        "published_text": full_moment(season.published_at, season.time_zone)
        if season.published_at
        else "",
        "lines": stage_lines(season),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "console/season_publish.html", context, status=status)
