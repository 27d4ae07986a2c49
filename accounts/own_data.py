"""What accounts themselves know of a person."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
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
    _forget_in_admin_log(user)
    for model in (Authenticator, EmailAddress, SocialAccount):
        model.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()


def _forget_in_admin_log(user: User) -> None:
    """Take the person out of what the admin wrote down: it names rows by the address in them."""
    used = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    people = Q(content_type=ContentType.objects.get_for_model(User))
    LogEntry.objects.filter(people, object_id=str(user.pk)).update(object_repr=f"#{user.pk}")
    for address in filter(None, {user.email, user.phone, *used}):
        # Not an address that only ends like this one: n@example.org is part of ann@example.org.
        whole = re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w.-])", re.IGNORECASE)
        rows = LogEntry.objects.filter(object_repr__icontains=address).exclude(people)
        named = [row.pk for row in rows if whole.search(row.object_repr)]
        LogEntry.objects.filter(pk__in=named).update(object_repr="")
