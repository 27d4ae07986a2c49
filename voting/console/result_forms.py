"""What people enter about results: signatures, files of figures, why something is withdrawn."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.forms import ReasonForm
from voting.console.opening_forms import SeenForm
from voting.results.models import Ruling


class SealForm(SeenForm):
    """The first signature under a result."""

    action = "seal"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Public from the second version on.")


class AnnounceForm(SeenForm):
    """The first signature under the announcement."""

    action = "announce"


class RevokeForm(SeenForm):
    """The first signature under a revocation."""

    action = "revoke"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Public: it stands on the page of the certificate.")


class RulingForm(SeenForm):
    """The first signature under the disqualification of a part of the result."""

    action = "rule"
    what = forms.ChoiceField(label=_("What must not count"))
    rule = forms.ChoiceField(
        label=_("What takes its place"), choices=Ruling.Rule.choices, initial="exclude",
        widget=forms.RadioSelect,
    )  # fmt: skip
    stand_ins = forms.CharField(
        label=_("Who stands in"), max_length=400, required=False,
        help_text=_("Keys with commas between them: other parts, or other groups of the same."),
    )  # fmt: skip

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["what"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [
            (f"{component}\n{part}", f"{component} · {part}" if part else component)
            for component, part in parts
        ]
        self.fields["reason"].help_text = _("Public: it stands beside the result.")

    def payload(self) -> dict[str, Any]:
        """Return what is to be ruled."""
        component, _newline, part = self.cleaned_data["what"].partition("\n")
        names = self.cleaned_data["stand_ins"].replace("，", ",").split(",")
        return {
            "component": component, "part": part, "rule": self.cleaned_data["rule"],
            "stand_ins": [name.strip() for name in names if name.strip()],
        }  # fmt: skip


class LiftForm(SeenForm):
    """The first signature under the end of a disqualification."""

    action = "lift"


class FiguresForm(forms.Form):
    """A file of votes or figures."""

    use_required_attribute = False
    kind = forms.ChoiceField(
        label=_("What the file holds"),
        choices=[
            ("votes", _("Votes of another channel: channel, nominee, votes")),
            ("figures", _("Hours, points or a bonus: component, nominee, figure")),
        ],
        initial="votes",
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX, at most 5 MB and 5,000 rows; the command line takes more. The first row "
            "names the columns."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )
    source = forms.CharField(
        label=_("Who counted what, when and where"),
        max_length=300,
        help_text=_("Public: it stands beside the result."),
    )


class WithdrawForm(ReasonForm):
    """Why figures do not count."""

    action = "withdraw"
