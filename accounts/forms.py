"""The forms of the account pages: allauth's, with our words and without what we do not ask."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from allauth.account.internal.flows.manage_email import sync_user_email_address
from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy


class CodeRequestForm(allauth_forms.LoginForm):
    """Asks for nothing but an address; the code goes there."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address(self, "login")

    def clean(self) -> dict[str, Any]:
        """Have the code prove the address too, where allauth does not know it yet.

        Whoever was made in the admin would otherwise be asked for a second code.
        """
        cleaned: dict[str, Any] = super().clean()  # type: ignore[no-untyped-call]
        if self.user is not None:
            sync_user_email_address(self.user)
        return cleaned


class PasswordLoginForm(allauth_forms.LoginForm):
    """For staff who have a password, as when mail does not work."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address(self, "login")
        _rename(self, "password", _("Password"))

    def _setup_password_field(self) -> None:
        """Keep the field, which sign-in by code alone would drop."""


class SignUpForm(allauth_forms.SignupForm):
    """Asks for nothing but an address."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address(self, "email", _("It is used for codes, and shown to nobody."))


class LoginCodeForm(allauth_forms.ConfirmLoginCodeForm):
    """Takes the code that was sent for signing in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class EmailCodeForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    """Takes the code that proves an address."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self)


class NewAddressForm(allauth_forms.AddEmailForm):
    """Takes the address that shall replace the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address(self, "email", _("A code is sent there; until then, nothing changes."))
        self.fields["email"].label = _("New e-mail address")


class PasswordChangeForm(allauth_forms.ChangePasswordForm):
    """Changes a password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _rename(self, "oldpassword", _("Current password"))
        _rename(self, "password1", _("New password"), _("At least 12 characters."))
        _rename(self, "password2", _("New password again"))


class PasswordSetForm(allauth_forms.SetPasswordForm):
    """Sets the first password."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _rename(self, "password1", _("New password"), _("At least 12 characters."))
        _rename(self, "password2", _("New password again"))


class PasswordConfirmForm(allauth_forms.ReauthenticateForm):
    """Asks for the password once more before something that matters."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _rename(self, "password", _("Password"))


def _ask_for_address(form: forms.Form, name: str, hint: "str | Lazy" = "") -> None:
    _rename(form, name, _("E-mail address"), hint)
    attributes = {"autocomplete": "email", "inputmode": "email", "spellcheck": "false"}
    form.fields[name].widget.attrs |= attributes
    form.fields[name].error_messages |= {
        "required": _("Please enter your e-mail address."),
        "invalid": _("This is not a complete e-mail address, such as name@example.org."),
    }


def _ask_for_code(form: forms.Form) -> None:
    _rename(form, "code", _("6-digit code"))
    form.fields["code"].widget.attrs |= {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "pattern": "[0-9 ]*",
        "maxlength": "8",  # blanks may come along when it is copied
        "class": "code-input",
        "autofocus": True,
    }
    form.fields["code"].error_messages["required"] = _("Please enter the code from the mail.")


def _rename(form: forms.Form, name: str, label: "str | Lazy", hint: "str | Lazy" = "") -> None:
    """Replace allauth's label and hint, and drop the placeholder that repeats the label."""
    field = form.fields[name]
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)
