"""What organisers enter about a season's stages, approval, nomination form and quotas."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.dates import Moment
from voting.console.forms import AskingForm, ReasonForm, UnitField
from voting.rules.schedule import ORDER
from voting.seasons.approval import APPROVAL
from voting.seasons.models import Category, NominationSettings, Season
from voting.seasons.nomination_rules import SETTINGS
from voting.seasons.page_context import stage_text
from voting.seasons.scheduling import Times


class _SeenForm(ReasonForm):
    """A form that knows what its page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)


class StagesForm(_SeenForm):
    """The dates of all stages; a stage without dates is left out."""

    action = "stages"

    def __init__(self, *args: Any, still: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in ORDER:
            needed = kind == "voting"
            for name, label in (("starts_at", _("Starts")), ("ends_at", _("Ends"))):
                self.fields[f"{kind}_{name}"] = Moment(
                    label=label, required=needed, disabled=kind in still
                )
        self.order_fields([name for name in self.fields if name != "reason"])

    def clean(self) -> dict[str, Any]:
        """Ask for both dates of a stage, or for none."""
        values = super().clean() or {}
        for kind in ORDER:
            starts, ends = f"{kind}_starts_at", f"{kind}_ends_at"
            if bool(values.get(starts)) != bool(values.get(ends)):
                missing = ends if values.get(starts) else starts
                if missing not in self.errors:
                    self.add_error(missing, _("Give both dates of this stage, or none."))
        return values

    def times(self) -> dict[str, Times]:
        """Return the stages that have dates."""
        return {
            kind: (self.cleaned_data[f"{kind}_starts_at"], self.cleaned_data[f"{kind}_ends_at"])
            for kind in ORDER
            if self.cleaned_data.get(f"{kind}_starts_at")
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return the stages with their two fields."""
        return [
            {
                "kind": kind,
                "title": stage_text(kind),
                "fields": [self[f"{kind}_starts_at"], self[f"{kind}_ends_at"]],
                "still": self.fields[f"{kind}_starts_at"].disabled,
            }
            for kind in ORDER
        ]


class ApprovalForm(_SeenForm, AskingForm):
    """Who has approved the award, and whether it is called one."""

    action = "approval"
    is_showcase = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[
            ("True", _("A showcase: people are shown and chosen, no title is conferred")),
            ("False", _("An award: an authority has approved that a title is conferred")),
        ],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Season
        fields = APPROVAL
        labels = {
            "approval_authority": _("Approved by"),
            "approval_authority_en": _("Approved by, in English"),
            "approval_ref": _("Number of the approving document"),
            "approved_places": _("Approved places in all"),
        }


# Questions of the nomination form in the order of the page: title, then the fields below it.
GROUPS: Final = (
    (_("Who may nominate?"), ("by_units", "by_organisations", "by_oneself", "without_account")),
    (
        _("What is written about the deeds?"),
        ("one_line_max",
         "short_label", "short_label_en", "short_max", "short_required",
         "medium_label", "medium_label_en", "medium_max", "medium_required",
         "long_label", "long_label_en", "long_max", "long_required"),
    ),
    (
        _("Portrait, photos and proof"),
        ("portrait_required", "portrait_min_width", "portrait_min_height", "photos_max",
         "attachments_max", "unit_opinion_required"),
    ),
    (
        _("Who can be nominated?"),
        ("hours_min", "hours_required", "age_min", "guardian_under"),
    ),
    (_("Which consent is asked for?"), ("consent_to_checks", "consent_to_media")),
    (_("How is it reviewed?"), ("review_while_nominating",)),
)  # fmt: skip


class NominatingForm(_SeenForm, AskingForm):
    """What the nomination form asks, and of whom."""

    action = "nomination_settings"

    class Meta:
        model = NominationSettings
        fields = SETTINGS
        labels = {
            "by_units": _("Units, by the people who nominate for them"),
            "by_organisations": _("Other organisations"),
            "by_oneself": _("People for themselves"),
            "without_account": _("Anybody without an account; a code confirms who it was"),
            "one_line_max": _("The deed in one line: characters"),
            "short_label": _("Short text: name"),
            "short_label_en": _("Short text: name in English"),
            "short_max": _("Short text: characters"),
            "short_required": _("The short text must be there"),
            "medium_label": _("Middle text: name"),
            "medium_label_en": _("Middle text: name in English"),
            "medium_max": _("Middle text: characters"),
            "medium_required": _("The middle text must be there"),
            "long_label": _("Long text: name"),
            "long_label_en": _("Long text: name in English"),
            "long_max": _("Long text: characters"),
            "long_required": _("The long text must be there"),
            "portrait_required": _("A portrait must be there"),
            "portrait_min_width": _("Portrait at least this wide (pixels)"),
            "portrait_min_height": _("Portrait at least this high (pixels)"),
            "photos_max": _("Photos at most"),
            "attachments_max": _("Attachments at most"),
            "unit_opinion_required": _("The unit's opinion must be there, sealed"),
            "hours_min": _("Hours of service at least"),
            "hours_required": _("Hours must be given"),
            "age_min": _("Age at least"),
            "guardian_under": _("A guardian consents too below the age of"),
            "consent_to_checks": _("Consent that other bodies are asked about the nominee"),
            "consent_to_media": _("Consent that newspapers and broadcasters report"),
            "review_while_nominating": _("Review begins while nominations still come in"),
        }
        help_texts = {
            "short_max": _("0: this text is not asked for."),
            "medium_max": _("0: this text is not asked for."),
            "long_max": _("0: this text is not asked for."),
            "hours_min": _("Leave it empty for no such limit."),
            "age_min": _("Full years when nominations end. Leave it empty for no such limit."),
            "guardian_under": _("The law asks for it below 14."),
            "short_label": _("Empty: the usual name."),
            "medium_label": _("Empty: the usual name."),
            "long_label": _("Empty: the usual name."),
        }

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the questions with their fields."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS]


def _quota(label: Any, *, least: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=_("Leave it empty for no such limit."),
        min_value=least,
        max_value=1_000,
        required=False,
    )


class QuotasForm(_SeenForm):
    """How much each unit may nominate."""

    action = "quotas"
    quota_per_category = _quota(_("Nominations of one unit in one category"), least=1)
    quota_per_unit = _quota(_("Nominations of one unit in all"), least=1)


class UnitQuotaForm(_SeenForm):
    """What one unit may nominate where that differs."""

    action = "unit_quota"
    unit = UnitField(label=_("Unit"))

    def __init__(self, *args: Any, categories: list[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.categories = categories
        hint = _("Empty: as for everybody. 0: nothing.")
        for category in categories:
            self.fields[f"category_{category.pk}"] = _quota(category.name, least=0)
            self.fields[f"category_{category.pk}"].help_text = ""
        self.fields["in_all"] = _quota(_("In all categories together"), least=0)
        self.fields["in_all"].help_text = hint
        self.order_fields([name for name in self.fields if name != "reason"])

    def by_category(self) -> dict[int, int]:
        """Return the numbers that were given."""
        given = {one.pk: self.cleaned_data[f"category_{one.pk}"] for one in self.categories}
        return {pk: most for pk, most in given.items() if most is not None}


class PublishForm(ReasonForm):
    """Why a season becomes public, or is hidden again."""

    action = "publish"
