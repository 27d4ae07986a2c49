"""The forms of the pages about second factors: allauth's, with our words."""

from allauth.mfa.base import forms as base_forms
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
        name.max_length = 40
        name.widget.attrs |= {"maxlength": "40"}
        # Not asked: it is read by the script, and always on.
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].widget = forms.CheckboxInput(attrs={"hidden": True})


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
