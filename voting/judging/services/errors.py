"""Why something about judging was refused; the texts are for people."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from voting.seasons.services import RuleBroken


class JudgingRefused(RuleBroken):
    """Something that the rules of judging do not allow."""


class PanelStandsStill(JudgingRefused):
    """The panel was opened: what judges see and mark does not change any more."""


class NotMarking(JudgingRefused):
    """No marks are taken now: not open yet, over, or not from this judge."""


class SheetLocked(NotMarking):
    """The sheet was submitted."""


class MustKeepOut(NotMarking):
    """The judge keeps out of this nominee, or was not given it."""


class Incomplete(JudgingRefused):
    """Something is missing before the sheet can be submitted."""


class OutOfRange(JudgingRefused):
    """Not a mark that can be given."""


class Conflict(JudgingRefused):
    """Another device was quicker; both values are told, and the judge chooses.

    there: None if the mark was taken away there.
    """

    def __init__(
        self, text: str, *, there: Decimal | str | None, revision: int, at: datetime
    ) -> None:
        super().__init__(text)
        self.there = there
        self.revision = revision
        self.at = at


class OrderChanged(JudgingRefused):
    """Another device has ranked or picked meanwhile.

    there: by nominee what stands there now; None if the mark was taken away there.
    """

    def __init__(self, text: str, *, there: Mapping[int, Decimal | None]) -> None:
        super().__init__(text)
        self.there = there
