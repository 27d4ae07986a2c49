"""Writing to judges who are not finished."""

from dataclasses import dataclass
from typing import Any

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of
from voting.judging.models import Seat
from voting.judging.queries.progress import progress
from voting.judging.queries.reaching import address_of, judges_address
from voting.judging.queries.seats import due_at, is_open
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.locking import locked_panel
from voting.judging.services.panels import log
from voting.seasons.page_context import full_moment

AGAIN_AFTER_HOURS = 12


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many were written to; keys of judges without an address, and of those just reminded."""

    sent: int
    without_address: tuple[str, ...]
    lately: tuple[str, ...]


@transaction.atomic
def remind(*, panel_id: int, by: User) -> Reminded:
    """Write to everybody on a panel who has not submitted; at most twice a day to each.

    Raises JudgingRefused unless the panel is open.
    """
    panel = locked_panel(panel_id)
    if not is_open(panel):
        raise JudgingRefused(_("Reminders go out while a panel is open."))
    now = timezone.now()
    due = due_at(panel)
    sent, without, lately = 0, [], []
    for line in progress(panel):
        seat = line.seat
        if seat.submitted_at is not None:
            continue
        address = address_of(seat.judge)
        if not address:
            without.append(seat.judge.key)
        elif seat.reminded_at and (now - seat.reminded_at).total_seconds() < (
            AGAIN_AFTER_HOURS * 3600
        ):
            lately.append(seat.judge.key)
        else:
            words = {
                "season": panel.season, "seat": seat,
                "due": full_moment(due, panel.season.time_zone) if due else "",
                "left": line.left if seat.state == Seat.State.READY else None,
            }  # fmt: skip
            _send(address, words)
            seat.reminded_at = now
            seat.save(update_fields=["reminded_at"])
            sent += 1
    log(panel, "remind", name_of(by), "", {"sent": str(sent)})
    return Reminded(sent, tuple(without), tuple(lately))


def _send(address: str, words: dict[str, Any]) -> None:
    # In the language that most judges read; no account says which one it prefers.
    with translation.override("zh-hans"):
        words["address"] = judges_address(words["season"])
        subject = _("Your marks are still open")
        text = render_to_string("judging/email/reminder.txt", words)
    transaction.on_commit(lambda: send_mail(subject, text, None, [address]), robust=True)
