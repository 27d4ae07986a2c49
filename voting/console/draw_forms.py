"""What organisers enter about a draw of judges: its announcement, its seed, why it is withdrawn."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.console.dates import Moment
from voting.console.opening_forms import SeenForm
from voting.judging.models import Judge, Panel
from voting.judging.services.drawing import NOTICE
from voting.rules.draws import LONGEST_SEED


class DrawForm(forms.Form):
    """The announcement of a draw: how many seats of which type, by which seed, known when."""

    use_required_attribute = False
    any_type = forms.IntegerField(
        label=gettext_lazy("Seats for any type"), min_value=0, max_value=200, initial=0
    )
    source = forms.CharField(
        label=gettext_lazy("Where the seed will come from"), max_length=200,
        help_text=gettext_lazy(
            "Public, in words that leave no choice: the closing figure of a named index on a day "
            "to come, with two decimals; and what is taken if it is not published that day."
        ),
    )  # fmt: skip
    seed_at = Moment(label=gettext_lazy("From when everybody can know the seed"))

    def __init__(self, *args: Any, panel: Panel, **words: Any) -> None:
        super().__init__(*args, **words)
        free = Judge.objects.filter(season=panel.season_id).exclude(seats__panel=panel)
        kinds = free.exclude(seat_type="").values_list("seat_type", flat=True)
        self.kinds = sorted(set(kinds))
        for place, kind in enumerate(self.kinds):
            self.fields[f"type_{place}"] = forms.IntegerField(
                label=_("Seats for: %(kind)s") % {"kind": kind},
                min_value=0, max_value=200, initial=0,
            )  # fmt: skip
        self.fields["seed_at"].help_text = _(
            "At least %(minutes)d minutes from now, so that people can read the announcement. "
            "Before it nobody can enter the seed; after it the draw cannot be withdrawn."
        ) % {"minutes": NOTICE // timedelta(minutes=1)}
        self.order_fields(
            [
                *(f"type_{place}" for place in range(len(self.kinds))),
                "any_type",
                "source",
                "seed_at",
            ]
        )

    def seats(self) -> dict[str, int]:
        """Return how many seats of which type; "" for any."""
        found = {kind: self.cleaned_data[f"type_{place}"] for place, kind in enumerate(self.kinds)}
        return found | {"": self.cleaned_data["any_type"]}


class SeedForm(SeenForm):
    """The first signature under a seed."""

    action = "draw"
    seed = forms.CharField(
        label=gettext_lazy("The seed, as it was published"), max_length=LONGEST_SEED,
        help_text=gettext_lazy("One line, exactly as it was published. It cannot be replaced."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Where and when it was read")
        self.fields["reason"].help_text = _("Public: it stands beside the seed.")


class WithdrawDrawForm(SeenForm):
    """The first signature under the withdrawal of a draw."""

    action = "undraw"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "Public: it stands beside the announcement, which stays too."
        )
