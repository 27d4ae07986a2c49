"""What organisers enter to amend frozen rules: only what may still change, in its one direction."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voting.console.dates import Moment
from voting.console.forms import ReasonForm
from voting.seasons import amending
from voting.seasons.models import MOST_NOTICE_DAYS, RuleSheet, Season


class AmendForm(ReasonForm):
    """New values; an answer that is left as it is changes nothing."""

    action = "amend"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    closes_at = Moment(
        label=_("Voting ends"), required=False, help_text=_("Later than planned, never earlier.")
    )
    display = forms.ChoiceField(
        label=_("Votes are shown"),
        widget=forms.RadioSelect,
        required=False,
        help_text=_("Only less than before."),
    )
    display_delay_minutes = forms.IntegerField(
        label=_("Delay in minutes"), min_value=0, max_value=10_000, required=False,
        help_text=_("Only for delayed."),
    )  # fmt: skip
    display_hour = forms.IntegerField(
        label=_("Hour of the daily publication"), min_value=0, max_value=23, required=False,
        help_text=_("Only for once a day; 18 means 18:00."),
    )  # fmt: skip
    hide_turnout = forms.BooleanField(
        label=_("Hide the number of ballots from now on"), required=False
    )
    candidate_notice_days = forms.IntegerField(
        label=_("Days of the notice of nominees"), min_value=1, max_value=MOST_NOTICE_DAYS,
        required=False, help_text=_("Only more than before."),
    )  # fmt: skip
    result_notice_days = forms.IntegerField(
        label=_("Days of the notice of the result"), min_value=1, max_value=MOST_NOTICE_DAYS,
        required=False, help_text=_("Only more than before."),
    )  # fmt: skip

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        now = amending.values_of(season)
        super().__init__(*args, initial={**now, "seen": amending.state(season)}, **kwargs)
        self.now = now
        allowed = amending.fields_of(season)
        for name in FIELDS.values():
            if _field_of(name) not in allowed:
                del self.fields[name]
        if "display" in self.fields:
            shown = season.rule_sheet.display
            labels = dict(RuleSheet.Display.choices)
            self.fields["display"].choices = [  # type: ignore[attr-defined]  # a choice field
                (word, labels[word]) for word in (shown, *amending.LESS[shown])
            ]
        self.fields["reason"].help_text = gettext(
            "Public: it stands on the rules page beside the change."
        )

    def wanted(self) -> dict[str, Any]:
        """Return the new values by field, fit for a proposal; what is as before is left out."""
        found: dict[str, Any] = {}
        for field, name in FIELDS.items():
            value = self.cleaned_data.get(name)
            if field == "turnout_public":
                value = False if value else None
            if field == "closes_at" and value == self.now[field].replace(second=0, microsecond=0):
                continue  # the field shows minutes
            if value in (None, "") or value == self.now[field]:
                continue
            found[field] = value.isoformat() if field == "closes_at" else value
        shown = found.get("display", self.now["display"])
        # Answers to questions that another answer makes idle.
        if shown != RuleSheet.Display.DELAYED:
            found.pop("display_delay_minutes", None)
        if shown != RuleSheet.Display.DAILY:
            found.pop("display_hour", None)
        return found


# The rule that each question stands for.
FIELDS: Final = {
    "closes_at": "closes_at",
    "display": "display",
    "display_delay_minutes": "display_delay_minutes",
    "display_hour": "display_hour",
    "turnout_public": "hide_turnout",
    "candidate_notice_days": "candidate_notice_days",
    "result_notice_days": "result_notice_days",
}


def _field_of(name: str) -> str:
    return next(field for field, question in FIELDS.items() if question == name)
