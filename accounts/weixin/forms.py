"""Letting WeChat go again."""

from typing import Any

from allauth.socialaccount.forms import DisconnectForm as AllauthDisconnectForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import identities


class DisconnectForm(AllauthDisconnectForm):
    """Disconnects WeChat from an account that has another way in."""

    def clean(self) -> dict[str, Any]:
        """Refuse to close the last way in. Raises ValidationError.

        allauth asks for a password, which hardly anybody has here: a code is a way in as good.
        """
        cleaned: dict[str, Any] = forms.Form.clean(self) or {}
        user = self.request.user
        others = [name for name in identities.confirmed(user) if not name.startswith("wechat:")]
        if not others and not user.has_usable_password() and self.accounts.count() == 1:
            raise ValidationError(
                _("WeChat is your only way in. Please confirm a number or an address first.")
            )
        return cleaned
