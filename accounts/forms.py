"""The forms of the account pages: allauth's, with our words and without what we do not ask."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth_forms
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.core.exceptions import RateLimited
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from accounts.addresses import is_phone_like, phone_number
from accounts.services import ask_again, begin_account, give_up_account
from accounts.sms.senders import SmsFailed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Lazy


class CodeRequestForm(allauth_forms.LoginForm):
    """Asks for nothing but a phone number or an address; the code goes there.

    Whoever has no account gets one with the same code: signing up is no other thing to do.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address_or_phone(self)

    def clean_login(self) -> str:
        """Return an address in lower case, or a number in E.164."""
        return one_spelling(self.cleaned_data["login"])

    def clean(self) -> dict[str, Any]:
        """Have the code prove the address too, where allauth does not know it yet.

        Whoever was made in the admin would otherwise be asked for a second code.
        """
        cleaned: dict[str, Any] = super().clean()  # type: ignore[no-untyped-call]
        if self.user is not None:
            sync_user_email_address(self.user)
        return cleaned

    def _login_by_code(
        self, request: HttpRequest, redirect_url: str | None, credentials: dict[str, str]
    ) -> HttpResponseBase:
        """Send the code, to an account that begins with it if there is none."""
        begun = None
        if self.user is None or not ask_again(self.user):
            begun = self.user = begin_account(
                email=credentials.get("email", ""), phone=credentials.get("phone", "")
            )
        try:
            response: HttpResponseBase = super()._login_by_code(request, redirect_url, credentials)
        except (RateLimited, SmsFailed):
            if begun is not None:
                give_up_account(begun)
            raise
        return response


class PasswordLoginForm(allauth_forms.LoginForm):
    """For staff who have a password, as when mail does not work."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_address_or_phone(self)
        _rename(self, "password", _("Password"))

    def clean_login(self) -> str:
        """Return an address in lower case, or a number in E.164."""
        return one_spelling(self.cleaned_data["login"])

    def _setup_password_field(self) -> None:
        """Keep the field, which sign-in by code alone would drop."""


class LoginCodeForm(allauth_forms.ConfirmLoginCodeForm):
    """Takes the code that was sent for signing in."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask_for_code(self)


class EmailCodeForm(allauth_forms.ConfirmEmailVerificationCodeForm):
    """Takes the code that proves an address."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask_for_code(self)


class PhoneCodeForm(allauth_forms.VerifyPhoneForm):
    """Takes the code that proves a phone number."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        ask_for_code(self)


class NewPhoneForm(allauth_forms.ChangePhoneForm):
    """Takes the number that shall replace the present one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        hint = _("A code is sent to it; until it is entered, nothing changes.")
        _rename(self, "phone", _("New mobile number"), hint)


class NewAddressForm(allauth_forms.AddEmailForm):
    """Takes the address that shall replace the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = _("A code is sent there; until then, nothing changes.")
        _rename(self, "email", _("New e-mail address"), hint)
        field = self.fields["email"]
        field.widget.attrs |= {
            "autocomplete": "email", "inputmode": "email", "spellcheck": "false",
        }  # fmt: skip
        field.error_messages |= {
            "required": _("Please enter your e-mail address."),
            "invalid": _("This is not a complete e-mail address, such as name@example.org."),
        }


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


class ErasureForm(forms.Form):
    """Asks whether somebody means it."""

    sure = forms.BooleanField(
        label=_("Yes, erase my account. I know that this cannot be undone."),
        error_messages={"required": _("Please tick the box if you mean it.")},
    )


def one_spelling(text: str) -> str:
    """Return an address in lower case or a number in E.164. Raises ValidationError.

    A text that looks like a number is judged as one, so that the complaint fits what was meant.
    """
    typed = text.strip()
    if settings.PHONE_SIGN_IN and is_phone_like(typed):
        number = phone_number(typed)
        if number is None:
            raise ValidationError(
                _("This is not a mobile number that can get text messages from here.")
            )
        return number
    try:
        validate_email(typed)
    except ValidationError as error:
        complaint = (
            _("Please enter a phone number, or an address such as name@example.org.")
            if settings.PHONE_SIGN_IN
            else _("This is not a complete e-mail address, such as name@example.org.")
        )
        raise ValidationError(complaint) from error
    return typed.lower()


def _ask_for_address_or_phone(form: forms.Form) -> None:
    field = form.fields["login"]
    field.widget.attrs |= {"autocomplete": "username", "spellcheck": "false"}
    field.widget.attrs["autocapitalize"] = "none"
    if settings.PHONE_SIGN_IN:
        _rename(form, "login", _("Phone number or e-mail address"))
        field.error_messages["required"] = _("Please enter a phone number or an e-mail address.")
        return
    _rename(form, "login", _("E-mail address"))
    field.widget.attrs |= {"autocomplete": "email", "inputmode": "email"}
    field.error_messages |= {
        "required": _("Please enter your e-mail address."),
        "invalid": _("This is not a complete e-mail address, such as name@example.org."),
    }


def ask_for_code(form: forms.Form) -> None:
    """Make a form's field for a code one that phones fill in by themselves."""
    _rename(form, "code", _("6-digit code"))
    form.fields["code"].widget.attrs |= {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "pattern": "[0-9 ]*",
        "maxlength": "8",  # blanks may come along when it is copied
        "class": "code-input",
        "autofocus": True,
    }
    form.fields["code"].error_messages["required"] = _("Please enter the code.")


def _rename(form: forms.Form, name: str, label: "str | Lazy", hint: "str | Lazy" = "") -> None:
    """Replace allauth's label and hint, and drop the placeholder that repeats the label."""
    field = form.fields[name]
    field.label = label
    field.help_text = hint
    field.widget.attrs.pop("placeholder", None)
