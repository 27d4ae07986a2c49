"""What an account has left in nominations: to hand out to the person, and to erase."""

from typing import Any

from django.db.models import Q, QuerySet

from accounts import personal_data
from accounts.models import User
from voting.nominations.models import Contact, Message, Nomination
from voting.nominations.services.erasing import PERSONAL, erase_person

_COLUMNS = (
    "code", "kind", "name", "name_en", "place", "organisation", "headline", "summary", "story",
    "full_story", "unit_opinion", "state",
)  # fmt: skip


def register() -> None:
    """Have it handed out and erased with the account."""
    personal_data.register("nominations", exporter=collect, eraser=erase)


def collect(user: User) -> list[dict[str, Any]]:
    """Return all that a person has put forward and written, fit for JSON, the latest first.

    What was put forward for a unit is the unit's: of it there is when they began it and which
    messages they wrote, and nothing of the nominee. Likewise where somebody else put forward:
    whoever has had a secret link once, and has written there, keeps no way to what stands there.
    """
    nominations = (
        Nomination.objects.filter(Q(nominator=user) | Q(pk__in=_written_in(user)))
        .select_related("season", "contact", "unit")
        .prefetch_related("messages", "consents")
        .order_by("-pk")
    )
    return [
        _collected(one) if _is_theirs(one, user) else _own_part(one, user) for one in nominations
    ]


def erase(user: User) -> None:
    """Erase it as far as the record of the award allows."""
    erase_person(user_id=user.pk)


def _written_in(user: User) -> QuerySet[Message, int]:
    mine = Message.objects.filter(author=user, side=Message.Side.NOMINATOR)
    return mine.values_list("nomination", flat=True)


def _is_theirs(nomination: Nomination, user: User) -> bool:
    return nomination.nominator_id == user.pk and nomination.route != Nomination.Route.UNIT


def _own_part(nomination: Nomination, user: User) -> dict[str, Any]:
    began = nomination.nominator_id == user.pk
    return {
        "code": nomination.code,
        "season": nomination.season.name,
        "unit": nomination.unit.name if nomination.unit else "",
        "begun_at": nomination.created_at.isoformat() if began else "",
        "messages": [
            {"at": one.at.isoformat(), "text": one.text}
            for one in nomination.messages.all()
            if one.side == Message.Side.NOMINATOR and one.author_id == user.pk
        ],
    }


def _collected(nomination: Nomination) -> dict[str, Any]:
    contact: Contact | None = getattr(nomination, "contact", None)
    return {
        **{name: getattr(nomination, name) for name in _COLUMNS},
        "season": nomination.season.name,
        "begun_at": nomination.created_at.isoformat(),
        "submitted_at": nomination.submitted_at.isoformat() if nomination.submitted_at else "",
        "contact": {name: getattr(contact, name) for name in PERSONAL} if contact else {},
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
