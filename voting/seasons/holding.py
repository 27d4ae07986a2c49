"""What holds the rules of the count still while the season is a draft: topics above say why.

Before opening, rules can change. Judges may mark before opening, though, and whoever has seen their
marks could choose the rules by them.
"""

from collections.abc import Callable
from typing import Final

from voting.seasons.models import Season

# Columns of the rule sheet by which votes and marks become a result.
COUNT: Final = (
    "public_weight", "panel_weight", "conversion", "panel", "ties", "consolidation", "honours",
)  # fmt: skip
_reasons: Final[dict[str, Callable[[Season], str]]] = {}
_to_stay_public: Final[dict[str, Callable[[Season], str]]] = {}


def on_count_change(topic: str, reason: Callable[[Season], str]) -> None:
    """Let a topic that this one knows nothing of hold the rules of the count. Once, at the start.

    reason: asked with the season's row locked; returns why the rules must stay, fit to show to a
    person, or "".
    """
    _reasons[topic] = reason


def held_because(season: Season) -> str:
    """Return why the rules of the count stand still, or "" while they may change."""
    return next((said for reason in _reasons.values() if (said := reason(season))), "")


def on_hiding(topic: str, reason: Callable[[Season], str]) -> None:
    """Let a topic keep a published draft public. Once, at the start; reason: as above."""
    _to_stay_public[topic] = reason


def public_because(season: Season) -> str:
    """Return why a published draft must not be hidden again, or "" while it may."""
    found = (said for reason in _to_stay_public.values() if (said := reason(season)))
    return next(found, "")
