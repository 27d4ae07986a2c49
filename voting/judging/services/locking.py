"""Locks, always in the same order, so that two who change the same things wait for each other.

Season, panels by key, seats, and then judges of the pool. Whoever locks a judge and then a panel
could wait for somebody who announces a draw and does it the other way round.
"""

from django.utils.translation import gettext as _

from voting.approvals.models import Proposal
from voting.judging.models import Panel, Seat
from voting.judging.queries.seats import standing
from voting.judging.services.errors import JudgingRefused
from voting.seasons.models import Season


def lock_season_of(season_id: int) -> None:
    """Lock a season before panels and judges: an invitation to it refers to its row.

    Whoever signs as the second person holds the season and waits for the panel; who held the panel
    and then needed the season would wait for them.
    """
    Season.objects.select_for_update(of=("self",), no_key=True).get(pk=season_id)


def lock_season_of_panel(panel_id: int) -> None:
    """Lock the season of a panel, before the panel is."""
    lock_season_of(Panel.objects.values_list("season_id", flat=True).get(pk=panel_id))


def locked_panel(panel_id: int) -> Panel:
    """Return a panel with its season, locked until commit."""
    rows = Panel.objects.select_for_update(of=("self",), no_key=True).select_related("season")
    return rows.get(pk=panel_id)


def locked_seat(seat_id: int) -> Seat:
    """Return a seat, locked until commit after its panel, with judge, account and season."""
    panel_id = Seat.objects.values_list("panel", flat=True).get(pk=seat_id)
    panel = locked_panel(panel_id)
    seats = Seat.objects.select_for_update(of=("self",)).select_related("judge__user")
    seat = seats.get(pk=seat_id)
    seat.panel = panel
    return seat


def locked_seats(panel: Panel) -> list[Seat]:
    """Return the seats of a locked panel, locked until commit, with judge and account."""
    rows = panel.seats.select_for_update(of=("self",)).select_related("judge__user")
    found = list(rows.order_by("pk"))
    for seat in found:
        seat.panel = panel
    return found


def locked_as_signed(proposal: Proposal) -> Seat:
    """Return the seat that two people signed about, locked like that.

    Raises JudgingRefused if it is not as it was when the first person signed: the second one read
    something else.
    """
    seat = locked_seat(int(proposal.payload["seat"]))
    if standing(seat) != proposal.payload["standing"]:
        raise JudgingRefused(
            _(
                "The judge has submitted, or the sheet was reopened, since the first signature. "
                "Return it, and have it signed anew."
            )
        )
    return seat


def lock_panels_of(judge_id: int) -> None:
    """Lock all panels on which a judge has a seat, before the judge is locked."""
    panels = Panel.objects.select_for_update(of=("self",), no_key=True)
    panels = panels.filter(seats__judge=judge_id)
    list(panels.order_by("pk").values_list("pk", flat=True))
