"""The parts of a nomination that a reviewer can ask to be corrected."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

PARTS: Final[Mapping[str, Any]] = {
    "name": _("name"),
    "category": _("category"),
    "contact": _("contact"),
    "consent": _("consents"),
    "headline": _("deed in one line"),
    "summary": _("short text"),
    "story": _("medium text"),
    "full_story": _("long text"),
    "portrait": _("portrait"),
    "photos": _("photos and captions"),
    "hours": _("service hours"),
    "attachments": _("proofs"),
    "opinion": _("opinion of the unit"),
}


def named(parts: Iterable[str]) -> str:
    """Return parts in words, in the language that is active."""
    return "、".join(str(PARTS[part]) for part in parts if part in PARTS)
