"""Taking names out of a text, however they are written there.

A name is found in traditional and variant characters, in full or half width, with capitals or
accents, with spaces, dots or hyphens between its characters, and a Latin one also with its words
in another order. Found is what is the same folded (``folding``); blanked is what stood there.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from voting.rules.folding import fold, words

# What parts names from each other, or from what is said beside them.
_BETWEEN: Final = re.compile(r"[()（）\[\]【】〔〕《》「」『』<>、，,/／;；:：|｜\n]+")
# Where Chinese and Latin writing meet.
_BORDER: Final = re.compile(
    r"(?<=[\u3400-\u9fff])\s*(?=[A-Za-z\u00c0-\u024f])|(?<=[A-Za-z\u00c0-\u024f.])\s*(?=[\u3400-\u9fff])"
)
# Words behind a name that are nobody's: "and others", "and four others", "and spouse" (two words
# for it), "and family" (two words). Written as code points: source has no Chinese.
_REST: Final = re.compile(
    r"(?:\u7b49\s*[0-9\uff10-\uff19\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e]*\s*[\u4eba\u4f4d\u540d]?|\u592b\u5987|\u592b\u59bb|\u4e00\u5bb6|\u5bb6\u5ead)$"
)
SHORTEST: Final = 2  # characters; a single one would black out half of a text
# May stand inside a name. Other punctuation ends it: no name goes on in the next sentence.
_JOINS: Final = frozenset("·•・‧∙⋅.．-‐‑‒–—－_'’ʼ`")
_END: Final = "\n"  # no folded character
_ALPHABETS: Final = "\u0590"  # before it stand the scripts that put spaces between words


def parts_of(name: str) -> set[str]:
    """Return a name and each name within it: what stands in brackets or beside others.

    "王小美（女）" has 王小美 in it, "王小美 Wang Xiaomei" both, "王小美、李明等5人" two people.
    """
    found = {name.strip()}
    for piece in _BETWEEN.split(_BORDER.sub("\n", name)):
        part = _REST.sub("", piece.strip())
        if len(fold(part)) >= SHORTEST:
            found.add(part)
    return found


class Blanking:
    """Finds words in texts and blanks them."""

    def __init__(self, hidden: Iterable[str], blank: str) -> None:
        """Prepare it. hidden: what must not be read; blank: what stands there instead."""
        self._blank = blank
        found = {spelling for one in hidden for spelling in _spellings(one)}
        self._spellings = sorted(one for one in found if len(one) >= SHORTEST)

    def text(self, text: str) -> str:
        """Return a text with all that is hidden blanked."""
        if not self._spellings or not text:
            return text
        folded, places = _folded(text)
        kept, done = [], 0
        for start, end in self._spans(text, folded, places):
            if end <= done:
                continue
            kept += [text[done:start], self._blank] if start >= done else []
            done = end
        return "".join(kept) + text[done:]

    def _spans(self, text: str, folded: str, places: list[int]) -> list[tuple[int, int]]:
        """Return from where to where each spelling stands in a text, the first ones first."""
        found = []
        for spelling in self._spellings:
            for at in _all(folded, spelling):
                start, end = places[at], places[at + len(spelling) - 1] + 1
                while end < len(text) and _is_mark(text[end]):
                    end += 1
                if not (_goes_on(text, start, -1) or _goes_on(text, end - 1, 1)):
                    found.append((start, end))
        return sorted(found)


def _spellings(hidden: str) -> Iterator[str]:
    """Yield a name folded to one word; a Latin one also beginning with each of its words."""
    parts = words(hidden)
    latin = all(_in_words(sign) for part in parts for sign in part)
    for first in range(len(parts) if latin else 1):
        yield "".join(parts[first:] + parts[:first])


def _folded(text: str) -> tuple[str, list[int]]:
    """Return the folded text without what may stand inside a name, and whence each sign comes."""
    signs: list[str] = []
    places: list[int] = []
    before = ""
    for place, letter in enumerate(text):
        found = _sign(letter)
        if letter == "," and signs and _in_words(signs[-1]):
            found = ""  # "Wang, Xiaomei"
        if letter == before == "\n":
            found = _END  # an empty line
        signs += found
        places += [place] * len(found)
        before = letter
    return "".join(signs), places


@cache
def _sign(letter: str) -> str:
    folded = fold(letter)
    if folded:
        return folded
    joins = letter in _JOINS or letter.isspace() or unicodedata.category(letter)[0] in "MC"
    return "" if joins else _END


def _all(folded: str, spelling: str) -> Iterator[int]:
    at = folded.find(spelling)
    while at >= 0:
        yield at
        at = folded.find(spelling, at + 1)


def _goes_on(text: str, at: int, step: int) -> bool:
    """Return whether a Latin word, or a number, that stands there goes on in that direction."""
    beside = at + step
    while 0 <= beside < len(text) and _is_mark(text[beside]):
        beside += step
    if not 0 <= beside < len(text):
        return False
    while at > 0 and _is_mark(text[at]):
        at -= 1
    own, other = text[at], text[beside]
    return (_in_words(own) and _in_words(other)) or (own.isdigit() and other.isdigit())


def _in_words(sign: str) -> bool:
    """Return whether a sign is a letter of a script that puts spaces between words."""
    plain = unicodedata.normalize("NFKC", sign)[:1]
    return plain.isalpha() and plain < _ALPHABETS


def _is_mark(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "M"
