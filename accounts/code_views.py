"""Entering a code, and signing in by passkey: allauth's pages with what phones need."""

import time
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.internal.decorators import login_stage_required
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStage
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.webauthn import views as webauthn_views
from allauth.mfa.webauthn.internal import flows as webauthn_flows
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic.edit import FormView


class CodeProcess(LoginCodeVerificationProcess):
    """A code on its way: one for a phone lives shorter, and may be mistyped more often.

    A further text message brings a code with a life of its own.
    """

    def __init__(self, stage: LoginStage) -> None:
        super().__init__(stage)
        if self.state.get("phone"):
            self.timeout = settings.ACCOUNT_PHONE_VERIFICATION_TIMEOUT
            self.max_attempts = settings.ACCOUNT_PHONE_VERIFICATION_MAX_ATTEMPTS

    def resend(self) -> None:
        """Send another code. Raises RateLimited; the code before then goes on."""
        super().resend()
        if self.state.get("phone"):
            self.state["at"] = time.time()
            self.persist()


@method_decorator(
    login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"),
    name="dispatch",
)
class CodeView(allauth_views.ConfirmLoginCodeView):
    """Takes the code that was sent for signing in."""

    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the code that is on its way; without one, begin anew."""
        self.stage = request._login_stage  # type: ignore[attr-defined]  # noqa: SLF001 -- allauth's way of handing it over
        self._process = CodeProcess(self.stage).abort_if_invalid()  # type: ignore[no-untyped-call]
        if not self._process:
            return HttpResponseRedirect(reverse("account_login"))
        return FormView.dispatch(self, request, *args, **kwargs)


class PasskeyLoginView(webauthn_views.LoginWebAuthnView):
    """Signs in by passkey, and leads on to where somebody wanted to go."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Sign in."""
        authenticator = form.cleaned_data["credential"]
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        response: HttpResponse = webauthn_flows.perform_passwordless_login(
            self.request, authenticator, login
        )
        return response


enter_code = CodeView.as_view()
passkey_login = PasskeyLoginView.as_view()
