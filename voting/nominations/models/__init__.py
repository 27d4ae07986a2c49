"""Tables of nominations: first what nominators write; what reviewers write stands beside it."""

from voting.nominations.models.duplicates import Likeness, LikenessSearch, Merge
from voting.nominations.models.events import Message, NominationEvent
from voting.nominations.models.files import Attachment, Photo
from voting.nominations.models.nomination import Nomination, new_code
from voting.nominations.models.people import Confirmation, Consent, Contact
from voting.nominations.models.review import (
    CheckAnswer,
    ChecklistItem,
    Clearance,
    Decision,
    DecisionReason,
    ReviewSettings,
)
from voting.nominations.models.shortlists import Shortlist, ShortlistEntry

__all__ = [
    "Attachment",
    "CheckAnswer",
    "ChecklistItem",
    "Clearance",
    "Confirmation",
    "Consent",
    "Contact",
    "Decision",
    "DecisionReason",
    "Likeness",
    "LikenessSearch",
    "Merge",
    "Message",
    "Nomination",
    "NominationEvent",
    "Photo",
    "ReviewSettings",
    "Shortlist",
    "ShortlistEntry",
    "new_code",
]
