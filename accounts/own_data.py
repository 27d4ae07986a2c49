"""What accounts themselves know of a person."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.models import User


def register_all() -> None:
    """Register every part, when the program starts."""
    personal_data.register("account", exporter=account, eraser=erase, hindrance=staff)
    personal_data.register("sessions", exporter=sessions)
    personal_data.register("second_factor", exporter=second_factor)


def account(user: User) -> dict[str, Any]:
    """Return who a person is to the site."""
    return {
        "name": user.name,
        "email": user.email,
        "email_addresses": [
            {"email": one.email, "confirmed": one.verified}
            for one in EmailAddress.objects.filter(user=user).order_by("pk")
        ],
        "phone": user.phone,
        "phone_confirmed": user.phone_verified,
        "wechat": [
            {"id": one.uid, "joined": one.date_joined.isoformat()}
            for one in SocialAccount.objects.filter(user=user).order_by("pk")
        ],
        "has_password": user.has_usable_password(),
        "joined": user.date_joined.isoformat(),
        "last_signed_in": user.last_login.isoformat() if user.last_login else None,
    }


def sessions(user: User) -> list[dict[str, Any]]:
    """Return where a person is signed in."""
    return [
        {"since": one.created_at.isoformat(), "network": one.ip, "browser": one.user_agent}
        for one in UserSession.objects.filter(user=user).order_by("pk")
    ]


def second_factor(user: User) -> list[dict[str, Any]]:
    """Return which second factors a person has; their secrets stay where they are."""
    return [
        {
            "kind": one.type,
            "name": one.data.get("name", ""),
            "since": one.created_at.isoformat(),
            "last_used": one.last_used_at.isoformat() if one.last_used_at else None,
        }
        for one in Authenticator.objects.filter(user=user).order_by("pk")
    ]


def staff(user: User) -> str:
    """Return why somebody who looks after the site cannot simply go."""
    if user.is_staff or user.is_superuser:
        return _(
            "Your account may enter the administration. Please have somebody else take that "
            "right away first, so that the site is never without anybody."
        )
    return ""


def erase(user: User) -> None:
    """Remove every way in and everything that names the person."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    for model in (Authenticator, EmailAddress, SocialAccount):
        model.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
