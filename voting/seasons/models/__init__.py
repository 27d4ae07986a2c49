"""Tables of seasons: what stands still while people vote, and what leads up to it."""

from voting.seasons.models.announcement import Announcement
from voting.seasons.models.nominating import NominationSettings, UnitQuota
from voting.seasons.models.rules import (
    MOST_NOTICE_DAYS,
    Cap,
    RuleAmendment,
    RuleSheet,
    VotingWindow,
)
from voting.seasons.models.season import (
    Category,
    Nominee,
    PastWinner,
    Season,
    SeasonEvent,
    ballot_number_validator,
    validate_time_zone,
)
from voting.seasons.models.stages import Stage

__all__ = [
    "MOST_NOTICE_DAYS",
    "Announcement",
    "Cap",
    "Category",
    "NominationSettings",
    "Nominee",
    "PastWinner",
    "RuleAmendment",
    "RuleSheet",
    "Season",
    "SeasonEvent",
    "Stage",
    "UnitQuota",
    "VotingWindow",
    "ballot_number_validator",
    "validate_time_zone",
]
