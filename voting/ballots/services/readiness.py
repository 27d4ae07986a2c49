"""What must be ready before voting can open, over all topics: one list for the page and for us."""

from collections.abc import Callable
from typing import Final

from voting.approvals.readiness import readiness as approvals_readiness
from voting.nominations.readiness import readiness as nominations_readiness
from voting.notices.readiness import readiness as notices_readiness
from voting.seasons.models import Season
from voting.seasons.readiness import Item
from voting.seasons.readiness import readiness as seasons_readiness

# Each topic below this one with something to say has ``readiness(season) -> list[Item]`` in a
# module ``readiness``; the season is as ``seasons.queries.season_by_slug`` returns it. In this
# order.
TOPICS: Final[tuple[Callable[[Season], list[Item]], ...]] = (
    seasons_readiness,
    nominations_readiness,
    notices_readiness,
    approvals_readiness,
)

# What topics above this one say likewise; by topic.
_more: Final[dict[str, Callable[[Season], list[Item]]]] = {}


def on_readiness(topic: str, readiness: Callable[[Season], list[Item]]) -> None:
    """Let a topic that this one knows nothing of add to the list. Once, at the start."""
    _more[topic] = readiness


def full_readiness(season: Season) -> list[Item]:
    """Return the list for a draft, as ``seasons.queries.season_by_slug`` returns it."""
    # A rehearsal has neither notices nor signatures; what it needs is a ballot.
    every = (*TOPICS, *_more.values())
    topics = every if season.rehearsal_of_id is None else (seasons_readiness,)
    return [item for topic in topics for item in topic(season)]


def obstacles(season: Season) -> list[str]:
    """Return what is in the way of opening, as sentences."""
    return [item.text for item in full_readiness(season) if item.blocks and not item.done]
