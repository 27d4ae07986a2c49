"""What people enter about results: signatures, files of figures, why something is withdrawn."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.console.forms import ReasonForm
from voting.console.opening_forms import SeenForm
from voting.seasons.number_draw import LONGEST_SEED


class SealForm(SeenForm):
    """The first signature under a result, with the seed of a lot where one is drawn."""

    action = "seal"
    seed = forms.CharField(
        label=_("Seed of the lot"),
        max_length=LONGEST_SEED,
        required=False,
        help_text=_(
            "Only if equals are divided by a lot: the figure that was announced before, such as a "
            "closing price."
        ),
    )

    def __init__(self, *args: Any, lot: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Public from the second version on.")
        if not lot:
            del self.fields["seed"]


class AnnounceForm(SeenForm):
    """The first signature under the announcement."""

    action = "announce"


class RevokeForm(SeenForm):
    """The first signature under a revocation."""

    action = "revoke"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Public: it stands on the page of the certificate.")


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
        help_text=_("CSV or XLSX, at most 5 MB. The first row names the columns."),
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
