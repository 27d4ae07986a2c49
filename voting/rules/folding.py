"""One spelling for what people write in many: width, case, traditional and variant characters.

Folding is for finding, not for showing: what it makes equal is a hint that a person looks at.
Sources: Unicode NFKD, OpenCC (traditional to simplified), Unicode's Unihan (variants, see
``unihan/README.md``).
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

from opencc import OpenCC

_VARIANTS: Final = Path(__file__).with_name("unihan") / "variants.txt"
_STEPS: Final = 4  # a character that is still changing then keeps the form it has


def fold(text: str) -> str:
    """Return the text without what does not tell two names apart.

    Full width becomes half width, capitals small, accents go, traditional and variant characters
    become common simplified ones; spaces, punctuation, middle dots and symbols are left out. Each
    character is folded by itself, so a part of a text folds to a part of the folded text; folding
    twice changes nothing. Vowel signs that Unicode counts as marks (in Indic scripts) go too.
    """
    return "".join(words(text))


def words(text: str) -> list[str]:
    """Return the folded words: what stands between spaces and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return unicodedata.normalize("NFC", plain.translate(_FOLDED)).split()


class _Folded(dict[int, str]):
    """What each character becomes; worked out when it is met first."""

    def __missing__(self, code: int) -> str:
        self[code] = _character(chr(code))
        return self[code]


_FOLDED: Final = _Folded()


def _character(letter: str) -> str:
    """Return the folded character: nothing for a mark, a space for what is no letter or number."""
    kind = unicodedata.category(letter)[0]
    if kind not in "LN":
        return "" if kind == "M" else " "
    for _step in range(_STEPS):
        simple = _to_simplified().convert(letter)
        simple = _variants().get(simple, simple)
        if simple == letter or len(simple) != 1:
            break
        letter = simple
    return letter


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


@cache
def _variants() -> dict[str, str]:
    return {pair[0]: pair[1] for pair in _VARIANTS.read_text(encoding="utf-8").split()}
