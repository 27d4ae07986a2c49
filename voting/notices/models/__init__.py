"""Notices as prepared and as published, objections and their way, and the calendar's table."""

from voting.notices.models.calendar import CalendarDay, CalendarYear
from voting.notices.models.notices import (
    NoticeDraft,
    NoticeEntry,
    NoticeKind,
    NoticeTexts,
    PublicNotice,
)
from voting.notices.models.objections import (
    Objection,
    ObjectionEvent,
    ObjectionEvidence,
    Objector,
    Recusal,
)

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "NoticeDraft",
    "NoticeEntry",
    "NoticeKind",
    "NoticeTexts",
    "Objection",
    "ObjectionEvent",
    "ObjectionEvidence",
    "Objector",
    "PublicNotice",
    "Recusal",
]
