"""Submitting a sheet, taking it back at once, and reopening it on record."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from voting.audit.services import name_of
from voting.judging.models import Seat, SeatEvent
from voting.judging.queries.forms import form_of
from voting.judging.queries.seats import is_open, nominees_of
from voting.judging.queries.sheets import (
    Missing,
    comments_of,
    fingerprint,
    marks_of,
    missing,
)
from voting.judging.services.errors import Incomplete, JudgingRefused, NotMarking, SheetLocked
from voting.judging.services.locking import locked_seat
from voting.judging.services.panels import log
from voting.judging.services.recusing import detect

UNDO: Final = timedelta(seconds=60)
Action = SeatEvent.Action


@transaction.atomic
def submit(*, seat_id: int, user: User) -> Seat:
    """Lock a judge's sheet: from now on its marks count, unless taken back at once.

    Raises Incomplete, which says what is missing; SheetLocked if that was done already; NotMarking.
    """
    seat = locked_seat(seat_id)
    if seat.judge.user_id != user.pk or seat.state != Seat.State.READY:
        raise NotMarking(_("You do not mark on this panel."))
    if seat.submitted_at is not None:
        raise SheetLocked(_("Your sheet has been submitted already."))
    if not is_open(seat.panel):
        raise NotMarking(_("Marking is not open now, so nothing can be submitted."))
    detect(seat_id=seat.pk)  # who came onto the list since is looked at too
    form, nominees, marks = form_of(seat.panel), nominees_of(seat), marks_of(seat)
    if not nominees.marked:
        raise Incomplete(_("No nominee has been given to you yet."))
    left = missing(form, nominees, marks)
    if left:
        raise Incomplete(sentence(left))
    seat.submitted_at = timezone.now()
    seat.save(update_fields=["submitted_at"])
    mark = fingerprint(seat, form, nominees, marks, comments_of(seat))
    _note(seat, Action.SUBMITTED, user, "", mark)
    return seat


@transaction.atomic
def take_back(*, seat_id: int, user: User) -> Seat:
    """Let a judge take the sheet back within a minute. Raises JudgingRefused."""
    seat = locked_seat(seat_id)
    if seat.judge.user_id != user.pk or seat.submitted_at is None:
        raise JudgingRefused(_("There is nothing to take back."))
    late = timezone.now() >= seat.submitted_at + UNDO
    if late or not is_open(seat.panel):
        raise SheetLocked(_("It is locked by now. Only the organisers can reopen it."))
    seat.submitted_at = None
    seat.save(update_fields=["submitted_at"])
    _note(seat, Action.TAKEN_BACK, user, "")
    return seat


@transaction.atomic
def reopen(*, seat_id: int, by: User, reason: str) -> Seat:
    """Open a submitted sheet again; the judge sees by whom and why. Raises JudgingRefused."""
    if not reason.strip():
        raise JudgingRefused(_("Say why."))
    seat = locked_seat(seat_id)
    if seat.submitted_at is None:
        raise JudgingRefused(_("This sheet is open."))
    if seat.panel.closed_at is not None:
        raise JudgingRefused(_("The panel has been closed."))
    if seat.judge.user_id == by.pk:
        raise JudgingRefused(_("Nobody reopens their own sheet. Ask another organiser."))
    if seat.state != Seat.State.READY:
        raise JudgingRefused(_("This judge is not on the panel any more."))
    seat.submitted_at = None
    seat.save(update_fields=["submitted_at"])
    _note(seat, Action.REOPENED, by, reason)
    return seat


def sentence(left: Missing) -> str:
    """Say what is missing before a sheet can be submitted."""
    if left.marks:
        return ngettext(
            "%(n)d mark missing before you can submit",
            "%(n)d marks missing before you can submit",
            left.marks,
        ) % {"n": left.marks}
    if any(code == "too-many" for code, _category in left.problems):
        return _("More are chosen than the rules allow. Take some out before you submit.")
    return _("Ranks go 1, 2, 3 and so on: no number twice, and none left out.")


def _note(seat: Seat, action: Action, by: User, reason: str, mark: str = "") -> None:
    SeatEvent.objects.create(
        seat=seat, season=seat.panel.season, action=action, actor=name_of(by),
        reason=reason.strip()[:300], fingerprint=mark,
    )  # fmt: skip
    after = {"judge": seat.judge.key} | ({"fingerprint": mark} if mark else {})
    log(seat.panel, f"sheet_{action.value}", name_of(by), reason, after)
