"""Texts in cells: none of them starts a formula, and each comes back as it was."""

import re
from typing import Any, Final

# What makes spreadsheet programs compute, and the sign by which we say that they must not.
STARTS: Final = "=+-@＝＋－＠\t\r\n'"
GUARD: Final = "'"
# What XML cannot hold.
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def escaped(text: str) -> str:
    """Return a text as it is put into a cell: guarded, if it could be taken for a formula."""
    plain = _ILLEGAL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return GUARD + plain if plain[:1] and plain[0] in STARTS else plain


def unescaped(value: Any) -> str:
    """Return what a cell says, as text; what ``escaped`` guards comes back without its guard."""
    text = _text(value).replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text[:1] == GUARD and text[1:2] and text[1] in STARTS else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a year or a code that the program took for a number
    if hasattr(value, "date") and callable(value.date):
        return str(value.date().isoformat())
    return str(value)
