"""Where django-allauth asks this project: words, addresses, where to go, what to send."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import RateLimited
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import handover
from accounts.addresses import mailbox_of
from accounts.budgets import Limit, spend
from accounts.fields import PhoneField
from accounts.models import User
from accounts.sms.senders import TextMessage
from accounts.sms.services import send_text
from accounts.trust import tell

SENT = {
    "account/messages/login_code_sent.txt",
    "account/messages/email_confirmation_sent.txt",
    "account/messages/phone_verification_sent.txt",
}
# Mails that anybody can have sent to anybody, without proving anything.
ASKED_FOR = {
    "account/email/login_code",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/unknown_account",
    "account/email/account_already_exists",
}
# How many of them in how many seconds.
FOR_ONE_MAILBOX: tuple[Limit, ...] = ((3, 60), (20, 24 * 3600))
FOR_ALL: tuple[Limit, ...] = ((60, 60),)

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by a code sent by e-mail or to a phone; staff may also have a password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The address or the password is not right."),
        "phone_password_mismatch": _("The number or the password is not right."),
        "username_password_mismatch": _("The address or the password is not right."),
        "email_taken": _("This address belongs to another account."),
        "phone_taken": _("This number belongs to another account."),
        "same_as_current": _("This is your number already."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Please compare it with the message."),
        "incorrect_password": _("The password is not right."),
        "invalid_login": _("Please enter a phone number or an e-mail address."),
        "rate_limited": _("A code was sent a moment ago. Please wait a little for the next one."),
        "too_many_login_attempts": _(
            "There were too many attempts for this address. Please try again later."
        ),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that config.middleware found, the same as for ballots."""
        address = getattr(request, "client_address", None) or request.META.get("REMOTE_ADDR")
        return str(address or "0.0.0.0")  # noqa: S104 -- a unix socket has no address; not bound to

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Send staff to the console, everybody else to the seasons."""
        if request.user.is_authenticated and request.user.is_staff:
            return reverse("console:home")
        return super().get_login_redirect_url(request)

    def is_safe_url(self, url: str) -> bool:
        """Return whether one may be sent there; never to what is no address, such as http://[."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def get_login_stages(self) -> list[str]:
        """Ask for no second proof of what the code has proved.

        An address or number that somebody else wrote into an account (the admin does) must not
        keep its owner out who signs in another way.
        """
        ours = {
            "allauth.account.stages.EmailVerificationStage": "accounts.stages.ProveUsedAddress",
            "allauth.account.stages.PhoneVerificationStage": None,
        }
        stages = [ours.get(stage, stage) for stage in super().get_login_stages()]
        return [stage for stage in stages if stage]

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in; an account that was begun with a first code is its owner's from now on."""
        super().login(request, user)
        if isinstance(user, User) and user.asked_at:
            user.asked_at = None
            user.save(update_fields=["asked_at"])

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **facts: Any
    ) -> HttpResponse:
        """Go on, in a browser that has forgotten who used it before."""
        response: HttpResponse = super().post_login(request, user, **facts)
        handover.finish(request, response)
        return response

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Let nobody but staff in by a password, and treat it like a wrong one in every way.

        A password may have been given elsewhere, or outlive the right to the administration.
        """
        user = super().authenticate(request, **credentials)
        if isinstance(user, User) and not user.is_staff:
            self.pre_authenticate(request, **credentials)  # counted, as a wrong one is
            if user.is_active and credentials.get("email"):
                # The first backend, which knows addresses alone, was content, and the second has
                # hashed nothing; it would have.
                User().set_password(credentials.get("password"))
            return None
        return user

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """Name the ways to show once more that it is the same person, in our words."""
        words = {
            "reauthenticate": gettext("Use the password"),
            "mfa_reauthenticate": gettext("Use a code from the app, or a recovery code"),
            "mfa_reauthenticate:webauthn": gettext("Use the passkey"),
        }
        return [
            way | {"description": words[way["id"]]}
            for way in super().get_reauthentication_methods(user)
        ]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say that a code was sent only when it is a further one; the page itself says the rest."""
        if message_template in SENT and request.POST.get("action") != "resend":
            return
        super().add_message(request, level, message_template, message_context, extra_tags, message)

    # --- e-mail ----------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send without the address and browser that allauth adds: they are not passed on.

        Raises RateLimited when the mailbox, or the whole site, has had its share; TooManyRequests
        makes a page of it, the same for addresses with an account and without.
        """
        if template_prefix in ASKED_FOR and not self._may_send(email):
            return
        kept = {key: value for key, value in context.items() if key not in {"ip", "user_agent"}}
        super().send_mail(template_prefix, email, kept)

    def _may_send(self, email: str) -> bool:
        """Count a mail that anybody can ask for; return False for a further one too many.

        Further mails are counted apart and left out in silence: allauth sends them to addresses
        with an account alone, so that counting or refusing them openly would tell which those are.
        """
        request = self.request
        further = request is not None and request.POST.get("action") == "resend"
        kind = "further" if further else "first"
        if spend(f"mail-{kind}", mailbox_of(email), FOR_ONE_MAILBOX) and spend(
            f"mail-{kind}", "all", FOR_ALL
        ):
            return True
        log.warning("a sign-in mail is left out: too many", kind=kind)
        if further:
            return False
        raise RateLimited

    # --- phone -----------------------------------------------------------------------------------

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        """Return the field for a number."""
        return PhoneField(required=bool(kwargs.get("required", True)))

    def get_phone(self, user: AbstractBaseUser) -> tuple[str, bool] | None:
        """Return a person's number and whether it is confirmed."""
        return (user.phone, user.phone_verified) if isinstance(user, User) and user.phone else None

    def set_phone(self, user: AbstractBaseUser, phone: str, verified: bool) -> None:  # noqa: FBT001 -- allauth's signature
        """Give a person a number."""
        User.objects.filter(pk=user.pk).update(phone=phone or None, phone_verified=verified)
        if isinstance(user, User):
            user.phone, user.phone_verified = phone, verified

    def set_phone_verified(self, user: AbstractBaseUser, phone: str) -> None:
        """Note that a person has confirmed a number, which is theirs from now on."""
        is_another = isinstance(user, User) and user.phone != phone
        self.set_phone(user, phone, verified=True)
        if is_another and isinstance(user, User):
            tell(user, "phone")

    def get_user_by_phone(self, phone: str) -> User | None:
        """Return whose number it is."""
        return User.objects.filter(phone=phone).first()

    def send_verification_code_sms(
        self, user: AbstractBaseUser, phone: str, code: str, **kwargs: Any
    ) -> None:
        """Send a code. Raises RateLimited, SmsFailed."""
        minutes = settings.ACCOUNT_PHONE_VERIFICATION_TIMEOUT // 60
        text = gettext(
            "%(code)s is your code for Welfare Star. It is good for %(minutes)s minutes. "
            "Tell it to nobody."
        ) % {"code": code, "minutes": minutes}
        send_text(TextMessage(phone, text, code, minutes))

    def send_unknown_account_sms(self, phone: str, **kwargs: Any) -> None:
        """Tell a number whose account is closed; for any other, an account is begun."""
        send_text(TextMessage(phone, gettext("This number's account for Welfare Star is closed.")))

    def send_account_already_exists_sms(self, phone: str) -> None:
        """Tell a number's owner that somebody wanted it for another account."""
        text = gettext(
            "Somebody, probably you, wanted to use this number for another account of Welfare "
            "Star. It belongs to one already; nothing has changed."
        )
        send_text(TextMessage(phone, text))
