"""Shortlists: how each category is shortlisted, where everybody stands and why, and confirming."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from voting.console.forms import AskingForm
from voting.console.review_times import not_now
from voting.console.review_views import review_frame
from voting.nominations.models import Nomination, Shortlist
from voting.nominations.review import queue, standing
from voting.nominations.services import shortlists as services
from voting.roles.access import for_season
from voting.roles.permissions import Permission
from voting.roles.queries import scope
from voting.seasons.models import Category, Season
from voting.seasons.page_context import content, full_moment
from voting.seasons.services import RuleBroken

Values = dict[str, Any]
SHOWN_DETAILS: Final = 20  # nominators named as repeating themselves, or naming too many


class RuleForm(AskingForm):
    """How a category is shortlisted."""

    use_required_attribute = False
    # Not "reason": the form that confirms has a field of that name on the same page.
    why = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300,
        help_text=gettext_lazy("Stands in the audit log beside what changes."),
    )  # fmt: skip

    class Meta:
        model = Shortlist
        fields = ("method", "places", "per_unit", "names_each", "over_full")
        labels = {
            "method": gettext_lazy("What decides"),
            "places": gettext_lazy("How many are proposed at most"),
            "per_unit": gettext_lazy("At most so many of one unit"),
            "names_each": gettext_lazy("How many one nominator may name in this category"),
            "over_full": gettext_lazy("If a nominator names more"),
        }
        help_texts = {
            "per_unit": gettext_lazy("Leave it empty for no such limit."),
            "names_each": gettext_lazy("Counts only where nominators decide."),
        }
        widgets = {"method": forms.RadioSelect, "over_full": forms.RadioSelect}

    def clean(self) -> dict[str, Any]:
        """Ask for numbers from one on."""
        values = super().clean() or {}
        for name in ("places", "per_unit", "names_each"):
            if values.get(name) is not None and not 1 <= values[name] <= 1000:
                self.add_error(name, _("A number from 1 to 1,000."))
        return values


class ConfirmationForm(forms.Form):
    """Why a shortlist is confirmed, or taken back; nominators read it."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Nominators of those concerned read it."),
    )


@for_season(Permission.REVIEW_SEE)
@require_safe
def shortlists(request: HttpRequest, season: Season) -> HttpResponse:
    """Show all categories with their rules and states."""
    waiting = Q(nominations__state__in=queue.WAITING)
    rows = (
        Category.objects.filter(season=season)
        .select_related("shortlist")
        .annotate(
            waiting=Count("nominations", filter=waiting),
            accepted=Count("nominations", filter=Q(nominations__state=Nomination.State.ACCEPTED)),
        )
        .order_by("position")
    )
    lines = []
    for category in rows:
        rule = getattr(category, "shortlist", None)
        lines.append(
            {
                "position": category.position,
                "name": content(category.name, category.name_en),
                "waiting": vars(category)["waiting"],
                "accepted": vars(category)["accepted"],
                "method": rule.get_method_display() if rule else "",
                "confirmed": bool(rule and rule.confirmed_at),
            }
        )
    return render(request, "console/shortlists.html", {**review_frame(season), "categories": lines})


@for_season(Permission.REVIEW_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def shortlist(request: HttpRequest, season: Season, position: int) -> HttpResponse:
    """Show the standing of a category with its line; change the rule, confirm, or take back."""
    category = get_object_or_404(Category, season=season, position=position)
    category.season = season
    may_review = scope(request.user, Permission.NOMINATIONS_REVIEW, season).everywhere
    bound: Values = {}
    if request.method == "POST":
        if not may_review:
            raise Http404
        bound = _posted(request, category)
        if not bound:
            here = reverse("console:shortlist", args=[season.slug, position])
            return HttpResponseRedirect(here)
    context = {
        **review_frame(season),
        **_page(category, request.user),
        **bound,
        "may_review": may_review,
        "not_now": not_now(season) if may_review else "",
        "settled": may_review and services.rule_is_settled(season),
        "category": content(category.name, category.name_en),
        "position": position,
        "places_of_prize": category.places,
    }
    return render(request, "console/shortlist.html", context, status=422 if bound else 200)


def _page(category: Category, user: Any) -> Values:
    rule = standing.shortlist_of(category)
    zone = category.season.time_zone
    shown: Values = {
        "rule": rule,
        "method": rule.get_method_display(),
        "over_full_words": rule.get_over_full_display(),
        "rule_form": RuleForm(instance=rule),
        "by_decision": rule.method == Shortlist.Method.DECISION,
        "by_points": rule.method == Shortlist.Method.EPH,
        "confirmed": full_moment(rule.confirmed_at, zone) if rule.confirmed_at else "",
    }
    if rule.confirmed_at is not None:
        entries = rule.entries.select_related("nomination__unit")
        return {
            **shown,
            "entries": [
                {
                    "entry": entry,
                    "name": content(entry.nomination.name, entry.nomination.name_en),
                    "code": entry.nomination.code,
                    "unit": entry.nomination.unit,
                }
                for entry in entries
            ],
            "reason_form": ConfirmationForm(),
        }
    found = standing.standing(category, rule)
    near = queue.recused_from(user, category.season_id)
    return {
        **shown,
        "standing": found,
        "rows": _with_line(found.rows),
        "repeated": list(found.repeated.items())[:SHOWN_DETAILS],
        "over_full": list(found.over_full.items())[:SHOWN_DETAILS],
        "may_choose": any(row.placing in {"tie", "not_chosen"} for row in found.rows),
        "recused": any(row.pk in near for row in found.rows),
        "reason_form": ConfirmationForm(initial={"seen": standing.digest(found)}),
    }


def _with_line(rows: list[standing.Row]) -> list[Values]:
    """Return the rows; ``line``: the line of places is drawn above this one."""
    found: list[Values] = []
    drawn = not any(row.placing == "through" for row in rows)
    for row in rows:
        line = not drawn and row.placing != "through"
        drawn = drawn or line
        found.append({"row": row, "line": line, "name": content(row.name, row.name_en),
                      "unit": content(row.unit, row.unit_en),
                      "pick": row.placing in {"tie", "not_chosen"}})  # fmt: skip
    return found


def _posted(request: HttpRequest, category: Category) -> Values:
    """Do what was asked for; return what is wrong, for the page to show."""
    user: Any = request.user
    do = request.POST.get("do", "")
    if do == "rule":
        form = RuleForm(request.POST, instance=standing.shortlist_of(category))
        if form.is_valid():
            try:
                values = form.cleaned_data
                services.set_rule(
                    category_id=category.pk, user=user, reason=values.pop("why"), **values
                )
            except RuleBroken as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return {}
        return {"rule_form": form}
    if do not in {"confirm", "reopen"}:
        raise Http404
    reason = ConfirmationForm(request.POST)
    if not reason.is_valid():
        return {"reason_form": reason}
    picked = {
        int(value)
        for value in request.POST.getlist("pick")
        if value.isdecimal() and len(value) < 19
    }
    try:
        if do == "confirm":
            services.confirm(
                category_id=category.pk, user=user, reason=reason.cleaned_data["reason"],
                seen=reason.cleaned_data["seen"], chosen=picked,
            )  # fmt: skip
            messages.success(request, _("Confirmed. Those through are proposed; all were told."))
        else:
            services.reopen(
                category_id=category.pk, user=user, reason=reason.cleaned_data["reason"]
            )
            messages.success(request, _("Taken back. Everybody stands as before."))
    except RuleBroken as error:
        reason.add_error(None, str(error))
        return {"reason_form": reason, "picked": picked}
    return {}
