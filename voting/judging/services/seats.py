"""The life of a seat: invited, confirmed or declined, ready after a declaration, perhaps left."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.approvals.models import Proposal
from voting.audit.services import name_of
from voting.judging.models import Seat
from voting.judging.queries.seats import is_for_two
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.locking import locked_as_signed, locked_seat
from voting.judging.services.panels import log
from voting.judging.services.recusing import detect
from voting.nominations.texts import clean

State = Seat.State
LEAVING: Final = "judging.leave"


@transaction.atomic
def confirm(*, seat_id: int, user: User) -> Seat:
    """Accept a seat. Raises JudgingRefused."""
    seat = _own(seat_id, user)
    if seat.state != State.INVITED:
        raise JudgingRefused(_("You have answered this invitation already."))
    return _move(seat, State.CONFIRMED, "seat_confirm", user)


@transaction.atomic
def decline(*, seat_id: int, user: User, reason: str = "") -> Seat:
    """Do not accept a seat. Raises JudgingRefused."""
    seat = _own(seat_id, user)
    if seat.state not in {State.INVITED, State.CONFIRMED}:
        raise JudgingRefused(_("You have answered this invitation already."))
    return _move(seat, State.DECLINED, "seat_decline", user, clean(reason))


@transaction.atomic
def declare(*, seat_id: int, user: User, declaration: str) -> Seat:
    """Accept the declaration of confidentiality and independence; its words are kept.

    From then on the judge sees files. Looks for recusals first. Raises JudgingRefused.
    """
    seat = _own(seat_id, user)
    if seat.state not in {State.INVITED, State.CONFIRMED}:
        raise JudgingRefused(_("You have accepted the declaration already."))
    if not declaration.strip():
        raise JudgingRefused(_("There is nothing to declare."))
    now = timezone.now()
    seat.answered_at = seat.answered_at or now
    seat.declaration, seat.declared_at = declaration, now
    detect(seat_id=seat.pk)
    return _move(seat, State.READY, "seat_declare", user)


@transaction.atomic
def leave(*, seat_id: int, by: User, reason: str, second: User | None = None) -> Seat:
    """Let a judge leave the panel, by themselves or by an organiser.

    second: who has signed as well, without whom ``is_for_two`` lets nobody but the judge do it.

    What was submitted stays and counts; what was not does not. Raises JudgingRefused.
    """
    if not reason.strip():
        raise JudgingRefused(_("Say why."))
    seat = locked_seat(seat_id)
    if seat.panel.closed_at is not None:
        raise JudgingRefused(_("The panel has been closed."))
    if seat.state in {State.LEFT, State.DECLINED}:
        raise JudgingRefused(_("This judge is not on the panel any more."))
    if second is None and seat.judge.user_id != by.pk and is_for_two(seat):
        raise JudgingRefused(
            _("This judge was drawn in public or has submitted: two people take such a one off.")
        )
    seat.left_because = reason.strip()[:300]
    more = {"approved_by": name_of(second)} if second is not None else {}
    return _move(seat, State.LEFT, "seat_leave", by, reason, more)


def carry_out_leaving(proposal: Proposal) -> Seat:
    """Take a judge off a panel: for ``approvals.approve``, inside its transaction."""
    return leave(
        seat_id=locked_as_signed(proposal).pk, by=proposal.proposed_by, reason=proposal.reason,
        second=proposal.decided_by,
    )  # fmt: skip


def _own(seat_id: int, user: User) -> Seat:
    seat = locked_seat(seat_id)
    if seat.judge.user_id != user.pk:
        raise JudgingRefused(_("This is somebody else's seat."))
    if seat.panel.closed_at is not None:
        raise JudgingRefused(_("The panel has been closed."))
    return seat


def _move(
    seat: Seat,
    state: State,
    what: str,
    by: User,
    reason: str = "",
    more: Mapping[str, str] = MappingProxyType({}),
) -> Seat:
    seat.state = state
    seat.answered_at = seat.answered_at or timezone.now()
    seat.save()
    log(seat.panel, what, name_of(by), reason, {"judge": seat.judge.key, **more})
    return seat
