"""What people enter about results: signatures, files of figures, why something is withdrawn."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.opening_forms import SeenForm
from voting.results.explaining import names_of
from voting.results.models import Ruling
from voting.rules.components import Consolidation


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
    stand_ins = forms.MultipleChoiceField(
        label=_("Who stands in"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("For a whole part other parts; for one of its groups other groups of it."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, parts: list[tuple[str, str]], declared: Consolidation, **kwargs: Any
    ) -> None:
        """Prepare it. parts: what can be disqualified, as ``ruling.parts_of`` returns it."""
        super().__init__(*args, **kwargs)
        what, stand_ins = self.fields["what"], self.fields["stand_ins"]
        assert isinstance(what, forms.ChoiceField)  # noqa: S101 -- for the type checker
        assert isinstance(stand_ins, forms.ChoiceField)  # noqa: S101 -- likewise
        called = names_of(declared)
        names = {one.key: called[one.key]["text"] for one in declared.components}
        what.choices = [
            (f"{component}\n{part}", f"{names[component]} · {part}" if part else names[component])
            for component, part in parts
        ]
        groups = {group: group for one in declared.components for group in one.strata}
        stand_ins.choices = list((groups | names).items())
        self.fields["reason"].help_text = _("Public: it stands beside the result.")

    def payload(self) -> dict[str, Any]:
        """Return what is to be ruled."""
        component, _newline, part = self.cleaned_data["what"].partition("\n")
        return {
            "component": component, "part": part, "rule": self.cleaned_data["rule"],
            "stand_ins": self.cleaned_data["stand_ins"],
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
    evidence = forms.FileField(
        label=_("Scan or photo of the count"),
        help_text=_(
            "PDF, JPEG or PNG, at most 10 MB, with the signatures of who counted. The second "
            "person compares it; only its fingerprint is public."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )

    def __init__(self, *args: Any, needs_evidence: bool, **kwargs: Any) -> None:
        """Prepare it. needs_evidence: False for a showcase season, on which no title depends."""
        super().__init__(*args, **kwargs)
        self.fields["evidence"].required = needs_evidence
        if not needs_evidence:
            self.fields["evidence"].label = _("Scan or photo of the count (if there is one)")
