"""The ballot form for browsers without scripts: it checks the shape, the script the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.hotpath.admission import MAX_CHOICES
from voting.seasons.models import Season


class BallotForm(forms.Form):
    """Choices by ballot number; ``step`` says whether they are to be reviewed or cast."""

    choice = forms.MultipleChoiceField(required=False)
    token = forms.CharField(required=False, max_length=400)
    step = forms.ChoiceField(choices=[("review", ""), ("cast", ""), ("change", "")], required=False)

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [
            (nominee.ballot_number, nominee.name) for nominee in season.nominees.all()
        ]

    def clean_choice(self) -> list[str]:
        """Refuse more than a ballot can carry."""
        chosen: list[str] = list(dict.fromkeys(self.cleaned_data["choice"]))
        if len(chosen) > MAX_CHOICES:
            raise forms.ValidationError(
                _("A ballot can carry %(max)s choices."), params={"max": MAX_CHOICES}
            )
        return chosen

