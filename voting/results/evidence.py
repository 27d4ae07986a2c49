"""Scans that prove a file of figures: the signed count of a ballot box, a list of hours."""

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from voting.nominations import documents
from voting.results.models import FigureBatch
from voting.seasons.file_folder import FileFolder
from voting.seasons.services import RuleBroken

# Only permission-checked views read it.
FILES: Final = FileFolder("figures")
ORPHAN_SECONDS: Final = 24 * 3600
_MOST_NAME: Final = 120


@dataclass(frozen=True, slots=True)
class Evidence:
    """A scan that has been checked. path: its name in ``FILES``; sha256: of ``content``, in hex."""

    name: str
    path: str
    sha256: str
    content: bytes


def checked(name: str, raw: bytes) -> Evidence:
    """Return a scan as it will be kept: a PDF as it came, a picture made anew.

    raw: at most ``documents.MOST_BYTES``. Raises RuleBroken; nothing is stored yet.
    """
    try:
        media_type, content = documents.document(raw)
    except documents.DocumentRefused as error:
        raise RuleBroken(str(error)) from error
    path = f"{secrets.token_hex(16)}.{documents.ENDINGS[media_type]}"
    return Evidence(name[-_MOST_NAME:], path, sha256(content).hexdigest(), content)


def sweep() -> int:
    """Delete scans that no row names, once they are a day old; return how many."""
    rows = FigureBatch.objects.exclude(evidence="").values_list("evidence", flat=True)
    return FILES.sweep(frozenset(path[:32] for path in rows), seconds=ORPHAN_SECONDS)
