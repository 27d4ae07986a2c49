"""What goes with a rehearsal, and what of a judge goes with an account."""

from django.db import transaction

from accounts.models import User
from voting.judging.models import (
    Assignment,
    Calibration,
    Judge,
    Mark,
    Panel,
    Recusal,
    ScoreSheet,
    Seat,
    SeatEvent,
)
from voting.seasons.models import Season


def wipe(season: Season) -> None:
    """Delete all that was judged in a rehearsal; its caller makes sure that it is one."""
    panels = Panel.objects.filter(season=season)
    Panel.categories.through.objects.filter(panel__in=panels).delete()
    for rows in (
        Mark.objects.filter(sheet__seat__panel__in=panels),
        ScoreSheet.objects.filter(seat__panel__in=panels),
        SeatEvent.objects.filter(season=season),
        Recusal.objects.filter(seat__panel__in=panels),
        Assignment.objects.filter(seat__panel__in=panels),
        Calibration.objects.filter(panel__in=panels),
        Seat.objects.filter(panel__in=panels),
        panels,
        Judge.objects.filter(season=season),
    ):
        rows.delete()


@transaction.atomic
def erase_person(*, user_id: int) -> None:
    """Erase who a judge was: name, address, ties and own notes. Marks and their code stay."""
    judges = Judge.objects.filter(user=user_id)
    ScoreSheet.objects.filter(seat__judge__in=judges).update(note="")
    judges.update(
        name="", name_en="", email="", organisation="", related=[], unit=None, user=None,
        invitation=None,
    )  # fmt: skip


def is_judging(user: User) -> bool:
    """Return whether somebody has a sheet that is still open; in a rehearsal nothing counts."""
    return Seat.objects.filter(
        judge__user=user, state=Seat.State.READY, submitted_at=None,
        panel__opened_at__isnull=False, panel__closed_at=None, panel__season__rehearsal_of=None,
    ).exists()  # fmt: skip
