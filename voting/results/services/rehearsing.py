"""Figures from outside in a rehearsal: nobody brings any there, so they are invented.

Without them a part that the rules want would be missing for all, and no rehearsal would come to a
result. Everything here refuses a real season.
"""

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from hashlib import sha256
from random import Random
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from voting.audit.services import name_of, record
from voting.ballots.services.rehearsing import rehearsal
from voting.results.models import Figure, FigureBatch
from voting.results.queries import ONLINE
from voting.results.services.figures import BATCH
from voting.rules.components import LARGEST, Component
from voting.seasons.counting import declared_components
from voting.seasons.models import Nominee, Season
from voting.seasons.queries import season_by_slug

_VOTES: Final = (20, 400)  # for each nominee, of a channel or a group of voters
_RANGES: Final = {"hours": (40, 400), "points": (50, 100)}  # where the rules say none
_COUNTED: Final = frozenset({"public", "channel", "panel", "bonus"})  # nobody has half a vote
_WHOLE_FROM: Final = 4  # a range that is narrower has decimals
_CENT: Final = Decimal("0.01")


def from_outside(season: Season) -> list[Component]:
    """Return the parts of the result for which somebody has to bring figures.

    season: with its rule sheet. Of a public vote in groups those that do not vote on this platform.
    """
    return [one for one in declared_components(season).components if _strata(one)]


def lacking(season: Season) -> list[Component]:
    """Return those of ``from_outside`` for which no figures count yet. One query."""
    there = set(
        FigureBatch.objects.filter(season=season, state=FigureBatch.State.COUNTED).values_list(
            "component", flat=True
        )
    )
    return [one for one in from_outside(season) if one.key not in there]


@transaction.atomic
def invent_figures(*, slug: str, by: User) -> list[Component]:
    """Give a rehearsal figures for each part that lacks them, and have them count; return which.

    The same rehearsal always has the same figures. They go when it is wiped. Whatever an operator
    has brought stays. Raises NoRehearsal for a real season, Season.DoesNotExist.
    """
    Season.objects.select_for_update(of=("self",), no_key=True).get(pk=rehearsal(slug).pk)
    season = season_by_slug(slug)
    done = lacking(season)
    now = timezone.now()
    for component in done:
        rows = list(_rows(season, component))
        text = "\n".join(f"{stratum},{number},{figure}" for stratum, number, _pk, figure in rows)
        # Nobody stands behind them, so nobody's account is held by them either.
        batch = FigureBatch.objects.create(
            season=season, component=component.key, state=FigureBatch.State.COUNTED,
            file_name=_("Invented for the rehearsal"), source=_("Invented for the rehearsal"),
            fingerprint=sha256(text.encode()).hexdigest(), entered_at=now, confirmed_at=now,
        )  # fmt: skip
        Figure.objects.bulk_create(
            (
                Figure(batch=batch, stratum=stratum, nominee_id=pk, figure=figure)
                for stratum, _number, pk, figure in rows
            ),
            batch_size=BATCH,
        )
    if done:
        record(
            actor=name_of(by), action="figures.rehearse", season=slug,
            after={"component": ", ".join(one.key for one in done)},
        )  # fmt: skip
    return done


def _strata(component: Component) -> tuple[str, ...]:
    """Return for which groups figures come from outside; "" stands for no groups; none: no figures.

    Votes on paper can be added to a vote without groups too, but nothing lacks without them.
    """
    if component.panel is not None:
        return ()
    if component.kind == "public":
        return tuple(one for one in component.strata if one != ONLINE)
    return component.strata or ("",)


def _rows(season: Season, component: Component) -> Iterator[tuple[str, str, int, Decimal]]:
    """Yield stratum, ballot number, nominee and figure."""
    standing = Nominee.objects.filter(season=season, withdrawn_at=None)
    if component.categories:
        standing = standing.filter(category__name__in=component.categories)
    nominees = list(standing.order_by("ballot_number").values_list("ballot_number", "pk"))
    for stratum in _strata(component):
        # From text, so that it is the same on every machine.
        chance = Random(f"{season.slug}\n{component.key}\n{stratum}")  # noqa: S311 -- invented, not a draw
        for number, pk in nominees:
            yield stratum, number, pk, _invented(component, chance)


def _invented(component: Component, chance: Random) -> Decimal:
    """Return a figure as the rules of this part could take it, in the upper part of its range."""
    low, high = _range(component)
    if component.kind in _COUNTED or high - low >= _WHOLE_FROM:
        first, last = low.to_integral_value(ROUND_UP), high.to_integral_value(ROUND_DOWN)
        return Decimal(chance.randint(min(int(first), int(last)), int(last)))
    share = Decimal(chance.randint(0, 100)) / 100
    return (low + (high - low) * share).quantize(_CENT, ROUND_DOWN)


def _range(component: Component) -> tuple[Decimal, Decimal]:
    """Return between which figures to invent one: what the rules say, else what is usual."""
    if component.each and component.cap:  # a bonus: so many of what it is given for
        low, high = Decimal(0), (component.cap / component.each).to_integral_value(ROUND_UP)
    elif component.most is not None:
        low, high = component.most / 2, component.most
    elif component.linear is not None:
        span = component.linear.high - component.linear.low
        low, high = component.linear.low + span / 4, component.linear.high
    else:
        low, high = map(Decimal, _RANGES.get(component.kind, _VOTES))
    most = Decimal(LARGEST)  # as a column of figures takes it
    return min(max(low, Decimal(0)), most), min(max(high, Decimal(0)), most)
