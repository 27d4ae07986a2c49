"""What people enter when they open, stop or close voting, and when two of them sign."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.dates import Moment
from voting.console.forms import ReasonForm
from voting.seasons.models import Season
from voting.seasons.number_draw import LONGEST_SEED

PUBLIC: Final = _("Public: it stands on the page with the rules.")


class SeenForm(ReasonForm):
    """A reason, and the state that the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ProposeForm(SeenForm):
    """The first signature."""

    action = "propose"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = PUBLIC


class SignForm(forms.Form):
    """The second signature, or the way back."""

    use_required_attribute = False
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    note = forms.CharField(
        label=_("Note to the first person"),
        max_length=300,
        required=False,
        help_text=_("Needed if you return it. Stays on record."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a note where something is returned."""
        values = super().clean() or {}
        if "return" in self.data and not values.get("note") and "note" not in self.errors:
            self.add_error("note", _("Say what should be different."))
        return values


class ActForm(ReasonForm):
    """Why voting is resumed or closed, or a nominee withdrawn."""

    action = "act"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = PUBLIC


class FinishForm(ReasonForm):
    """Why the vote store is loaded."""

    action = "finish"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = PUBLIC


class PauseForm(ReasonForm):
    """Why voting stops for a while, and until when."""

    action = "pause"
    reason_en = forms.CharField(label=_("Reason in English"), max_length=200, required=False)
    until = Moment(
        label=_("Expected back"),
        required=False,
        help_text=_("Shown to voters. Voting is not resumed by itself."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=_("Reason"), max_length=200, help_text=_("Every voter sees it while they wait.")
        )
        self.order_fields(["reason", "reason_en", "until"])


class NumberingForm(SeenForm):
    """How ballot numbers are given."""

    action = "numbering"
    numbering = forms.ChoiceField(
        label=_("Ballot numbers are given"),
        choices=Season.Numbering.choices,
        widget=forms.RadioSelect,
    )


class AnnounceDrawForm(SeenForm):
    """Where the seed of the draw will come from."""

    action = "announce"
    source = forms.CharField(
        label=_("What the seed will be"),
        max_length=200,
        help_text=_(
            "Something that nobody can know today and everybody can look up later, such as: the "
            "closing figure of the SSE Composite Index on 3 March, with two decimals."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = PUBLIC


class SeedForm(SeenForm):
    """The seed, once everybody can know it."""

    action = "seed"
    seed = forms.CharField(
        label=_("Seed"),
        max_length=LONGEST_SEED,
        help_text=_("One line, exactly as it was published. It cannot be replaced."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = PUBLIC
