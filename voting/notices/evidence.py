"""Taking in what is handed in with an objection: checked and made anew as proofs are."""

import secrets
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from django.utils.translation import gettext as _

from voting.nominations import documents
from voting.notices import storage
from voting.notices.models import ObjectionEvidence
from voting.notices.services.objecting import StoredFile

FILES: Final = storage.FILES
MOST_FILES: Final = 5
MOST_BYTES: Final = 12 * 1024 * 1024  # all files of one form together
ORPHAN_SECONDS: Final = 24 * 3600
_MOST_NAME: Final = 120


class EvidenceRefused(Exception):
    """A file cannot be taken; the text is fit to show to a person."""


def take_in(uploads: Iterable[tuple[str, str, bytes]]) -> list[StoredFile]:
    """Check files and store them; a row must name them soon, or the sweep removes them.

    uploads: kind, name and bytes of each. Raises EvidenceRefused, and stores nothing then.
    """
    checked = []
    for kind, name, raw in uploads:
        try:
            media_type, content = documents.document(raw)
        except documents.DocumentRefused as error:
            raise EvidenceRefused(_("%(name)s: %(why)s") % {"name": name, "why": error}) from error
        checked.append((kind, name, media_type, content))
    stored = []
    for kind, name, media_type, content in checked:
        path = f"{secrets.token_hex(16)}.{documents.ENDINGS[media_type]}"
        FILES.write(path, content)
        stored.append(
            StoredFile(
                kind=kind, name=name[-_MOST_NAME:], path=path, media_type=media_type,
                size=len(content), sha256=sha256(content).hexdigest(),
            )
        )  # fmt: skip
    return stored


def sweep() -> int:
    """Delete files that no row names, once they are a day old; return how many."""
    paths = ObjectionEvidence.objects.values_list("path", flat=True)
    return FILES.sweep(frozenset(path[:32] for path in paths), seconds=ORPHAN_SECONDS)
