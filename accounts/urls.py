"""Account pages: allauth's, less the ways in that this site does not have."""

from allauth.account import views as allauth_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as webauthn_views
from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from accounts import code_views, views
from accounts.weixin import views as weixin_views

_gone = RedirectView.as_view(url=None)  # 410
_to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

_own = [
    path("", views.home, name="account_home"),
    path("logout/", views.sign_out, name="account_logout"),
    path("login/password/", views.password_login, name="account_login_password"),
    # Asking for a code is what the sign-in page does, and signing up is no other thing.
    path("login/code/", _to_sign_in, name="account_request_login_code"),
    path("signup/", _to_sign_in, name="account_signup"),
    path("login/code/confirm/", code_views.enter_code, name="account_confirm_login_code"),
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
        views.staff_only(views.proved(allauth_views.password_set)),
        name="account_set_password",
    ),
    path("email/", views.proved(allauth_views.email), name="account_email"),
    path("phone/change/", views.proved(allauth_views.change_phone), name="account_change_phone"),
    # Not ``proved``: here people come to who are asked for a second factor and have none.
    path("2fa/totp/activate/", views.fresh(totp_views.activate_totp), name="mfa_activate_totp"),
    path("2fa/webauthn/add/", views.fresh(webauthn_views.add_webauthn), name="mfa_add_webauthn"),
    path("second-factor/", views.second_factor_start, name="second_factor"),
    path("sessions/everywhere/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("data/", views.data, name="account_data"),
    path("data/export/", views.data_export, name="account_data_export"),
    path("data/erase/", views.erase, name="account_erase"),
    path("2fa/recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/webauthn/login/", code_views.passkey_login, name="mfa_login_webauthn"),
    path(
        "weixin/login/",
        views.proved_to_connect(weixin_views.in_app_login),
        name="weixin_login",
    ),
    path("weixin/login/callback/", weixin_views.in_app_callback, name="weixin_callback"),
    path(
        "weixin-web/login/",
        views.proved_to_connect(weixin_views.qr_code_login),
        name="weixin_web_login",
    ),
    path("weixin-web/login/callback/", weixin_views.qr_code_callback, name="weixin_web_callback"),
]
if not settings.PHONE_SIGN_IN:  # nothing could be sent to a number
    _own = [path("phone/change/", _gone), path("phone/verify/", _gone), *_own]

urlpatterns = [
    path(
        "accounts/",
        include(
            [
                *_own,
                path("2fa/", include("allauth.mfa.urls")),
                path("sessions/", include("allauth.usersessions.urls")),
                path("wechat/", include("allauth.socialaccount.urls")),
                path("", include("allauth.account.urls")),
            ]
        ),
    ),
    path("dev/mailbox/", views.mailbox, name="mailbox"),
    path("dev/mailbox/<str:name>/", views.mailbox_mail, name="mailbox_mail"),
]
