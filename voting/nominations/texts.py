"""How texts are counted: the page's script counts in the same way (static/nominations/form.js)."""

from typing import Final

# What is taken off both ends; a fixed list, so that browser and server agree.
BLANKS: Final = " \t\r\n\u3000"
LONGEST_KEPT: Final = 20_000  # characters of a text that does not fit; more is not stored at all


def plain(text: str) -> str:
    """Return a text as it is stored: lines end in one way, no blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS)


def storable(text: str) -> str:
    """Return what both databases can keep of a text that does not fit its field."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()[:LONGEST_KEPT]
