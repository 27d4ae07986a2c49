"""Tables of nominations: first what nominators write; what reviewers write stands beside it."""

from voting.nominations.models.events import Message, NominationEvent
from voting.nominations.models.files import Attachment, Photo
from voting.nominations.models.nomination import Nomination, new_code
from voting.nominations.models.people import Confirmation, Consent, Contact

__all__ = [
    "Attachment",
    "Confirmation",
    "Consent",
    "Contact",
    "Message",
    "Nomination",
    "NominationEvent",
    "Photo",
    "new_code",
]
