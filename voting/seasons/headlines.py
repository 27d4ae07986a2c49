"""What topics above seasons tell everybody at the top of a season's page, and on its card."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from voting.seasons.models import Season
from voting.seasons.public_pages import Page


class Headline(NamedTuple):
    """A sentence with the ways that belong to it, the first one first."""

    icon: str
    text: str
    detail: str
    ways: tuple[Page, ...]


# Returns by a season's key what is to be told of it at a moment, in the reader's language.
Finder = Callable[[Sequence[Season], datetime], Mapping[int, Headline]]

_finders: Final[dict[str, Finder]] = {}


def register(topic: str, finder: Finder) -> None:
    """Have seasons' pages tell what a topic knows. Once, when the program starts."""
    _finders[topic] = finder


def headlines_of(seasons: Sequence[Season], now: datetime) -> dict[int, list[Headline]]:
    """Return by key what is told of seasons; of most nothing. One query for each topic."""
    found: dict[int, list[Headline]] = {}
    # Of drafts there is nothing to tell, and the page of most seasons then asks nothing more.
    opened = [one for one in seasons if one.phase != Season.Phase.DRAFT]
    for find in _finders.values() if opened else ():
        for key, headline in find(opened, now).items():
            found.setdefault(key, []).append(headline)
    return found
