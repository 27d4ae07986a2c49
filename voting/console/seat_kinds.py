"""What two people sign about the judges of a panel: who leaves, keeps out, or is left out."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.approvals.models import Proposal
from voting.judging.models import Panel, Recusal, Seat, SeatEvent
from voting.judging.queries.draws import GONE
from voting.judging.services import panels, recusing, seats
from voting.roles.permissions import Permission
from voting.seasons.models import Nominee, Season


def _state(season: Season) -> str:
    """Return who is gone and keeps out so far: another one in between is looked at first.

    Whether a seat itself is as it was signed is looked at when it is carried out; otherwise every
    judge who submits meanwhile would void the signature.
    """
    gone = Seat.objects.filter(panel__season=season, state__in=GONE).order_by("pk")
    out = Recusal.objects.filter(seat__panel__season=season, lifted_at=None).order_by("pk")
    closed = Panel.objects.filter(season=season, closed_at__isnull=False).order_by("pk")
    found = [list(rows.values_list("pk", flat=True)) for rows in (gone, out, closed)]
    return sha256(repr(found).encode()).hexdigest()


def _row(season: Season, payload: Mapping[str, Any]) -> Seat | None:
    rows = Seat.objects.filter(panel__season=season).select_related("judge", "panel")
    return rows.filter(pk=int(payload["seat"])).first()


def _standing(row: Seat) -> str:
    """Say whether a judge's marks count now."""
    if row.submitted_at is not None:
        return _("has submitted, the marks count")
    if row.events.filter(action=SeatEvent.Action.REOPENED).exists():
        return _("the sheet was reopened, its marks do not count")
    return str(row.get_state_display())


def _leaving(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    row = _row(season, payload)
    if row is None:
        return []
    return [Line(f"{row.panel} · {row.judge.key}", _standing(row), _("has left"))]


def _recusing(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    row = _row(season, payload)
    nominee = Nominee.objects.filter(season=season, pk=int(payload["nominee"])).first()
    if row is None or nominee is None:
        return []
    why = Recusal.Reason(payload["why"]).label
    what = f"{row.panel} · {row.judge.key} · {nominee.ballot_number} {nominee.name}"
    return [Line(what, _standing(row), _("keeps out, marks do not count: %(why)s") % {"why": why})]


def _closing(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    row = Panel.objects.filter(season=season, pk=int(payload["panel"])).first()
    if row is None:
        return []
    without = _(", ").join(payload["without"])
    return [
        Line(str(row), _("open"), _("closed; without %(judges)s") % {"judges": without}),
    ]


def _kind(
    name: str,
    title: Any,
    consequence: Any,
    difference: Callable[[Season, Mapping[str, Any]], list[Line]],
    carry_out: Callable[[Proposal], object],
) -> Kind:
    return Kind(
        name=name,
        title=title,
        consequence=consequence,
        state=_state,
        difference=difference,
        carry_out=carry_out,
        proposes=Permission.PANELS_EDIT,
        leads_to="console:judging",
        begins_at="console:judging",
    )


LEAVING: Final = _kind(
    seats.LEAVING,
    gettext_lazy("Take a judge off a panel"),
    gettext_lazy(
        "What was submitted and stands stays and counts; a sheet that was reopened does not. Of a "
        "judge who was drawn the public page says that the organisers did it, and why."
    ),
    _leaving,
    seats.carry_out_leaving,
)
RECUSING: Final = _kind(
    recusing.ORDER,
    gettext_lazy("Keep a judge out of a nominee"),
    gettext_lazy(
        "The judge does not see the nominee's file any more, and marks that the judge gave this "
        "nominee do not count."
    ),
    _recusing,
    recusing.carry_out_recusal,
)
CLOSING_PANEL: Final = _kind(
    panels.CLOSE,
    gettext_lazy("Close a panel without drawn judges"),
    gettext_lazy("Judges who were drawn in public and have not submitted do not count."),
    _closing,
    panels.carry_out_closing,
)
