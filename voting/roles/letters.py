"""The mail that brings somebody an invitation to a role."""

from datetime import timedelta
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from voting.roles.models import Invitation


def send_invitation(invitation: Invitation, address: str) -> None:
    """Send a link to where its invitation goes. address: of the link."""
    days = round((invitation.expires_at - invitation.created_at) / timedelta(days=1))
    words: dict[str, Any] = {"invitation": invitation, "address": address, "days": days}
    send_mail(
        _("You are invited to Welfare Star"),
        render_to_string("roles/email/invitation.txt", words), None, [invitation.email],
    )  # fmt: skip
