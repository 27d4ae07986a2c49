"""Tables of judging."""

from voting.judging.models.draws import DrawEnd, PanelDraw
from voting.judging.models.panels import HIDEABLE, Assignment, Panel, Recusal, Seat
from voting.judging.models.pool import LONGEST_KEY, Judge, key_validator
from voting.judging.models.sheets import (
    LONGEST_COMMENT,
    MARK_DECIMALS,
    MARK_DIGITS,
    Calibration,
    Mark,
    ScoreSheet,
    SeatEvent,
)

__all__ = [
    "HIDEABLE",
    "LONGEST_COMMENT",
    "LONGEST_KEY",
    "MARK_DECIMALS",
    "MARK_DIGITS",
    "Assignment",
    "Calibration",
    "DrawEnd",
    "Judge",
    "Mark",
    "Panel",
    "PanelDraw",
    "Recusal",
    "ScoreSheet",
    "Seat",
    "SeatEvent",
    "key_validator",
]
