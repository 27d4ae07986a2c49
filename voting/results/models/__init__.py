"""Tables of results."""

from voting.results.models.figures import (
    FIGURE_DECIMALS,
    FIGURE_DIGITS,
    LONGEST_STRATUM,
    Figure,
    FigureBatch,
)

__all__ = ["FIGURE_DECIMALS", "FIGURE_DIGITS", "LONGEST_STRATUM", "Figure", "FigureBatch"]
