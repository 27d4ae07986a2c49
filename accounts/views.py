"""Signing in with a password, staff's own password, and the mailbox of a site without mail."""

from collections.abc import Callable
from functools import wraps

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.forms import PasswordLoginForm
from accounts.mail import stored_mail, stored_mails
from accounts.mailbox_access import (
    asks_from_here,
    is_key,
    may_read_mailbox,
    remember_key,
)

View = Callable[..., HttpResponseBase]


class PasswordLoginView(allauth_views.LoginView):
    """For staff who have a password; people who vote never see it."""

    template_name = "account/login_password.html"

    def get_form_class(self) -> type[PasswordLoginForm]:
        """Return the form with a password in it."""
        return PasswordLoginForm


password_login = PasswordLoginView.as_view()


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
