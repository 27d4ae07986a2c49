"""How far a panel has come, for organisers: how many marks are there, and never which."""

from dataclasses import dataclass

from django.db.models import Count, Q

from voting.judging.models import Panel, Recusal, ScoreSheet, Seat
from voting.judging.queries.forms import form_of
from voting.judging.queries.seats import SITTING, nominees_of_panel
from voting.seasons.models import Nominee


@dataclass(frozen=True, slots=True)
class Line:
    """How far a judge has come. done, of: nominees marked whole, and to mark in all."""

    seat: Seat
    done: int
    of: int
    recused: int

    @property
    def left(self) -> int:
        """How many nominees are not finished."""
        return self.of - self.done


@dataclass(frozen=True, slots=True)
class NomineeLine:
    """How far a nominee has come. done: seats that marked it whole; of: that are to."""

    nominee: Nominee
    done: int
    submitted: int
    of: int


def progress(panel: Panel) -> list[Line]:
    """Return how far each judge has come. A fixed number of queries."""
    rows = panel.seats.filter(state__in=SITTING)
    seats = list(rows.select_related("judge__user", "judge__invitation__accepted_by"))
    nominees = set(nominees_of_panel(panel).values_list("pk", flat=True))
    pairs = _pairs(panel, seats, nominees)
    done = _finished(panel)
    out = _recused(panel)
    return [
        Line(
            seat,
            done=sum(1 for one in pairs[seat.pk] if (seat.pk, one) in done),
            of=len(pairs[seat.pk]),
            recused=sum(1 for one in nominees if (seat.pk, one) in out),
        )
        for seat in seats
    ]


def progress_of_nominees(panel: Panel) -> list[NomineeLine]:
    """Return how far each nominee has come. A fixed number of queries."""
    seats = list(panel.seats.filter(state__in=SITTING).select_related("judge"))
    nominees = list(nominees_of_panel(panel))
    pairs = _pairs(panel, seats, {one.pk for one in nominees})
    done = _finished(panel)
    return [
        NomineeLine(
            one,
            done=sum(1 for seat in seats if (seat.pk, one.pk) in done and one.pk in pairs[seat.pk]),
            submitted=sum(1 for seat in seats if seat.submitted_at and one.pk in pairs[seat.pk]),
            of=sum(1 for seat in seats if one.pk in pairs[seat.pk]),
        )
        for one in nominees
    ]


def _pairs(panel: Panel, seats: list[Seat], nominees: set[int]) -> dict[int, set[int]]:
    """Return by seat the nominees that it marks."""
    out = _recused(panel)
    if panel.per_nominee is None:
        wanted = {seat.pk: set(nominees) for seat in seats}
    else:
        wanted = {seat.pk: set() for seat in seats}
        rows = panel.seats.values_list("pk", "assignments__nominee")
        for seat_id, nominee_id in rows:
            if seat_id in wanted and nominee_id in nominees:
                wanted[seat_id].add(nominee_id)
    return {
        seat_id: {one for one in own if (seat_id, one) not in out}
        for seat_id, own in wanted.items()
    }


def _recused(panel: Panel) -> set[tuple[int, int]]:
    rows = Recusal.objects.filter(seat__panel=panel, lifted_at=None)
    return set(rows.values_list("seat", "nominee"))


def _finished(panel: Panel) -> set[tuple[int, int | None]]:
    needed = form_of(panel).needed
    rows = (
        ScoreSheet.objects.filter(seat__panel=panel, nominee__isnull=False)
        .annotate(n=Count("marks", filter=Q(marks__criterion__in=needed)))
        .filter(n=len(needed))
    )
    return set(rows.values_list("seat", "nominee"))
