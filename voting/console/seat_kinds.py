"""What taking a judge off a panel means to the two people who sign."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.judging.models import Seat
from voting.judging.queries.draws import GONE
from voting.judging.services import seats
from voting.roles.permissions import Permission
from voting.seasons.models import Season


def _state(season: Season) -> str:
    """Return who has left so far: another one in between is looked at first."""
    gone = Seat.objects.filter(panel__season=season, state__in=GONE)
    return sha256(repr(sorted(gone.values_list("pk", flat=True))).encode()).hexdigest()


def _difference(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    rows = Seat.objects.filter(panel__season=season).select_related("judge", "panel")
    row = rows.filter(pk=int(payload["seat"])).first()
    if row is None:
        return []
    return [Line(f"{row.panel} · {row.judge.key}", str(row.get_state_display()), _("has left"))]


LEAVING: Final = Kind(
    name=seats.LEAVING,
    title=gettext_lazy("Take a judge off a panel"),
    consequence=gettext_lazy(
        "What was submitted and stands stays and counts; a sheet that was reopened does not. Of a "
        "judge who was drawn the public page says that the organisers did it, and why."
    ),
    state=_state,
    difference=_difference,
    carry_out=seats.carry_out_leaving,
    proposes=Permission.PANELS_EDIT,
    leads_to="console:judging",
    begins_at="console:judging",
)
