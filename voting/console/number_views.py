"""Ballot numbers of a draft: how they are given, what they would be, and the public draw."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from voting.console import opening_forms
from voting.console.number_context import numbers_context
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.seasons import drafting, number_draw, numbering, queries
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken

FORMS = {
    one.action: one
    for one in (
        opening_forms.NumberingForm, opening_forms.AnnounceDrawForm, opening_forms.SeedForm,
    )
}  # fmt: skip
SERVICES: dict[str, tuple[Callable[..., object], str]] = {
    "numbering": (number_draw.set_numbering, "numbering"),
    "announce": (number_draw.announce_draw, "source"),
    "seed": (number_draw.draw_numbers, "seed"),
}


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest, season: Season) -> HttpResponse:
    """Choose how numbers are given, take the steps of a draw, and see what comes out."""
    frozen = queries.is_frozen(season)
    status = 200
    bound = None
    if request.method == "POST" and not frozen:
        action = request.POST.get("action", "")
        if action not in FORMS:
            raise Http404  # as on the other pages with several forms
        bound = FORMS[action](request.POST)
        if _saved(request, season, bound):
            return HttpResponseRedirect(request.path)
        status = 422
    draws = numbering.draws_of(season)
    context: dict[str, Any] = {
        "nav": "numbers",
        "season": season,
        "name": content(season.name, season.name_en),
        "frozen": frozen,
        "by_draw": season.numbering == Season.Numbering.DRAW,
        "draws": [
            {
                "source": one.source,
                "announced": full_moment(one.announced_at, season.time_zone),
                "seed": one.seed,
                "drawn": full_moment(one.drawn_at, season.time_zone) if one.drawn_at else "",
                "list_hash": one.list_hash,
            }
            for one in draws
        ],
        "forms": {} if frozen else _forms(season, bound, waits=bool(draws and not draws[-1].seed)),
        "open_form": bound.action if bound is not None else "",
        "fingerprint": season.rule_sheet.fingerprint,
        **numbers_context(season),
    }
    return render(request, "console/numbers.html", context, status=status)


def _forms(season: Season, bound: Any, *, waits: bool) -> dict[str, Any]:
    """Return the forms that make sense now. waits: whether a draw waits for its seed."""
    seen = drafting.state(season)
    actions = ["numbering"]
    if season.numbering == Season.Numbering.DRAW:
        actions += ["seed", "announce"] if waits else ["announce"]
    initial = {"seen": seen, "numbering": season.numbering}
    forms: dict[str, Any] = {action: FORMS[action](initial=initial) for action in actions}
    if bound is not None:
        forms[bound.action] = bound
    return forms


def _saved(request: HttpRequest, season: Season, form: Any) -> bool:
    if not form.is_valid():
        return False
    service, field = SERVICES[form.action]
    try:
        service(
            slug=season.slug, seen=form.cleaned_data["seen"], actor=actor_of(request),
            reason=form.cleaned_data["reason"], **{field: form.cleaned_data[field]},
        )  # fmt: skip
    except RuleBroken as error:
        form.add_error(None, str(error))
        if isinstance(error, drafting.ChangedMeanwhile):
            # Sent again, it is meant for what the season says now.
            now = drafting.state(queries.season_by_slug(season.slug))
            form.data = request.POST.dict() | {"seen": now}
        return False
    messages.success(request, _("Saved."))
    return True
