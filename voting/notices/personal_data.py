"""What an account has left in objections: to hand out to the person, and to erase."""

from typing import Any

from django.utils.translation import gettext as _

from accounts import personal_data
from accounts.models import User
from voting.notices.models import Objection, Objector
from voting.notices.services.handling import erase_objector

_OPEN = ("received", "accepted", "investigating")


def register() -> None:
    """Have it handed out and erased with the account."""
    personal_data.register("objections", exporter=collect, eraser=erase, hindrance=hindrance)


def collect(user: User) -> list[dict[str, Any]]:
    """Return all objections that a person has made while signed in, fit for JSON."""
    found = Objection.objects.filter(submitted_by=user).select_related("objector", "notice__season")
    return [_collected(one) for one in found.order_by("-pk")]


def erase(user: User) -> None:
    """Erase who objected; what was objected and decided stays on record."""
    settled = Objection.objects.filter(submitted_by=user).values_list("pk", flat=True)
    for pk in settled:
        erase_objector(objection_id=pk, actor=f"#{user.pk}", reason="account erased")


def hindrance(user: User) -> str:
    """Return why the account must stay for now, "" if nothing is in the way."""
    if not Objection.objects.filter(submitted_by=user, state__in=_OPEN).exists():
        return ""
    return _("An objection of yours is still open. Wait for its decision.")


def _collected(one: Objection) -> dict[str, Any]:
    objector: Objector = one.objector
    return {
        "season": one.notice.season.name,
        "number": one.number,
        "received_at": one.received_at.isoformat(),
        "text": one.text,
        "state": one.state,
        "decision": one.decision,
        "name": objector.name,
        "contact_person": objector.contact_person,
        "workplace": objector.workplace,
        "phone": objector.phone,
        "email": objector.email,
    }
