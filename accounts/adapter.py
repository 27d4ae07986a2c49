"""Where django-allauth asks this project: words, addresses, where to go."""

import hashlib
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import RateLimited
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

SENT = {
    "account/messages/login_code_sent.txt",
    "account/messages/email_confirmation_sent.txt",
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
FOR_ONE_MAILBOX = ((3, 60), (20, 24 * 3600))
FOR_ALL = ((60, 60),)

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by a code sent by e-mail; staff may also have a password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("The address or the password is not right."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This code is not right. Please compare it with the mail."),
        "incorrect_password": _("The password is not right."),
        "invalid_login": _("Please enter an e-mail address."),
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
        """Send staff to the admin, everybody else to the seasons."""
        if request.user.is_authenticated and request.user.is_staff:
            return reverse("admin:index")
        return super().get_login_redirect_url(request)

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        """Offer the password alone, and only to those who have one."""
        if isinstance(user, AbstractBaseUser) and not user.has_usable_password():
            return []
        return super().get_reauthentication_methods(user)

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
        mailbox = hashlib.sha256(_untagged(email).encode()).hexdigest()
        if all(_counts(f"{kind}:{mailbox}", *limit) for limit in FOR_ONE_MAILBOX) and all(
            _counts(f"{kind}:all", *limit) for limit in FOR_ALL
        ):
            return True
        log.warning("a sign-in mail is left out: too many", kind=kind)
        if further:
            return False
        raise RateLimited


def _untagged(email: str) -> str:
    """Return the mailbox: name+anything@host is the same one as name@host."""
    name, at, host = email.strip().lower().rpartition("@")
    return name.partition("+")[0] + at + host


def _counts(name: str, most: int, seconds: int) -> bool:
    """Count one more; return whether it is within the limit."""
    key = f"sign-in-mail:{seconds}:{name}"
    cache.add(key, 0, timeout=seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # it ran out in between
        return True
