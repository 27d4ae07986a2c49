"""What people with roles enter about themselves."""

from django import forms
from django.utils.translation import gettext_lazy as _

from voting.roles.naming import LONGEST


class NameForm(forms.Form):
    """What somebody is called here."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Your full name"),
        max_length=LONGEST,
        help_text=_("Colleagues see it, and it stands on record with what you sign and decide."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
