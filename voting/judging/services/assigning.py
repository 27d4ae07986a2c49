"""Who marks whom, where not everybody marks everything: evenly, and never against a recusal."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of
from voting.judging.models import Assignment, Panel, Recusal, ScoreSheet
from voting.judging.queries.draws import standing_of
from voting.judging.queries.seats import SITTING, nominees_of_panel
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.locking import locked_panel, locked_seats
from voting.judging.services.panels import log
from voting.judging.services.recusing import detect_on
from voting.rules.assignment import Assignment as Arranged
from voting.rules.assignment import assign

BATCH: Final = 2_000


@transaction.atomic
def assign_panel(*, panel_id: int, by: User) -> Arranged:
    """Give each nominee as many judges as the panel says; also after somebody has left.

    What was arranged by hand stays, and whoever has begun to mark a nominee keeps it. Recusals are
    looked for first. Raises JudgingRefused.
    """
    panel = _changeable(panel_id)
    # Locked: a mark that is being saved asks for its assignment.
    every = locked_seats(panel)
    seats = [seat for seat in every if seat.state in SITTING]
    if not seats:
        raise JudgingRefused(_("Nobody sits on this panel yet."))
    # What has been submitted does not fall out by itself.
    detect_on(panel, [seat for seat in seats if seat.submitted_at is None])
    nominees = [str(pk) for pk in nominees_of_panel(panel).values_list("pk", flat=True)]
    begun = ScoreSheet.objects.filter(seat__panel=panel, nominee__isnull=False).exclude(
        marks__isnull=True
    )
    found = assign(
        [str(seat.pk) for seat in seats],
        nominees,
        per_nominee=panel.per_nominee,
        conflicts=_pairs(Recusal.objects.filter(seat__panel=panel, lifted_at=None)),
        kept=_pairs(Assignment.objects.filter(seat__in=seats)),
        done=_pairs(begun.filter(seat__in=seats)) + _pairs(
            begun.filter(seat__submitted_at__isnull=False)
        ),
    )  # fmt: skip
    _write(panel, found, {str(seat.pk) for seat in seats})
    log(
        panel, "assign", name_of(by), "",
        {"pairs": len(found.pairs), "short": len(found.short)},
    )  # fmt: skip
    return found


@transaction.atomic
def assign_by_hand(*, panel_id: int, seat_id: int, nominee_id: int, on: bool, by: User) -> None:
    """Let a judge mark a nominee, or not. What has been marked stays. Raises JudgingRefused."""
    panel = _changeable(panel_id)
    # A mark that is being saved asks for its assignment with the seat locked.
    seat = panel.seats.select_for_update(of=("self",)).get(pk=seat_id)
    if standing_of(panel) is not None:
        raise JudgingRefused(
            _(
                "A draw gives this panel its judges, and nobody chooses who of them marks whom: "
                "spread the nominees evenly instead."
            )
        )
    if panel.seats.filter(judge__user=by).exists():
        raise JudgingRefused(_("You sit on this panel yourself. Ask another organiser."))
    if on and seat.submitted_at is not None:
        raise JudgingRefused(_("This judge has submitted. Reopen the sheet first."))
    if not nominees_of_panel(panel).filter(pk=nominee_id).exists():
        raise JudgingRefused(_("This nominee is not before the panel."))
    if Recusal.objects.filter(seat=seat, nominee=nominee_id, lifted_at=None).exists():
        raise JudgingRefused(_("This judge keeps out of the nominee."))
    if on:
        Assignment.objects.update_or_create(
            seat=seat, nominee_id=nominee_id, defaults={"by_hand": True}
        )
    else:
        marked = ScoreSheet.objects.filter(seat=seat, nominee=nominee_id, marks__isnull=False)
        if marked.exists():
            raise JudgingRefused(_("This judge has begun to mark the nominee."))
        Assignment.objects.filter(seat=seat, nominee=nominee_id).delete()
    log(
        panel, "assign_by_hand", name_of(by), "",
        {"judge": seat.judge.key, "nominee": nominee_id, "on": str(on)},
    )  # fmt: skip


def _changeable(panel_id: int) -> Panel:
    panel = locked_panel(panel_id)
    if panel.closed_at is not None:
        raise JudgingRefused(_("The panel has been closed."))
    if panel.per_nominee is None:
        raise JudgingRefused(_("On this panel everybody marks everything."))
    return panel


def _pairs(rows: object) -> list[tuple[str, str]]:
    found = rows.values_list("seat", "nominee")  # type: ignore[attr-defined] # any of our query sets
    return [(str(seat), str(nominee)) for seat, nominee in found]


def _write(panel: Panel, found: Arranged, sitting: set[str]) -> None:
    wanted = {(int(seat), int(one)) for seat, one in found.pairs if seat in sitting}
    rows = Assignment.objects.filter(seat__panel=panel)
    there = {(row.seat_id, row.nominee_id): row.pk for row in rows}
    gone = [pk for pair, pk in there.items() if pair not in wanted]
    Assignment.objects.filter(pk__in=gone).delete()
    Assignment.objects.bulk_create(
        (
            Assignment(seat_id=seat, nominee_id=one)
            for seat, one in sorted(wanted - there.keys())
        ),
        batch_size=BATCH,
    )  # fmt: skip
