"""Writing: the calendar, a notice and its publication, objections and their handling."""

from voting.notices.services.calendar import set_calendar
from voting.notices.services.errors import (
    AlreadySettled,
    MustRecuse,
    NoticeOver,
    NoticeRuleBroken,
    NotYours,
)
from voting.notices.services.handling import (
    accept,
    answer,
    decide,
    erase_objector,
    erase_settled,
    hand_back,
    note,
    recuse,
    refuse,
    take_on,
)
from voting.notices.services.objecting import Received, add_evidence, submit
from voting.notices.services.preparing import draft_of, save_draft
from voting.notices.services.publishing import (
    carry_out,
    difference,
    propose_publication,
    publication_difference,
    publish,
    state_now,
)

__all__ = [
    "AlreadySettled",
    "MustRecuse",
    "NotYours",
    "NoticeOver",
    "NoticeRuleBroken",
    "Received",
    "accept",
    "add_evidence",
    "answer",
    "carry_out",
    "decide",
    "difference",
    "draft_of",
    "erase_objector",
    "erase_settled",
    "hand_back",
    "note",
    "propose_publication",
    "publication_difference",
    "publish",
    "recuse",
    "refuse",
    "save_draft",
    "set_calendar",
    "state_now",
    "submit",
    "take_on",
]
