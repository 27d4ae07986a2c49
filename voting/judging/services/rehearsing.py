"""Judging in a rehearsal: the same panels, judges and forms, on a copy that is wiped afterwards."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.judging.models import Calibration, Judge, Panel, Seat
from voting.judging.services.errors import JudgingRefused
from voting.seasons.models import Season

_OF_JUDGE = (
    "key", "name", "name_en", "seat_type", "unit_id", "organisation", "related", "email", "user_id",
)  # fmt: skip
_OF_PANEL = (
    "component", "name", "name_en", "per_nominee", "hidden", "shows_marks",
)  # fmt: skip
_OF_CALIBRATION = (
    "name", "name_en", "deeds", "deeds_en", "marks", "explanation", "explanation_en",
)  # fmt: skip


@transaction.atomic
def copy_panels(*, rehearsal_id: int, by: User) -> list[Panel]:
    """Give a rehearsal the judges, panels and seats of its season; nobody has answered yet.

    Who may judge there is who may judge in the season. Raises JudgingRefused for a real season, or
    for a rehearsal that has panels already.
    """
    rehearsal = Season.objects.select_for_update(of=("self",), no_key=True).get(pk=rehearsal_id)
    if rehearsal.rehearsal_of_id is None:
        raise JudgingRefused(_("This is no rehearsal."))
    if Panel.objects.filter(season=rehearsal).exists():
        raise JudgingRefused(_("The rehearsal has its panels already."))
    judges = {}
    for one in Judge.objects.filter(season=rehearsal.rehearsal_of_id):
        columns = {name: getattr(one, name) for name in _OF_JUDGE}
        judges[one.pk] = Judge.objects.create(season=rehearsal, **columns)
    places = {one.position: one for one in rehearsal.categories.all()}
    made = []
    for panel in Panel.objects.filter(season=rehearsal.rehearsal_of_id):
        columns = {name: getattr(panel, name) for name in _OF_PANEL}
        copied = Panel.objects.create(season=rehearsal, **columns)
        copied.categories.set(
            places[one.position] for one in panel.categories.all() if one.position in places
        )
        example = Calibration.objects.filter(panel=panel).first()
        if example is not None:
            texts = {name: getattr(example, name) for name in _OF_CALIBRATION}
            Calibration.objects.create(panel=copied, **texts)
        for seat in panel.seats.exclude(state__in=[Seat.State.DECLINED, Seat.State.LEFT]):
            Seat.objects.create(panel=copied, judge=judges[seat.judge_id], how=seat.how)
        made.append(copied)
    record(
        actor=name_of(by), action="judging.rehearse", season=rehearsal.slug,
        after={"panels": str(len(made))},
    )  # fmt: skip
    return made
