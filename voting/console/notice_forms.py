"""What organisers enter about notices, objections and the calendar."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.console.dates import Day, Moment
from voting.console.forms import AskingForm, ReasonForm
from voting.notices.forms import KeyedForm, phone_number
from voting.notices.models import (
    CalendarDay,
    NoticeDraft,
    NoticeEntry,
    Objection,
    Objector,
    PublicNotice,
)
from voting.notices.models.notices import LONGEST_PERIOD
from voting.notices.services.preparing import FIELDS, LABELS

_LONG = {"body": 6, "body_en": 6}


class NoticeForm(AskingForm):
    """The texts of a notice."""

    use_required_attribute = False
    decision_days = forms.IntegerField(
        label=LABELS["decision_days"], min_value=1, max_value=LONGEST_PERIOD
    )

    class Meta:
        model = NoticeDraft
        fields = FIELDS
        labels = LABELS
        widgets = {name: forms.Textarea(attrs={"rows": rows}) for name, rows in _LONG.items()}
        help_texts = {
            "body": gettext_lazy(
                "Period, how to object and contact follow by themselves; do not write them here."
            ),
            "number": gettext_lazy("As the office numbers its papers; empty if there is none."),
        }


class PublishForm(forms.Form):
    """Why there is another version, and whether its period begins anew."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    issue = forms.ChoiceField(
        label=gettext_lazy("What is published"),
        choices=PublicNotice.Issue.choices[1:],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Why there is another version"), max_length=300,
        help_text=gettext_lazy("Everybody can read it; name nobody who objected."),
    )  # fmt: skip

    def __init__(self, *args: Any, first: bool, **words: Any) -> None:
        super().__init__(*args, **{"auto_id": "publish_%s"} | words)
        if first:
            del self.fields["issue"], self.fields["reason"]


class StepForm(forms.Form):
    """One step of handling an objection; several stand on one page."""

    action = ""
    use_required_attribute = False

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.action}_%s"} | words)


def _told(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=3000, required=required,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The objector reads this on the page of the receipt."),
    )  # fmt: skip


class AcceptForm(StepForm):
    """It is handled."""

    action = "accept"
    told = _told(gettext_lazy("Message to the objector"), required=False)


class RefuseForm(StepForm):
    """It is not handled."""

    action = "refuse"
    refusal = forms.ChoiceField(label=gettext_lazy("Reason"), choices=Objection.Refusal.choices)
    told = _told(gettext_lazy("Explanation for the objector"))


class TakeOnForm(StepForm):
    """Somebody looks into it."""

    action = "take_on"
    note = forms.CharField(
        label=gettext_lazy("Why, if somebody else handles it"), max_length=300, required=False
    )


class HandBackForm(StepForm):
    """Somebody else shall look into it."""

    action = "hand_back"
    note = forms.CharField(label=gettext_lazy("Reason"), max_length=300)


class RecuseForm(StepForm):
    """Whoever is close to somebody in it steps back."""

    action = "recuse"
    note = forms.CharField(
        label=gettext_lazy("What ties you to the matter"), max_length=300,
        help_text=gettext_lazy("Stays on record. You will not see this objection any more."),
    )  # fmt: skip


class AnswerForm(StepForm):
    """A question or an answer in between."""

    action = "answer"
    told = _told(gettext_lazy("Message to the objector"))


class NoteForm(StepForm):
    """Something for the file."""

    action = "note"
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Only those who handle objections read it."),
    )  # fmt: skip


class DecideForm(StepForm):
    """The end of it."""

    action = "decide"
    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=Objection.Outcome.choices,
        widget=forms.RadioSelect,
    )
    effect = forms.ChoiceField(
        label=gettext_lazy("What follows for the list"),
        choices=Objection.Effect.choices,
        widget=forms.RadioSelect,
    )
    decision = _told(gettext_lazy("Decision in words"))
    public_summary = forms.CharField(
        label=gettext_lazy("Summary for everybody"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands on the notice's page. It must not tell who objected."),
    )  # fmt: skip


class EraseForm(ReasonForm):
    """Name and contact of the objector are erased."""

    action = "erase"


def _capitalised(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return choices as they stand alone: each begins with a capital where a language has them."""
    return [(key, capfirst(str(text))) for key, text in choices]


class PaperForm(KeyedForm):
    """An objection that came by letter, phone or in person."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How it came"),
        choices=lambda: _capitalised(Objection.Channel.choices[1:]),
    )
    received_at = Moment(
        label=gettext_lazy("When it came"),
        help_text=gettext_lazy("By letter, the day of posting counts."),
    )
    about = forms.ChoiceField(label=gettext_lazy("Whom it concerns"))
    ground = forms.ChoiceField(
        label=gettext_lazy("What is wrong"),
        choices=lambda: _capitalised(Objection.Ground.choices),
    )
    text = forms.CharField(
        label=gettext_lazy("What happened"), max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Who objects"), choices=Objector.Kind.choices, widget=forms.RadioSelect
    )
    name = forms.CharField(label=gettext_lazy("Real name, or name of the unit"), max_length=60)
    workplace = forms.CharField(
        label=gettext_lazy("Workplace or home address"), max_length=60, required=False
    )
    contact_person = forms.CharField(
        label=gettext_lazy("Contact person"), max_length=60, required=False
    )
    phone = forms.CharField(label=gettext_lazy("Phone number"), max_length=30, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)

    def __init__(self, *args: Any, entries: list[NoticeEntry], **words: Any) -> None:
        super().__init__(*args, **words)
        self.fields["about"] = forms.ChoiceField(
            label=_("Whom it concerns"), required=False,
            choices=[
                ("", _("The notice as a whole")),
                *((str(one.position), f"{one.name} · {one.category}") for one in entries),
            ],
        )  # fmt: skip
        self._refs = {str(one.position): one.ref for one in entries}

    def clean_phone(self) -> str:
        """Return the number in E.164, or nothing."""
        text = self.cleaned_data["phone"].strip()
        return phone_number(text) if text else ""

    @property
    def ref(self) -> str:
        """Whose entry it concerns; empty for the notice as a whole."""
        return self._refs.get(self.cleaned_data["about"], "")

    def objector(self) -> dict[str, str]:
        """Return who objects, as ``Objector`` has it."""
        names = ("kind", "name", "workplace", "contact_person", "phone", "email")
        return {name: self.cleaned_data[name] for name in names}


class DayForm(forms.Form):
    """One day that is not what its weekday says; without a day it is no line at all."""

    use_required_attribute = False
    day = Day(label=gettext_lazy("Day"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=CalendarDay.Kind.choices)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=40, required=False)


DayRows = forms.formset_factory(DayForm, extra=8, max_num=80, absolute_max=100)


class CalendarForm(ReasonForm):
    """A year, and whether all of its days are there."""

    action = "calendar"
    source = forms.CharField(
        label=gettext_lazy("Announcement that the days follow"), max_length=120, required=False,
        help_text=gettext_lazy("Its number, as it stands in the heading."),
    )  # fmt: skip
    complete = forms.BooleanField(
        label=gettext_lazy("All days of this year are entered"), required=False
    )


def rows_of(formset: Any) -> list[tuple[date, str, str]]:
    """Return the days that were entered."""
    return [
        (row["day"], row["kind"], row.get("name", ""))
        for row in formset.cleaned_data
        if row.get("day")
    ]
