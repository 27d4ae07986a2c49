"""What judges fill in besides marks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.judging.models import Recusal


class RecusalForm(forms.Form):
    """Why somebody keeps out of a nominee."""

    reason = forms.ChoiceField(
        label=_("Why you keep out"), choices=Recusal.Reason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Remark for the organisers"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )  # fmt: skip
