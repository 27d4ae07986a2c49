"""What reviewers enter about one nomination, and about many at once."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.dates import Day
from voting.nominations.models import CheckAnswer, Clearance, DecisionReason
from voting.nominations.review.checklist import Line
from voting.nominations.review.parts import PARTS
from voting.seasons.page_context import content

ANSWERS: Final = (("", _("not answered yet")), *CheckAnswer.Answer.choices)


class ReviewForm(forms.Form):
    """One of the forms on a nomination's page; ``seen``: the version that it was filled in for."""

    action = ""
    use_required_attribute = False
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Several of these stand on one page.
        kwargs.setdefault("auto_id", f"{self.action}_%s")
        super().__init__(*args, **kwargs)


class ChecklistForm(ReviewForm):
    """The whole checklist: an answer and a note to each question."""

    action = "check"

    def __init__(self, *args: Any, lines: Sequence[Line] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            code = line.item.code
            text = content(line.item.text, line.item.text_en)["text"]
            self.fields[f"answer_{code}"] = forms.ChoiceField(
                label=text, choices=ANSWERS, required=False, widget=forms.RadioSelect,
                initial=line.answer.answer if line.answer else "",
            )  # fmt: skip
            self.fields[f"note_{code}"] = forms.CharField(
                label=_("Note"), max_length=300, required=False,
                initial=line.answer.note if line.answer else "",
            )  # fmt: skip

    def rows(self) -> list[dict[str, Any]]:
        """Return each question with its two fields."""
        return [
            {
                "line": line,
                "text": content(line.item.text, line.item.text_en),
                "answer": self[f"answer_{line.item.code}"],
                "note": self[f"note_{line.item.code}"],
            }
            for line in self.lines
        ]

    def answers(self) -> dict[str, tuple[str, str]]:
        """Return what was answered, by code of the question."""
        return {
            line.item.code: (
                self.cleaned_data[f"answer_{line.item.code}"],
                self.cleaned_data[f"note_{line.item.code}"],
            )
            for line in self.lines
        }


class ClearanceForm(ReviewForm):
    """What an office said, with its scan."""

    action = "clearance"
    issuer = forms.CharField(label=_("Issuing body"), max_length=80)
    issued_on = Day(label=_("Date"))
    result = forms.ChoiceField(label=_("Result"), choices=Clearance.Result.choices)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    scan = forms.FileField(
        label=_("Scan"),
        required=False,
        help_text=_("PDF, JPEG or PNG, at most 10 MB. Only reviewers see it."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class StrikeForm(ReviewForm):
    """Why a clearance is struck out."""

    action = "strike"
    clearance = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why it is struck out"), max_length=300)


class MessageForm(ReviewForm):
    """A message to the nominator."""

    action = "message"
    text = forms.CharField(
        label=_("Message to the nominator"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("They can answer on the page of their nomination."),
    )


class LinkForm(ReviewForm):
    """A new secret link for the nominator; nothing is entered."""

    action = "link"


class RemarkForm(ReviewForm):
    """A decision for somebody; the remark is for reviewers."""

    remark = forms.CharField(
        label=_("Remark for reviewers"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class AcceptForm(RemarkForm):
    """Onto the list of nominees."""

    action = "accept"


class PassForm(RemarkForm):
    """To the second look."""

    action = "pass"


class AgainstForm(RemarkForm):
    """A decision that needs a reason of the list; the nominator reads it."""

    kind = ""
    reason = forms.ChoiceField(label=_("Reason"), choices=())
    text = forms.CharField(
        label=_("In your own words"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The nominator reads the reason and this text."),
    )

    def __init__(self, *args: Any, reasons: Sequence[DecisionReason] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"),
            choices=[
                ("", _("Choose a reason")),
                *((one.code, content(one.text, one.text_en)["text"]) for one in reasons),
            ],
        )
        self.order_fields(["reason", "text", "parts", "remark"])


class ReturnForm(AgainstForm):
    """Back to the nominator."""

    action = "return"
    kind = "return"
    parts = forms.MultipleChoiceField(
        label=_("What is to be corrected"),
        choices=[(key, text) for key, text in PARTS.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class RejectForm(AgainstForm):
    """Not accepted."""

    action = "reject"
    kind = "reject"


class ReopenForm(ReviewForm):
    """A decision taken back."""

    action = "reopen"
    text = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("The nominator reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class CompareForm(forms.Form):
    """Another nomination to look at beside this one."""

    use_required_attribute = False
    with_code = forms.CharField(label=_("Code of the other nomination"), max_length=10)


class MergeForm(ReviewForm):
    """Two become one; which one stands for both says the button."""

    action = "merge"
    reason = forms.CharField(
        label=_("Why they are the same"), max_length=250,
        help_text=_("Both nominators read it."), widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class UnmergeForm(ReviewForm):
    """One becomes two again."""

    action = "unmerge"
    merge = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Why they are not the same"), max_length=300)


class QueueForm(forms.Form):
    """Which nominations the list shows."""

    use_required_attribute = False
    q = forms.CharField(max_length=60, required=False)
    state = forms.CharField(max_length=20, required=False)
    category = forms.IntegerField(required=False, min_value=1, max_value=2**31)
    unit = forms.CharField(max_length=20, required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


class BulkForm(forms.Form):
    """What to do with the selected nominations."""

    use_required_attribute = False
    ACTIONS: Final = (
        ("accept", _("Accept")),
        ("return", _("Return for correction")),
        ("reject", _("Do not accept")),
        ("category", _("Move to a category")),
    )
    do = forms.ChoiceField(label=_("With the selected ones"), choices=ACTIONS)
    return_reason = forms.ChoiceField(label=_("Reason for returning"), required=False)
    reject_reason = forms.ChoiceField(label=_("Reason for not accepting"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    text = forms.CharField(
        label=_("In your own words"), max_length=600, required=False,
        help_text=_("Every nominator concerned reads the reason and this text."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        returns: Sequence[DecisionReason],
        rejects: Sequence[DecisionReason],
        categories: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        kwargs["auto_id"] = "bulk_%s"
        super().__init__(*args, **kwargs)
        for name, reasons in (("return_reason", returns), ("reject_reason", rejects)):
            self._choose(name, [
                (one.code, content(one.text, one.text_en)["text"]) for one in reasons
            ])  # fmt: skip
        self._choose("category", [(str(pk), text) for pk, text in categories])

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *choices]

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen action needs."""
        values = super().clean() or {}
        needed = {"return": "return_reason", "reject": "reject_reason", "category": "category"}
        name = needed.get(values.get("do", ""))
        if name and not values.get(name) and name not in self.errors:
            self.add_error(name, _("Choose one."))
        return values
