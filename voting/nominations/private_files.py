"""Handing out what people uploaded: under its own type, and so that no browser runs it."""

from typing import Final

from django.http import HttpResponse

TYPES: Final = {
    "jpg": "image/jpeg", "webp": "image/webp", "png": "image/png", "pdf": "application/pdf",
}  # fmt: skip


def private_file(content: bytes, ending: str) -> HttpResponse:
    """Answer with a file that only some may see; the caller has asked who they are.

    ending: one of ``TYPES``. Whether it is shown or saved, and for how long browsers keep it, the
    caller says.
    """
    response = HttpResponse(content, content_type=TYPES[ending])
    # Whatever is in the file, a browser must not take it for a page of ours.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
