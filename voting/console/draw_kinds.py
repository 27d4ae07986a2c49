"""What drawing a panel and withdrawing an announced draw mean to the two people who sign."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.approvals.kinds import Kind, Line
from voting.judging.draw_page import kind_text
from voting.judging.models import DrawEnd, PanelDraw
from voting.judging.services import drawing
from voting.roles.permissions import Permission
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment

Difference = Callable[[Season, Mapping[str, Any]], list[Line]]


def payload_of(draw: PanelDraw, seed: str = "") -> dict[str, Any]:
    """Return what two people sign: which announcement, by its fingerprint, and the seed."""
    return {"draw": draw.pk, "fingerprint": draw.fingerprint, "seed": seed}


def _state(season: Season) -> str:
    """Return which draws of a season have ended; announcements themselves never change."""
    ends = DrawEnd.objects.filter(draw__panel__season=season)
    return sha256(repr(sorted(ends.values_list("pk", flat=True))).encode()).hexdigest()


def _found(season: Season, payload: Mapping[str, Any]) -> PanelDraw | None:
    rows = PanelDraw.objects.filter(panel__season=season).select_related("panel")
    return rows.filter(pk=int(payload["draw"])).first()


def _labels() -> list[str]:
    return [
        _("Panel"), _("Seats to draw"), _("Who can be drawn"), _("Where the seed will come from"),
        _("The seed can be known from"), _("Fingerprint of the announcement"), _("Seed"),
        _("The draw"),
    ]  # fmt: skip


def _announced(season: Season, draw: PanelDraw) -> list[Line]:
    seats = (
        f"{kind_text(kind)} {number}" for kind, number in sorted(draw.seats.items(), reverse=True)
    )
    values = [
        str(draw.panel), _(", ").join(seats), _("%(n)d judges") % {"n": len(draw.pool)},
        draw.source, full_moment(draw.seed_at, season.time_zone), draw.fingerprint,
    ]  # fmt: skip
    return [Line(label, "", value) for label, value in zip(_labels(), values, strict=False)]


def _drawing(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    draw = _found(season, payload)
    if draw is None:
        return []
    seed = Line(_labels()[6], _("not entered yet"), str(payload["seed"]))
    return [*_announced(season, draw), seed]


def _withdrawing(season: Season, payload: Mapping[str, Any]) -> list[Line]:
    draw = _found(season, payload)
    if draw is None:
        return []
    return [*_announced(season, draw), Line(_labels()[7], _("announced"), _("withdrawn"))]


def _kind(
    name: str,
    title: Any,
    consequence: Any,
    difference: Difference,
    carry_out: Callable[..., object],
) -> Kind:
    return Kind(
        name=name, title=title, consequence=consequence, state=_state, difference=difference,
        labels=_labels, carry_out=carry_out, proposes=Permission.PANELS_EDIT,
        leads_to="console:judging", begins_at="console:judging",
    )  # fmt: skip


DRAWING: Final = _kind(
    drawing.DRAW,
    gettext_lazy("Draw a panel by its seed"),
    gettext_lazy(
        "Look the seed up yourself where the announcement says, and compare it character by "
        "character. The judges are drawn by exactly this text; it stands on the public page for "
        "good and cannot be replaced."
    ),
    _drawing,
    drawing.carry_out_draw,
)
WITHDRAWING_DRAW: Final = _kind(
    drawing.WITHDRAW,
    gettext_lazy("Withdraw an announced draw"),
    gettext_lazy(
        "The announcement and the reason stay on the public page. Another draw can be announced "
        "afterwards. It is too late once the seed can be known."
    ),
    _withdrawing,
    drawing.carry_out_withdrawal,
)
