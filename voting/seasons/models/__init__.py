"""Tables of seasons: what stands still while people vote, and what leads up to it."""

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

__all__ = [
    "MOST_NOTICE_DAYS",
    "Cap",
    "Category",
    "Nominee",
    "PastWinner",
    "RuleAmendment",
    "RuleSheet",
    "Season",
    "SeasonEvent",
    "VotingWindow",
    "ballot_number_validator",
    "validate_time_zone",
]
