"""What judging says on a season's first page: to judges, and to those who arrange it."""

from typing import Final

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voting.approvals import queries as approval_queries
from voting.console.seat_kinds import CLOSING_PANEL
from voting.console.todo import MOST_OF_A_KIND, Case, Contributor, Todo
from voting.judging.models import Panel, Seat
from voting.judging.queries import draws
from voting.judging.queries import seats as judging
from voting.judging.queries.ending import panels_open
from voting.judging.services import drawing
from voting.results.explaining import names_of
from voting.roles.permissions import Permission
from voting.seasons.counting import declared_components
from voting.seasons.models import Season
from voting.seasons.page_context import content


def _judging(case: Case) -> list[Todo]:
    """Lead a judge to the pages of judging, for each panel that waits for them."""
    if not case.powers.may(Permission.JUDGE):
        return []
    return [
        Todo(
            "judge",
            _("Your marks are still open")
            if seat.state == Seat.State.READY
            else _("You are asked to judge"),
            seat.panel.name,
            judging.due_at(seat.panel),
            reverse("judging:start", args=[case.season.slug]),
            _("To the files") if seat.state == Seat.State.READY else _("Answer"),
        )
        for seat in judging.seats_of(case.user, case.season)
        if seat.state in judging.SITTING and seat.submitted_at is None and not seat.panel.closed_at
    ]


def _seeds(case: Case) -> list[Todo]:
    """Lead to the panels whose announced draw waits for its seed, which can be known by now."""
    if not case.powers.may(Permission.PANELS_EDIT):
        return []
    signed = approval_queries.waiting(case.season, [drawing.DRAW]).values_list("payload", flat=True)
    waiting = {one.get("draw") for one in signed}
    return [
        Todo(
            "ready",
            _("The seed of an announced draw can be entered"),
            str(draw.panel),
            None,
            reverse("console:panel", args=[case.season.slug, draw.panel_id]),
            _("Enter the seed"),
        )
        for draw in draws.due(case.season, case.now)
        if draw.pk not in waiting
    ]


def _panels(case: Case) -> list[Todo]:
    """Name the panels that can be closed, or should have been opened or closed by now."""
    if not case.powers.may(Permission.PANELS_EDIT):
        return []
    found = panels_open(case.season)
    if not found:
        return []
    closing = approval_queries.waiting(case.season, [CLOSING_PANEL.name])
    signed = {one.get("panel") for one in closing.values_list("payload", flat=True)}
    sitting = Count("pk", filter=Q(state__in=judging.SITTING))
    missing = Count("pk", filter=Q(state__in=judging.SITTING, submitted_at=None))
    # No order of the table's own, by which rows would be grouped as well.
    rows = Seat.objects.filter(panel__in=found).order_by().values("panel")
    numbers = {
        one["panel"]: (one["sitting"], one["missing"])
        for one in rows.annotate(sitting=sitting, missing=missing)
    }
    undrawn = set(
        draws.standing().filter(panel__in=found, end=None).values_list("panel", flat=True)
    )
    lines = [
        _panel(case, one, *numbers.get(one.pk, (0, 0)))
        for one in found
        if one.pk not in signed and one.pk not in undrawn
    ]
    return [line for line in lines if line is not None]


def _panel(case: Case, panel: Panel, sitting: int, missing: int) -> Todo | None:
    """Return what is to be done about a panel that is not closed; None while judges mark."""
    stage = case.stage("judging")
    due = panel.due_at or (stage.ends_at if stage else None)
    name = _name(case, panel)
    voted = case.season.phase in {Season.Phase.CLOSED, Season.Phase.ANNOUNCED}
    begun = voted or (stage is not None and stage.starts_at <= case.now)
    if panel.opened_at is None and begun:
        text = _("“%(panel)s” has not been opened yet") % {"panel": name}
        detail, button = _("Judges cannot mark before."), _("Open the panel")
    elif panel.opened_at is not None and sitting and not missing:
        text = _("Everybody on “%(panel)s” has submitted") % {"panel": name}
        detail = _("The panel can be closed; there is no result before.")
        button = _("Close the panel")
    elif panel.opened_at is not None and due is not None and due <= case.now:
        text = _("“%(panel)s” is still open though its day has passed") % {"panel": name}
        detail = (
            ngettext(
                "%(n)d judge has not submitted.", "%(n)d judges have not submitted.", missing
            ) % {"n": missing}
            if sitting
            else _("Nobody sits on this panel.")
        )  # fmt: skip
        button = _("Look at the panel")
    else:
        return None
    where = reverse("console:panel", args=[case.season.slug, panel.pk])
    return Todo("judging", text, detail, due, where, button)


def _vacancies(case: Case) -> list[Todo]:
    """Name the drawn judges who declined or left, and whose seats can be given to somebody."""
    if not case.powers.may(Permission.PANELS_EDIT):
        return []
    found = []
    for seat, follows in draws.vacancies(case.season)[:MOST_OF_A_KIND]:
        text = (
            _("%(judge)s, who was drawn, has declined")
            if seat.state == Seat.State.DECLINED
            else _("%(judge)s, who was drawn, has left the panel")
        )
        detail = (
            _("The next in the order of the draw can take the seat.")
            if follows
            else _("Nobody in the pool is left for this seat: somebody can be named.")
        )
        where = [case.season.slug, seat.panel_id]
        found.append(
            Todo(
                "judging",
                text % {"judge": seat.judge.key},
                f"{_name(case, seat.panel)} · {detail}",
                None,
                reverse("console:seat", args=[*where, seat.pk])
                if follows
                else reverse("console:panel", args=where),
                _("Fill the seat"),
            )
        )
    return found


def _name(case: Case, panel: Panel) -> str:
    """Name a panel; one without a name of its own by its part of the result."""
    if panel.name:
        return content(panel.name, panel.name_en)["text"]
    part = names_of(declared_components(case.season)).get(panel.component)
    return part["text"] if part else panel.component


CONTRIBUTORS: Final[tuple[Contributor, ...]] = (_judging, _seeds, _panels, _vacancies)
