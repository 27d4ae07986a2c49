"""Public pages about a season that topics above seasons have, for pages that lead to them."""

from collections.abc import Callable
from typing import Final, NamedTuple

from voting.seasons.models import Season


class Page(NamedTuple):
    """Where a page is, and what a link to it says."""

    url: str
    text: str


# Returns the page of a season once there is something on it, in the reader's language.
Finder = Callable[[Season], Page | None]

_finders: Final[dict[str, Finder]] = {}


def register(topic: str, finder: Finder) -> None:
    """Have pages of a season lead to a page of a topic. Once, when the program starts."""
    _finders[topic] = finder


def pages_of(season: Season) -> list[Page]:
    """Return the pages that there are about a season. One query for each topic."""
    return [page for find in _finders.values() if (page := find(season)) is not None]
