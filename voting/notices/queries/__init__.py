"""What other parts ask about notices and objections."""

from voting.notices.queries.calendar import calendar
from voting.notices.queries.notices import (
    entries_of,
    latest,
    latest_of,
    struck_nominees,
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

__all__ = [
    "Line",
    "Proposed",
    "by_code",
    "calendar",
    "counts",
    "entries_of",
    "inbox",
    "latest",
    "latest_of",
    "open_objections",
    "proposed",
    "public_decisions",
    "struck_nominees",
    "uncarried",
    "version_of",
    "versions",
]
