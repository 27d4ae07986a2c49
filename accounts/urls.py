"""Account pages: allauth's, less the ways in that this site does not have."""

from allauth.account import views as allauth_views
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import views

_gone = RedirectView.as_view(url=None)  # 410
_to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path(
        "accounts/",
        include(
            [
                path("login/password/", views.password_login, name="account_login_password"),
                # Asking for a code is what the sign-in page does.
                path("login/code/", _to_sign_in, name="account_request_login_code"),
                # Who has forgotten a password signs in by code and sets a new one; the name is
                # needed by the mail to somebody who has an account already.
                path("password/reset/", _to_sign_in, name="account_reset_password"),
                path("password/reset/<path:rest>", _gone),
                path(
                    "password/change/",
                    views.staff_only(allauth_views.password_change),
                    name="account_change_password",
                ),
                path(
                    "password/set/",
                    views.staff_only(allauth_views.password_set),
                    name="account_set_password",
                ),
                path("", include("allauth.account.urls")),
            ]
        ),
    ),
    path("dev/mailbox/", views.mailbox, name="mailbox"),
    path("dev/mailbox/<str:name>/", views.mailbox_mail, name="mailbox_mail"),
]
