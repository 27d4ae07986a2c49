"""Tables of results."""

from voting.results.models.figures import (
    FIGURE_DECIMALS,
    FIGURE_DIGITS,
    LONGEST_STRATUM,
    Figure,
    FigureBatch,
)
from voting.results.models.rulings import Ruling
from voting.results.models.snapshots import Conferral, PublishedResult, ResultSnapshot

__all__ = [
    "FIGURE_DECIMALS",
    "FIGURE_DIGITS",
    "LONGEST_STRATUM",
    "Conferral",
    "Figure",
    "FigureBatch",
    "PublishedResult",
    "ResultSnapshot",
    "Ruling",
]
