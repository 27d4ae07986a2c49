"""The example that every judge of a panel marks first: written, changed, taken away, compared."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of
from voting.judging.models import Calibration, Panel, Seat
from voting.judging.queries.forms import NoPanelDeclared, form_of, read_points, shown
from voting.judging.queries.practising import problems_of
from voting.judging.queries.sheets import marks_on, sheet_of
from voting.judging.services.errors import Incomplete, JudgingRefused, PanelStandsStill
from voting.judging.services.locking import locked_panel
from voting.judging.services.marking import marking_seat
from voting.judging.services.panels import log


@transaction.atomic
def set_calibration(
    *, panel_id: int, name: str, deeds: str, marks: Mapping[str, str], explanation: str,
    by: User, name_en: str = "", deeds_en: str = "", explanation_en: str = "",
) -> Calibration:  # fmt: skip
    """Give a panel an invented nominee that everybody marks first.

    marks: what the committee would give, by criterion; an optional one may be missing.
    Raises PanelStandsStill once the panel was opened, JudgingRefused.
    """
    panel = _preparing(panel_id)
    if not name.strip() or not deeds.strip():
        raise JudgingRefused(_("An example has a name and deeds."))
    try:
        form = form_of(panel)
    except NoPanelDeclared as error:
        raise JudgingRefused(
            _("The rules declare no panel “%(key)s”.") % {"key": panel.component}
        ) from error
    if wrong := problems_of(form, marks):
        raise JudgingRefused("\n".join(wrong))
    given = {one.key: read_points(marks.get(one.key, "")) for one in form.criteria}
    calibration, created = Calibration.objects.update_or_create(
        panel=panel,
        defaults={
            "name": name, "name_en": name_en, "deeds": deeds, "deeds_en": deeds_en,
            "marks": {key: shown(points) for key, points in given.items() if points is not None},
            "explanation": explanation, "explanation_en": explanation_en,
        },
    )  # fmt: skip
    log(panel, "calibration", name_of(by), "", {"name": name, "new": str(created)})
    return calibration


@transaction.atomic
def remove_calibration(*, panel_id: int, by: User) -> None:
    """Take a panel's example away. Raises PanelStandsStill, JudgingRefused if there is none."""
    panel = _preparing(panel_id)
    example = Calibration.objects.filter(panel=panel).first()
    if example is None:
        raise JudgingRefused(_("The panel has no example."))
    example.delete()
    log(panel, "calibration_remove", name_of(by), "", {"name": example.name})


@transaction.atomic
def compare(*, seat_id: int, user: User) -> Seat:
    """Let a judge see what the committee would give; the own marks of the example stand then.

    Otherwise whoever has seen it could come as near as they like. Safe to repeat.
    Raises Incomplete, SheetLocked, NotMarking.
    """
    seat = marking_seat(seat_id, user, locked_too=True)
    if seat.practised_at is not None:
        return seat
    marked = {mark.criterion for mark in marks_on(sheet_of(seat, None))}
    if not set(form_of(seat.panel).needed) <= marked:
        raise Incomplete(_("Mark all of the example first."))
    seat.practised_at = timezone.now()
    seat.save(update_fields=["practised_at"])
    return seat


def _preparing(panel_id: int) -> Panel:
    panel = locked_panel(panel_id)
    if panel.opened_at is not None:
        raise PanelStandsStill(_("The panel was opened: its example stands still."))
    return panel
