"""Messages between the nominator and the organising office."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.nominations.models import Message, Nomination
from voting.nominations.review import queue
from voting.nominations.services.deciding import Recused
from voting.nominations.services.errors import NotNow, TooMany
from voting.nominations.services.letters import tell_of_message

PER_DAY: Final = 20  # from one nominator about one nomination
Side = Message.Side


@transaction.atomic
def write_message(*, nomination_id: int, side: str, user: User | None, text: str) -> Message:
    """Add a message; the nominator is told of one from the office by e-mail.

    side: who writes, a ``Message.Side``. user: None for a nominator without an account.
    Raises NotNow before it has been sent in, TooMany; Recused for somebody of the office who must
    keep out of the decision, since what the office writes is part of it.
    """
    nomination = Nomination.objects.select_for_update().get(pk=nomination_id)
    if nomination.submitted_at is None:
        raise NotNow(_("Messages can be written once the nomination has been sent in."))
    if side == Side.OFFICE and (why := queue.recusal(user, nomination)):
        raise Recused(why)
    now = timezone.now()
    if side == Side.NOMINATOR:
        since = now - timedelta(days=1)
        if nomination.messages.filter(side=side, at__gt=since).count() >= PER_DAY:
            raise TooMany(_("You have written many messages today. Please go on tomorrow."))
    message = Message.objects.create(
        nomination=nomination, side=side, author=user, text=text, at=now
    )
    if side == Side.OFFICE:
        record(
            actor=name_of(user), action="nomination.message", season=nomination.season.slug,
            target=f"{nomination.code} {nomination.name}",
        )  # fmt: skip
        tell_of_message(nomination_id=nomination.pk)
    return message


@transaction.atomic
def mark_read(*, nomination_id: int, side: str) -> int:
    """Note that a side has read what the other one wrote; return how many were new to it."""
    return (
        Message.objects.filter(nomination=nomination_id, read_at=None)
        .exclude(side=side)
        .update(read_at=timezone.now())
    )
