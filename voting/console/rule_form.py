"""The rule sheet as questions that an organiser would ask, and the way there and back."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.forms import ReasonForm
from voting.seasons.drafting import CapFields
from voting.seasons.models import RuleSheet, Season

# Which limit each answer stands for.
LIMITS: Final = {
    "max_choices": ("season", "ballot", "choices"),
    "per_category": ("category", "ballot", "choices"),
    "ballots_a_day": ("season", "day", "ballots"),
    "ballots_in_all": ("season", "season", "ballots"),
    "choices_a_day": ("season", "day", "choices"),
    "choices_in_all": ("season", "season", "choices"),
    "category_a_day": ("category", "day", "choices"),
    "nominee_a_day": ("nominee", "day", "choices"),
    "nominee_in_all": ("nominee", "season", "choices"),
}
SHEET: Final = (
    "min_choices", "display", "display_hour", "display_delay_minutes", "turnout_public",
    "public_weight",
)  # fmt: skip
# Questions in the order of the page: title, then the fields below it.
GROUPS: Final = (
    (_("What does a ballot hold?"), ("min_choices", "max_choices", "per_category")),
    (_("How often may one voter cast a ballot?"), ("ballots_a_day", "ballots_in_all")),
    (
        _("How many votes over several ballots?"),
        ("choices_a_day", "choices_in_all", "category_a_day", "nominee_a_day", "nominee_in_all"),
    ),
    (_("Who is a voter?"), ("identity_level",)),
    (
        _("What does the public see while voting is open?"),
        ("display", "display_hour", "display_delay_minutes", "turnout_public"),
    ),
    (_("What is the public vote worth?"), ("public_weight",)),
)


def _number(label: Any, hint: Any = "", most: int = 1_000_000) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=hint or _("Leave it empty for no such limit."),
        min_value=1,
        max_value=most,
        required=False,
    )


class RuleForm(ReasonForm):
    """A whole rule sheet; ``seen`` is the state of the draft that it was filled in for."""

    action = "rules"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    min_choices = forms.IntegerField(
        label=_("At least this many nominees"), min_value=1, max_value=64
    )
    max_choices = _number(_("At most this many nominees"), most=64)
    per_category = _number(_("At most this many of one category"), most=64)
    ballots_a_day = _number(_("Ballots a day"))
    ballots_in_all = _number(_("Ballots in the whole season"))
    choices_a_day = _number(_("Votes a day, all ballots together"))
    choices_in_all = _number(_("Votes in the whole season, all ballots together"))
    category_a_day = _number(_("Votes a day in one category"))
    nominee_a_day = _number(_("Votes a day for the same nominee"))
    nominee_in_all = _number(_("Votes in the whole season for the same nominee"))
    identity_level = forms.ChoiceField(
        label=_("A voter is"), choices=Season.IdentityLevel.choices, widget=forms.RadioSelect
    )
    display = forms.ChoiceField(
        label=_("Votes are shown"), choices=RuleSheet.Display.choices, widget=forms.RadioSelect
    )
    display_hour = forms.IntegerField(
        label=_("Hour of the daily publication"),
        min_value=0,
        max_value=23,
        help_text=_("Only for once a day; 18 means 18:00."),
    )
    display_delay_minutes = forms.IntegerField(
        label=_("Delay in minutes"),
        min_value=0,
        max_value=10_000,
        help_text=_("Only for delayed."),
    )
    turnout_public = forms.BooleanField(
        label=_("The number of ballots received is public all the time"), required=False
    )
    public_weight = forms.IntegerField(
        label=_("Per cent of the final result"),
        min_value=0,
        max_value=100,
        help_text=_("The panel of judges decides the rest. 30 and less is usual."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a delay where votes are shown with one."""
        values = super().clean() or {}
        if values.get("display") == "delayed" and not values.get("display_delay_minutes"):
            self.add_error(
                "display_delay_minutes", _("Say how many minutes late the votes are shown.")
            )
        return values

    def caps(self) -> list[CapFields]:
        """Return the limits that the answers stand for."""
        return [
            (*limit, self.cleaned_data[name])
            for name, limit in LIMITS.items()
            if self.cleaned_data.get(name)
        ]

    def sheet_fields(self) -> dict[str, Any]:
        """Return the other fields of the rule sheet, and the identity level."""
        fields = {name: self.cleaned_data[name] for name in SHEET}
        fields["panel_weight"] = 100 - fields["public_weight"]
        return fields | {"identity_level": self.cleaned_data["identity_level"]}

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """Return the questions with their fields."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS]


def answers(season: Season) -> dict[str, Any] | None:
    """Return a season's rules as this form's answers; None if it has limits that no question asks.

    Those come from a season file, such as limits for each voting window.
    """
    sheet = season.rule_sheet
    names = {limit: name for name, limit in LIMITS.items()}
    found: dict[str, Any] = {name: getattr(sheet, name) for name in SHEET}
    found["identity_level"] = season.identity_level
    for cap in sheet.caps.all():
        name = names.get((cap.scope, cap.period, cap.counts))
        if name is None:
            return None
        found[name] = cap.max
    return found
