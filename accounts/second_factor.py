"""The second factor, which every staff role needs before anything sensitive."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from allauth.account.internal.flows.login import (
    get_authentication_records,
    record_authentication,
)
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.admin import AdminSite
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_SAFE = {"GET", "HEAD", "OPTIONS"}
# Pages of the admin that one must always reach.
_FREE_IN_ADMIN = {"login", "logout", "jsi18n"}


def missing(request: HttpRequest) -> HttpResponseBase | None:
    """Return the way to the second factor if this session has not shown one; else None.

    Reading needs one shown at any time in this session; changing something needs one shown in
    the last ``SECOND_FACTOR_SECONDS``. What was being sent is kept and goes on afterwards, unless
    files were with it.
    """
    user = request.user
    if not settings.STAFF_SECOND_FACTOR or not isinstance(user, User):
        return None
    shown_at = last_shown(request)
    if shown_at is not None:
        recent = time.time() - shown_at < settings.SECOND_FACTOR_SECONDS
        if recent or request.method in _SAFE:
            return None
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if not kinds.intersection(KINDS):
        here = request.get_full_path() if request.method in _SAFE else request.path
        return HttpResponseRedirect(f"{reverse('second_factor')}?{urlencode({'next': here})}")
    by_app = Authenticator.Type.TOTP in kinds
    page = "mfa_reauthenticate" if by_app else "mfa_reauthenticate_webauthn"
    return suspend_request(request, reverse(page))


def last_shown(request: HttpRequest) -> float | None:
    """Return when this session last showed a second factor (Unix seconds), or None."""
    user = request.user
    if not isinstance(user, User):
        return None
    times = [
        float(record["at"])
        for record in get_authentication_records(request, user)
        if record.get("method") == "mfa"
    ]
    return max(times, default=None)


def last_proof(request: HttpRequest) -> float | None:
    """Return when this session last proved who it is, by whatever means (Unix seconds)."""
    user = request.user
    if not isinstance(user, User):
        return None
    times = [float(record["at"]) for record in get_authentication_records(request, user)]
    return max(times, default=None)


def can_prove_again(user: User) -> bool:
    """Return whether somebody can show that it is them without signing in anew."""
    by_password = user.is_staff and user.has_usable_password()
    return by_password or Authenticator.objects.filter(user=user).exists()


def guard_admin(site: AdminSite) -> None:
    """Ask for the second factor before every page of an admin site, for those it lets in."""
    plain = site.admin_view

    def admin_view(view: Any, cacheable: bool = False) -> Callable[..., Any]:  # noqa: FBT001, FBT002 -- Django's signature
        inner = plain(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            match = request.resolver_match
            free = match is not None and match.url_name in _FREE_IN_ADMIN
            wanted = None if free or not site.has_permission(request) else missing(request)
            return wanted or inner(request, *args, **kwargs)

        return guarded

    site.admin_view = admin_view  # type: ignore[method-assign, assignment]


def count_as_shown(request: HttpRequest, authenticator: Authenticator, **_facts: Any) -> None:
    """Note that whoever has just set up a second factor has shown it (allauth's signal).

    Otherwise setting it up would be followed at once by being asked for it.
    """
    if authenticator.type in KINDS:
        user = authenticator.user
        details = {"id": authenticator.pk, "type": authenticator.type}
        record_authentication(request, user, "mfa", reauthenticated=True, **details)


def note_new_codes(
    request: HttpRequest, authenticator: Authenticator, signal: Signal, **_facts: Any
) -> None:
    """Note that there are other recovery codes now, so that their page says why it is shown."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        is_first = signal is authenticator_added
        request.session["recovery_codes_news"] = "first" if is_first else "again"


class MfaAdapter(DefaultMFAAdapter):
    """Second factors: seeds encrypted under a key outside the database, words of ours."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Please take the one that is shown now."),
        "incorrect_passkey": _("This passkey was not accepted. Please try again."),
        "unverified_email": _("Please confirm your e-mail address first."),
        "cannot_generate_recovery_codes": _("Please set up an app or a passkey first."),
    }

    def encrypt(self, text: str) -> str:
        """Return what is stored in the database for a secret."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raises cryptography's InvalidToken when the key is another one."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code by the library that draws all of them."""
        picture = BytesIO()
        segno.make(url, error="m", micro=False).save(
            picture, kind="svg", border=2, dark="#14252b", light="#ffffff",
            svgclass=None, lineclass=None, omitsize=True,
        )  # fmt: skip
        return picture.getvalue().decode()

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002 -- allauth's
        """Suggest a name for a passkey."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        name = gettext("Passkey")
        return f"{name} {count + 1}" if count else name


def _cipher() -> Fernet:
    return Fernet(urlsafe_b64encode(settings.SECOND_FACTOR_KEY[:32]))
