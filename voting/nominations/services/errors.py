"""Why a nomination cannot be changed. Every text is fit to show to a person."""

from voting.seasons.services import (
    ChangedMeanwhile as ChangedMeanwhile,  # noqa: PLC0414 -- raised here, so found here
)
from voting.seasons.services import RuleBroken


class NominationsClosed(RuleBroken):
    """The time of nominations has not begun, or has ended."""


class RouteClosed(RuleBroken):
    """This season does not take nominations by this way, or not from this person."""


class QuotaUsed(RuleBroken):
    """The unit has put forward as many as it may."""


class NotNow(RuleBroken):
    """In its present state this cannot be done with a nomination."""


class Incomplete(RuleBroken):
    """Something is missing; ``gaps`` says in which steps."""

    def __init__(self, text: str, gaps: object = ()) -> None:
        super().__init__(text)
        self.gaps = gaps


class CodeWrong(RuleBroken):
    """The code is not the one that was sent, or it is too old."""


class TooMany(RuleBroken):
    """Too many of these in a short time."""


class FileRefused(RuleBroken):
    """A file is not what it should be."""
