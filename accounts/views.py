"""One's own account: the ways in, sessions, own data, and the mailbox of a site without mail."""

import json
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import handover, personal_data, second_factor
from accounts.forms import ErasureForm, PasswordLoginForm
from accounts.mail import stored_mail, stored_mails
from accounts.mailbox_access import (
    asks_from_here,
    is_key,
    may_read_mailbox,
    remember_key,
)
from accounts.models import User
from accounts.services import NotErasable, erase_account
from accounts.trust import is_trusted

# How fresh the proof of who somebody is must be for what cannot be undone.
FRESH_SECONDS = 15 * 60
View = Callable[..., HttpResponseBase]


class PasswordLoginView(allauth_views.LoginView):
    """For staff who have a password; people who vote never see it."""

    template_name = "account/login_password.html"

    def get_form_class(self) -> type[PasswordLoginForm]:
        """Return the form with a password in it."""
        return PasswordLoginForm


password_login = PasswordLoginView.as_view()


class SignOutView(allauth_views.LogoutView):
    """Signs out, and takes from the browser what made it somebody's."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out."""
        response: HttpResponse = super().post(*args, **kwargs)
        handover.finish(self.request, response)
        return response


sign_out = SignOutView.as_view()


def person_of(request: HttpRequest) -> User:
    """Return who is signed in; the pages that ask have made sure that somebody is."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


@never_cache
@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show one's account, with a way to each part of it."""
    user = person_of(request)
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "sessions": UserSession.objects.filter(user=user).count(),
        "has_app": Authenticator.Type.TOTP in kinds,
        "passkeys": kinds.count(Authenticator.Type.WEBAUTHN),
        "wechat": SocialAccount.objects.filter(user=user).exists(),
    }
    return render(request, "account/home.html", context)


@never_cache
@login_required
@require_GET
def second_factor_start(request: HttpRequest) -> HttpResponse:
    """Explain why a second factor is needed and offer two; afterwards it goes on to ``next``."""
    wanted = get_next_redirect_url(request)
    if wanted:
        request.session["second_factor_next"] = wanted
    return render(request, "mfa/start.html", {"host_is_number": _is_number(request)})


class RecoveryCodesView(ViewRecoveryCodesView):
    """Shows the recovery codes, and says why."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what is new about them: "first", "again", or "" when they are only looked at."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"news": self.request.session.pop("recovery_codes_news", "")}


recovery_codes = RecoveryCodesView.as_view()


def _is_number(request: HttpRequest) -> bool:
    """Return whether the site is called by number; browsers bind passkeys to names only."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return host.replace(".", "").isdigit() or host.startswith("[")


@never_cache
@login_required
@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every session of one's own, this one too."""
    end_sessions(request, list(UserSession.objects.filter(user=person_of(request))))
    logout(request)
    response = redirect("account_login")
    handover.finish(request, response)
    return response


@never_cache
@login_required
def data(request: HttpRequest) -> HttpResponse:
    """Say what is kept of one, to be taken along or erased."""
    user = person_of(request)
    context = {"hindrances": personal_data.hindrances(user)}
    return render(request, "account/data.html", context)


@never_cache
@login_required
@require_POST
def data_export(request: HttpRequest) -> HttpResponseBase:
    """Give what is kept of one as a JSON file."""
    if not _is_fresh(request):
        return _prove_again(request, reverse("account_data"))
    user = person_of(request)
    content = {"made": timezone.now(), "site": request.get_host(), **personal_data.export(user)}
    text = json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@never_cache
@login_required
def erase(request: HttpRequest) -> HttpResponseBase:
    """Erase one's account, after a fresh proof and a tick that says it is meant."""
    user = person_of(request)
    if not _is_fresh(request):
        return _prove_again(request, reverse("account_erase"))
    form = ErasureForm(request.POST or None)
    reasons = personal_data.hindrances(user)
    if request.method == "POST" and form.is_valid():
        try:
            erase_account(user_id=user.pk)
        except NotErasable as refusal:
            reasons = refusal.reasons
        else:
            logout(request)
            response = render(request, "account/erased.html")
            handover.finish(request, response)
            return response
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "hindrances": reasons}
    return render(request, "account/erase.html", context, status=status)


def _is_fresh(request: HttpRequest) -> bool:
    proved_at = second_factor.last_proof(request)
    return proved_at is not None and time.time() - proved_at < FRESH_SECONDS


def _prove_again(request: HttpRequest, back: str) -> HttpResponseBase:
    """Lead to a fresh proof: password or second factor, for others a new code."""
    if second_factor.can_prove_again(person_of(request)):
        return suspend_request(request, reverse("account_reauthenticate"))
    return render(request, "account/sign_in_again.html", {"back": back})


def fresh(view: View) -> View:
    """Ask for a fresh proof before a page that gives an account another way in.

    Otherwise whoever comes upon an open browser could make the account their own for good.
    """

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        if not _is_fresh(request):
            return _prove_again(request, request.get_full_path())
        return view(request, *args, **names)

    return guarded


def proved(view: View) -> View:
    """Ask besides for the second factor those whose account opens more than what is theirs."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        user = person_of(request)
        refusal = second_factor.missing(request) if is_trusted(user) else None
        return refusal or fresh(view)(request, *args, **names)

    return guarded


def proved_to_connect(view: View) -> View:
    """Ask for all this where signing in elsewhere adds that way to the account here."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **names: Any) -> HttpResponseBase:
        wanted = request.POST.get("process") or request.GET.get("process")  # as allauth reads it
        connects = request.user.is_authenticated and wanted == "connect"
        return (proved(view) if connects else view)(request, *args, **names)

    return guarded


def staff_only(view: View) -> View:
    """Let nobody but staff have a password: one secret less to be stolen for everybody else."""

    @login_required
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if not (request.user.is_authenticated and request.user.is_staff):
            raise PermissionDenied
        return view(request)

    return guarded


def owner_only(view: View) -> View:
    """Raise Http404 for everybody without the key: for them there is no such page.

    The key comes in the address once, from the terminal, and does not stay there.
    """

    @wraps(view)
    def guarded(request: HttpRequest, **names: str) -> HttpResponseBase:
        given = request.GET.get("key")
        if given is not None and asks_from_here(request) and is_key(given):
            response = HttpResponseRedirect(request.path)
            remember_key(response)
            return response
        if given is not None or not may_read_mailbox(request):
            raise Http404
        return view(request, **names)

    return guarded


@never_cache
@require_GET
@owner_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """List the mails that a site without a mail server has kept."""
    return render(request, "accounts/mailbox.html", {"mails": list(stored_mails())})


@never_cache
@require_GET
@owner_only
def mailbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of them."""
    mail = stored_mail(name)
    if mail is None:
        raise Http404
    return render(request, "accounts/mailbox_mail.html", {"mail": mail})
