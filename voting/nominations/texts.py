"""How texts are counted: the page's script counts in the same way (static/nominations/form.js)."""

import re
from typing import Final

# What is taken off both ends; a fixed list, so that browser and server agree.
BLANKS: Final = " \t\r\n\u3000"
LONGEST_KEPT: Final = 20_000  # characters of a text that does not fit; more is not stored at all

# Tabs and line breaks are all that texts need of them; PostgreSQL keeps no NUL at all.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_HALVES: Final = re.compile("[\ud800-\udfff]")


def plain(text: str) -> str:
    """Return a text as it is stored: lines end in one way, no blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS)


def clean(text: str) -> str:
    """Return a text as both databases keep it and pages can show it, all that can be read kept.

    Control characters go, except tabs and line breaks; half a character (a lone surrogate, as
    programs leave it that cut a text in the middle of one) becomes U+FFFD.
    """
    return plain(_HALVES.sub("\ufffd", _CONTROLS.sub("", text)))


def storable(text: str) -> str:
    """Return what both databases can keep of a text that does not fit its field."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:LONGEST_KEPT]
