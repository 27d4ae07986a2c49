"""The reviewers' list of nominations, and the same decision for many of them."""

from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from voting.console import review_forms as forms
from voting.console.review_times import not_now
from voting.nominations.models import Nomination
from voting.nominations.review import queue
from voting.nominations.services import bulk, deciding
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.roles.queries import may, scope
from voting.seasons.models import Season
from voting.seasons.page_context import content, moment
from voting.units.models import Unit

Values = dict[str, Any]
State = Nomination.State
PER_PAGE: Final = 50
WAITING: Final = "waiting"
ALL: Final = "all"
TAGS: Final = {
    State.SUBMITTED: "tag-wait", State.RESUBMITTED: "tag-wait", State.RETURNED: "",
    State.ACCEPTED: "tag-ok", State.REJECTED: "tag-off", State.MERGED: "tag-off",
    State.WITHDRAWN: "tag-off", State.NOT_LISTED: "tag-off",
}  # fmt: skip
# Groups of states as the list offers them: key, words, states.
GROUPS: Final = (
    (WAITING, gettext_lazy("Waiting for review"), queue.WAITING),
    ("returned", gettext_lazy("Returned"), (State.RETURNED,)),
    ("accepted", gettext_lazy("Accepted"), (State.ACCEPTED,)),
    ("rejected", gettext_lazy("Not accepted"), (State.REJECTED,)),
    ("merged", gettext_lazy("Put together"), (State.MERGED,)),
    ("not_listed", gettext_lazy("Not shortlisted"), (State.NOT_LISTED,)),
    ("withdrawn", gettext_lazy("Withdrawn"), (State.WITHDRAWN,)),
    (ALL, gettext_lazy("All"), ()),
)


@for_season(Permission.REVIEW_SEE, whole=False)
@require_safe
def nominations(request: HttpRequest, season: Season) -> HttpResponse:
    """Show the list, filtered and by pages; what has waited longest stands first."""
    own = scope(request.user, Permission.REVIEW_SEE, season)
    asked = forms.QueueForm(request.GET)
    asked.is_valid()
    chosen = {name: asked.cleaned_data.get(name) for name in forms.QueueForm.base_fields}
    words = (chosen["q"] or "").replace("\0", "").strip()
    state = chosen["state"] or WAITING
    states = next((states for key, _text, states in GROUPS if key == state), ())
    unit = Unit.objects.filter(code=chosen["unit"]).first() if chosen["unit"] else None
    found = queue.queue(
        season, own, states=states, category_id=chosen["category"],
        unit_id=unit.pk if unit else (-1 if chosen["unit"] else None), words=words,
    )  # fmt: skip
    counts = queue.counts(season, own)
    page = Paginator(found, PER_PAGE).get_page(chosen["page"])
    listed = list(page.object_list)
    alike = queue.like_others(listed)
    may_review = scope(request.user, Permission.NOMINATIONS_REVIEW, season)
    closed = not_now(season) if may_review else ""
    may_select = bool(may_review) and not closed
    kept = {"q": words, "category": chosen["category"] or "", "unit": chosen["unit"] or ""}
    context: Values = {
        **review_frame(season),
        "rows": [{**row(one, season), "has_likeness": one.pk in alike} for one in listed],
        "page": page,
        "query": urlencode({**kept, "state": state}),
        "found": page.paginator.count,
        "groups": [
            {
                "key": key,
                "text": text,
                "count": sum(counts[one] for one in states or counts),
                "query": urlencode({**kept, "state": key}),
                "current": key == state,
            }
            for key, text, states in GROUPS
        ],
        "state": state,
        "words": words,
        "category": chosen["category"],
        "unit_code": chosen["unit"] or "",
        "unit_name": content(unit.name, unit.name_en) if unit else None,
        "categories": categories_of(season),
        "limited": not own.everywhere,
        "may_select": may_select,
        "not_now": closed,
        "may_all": may_review.everywhere,
        "may_set": may(request.user, Permission.SEASON_EDIT, season),
        "bulk": _bulk_form(season) if may_select else None,
        "most": bulk.MOST,
    }
    return render(request, "console/nominations.html", context)


@for_season(Permission.NOMINATIONS_REVIEW, whole=False)
@require_POST
def nominations_bulk(request: HttpRequest, season: Season) -> HttpResponse:
    """Show what a decision would do to the selected nominations; then do it."""
    own = scope(request.user, Permission.NOMINATIONS_REVIEW, season)
    back = reverse("console:nominations", args=[season.slug])
    asked = dict(_selected(request))
    chosen = list(
        queue.in_review(season, own).filter(code__in=asked)
        .select_related("category", "unit").order_by("submitted_at", "pk")[: bulk.MOST]
    )  # fmt: skip
    form = _bulk_form(season, request.POST)
    if not chosen:
        messages.error(request, _("Select nominations in the list first."))
        return HttpResponseRedirect(back)
    if len(asked) > bulk.MOST:
        messages.error(request, _("At most %(most)d in one go.") % {"most": bulk.MOST})
        return HttpResponseRedirect(back)
    outcomes: list[bulk.Outcome] = []
    if form.is_valid():
        for one in chosen:
            # As the person saw it: a change in between refuses the row.
            one.version = asked[one.code] or one.version
        act = _act(form, request.user)
        if "confirm" in request.POST:
            outcomes = bulk.carry_out(nominations=chosen, act=act)
            return _told(request, outcomes, back)
        # What is moved uses up a quota, so the second of a unit may not follow the first.
        together = form.cleaned_data["do"] == "category"
        outcomes = bulk.preview(nominations=chosen, act=act, together=together)
    context = {
        **review_frame(season),
        "form": form,
        "outcomes": [
            {"row": row(one.nomination, season), "version": one.nomination.version,
             "refusal": one.refusal}
            for one in outcomes
        ],
        "selected": [(one.code, one.version) for one in chosen],
        "done": sum(not one.refusal for one in outcomes),
        "what": dict(forms.BulkForm.ACTIONS).get(request.POST.get("do", ""), ""),
        "back": back,
    }  # fmt: skip
    status = 200 if outcomes else 422
    return render(request, "console/nominations_bulk.html", context, status=status)


def review_frame(season: Season) -> Values:
    """Return what every page of the review shows of its season."""
    return {
        "nav": "nominations",
        "season": season,
        "slug": season.slug,
        "season_name": content(season.name, season.name_en),
        "is_draft": season.phase == Season.Phase.DRAFT,
    }


def row(one: Nomination, season: Season) -> Values:
    """Return one line of a list."""
    who = {
        Nomination.Route.ORGANISATION: content(one.organisation, ""),
        Nomination.Route.SELF: content(_("by oneself"), _("by oneself")),
        Nomination.Route.CITIZEN: content(_("by a citizen"), _("by a citizen")),
    }.get(Nomination.Route(one.route))
    if one.unit is not None:
        who = content(one.unit.name, one.unit.name_en)
    waits = timezone.now() - one.state_since
    return {
        "code": one.code,
        "version": one.version,
        "name": content(one.name, one.name_en),
        "category": content(one.category.name, one.category.name_en) if one.category else None,
        "who": who,
        "state": one.get_state_display(),
        "tag": TAGS.get(State(one.state), ""),
        "since": moment(one.state_since, season.time_zone),
        "days": waits.days if one.state in queue.WAITING else None,
    }


def categories_of(season: Season) -> list[Values]:
    """Return the categories of a season, as filters and forms offer them."""
    return [
        {"pk": one.pk, "name": content(one.name, one.name_en), "position": one.position}
        for one in season.categories.all()
    ]


def _bulk_form(season: Season, data: Any = None) -> forms.BulkForm:
    return forms.BulkForm(
        data,
        returns=queue.decision_reasons(season, "return"),
        rejects=queue.decision_reasons(season, "reject"),
        categories=[(one["pk"], one["name"]["text"]) for one in categories_of(season)],
    )


def _selected(request: HttpRequest) -> list[tuple[str, int]]:
    """Return the ticked nominations: code, and the version that was shown."""
    found = []
    for value in request.POST.getlist("pick")[: bulk.MOST + 1]:
        code, _dot, version = value.partition(".")
        # What cannot be a version is one that nobody has seen.
        fits = version.isdecimal() and len(version) < 10
        found.append((code[:10], int(version) if fits else -1 if version else 0))
    return found


def _act(form: forms.BulkForm, user: Any) -> bulk.Act:
    values = form.cleaned_data
    if values["do"] == "accept":
        return partial(deciding.accept, user=user)
    if values["do"] == "category":
        return partial(bulk.assign_category, user=user, category_id=int(values["category"]))
    if values["do"] == "return":
        return partial(
            deciding.return_for_correction, user=user, reason_code=values["return_reason"],
            text=values["text"],
        )  # fmt: skip
    return partial(
        deciding.reject, user=user, reason_code=values["reject_reason"], text=values["text"]
    )


def _told(request: HttpRequest, outcomes: list[bulk.Outcome], back: str) -> HttpResponse:
    done = sum(not one.refusal for one in outcomes)
    messages.success(request, _("Done for %(number)d nominations.") % {"number": done})
    for one in outcomes:
        if one.refusal:
            messages.error(request, f"{one.nomination.name}: {one.refusal}")
    return HttpResponseRedirect(back)
