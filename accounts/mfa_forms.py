"""The forms of the pages about second factors: allauth's, with our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _


class SecondFactorForm(base_forms.AuthenticateForm):
    """Takes a code from the app, or a recovery code, when signing in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _app_or_recovery_code(self)


class SecondFactorAgainForm(base_forms.ReauthenticateForm):
    """Takes one more before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _app_or_recovery_code(self)


class AppForm(totp_forms.ActivateTOTPForm):
    """Takes the first code that a new app shows."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("6-digit code from the app")
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs |= {"inputmode": "numeric", "maxlength": "8", "class": "code-input"}
        field.error_messages["required"] = _("Please enter the code that the app shows.")


class PasskeyForm(webauthn_forms.AddWebAuthnForm):
    """Makes a passkey, which can also be used alone to sign in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Name of this passkey")
        name.help_text = _("Such as “phone” or “blue key”, to tell several apart.")
        name.widget.attrs |= {"maxlength": "40"}
        # Not asked: it is read by the script, and always on.
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].widget = forms.CheckboxInput(attrs={"hidden": True})

    def clean_name(self) -> str:
        """Return the name, cut to what the page has room for."""
        return str(super().clean_name())[:40]

    def clean(self) -> dict[str, Any]:
        """Check what the browser made. Raises ValidationError, also for what is no answer."""
        with _answers_only():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class PasskeyUseForm(webauthn_forms.AuthenticateWebAuthnForm):
    """Takes a passkey as second factor when signing in."""

    def clean_credential(self) -> Authenticator:
        """Return whose passkey it was. Raises ValidationError, also for what is no answer."""
        with _answers_only():
            return super().clean_credential()


class PasskeyAgainForm(webauthn_forms.ReauthenticateWebAuthnForm):
    """Takes a passkey once more before something that matters."""

    def clean_credential(self) -> Authenticator:
        """Return whose passkey it was. Raises ValidationError, also for what is no answer."""
        with _answers_only():
            return super().clean_credential()


class PasskeyLoginForm(webauthn_forms.LoginWebAuthnForm):
    """Takes a passkey alone."""

    def clean_credential(self) -> Authenticator:
        """Return whose passkey it was. Raises ValidationError, also for what is no answer."""
        with _answers_only():
            return super().clean_credential()


@contextmanager
def _answers_only() -> Iterator[None]:
    """Refuse a browser's answer that is none: the libraries fall over some of them."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise get_adapter().validation_error("incorrect_passkey") from error


class PasskeyNameForm(webauthn_forms.EditWebAuthnForm):
    """Names a passkey."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label = _("Name of this passkey")
        name.widget.attrs |= {"maxlength": "40"}


def _app_or_recovery_code(form: forms.Form) -> None:
    field = form.fields["code"]
    field.label = _("Code from the app, or a recovery code")
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"inputmode": "numeric", "maxlength": "12", "class": "code-input"}
    field.error_messages["required"] = _("Please enter the code that the app shows.")
