"""A form field for phone numbers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.addresses import phone_number


class PhoneField(forms.CharField):
    """Takes a mobile number as people write it; gives E.164. Chinese ones need no +86."""

    default_error_messages = {
        "required": _("Please enter your mobile number."),
        "phone": _("This is not a mobile number that can get text messages from here."),
    }

    def __init__(self, *, required: bool = True) -> None:
        attributes = {"autocomplete": "tel", "inputmode": "tel", "spellcheck": "false"}
        super().__init__(
            required=required,
            label=_("Mobile number"),
            max_length=40,
            widget=forms.TextInput(attrs=attributes),
        )

    def clean(self, value: Any) -> str:
        """Return the number in E.164, or "" where none is needed. Raises ValidationError."""
        text = str(super().clean(value) or "")
        if not text:
            return ""
        number = phone_number(text)
        if number is None:
            raise ValidationError(self.error_messages["phone"], code="phone")
        return number
