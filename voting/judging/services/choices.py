"""Ranks and picks in a file, held to what the platform asks of judges who mark on it.

A judge ranks and picks in each category by itself: ranks are 1, 2, 3 and so on, each once; picks
are no more than the rules allow. What is wrong would otherwise show when the result is computed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from voting.judging.models import Mark, Seat
from voting.judging.tables import Table
from voting.rules.components import Component
from voting.seasons.models import Season

CHOSEN: Final = frozenset({"exponential", "votes"})  # methods of panels that rank, or pick


@dataclass(frozen=True, slots=True)
class Choice:
    """A rank or a pick. row: in the file; 0: an earlier file has brought it."""

    row: int
    component: Component
    judge: str
    category: str
    points: Decimal


def check_choices(table: Table, season: Season, choices: list[Choice], *, replace: bool) -> None:
    """Note each row with a rank or pick that its judge cannot have given in its category.

    replace: whether what earlier files brought for the same components is taken out. One query.
    """
    by_key = {one.component.key: one.component for one in choices}
    earlier = [] if replace or not by_key else _earlier(season, by_key)
    found: dict[tuple[str, str, str], list[Choice]] = {}
    for one in (*earlier, *choices):
        found.setdefault((one.component.key, one.judge, one.category), []).append(one)
    for own in found.values():
        panel = own[0].component.panel
        if panel and panel.method == "votes":
            _check_picks(table, own, panel.picks)
        else:
            _check_ranks(table, own)


def _earlier(season: Season, components: dict[str, Component]) -> Iterable[Choice]:
    rows = Mark.objects.filter(
        sheet__seat__panel__season=season, sheet__seat__panel__component__in=components,
        sheet__seat__how=Seat.How.IMPORTED, sheet__nominee__isnull=False,
    ).values_list(
        "sheet__seat__panel__component", "sheet__seat__judge__key",
        "sheet__nominee__category__name", "points",
    )  # fmt: skip
    return [
        Choice(0, components[key], judge, category, points) for key, judge, category, points in rows
    ]


def _check_picks(table: Table, own: Iterable[Choice], most: int) -> None:
    picked = [one for one in own if one.points]
    for one in picked[most:]:
        text = _("A judge picks at most %(most)d in “%(category)s”.")
        table.add(one.row, "points", text % {"most": most, "category": one.category})


def _check_ranks(table: Table, own: list[Choice]) -> None:
    given: set[Decimal] = set()
    for one in own:
        if one.points in given and one.row:
            text = _("This judge has given rank %(rank)s in “%(category)s” already.")
            words = {"rank": one.points, "category": one.category}
            table.add(one.row, "points", text % words)
        elif one.points > len(own) and one.row:
            text = _("This judge ranks %(n)d in “%(category)s”: from 1 to %(n)d, each rank once.")
            table.add(one.row, "points", text % {"n": len(own), "category": one.category})
        given.add(one.points)
