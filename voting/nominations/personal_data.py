"""What an account has left in nominations: to hand out to the person, and to erase."""

from typing import Any

from accounts import personal_data
from accounts.models import User
from voting.nominations.models import Contact, Nomination
from voting.nominations.services.erasing import erase_person

_COLUMNS = (
    "code", "kind", "name", "name_en", "place", "organisation", "headline", "summary", "story",
    "full_story", "unit_opinion", "state",
)  # fmt: skip
_CONTACT = (
    "phone", "email", "address", "nominator_name", "nominator_phone", "nominator_email",
    "guardian_name", "guardian_relation", "guardian_phone",
)  # fmt: skip


def register() -> None:
    """Have it handed out and erased with the account."""
    personal_data.register("nominations", exporter=collect, eraser=erase)


def collect(user: User) -> list[dict[str, Any]]:
    """Return all that a person has put forward and written, fit for JSON, the latest first."""
    nominations = (
        Nomination.objects.filter(nominator=user)
        .select_related("season", "contact")
        .prefetch_related("messages", "consents")
        .order_by("-pk")
    )
    return [_collected(one) for one in nominations]


def erase(user: User) -> None:
    """Erase it as far as the record of the award allows."""
    erase_person(user_id=user.pk)


def _collected(nomination: Nomination) -> dict[str, Any]:
    contact: Contact | None = getattr(nomination, "contact", None)
    return {
        **{name: getattr(nomination, name) for name in _COLUMNS},
        "season": nomination.season.name,
        "begun_at": nomination.created_at.isoformat(),
        "submitted_at": nomination.submitted_at.isoformat() if nomination.submitted_at else "",
        "contact": {name: getattr(contact, name) for name in _CONTACT} if contact else {},
        "consents": [
            {"kind": one.kind, "given_by": one.given_by, "given_at": one.given_at.isoformat(),
             "text": one.text}
            for one in nomination.consents.all()
        ],
        "messages": [
            {"at": one.at.isoformat(), "text": one.text}
            for one in nomination.messages.all()
            if one.side == "nominator"
        ],
    }  # fmt: skip
