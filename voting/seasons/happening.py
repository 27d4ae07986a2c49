"""Whether what a stage is for has happened. Dates alone do not tell; topics above seasons know.

A timeline that ticks off a notice that nobody has published would say what is not so.
"""

from collections.abc import Callable
from typing import Final

from voting.seasons.models import Season

_happened: Final[dict[str, Callable[[Season], bool]]] = {}


def on_stage(kind: str, happened: Callable[[Season], bool]) -> None:
    """Let a topic say of a kind of stage whether it is settled. Once, when the program starts.

    happened: asked of a season that was opened, once the stage's days are over; one query.
    """
    _happened[kind] = happened


def has_happened(season: Season, kind: str) -> bool:
    """Return whether a stage is settled; that of which no topic says anything is.

    Before opening dates are plans, which can be moved; after the announcement all is settled.
    """
    if kind not in _happened or season.phase in {Season.Phase.DRAFT, Season.Phase.ANNOUNCED}:
        return True
    return _happened[kind](season)
