"""Saving what a judge enters, one field at a time.

A save says on what it was based. What another device has changed since is never overwritten: both
values are told, and the judge chooses. A save that comes twice, since its answer was lost, is
recognised by the id that the device gave it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.judging.models import LONGEST_COMMENT, Calibration, Mark, ScoreSheet, Seat
from voting.judging.queries.forms import form_of, problem_of
from voting.judging.queries.seats import is_open, may_mark, nominees_of
from voting.judging.services.errors import (
    Conflict,
    MustKeepOut,
    NotMarking,
    OrderChanged,
    OutOfRange,
    SheetLocked,
)
from voting.nominations.texts import clean

LONGEST_NOTE = 4_000  # characters
BATCH = 500  # rows in one statement


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands there after a save."""

    points: Decimal | None
    revision: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Basis:
    """What a save was based on.

    revision: of the mark that the device knew; 0: none. save_id: of this save. before: ids of
    earlier saves of the same field whose answers the device has not seen.
    """

    revision: int = 0
    save_id: str = ""
    before: Collection[str] = field(default_factory=tuple)


@transaction.atomic
def save_mark(
    *,
    seat_id: int,
    user: User,
    nominee_id: int | None,
    criterion: str,
    points: Decimal | None,
    basis: Basis,
) -> Saved:
    """Save one mark, or take it away.

    nominee_id: None for the panel's calibration nominee. points: None to take the mark away.
    Raises Conflict, OutOfRange, MustKeepOut, SheetLocked, NotMarking.
    """
    seat = marking_seat(seat_id, user)
    line = form_of(seat.panel).criterion(criterion)
    if line is None:
        raise OutOfRange(_("There is no such criterion."))
    if points is not None and (problem := problem_of(line, points)):
        raise OutOfRange(problem)
    sheet = _sheet(seat, nominee_id)
    mark = Mark.objects.filter(sheet=sheet, criterion=criterion).first()
    if mark is None and points is None:
        return Saved(None, 0, sheet.changed_at)
    if mark is not None and mark.points == points:
        return Saved(mark.points, mark.revision, mark.changed_at)
    _check_basis(mark, sheet, basis)
    now = timezone.now()
    sheet.revision += 1
    sheet.changed_at = now
    sheet.save(update_fields=["revision", "changed_at"])
    if points is None:
        if mark is not None:
            mark.delete()
        return Saved(None, 0, now)
    Mark.objects.update_or_create(
        sheet=sheet, criterion=criterion,
        defaults={
            "points": points, "revision": sheet.revision, "save_id": clean(basis.save_id)[:36],
            "changed_at": now,
        },
    )  # fmt: skip
    return Saved(points, sheet.revision, now)


@transaction.atomic
def save_text(
    *, seat_id: int, user: User, nominee_id: int | None, what: str, text: str,
    known: Collection[str],
) -> datetime:  # fmt: skip
    """Save the comment for the committee, or the judge's own note.

    what: ``comment`` or ``note``. text: kept as ``texts.clean`` leaves it. known: what the device
    knew to stand there, any of which may be replaced. Raises Conflict, OutOfRange if it is too
    long, MustKeepOut, SheetLocked, NotMarking.
    """
    seat = marking_seat(seat_id, user, locked_too=what == "note")
    most = LONGEST_NOTE if what == "note" else LONGEST_COMMENT
    text = clean(text)
    if len(text) > most:
        raise OutOfRange(_("At most %(n)d characters fit here.") % {"n": most})
    sheet = _sheet(seat, nominee_id, note=what == "note")
    there: str = getattr(sheet, what)
    if there == text:
        return sheet.changed_at
    if there and there not in {clean(one) for one in known}:
        raise Conflict(
            _("Another device has written something else here meanwhile."),
            there=there, revision=0, at=sheet.changed_at,
        )  # fmt: skip
    setattr(sheet, what, text)
    sheet.changed_at = timezone.now()
    sheet.save(update_fields=[what, "changed_at"])
    return sheet.changed_at


@transaction.atomic
def save_order(
    *, seat_id: int, user: User, ranks: Mapping[int, Decimal | None], known: Mapping[int, int]
) -> None:
    """Save the ranks, or picks, of a whole category at once; for forms without scripts.

    ranks: by nominee; None takes it away. Whoever is not named stays as they are. known: revisions
    of the marks that the page showed; who is not in it had none. A fixed number of queries.
    Raises OrderChanged, OutOfRange, MustKeepOut, SheetLocked, NotMarking; nothing is kept then.
    """
    seat = marking_seat(seat_id, user)
    line = form_of(seat.panel).criterion("")
    if line is None:
        raise OutOfRange(_("There is no such criterion."))
    for rank in ranks.values():
        if rank is not None and (problem := problem_of(line, rank)):
            raise OutOfRange(problem)
    if not set(ranks) <= {one.pk for one in nominees_of(seat).marked}:
        raise MustKeepOut(_("You do not mark this nominee."))
    there = {
        mark.sheet.nominee_id: mark
        for mark in Mark.objects.filter(
            sheet__seat=seat, sheet__nominee__in=ranks, criterion=""
        ).select_related("sheet")
    }
    changed = {
        one: rank
        for one, rank in ranks.items()
        if rank != (there[one].points if one in there else None)
    }
    clashing = {
        one: there[one].points if one in there else None
        for one in changed
        if known.get(one, 0) != (there[one].revision if one in there else 0)
    }
    if clashing:
        raise OrderChanged(
            _(
                "Another device has changed something here meanwhile. See what stands there beside "
                "your own, and save again to keep yours."
            ),
            there=clashing,
        )
    _write_order(seat, changed)


def _write_order(seat: Seat, changed: Mapping[int, Decimal | None]) -> None:
    """Write one mark on each sheet; the sheets count the change as they do any other."""
    now = timezone.now()
    rows = ScoreSheet.objects.filter(seat=seat, nominee__in=changed)
    known = set(rows.values_list("nominee", flat=True))
    ScoreSheet.objects.bulk_create(
        ScoreSheet(seat=seat, nominee_id=one) for one in changed if one not in known
    )
    sheets = list(rows.all())
    for sheet in sheets:
        sheet.revision += 1
        sheet.changed_at = now
    ScoreSheet.objects.bulk_update(sheets, ["revision", "changed_at"], batch_size=BATCH)
    Mark.objects.filter(sheet__in=sheets, criterion="").delete()
    given = [(sheet, changed[sheet.nominee_id or 0]) for sheet in sheets]
    Mark.objects.bulk_create(
        (
            Mark(sheet=sheet, points=points, revision=sheet.revision, changed_at=now)
            for sheet, points in given
            if points is not None
        ),
        batch_size=BATCH,
    )


def marking_seat(seat_id: int, user: User, *, locked_too: bool = False) -> Seat:
    """Return a seat that may mark now, locked until commit.

    locked_too: whether a submitted sheet is fine. Raises NotMarking, SheetLocked.
    """
    seats = Seat.objects.select_for_update(of=("self",)).select_related("judge", "panel__season")
    seat = seats.get(pk=seat_id)
    if seat.judge.user_id != user.pk or seat.state != Seat.State.READY:
        raise NotMarking(_("You do not mark on this panel."))
    if seat.submitted_at is not None and not locked_too:
        raise SheetLocked(_("Your sheet has been submitted, so this change was not kept."))
    if not is_open(seat.panel):
        raise NotMarking(_("Marking is not open now, so this change was not kept."))
    return seat


def _sheet(seat: Seat, nominee_id: int | None, *, note: bool = False) -> ScoreSheet:
    """Return the sheet to write on. note: the judge's own note is written, which always may."""
    if nominee_id is None:
        if not Calibration.objects.filter(panel=seat.panel).exists():
            raise MustKeepOut(_("You do not mark this nominee."))
        if seat.practised_at is not None and not note:
            raise SheetLocked(
                _("You have seen what the committee would give: your marks of the example stand.")
            )
        sheet, _created = ScoreSheet.objects.get_or_create(seat=seat, nominee=None)
        return sheet
    if not may_mark(seat, nominee_id):
        raise MustKeepOut(_("You do not mark this nominee."))
    sheet, _created = ScoreSheet.objects.get_or_create(seat=seat, nominee_id=nominee_id)
    return sheet


def _check_basis(mark: Mark | None, sheet: ScoreSheet, basis: Basis) -> None:
    """Raise Conflict if a mark is not what the device knew."""
    revision = mark.revision if mark is not None else 0
    if revision == basis.revision:
        return
    if (
        mark is not None
        and mark.save_id
        and mark.save_id in {clean(one)[:36] for one in (basis.save_id, *basis.before)}
    ):
        return
    raise Conflict(
        _("Another device has changed this mark meanwhile."),
        there=mark.points if mark is not None else None,
        revision=revision,
        at=mark.changed_at if mark is not None else sheet.changed_at,
    )
