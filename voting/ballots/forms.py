"""The ballot form for browsers without scripts: it checks the shape, the script the rules."""

from typing import Any

from django import forms

from voting.hotpath.admission import MAX_CHOICES
from voting.hotpath.problems import Problem
from voting.seasons.models import Season


class BallotForm(forms.Form):
    """Choices by ballot number; ``step`` says whether they are to be reviewed or cast."""

    choices = forms.MultipleChoiceField(required=False)
    token = forms.CharField(required=False, max_length=400)
    step = forms.ChoiceField(
        choices=[("confirm", ""), ("choose", ""), ("cast", "")], required=False
    )

    def __init__(self, *args: Any, season: Season, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = [nominee.ballot_number for nominee in season.nominees.all()]
        field = self.fields["choices"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101 -- for the type checker
        field.choices = [(number, number) for number in self.numbers]

    def clean_choices(self) -> list[str]:
        """Refuse more than a ballot can carry."""
        chosen: list[str] = list(dict.fromkeys(self.cleaned_data["choices"]))
        if len(chosen) > MAX_CHOICES:
            raise forms.ValidationError("more than a ballot can carry")
        return chosen

    def problem(self) -> Problem:
        """Return why the form cannot be taken, in the words of the public interface."""
        sent = self.data.getlist("choices") if hasattr(self.data, "getlist") else []
        if strange := [number[:20] for number in sent if number not in self.numbers]:
            return Problem("unknown-nominee", nominees=strange[:MAX_CHOICES])
        if len(sent) > MAX_CHOICES:
            return Problem("too-many", max=MAX_CHOICES, got=len(sent))
        return Problem("bad-request")
