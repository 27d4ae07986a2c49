"""What other parts ask about notices and objections."""

from voting.notices.queries.calendar import calendar
from voting.notices.queries.notices import (
    entries_of,
    latest,
    latest_of,
    next_version,
    standing_notice,
    struck_entries,
    version_of,
    versions,
)
from voting.notices.queries.objections import (
    by_code,
    counts,
    inbox,
    open_objections,
    public_decisions,
    uncarried,
)
from voting.notices.queries.proposed import Line, Proposed, proposed
from voting.notices.queries.terms import Terms, period_from, terms_of

__all__ = [
    "Line",
    "Proposed",
    "Terms",
    "by_code",
    "calendar",
    "counts",
    "entries_of",
    "inbox",
    "latest",
    "latest_of",
    "next_version",
    "open_objections",
    "period_from",
    "proposed",
    "public_decisions",
    "standing_notice",
    "struck_entries",
    "terms_of",
    "uncarried",
    "version_of",
    "versions",
]
