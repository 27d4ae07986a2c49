"""Seats and nominees: whom a judge marks, and of whom they keep out."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from accounts.models import User
from voting.judging.models import Assignment, Judge, Panel, Recusal, Seat, SeatEvent
from voting.seasons.models import Nominee, Season, Stage

# Whoever declined or left has no page any more.
SITTING = (Seat.State.INVITED, Seat.State.CONFIRMED, Seat.State.READY)


@dataclass(frozen=True, slots=True)
class Nominees:
    """Whom a seat marks, in the order of the ballot, and how many it keeps out of."""

    marked: tuple[Nominee, ...]
    recused: tuple[int, ...]  # keys
    whole: tuple[int, ...] = ()  # keys of all before the panel, withdrawn ones too


def reopened(panel: Panel) -> list[Seat]:
    """Return the seats whose sheets were reopened and not submitted again. One query."""
    rows = panel.seats.filter(
        submitted_at=None, state=Seat.State.READY, events__action=SeatEvent.Action.REOPENED
    )
    return list(rows.select_related("judge").order_by("judge__key").distinct())


def drawn_outstanding(panel: Panel) -> list[str]:
    """Return the codes of the drawn judges of a panel who sit and have not submitted. One query.

    In a rehearsal nothing depends on them, and nobody signs.
    """
    if panel.season.rehearsal_of_id is not None:
        return []
    rows = panel.seats.filter(
        how__in=[Seat.How.DRAWN, Seat.How.RESERVE], state__in=SITTING, submitted_at=None
    )
    return sorted(rows.values_list("judge__key", flat=True))


def is_for_two(seat: Seat) -> bool:
    """Return whether a judge is taken off by two signatures only. One query at most.

    One organiser could push drawn judges out until the wanted one comes, or undo a sheet that was
    submitted by reopening it first. In a rehearsal nothing depends on it, and nobody signs.
    """
    if seat.panel.season.rehearsal_of_id is not None:
        return False
    if seat.how in {Seat.How.DRAWN, Seat.How.RESERVE} or seat.submitted_at is not None:
        return True
    return seat.events.filter(action=SeatEvent.Action.REOPENED).exists()


def standing(seat: Seat) -> str:
    """Return in a few characters what has become of a seat and its sheet so far. One query."""
    last = seat.events.order_by("-pk").values_list("pk", flat=True).first() or 0
    submitted = seat.submitted_at.isoformat() if seat.submitted_at else "-"
    return f"{seat.state} {submitted} {last}"


def seats_of(user: User, season: Season) -> list[Seat]:
    """Return the seats that somebody has in a season, declined and left ones too. One query."""
    return list(
        Seat.objects.filter(judge__user=user, panel__season=season)
        .select_related("judge", "panel__season")
        .order_by("panel")
    )


def seat_at(user: User, season: Season, panel_id: int) -> Seat | None:
    """Return somebody's seat on a panel, unless they have declined or left. One query."""
    return (
        Seat.objects.filter(
            judge__user=user, panel__season=season, panel=panel_id, state__in=SITTING
        )
        .select_related("judge", "panel__season")
        .first()
    )


def has_seat(user: User, season: Season) -> bool:
    """Return whether somebody sits, or is asked to sit, on a panel of a season."""
    return Seat.objects.filter(judge__user=user, panel__season=season, state__in=SITTING).exists()


def judge_of(user: User, season: Season) -> Judge | None:
    """Return the judge that an account is in a season."""
    return Judge.objects.filter(user=user, season=season).first()


def nominees_of_panel(panel: Panel) -> QuerySet[Nominee]:
    """Return the nominees before a panel: of its categories, or of all. Two queries."""
    return _of_panel(panel).filter(withdrawn_at=None)


def _of_panel(panel: Panel) -> QuerySet[Nominee]:
    found = Nominee.objects.filter(season=panel.season_id)
    categories = list(panel.categories.values_list("pk", flat=True))
    if categories:
        found = found.filter(category__in=categories)
    # Shorter numbers first, so that 9 comes before 10.
    return found.select_related("category").order_by(
        "category__position", Length("ballot_number"), "ballot_number", "pk"
    )


def nominees_of(seat: Seat) -> Nominees:
    """Return whom a seat marks, and of whom it keeps out. Four queries at most."""
    before = _of_panel(seat.panel)
    found = before.filter(withdrawn_at=None)
    if seat.panel.per_nominee is not None:
        found = found.filter(assignments__seat=seat)
    out = recused(seat)
    marked, kept_out = [], []
    for one in found.defer("deeds", "deeds_en", "scenes", "photos", "figures"):
        if one.pk in out:
            kept_out.append(one.pk)
        else:
            marked.append(one)
    whole = tuple(before.order_by().values_list("pk", flat=True))
    return Nominees(tuple(marked), tuple(kept_out), whole)


def recused(seat: Seat) -> frozenset[int]:
    """Return the keys of the nominees of whom a seat keeps out now.

    In a rehearsal those too of whom the judge keeps out in its season: the files are the same.
    """
    rows = Recusal.objects.filter(lifted_at=None)
    found = frozenset(rows.filter(seat=seat).values_list("nominee", flat=True))
    original = seat.panel.season.rehearsal_of_id
    if original is None:
        return found
    there = rows.filter(seat__panel__season=original, seat__judge__key=seat.judge.key)
    copies = Nominee.objects.filter(
        season=seat.panel.season_id, copied_from__in=there.values("nominee")
    )
    return found | frozenset(copies.values_list("pk", flat=True))


def may_mark(seat: Seat, nominee_id: int) -> bool:
    """Return whether a nominee is before this seat, and the seat does not keep out."""
    if not nominees_of_panel(seat.panel).filter(pk=nominee_id).exists():
        return False
    if nominee_id in recused(seat):
        return False
    return (
        seat.panel.per_nominee is None
        or Assignment.objects.filter(seat=seat, nominee=nominee_id).exists()
    )


def due_at(panel: Panel) -> datetime | None:
    """Return until when sheets are submitted: the panel's own day, or the end of the stage."""
    return panel.due_at if panel.due_at is not None else judging_ends_at(panel.season_id)


def judging_ends_at(season_id: int) -> datetime | None:
    """Return when the stage of judging ends; it holds for panels without a day of their own."""
    return (
        Stage.objects.filter(season=season_id, kind=Stage.Kind.JUDGING)
        .values_list("ends_at", flat=True)
        .first()
    )


def is_open(panel: Panel, at: datetime | None = None) -> bool:
    """Return whether judges mark now. One query at most."""
    if panel.opened_at is None or panel.closed_at is not None:
        return False
    due = due_at(panel)
    return due is None or (at or timezone.now()) < due
