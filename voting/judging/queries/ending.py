"""Whether judging is over: from then on what was given can be seen, and nobody alone changes it.

Who could see numbers before could still name judges, or draw them, to fit.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from django.db.models import Exists, OuterRef, Q

from voting.judging.models import Panel, Seat
from voting.judging.queries.forms import panel_components
from voting.judging.queries.sharing import counting_panels
from voting.seasons.models import Nominee, Season

_SITTING = Q(state__in=[Seat.State.INVITED, Seat.State.CONFIRMED, Seat.State.READY])
_rulings: dict[str, Callable[[Season], Collection[str]]] = {}


def on_rulings(topic: str, ruled_out: Callable[[Season], Collection[str]]) -> None:
    """Let a topic that this one knows nothing of say which parts do not count. Once, at the start.

    ruled_out: returns the keys of components that two people have ruled out as a whole.
    """
    _rulings[topic] = ruled_out


def panels_open(season: Season) -> list[Panel]:
    """Return the panels on which somebody marks, or could yet.

    Not among them: those that were closed, and those that files alone have filled.
    """
    seats = Seat.objects.filter(panel=OuterRef("pk"))
    by_files = Exists(seats.filter(how=Seat.How.IMPORTED)) & ~Exists(
        seats.filter(_SITTING).exclude(how=Seat.How.IMPORTED)
    )
    return list(Panel.objects.filter(season=season, closed_at=None).exclude(by_files))


def nobody_marks(season: Season) -> bool:
    """Return whether no panel is open or still to be opened. One query."""
    return not panels_open(season)


def unjudged(season: Season) -> list[tuple[str, str]]:
    """Return component and category of what the rules want judged and no panel has.

    By keys and names. Categories without a nominee, and parts that were ruled out, want nobody.
    """
    wanted = panel_components(season)
    if not wanted:
        return []
    out = {key for said in _rulings.values() for key in said(season)}
    categories = set(
        Nominee.objects.filter(season=season, withdrawn_at=None)
        .order_by()
        .values_list("category", "category__name")
        .distinct()
    )
    judged: dict[str, list[set[int]]] = defaultdict(list)
    for panel in counting_panels(season).prefetch_related("categories"):
        judged[panel.component].append({one.pk for one in panel.categories.all()})
    return [
        (one.key, name)
        for one in wanted
        if one.key not in out
        for pk, name in sorted(categories, key=lambda category: category[1])
        if not one.categories or name in one.categories
        if not any(not of or pk in of for of in judged[one.key])
    ]


def is_over(season: Season) -> bool:
    """Return whether everything that the rules want judged is, and nobody can mark any more."""
    return not panels_open(season) and not unjudged(season)


def stands_still(season: Season) -> bool:
    """Return whether numbers can be seen, so that nobody alone may change what they are made of.

    That is once the vote is closed and judging is over.
    """
    ended = season.phase in {Season.Phase.CLOSED, Season.Phase.ANNOUNCED}
    return ended and is_over(season)


def seats_outstanding(season: Season) -> Mapping[str, int]:
    """Return by component how many seats of panels that are not closed have not submitted."""
    found: dict[str, int] = defaultdict(int)
    rows = Seat.objects.filter(
        _SITTING, panel__season=season, panel__closed_at=None, submitted_at=None
    )
    for component in rows.values_list("panel__component", flat=True):
        found[component] += 1
    return dict(found)
