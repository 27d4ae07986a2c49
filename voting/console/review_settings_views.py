"""What a season's reviewers are asked and may choose: the checklist, the reasons, a second look."""

from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from voting.console.review_views import review_frame
from voting.nominations.models import ChecklistItem, DecisionReason
from voting.nominations.review import queue
from voting.nominations.review.defaults import items_for, reasons_for
from voting.nominations.services.checking import set_up_review
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.seasons import queries
from voting.seasons.models import Season
from voting.seasons.services import SeasonFrozen

Values = dict[str, Any]
MOST: Final = 40


class ItemForm(forms.Form):
    """One question."""

    use_required_attribute = False
    code = forms.CharField(required=False, widget=forms.HiddenInput, max_length=30)
    text = forms.CharField(label=gettext_lazy("Question"), max_length=120, required=False)
    text_en = forms.CharField(label=gettext_lazy("In English"), max_length=240, required=False)
    least = forms.DecimalField(
        label=gettext_lazy("Years or hours"), required=False, min_value=0, max_value=99_999,
        decimal_places=1,
    )  # fmt: skip
    blocks = forms.BooleanField(label=gettext_lazy("A no stops accepting"), required=False)
    is_asked = forms.BooleanField(label=gettext_lazy("Is asked"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """Keep the text of what is there: it may have been answered."""
        values = super().clean() or {}
        if values.get("code") and not values.get("text"):
            self.add_error("text", _("Untick “is asked” instead of emptying the question."))
        if self.initial.get("needs_number") and values.get("least") is None:
            self.add_error("least", _("The program compares with this number."))
        return values


class OfferedReasonForm(forms.Form):
    """One reason."""

    use_required_attribute = False
    code = forms.CharField(required=False, widget=forms.HiddenInput, max_length=30)
    text = forms.CharField(label=gettext_lazy("Reason"), max_length=120, required=False)
    text_en = forms.CharField(label=gettext_lazy("In English"), max_length=240, required=False)
    is_offered = forms.BooleanField(label=gettext_lazy("Is offered"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        """Keep the text of what is there: it may have been chosen."""
        values = super().clean() or {}
        if values.get("code") and not values.get("text"):
            self.add_error("text", _("Untick “is offered” instead of emptying the reason."))
        return values


class SettingsForm(forms.Form):
    """How many people it takes."""

    second_look = forms.BooleanField(
        label=gettext_lazy("One person does a preliminary review, another one accepts"),
        required=False,
    )


Items = forms.formset_factory(ItemForm, extra=2, max_num=MOST, absolute_max=MOST + 5)
Reasons = forms.formset_factory(OfferedReasonForm, extra=1, max_num=MOST, absolute_max=MOST + 5)


@for_season(Permission.SEASON_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def review_settings(request: HttpRequest, season: Season) -> HttpResponse:
    """Change the checklist and the reasons of a season."""
    frozen = queries.is_frozen(season)
    data = None if frozen else request.POST or None
    asked = list(ChecklistItem.objects.filter(season=season)) or items_for(season)
    reasons = list(DecisionReason.objects.filter(season=season)) or reasons_for(season)
    form = SettingsForm(data, initial={"second_look": queue.second_look(season.pk)})
    items = Items(
        data, prefix="items",
        initial=[
            {
                "code": one.code, "text": one.text, "text_en": one.text_en,
                "least": None if one.least is None else Decimal(f"{float(one.least):g}"),
                "blocks": one.blocks, "is_asked": one.is_asked,
                "looked_up": one.get_looked_up_display() if one.looked_up else "",
                "needs_number": one.looked_up in {"age", "hours"},
            }
            for one in asked
        ],
    )  # fmt: skip
    lists = {
        kind: Reasons(
            data, prefix=kind,
            initial=[
                {"code": one.code, "text": one.text, "text_en": one.text_en,
                 "is_offered": one.is_offered}
                for one in reasons if one.kind == kind
            ],
        )
        for kind in DecisionReason.Kind.values
    }  # fmt: skip
    status = 200
    if request.method == "POST":
        status = 422
        if not frozen and all(
            [form.is_valid(), items.is_valid(), *(one.is_valid() for one in lists.values())]
        ):
            try:
                _save(request, season, form, items, lists)
            except SeasonFrozen as error:  # opened while the page was being filled in
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return HttpResponseRedirect(reverse("console:nominations", args=[season.slug]))
    if frozen:
        _still(form, *items, *(row for rows in lists.values() for row in rows))
    context = {
        **review_frame(season),
        "frozen": frozen,
        "form": form,
        "items": items,
        "lists": [(DecisionReason.Kind(kind).label, rows) for kind, rows in lists.items()],
        "wrong": status == 422 and not frozen,
    }
    return render(request, "console/review_settings.html", context, status=status)


def _still(*shown: forms.Form) -> None:
    """Show what was asked, to be read."""
    for form in shown:
        for field in form.fields.values():
            field.disabled = True


def _save(
    request: HttpRequest, season: Season, form: SettingsForm, items: Any, lists: dict[str, Any]
) -> None:
    asked = ("code", "text", "text_en", "least", "blocks", "is_asked")
    offered = ("code", "text", "text_en", "is_offered")
    set_up_review(
        season_id=season.pk,
        actor=actor_of(request),
        second_look=form.cleaned_data["second_look"],
        items=[
            {name: row[name] for name in asked} for row in items.cleaned_data if row.get("text")
        ],
        reasons=[
            {"kind": kind, **{name: row[name] for name in offered}}
            for kind, rows in lists.items()
            for row in rows.cleaned_data
            if row.get("text")
        ],
    )
