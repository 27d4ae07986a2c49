"""Documents that prove something: what is taken, and how it is told from what looks like it."""

import re
from typing import Final

from django.utils.translation import gettext as _

from voting.nominations.pictures import PictureRefused, scan

MOST_BYTES: Final = 10 * 1024 * 1024
# What makes a PDF do something when it is opened. Compressed parts are not searched: the file is
# only ever handed out as a download, to people who may read the nomination.
_ACTIVE: Final = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
_LETTER: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
ENDINGS: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class DocumentRefused(Exception):
    """A file is no document that can be used; the text is fit to show to a person."""


def document(raw: bytes) -> tuple[str, bytes]:
    """Return content type and bytes of a proof: a PDF as it came, a picture made anew.

    Raises DocumentRefused.
    """
    if len(raw) > MOST_BYTES:
        raise DocumentRefused(
            _("This file is too large: %(size)s MB. At most %(most)s MB.")
            % {"size": f"{len(raw) / 1048576:.1f}", "most": MOST_BYTES // 1048576}
        )
    if raw[:5] == b"%PDF-":
        _check_pdf(raw)
        return "application/pdf", raw
    if raw[:3] == b"\xff\xd8\xff" or raw[:8] == b"\x89PNG\r\n\x1a\n":
        try:
            return scan(raw)
        except PictureRefused as error:
            raise DocumentRefused(str(error)) from error
    raise DocumentRefused(_("Only PDF, JPEG and PNG files can be used as proof."))


def _check_pdf(raw: bytes) -> None:
    if b"%%EOF" not in raw[-2048:] or b"startxref" not in raw[-4096:]:
        raise DocumentRefused(
            _("This PDF is damaged or not complete. Please choose the original file.")
        )
    # A name may have any of its letters written as a number: /J#61vaScript.
    named = _LETTER.sub(lambda found: bytes([int(found[1], 16)]), raw)
    if any(mark in named for mark in _ACTIVE):
        raise DocumentRefused(
            _("This PDF contains scripts, forms or other files. Please print it to a plain PDF.")
        )
