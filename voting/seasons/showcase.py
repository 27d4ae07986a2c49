"""The words of a season that confers no title: every text of the program, in other words.

What people wrote themselves (names, deeds) is theirs and stays; ``approval.wording_warnings`` tells
organisers what to look at there. The program's own texts are put into other words where they are
translated, so that no page and no script can forget it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.utils.translation import trans_real

from voting.seasons.models import Season

# Longer words first. 评选 is what an award does; a showcase 推选.
_CHINESE: Final = (
    ("评选表彰", "推选"), ("授予称号", "推选"), ("授予", "推选"), ("评选", "推选"),
    ("评奖", "推选"), ("奖项", "类别"), ("获奖者", "入选者"), ("获奖", "入选"),
    ("颁奖", "展示"), ("表彰", "展示"), ("荣誉", "事迹"),
)  # fmt: skip
_ENGLISH: Final = {
    "awards": "selections", "award": "selection", "awarded": "chosen", "honoured": "chosen",
    "prizes": "categories", "prize": "category", "winners": "those chosen", "winner": "chosen one",
}  # fmt: skip
_WORDS: Final = re.compile(rf"\b(?:{'|'.join(_ENGLISH)})\b", re.IGNORECASE)
# These say what a showcase is, and need the words that it does without.
_SAYS_SO: Final = re.compile(r"showcase|不授称号|展示推选")


def reworded(text: str) -> str:
    """Return a text of the program without the wording of an award."""
    if _SAYS_SO.search(text):
        return text
    for old, new in _CHINESE:
        text = text.replace(old, new)
    return _WORDS.sub(_in_english, text)


@contextmanager
def worded(season: Season | None) -> Iterator[None]:
    """Let all translations within be those for a showcase, if the season is one.

    None: whatever is shown, it confers no title. The page must be rendered within, not later.
    """
    if season is not None and not season.is_showcase:
        yield
        return
    # What Django translates with in this thread or task; nothing public sets one of our own. Asked
    # for each time: Django makes another one when a catalogue has been compiled anew.
    active: Any = vars(trans_real)["_active"]
    before = getattr(active, "value", None)
    active.value = _Showcase(before or trans_real.catalog())
    try:
        yield
    finally:
        if before is None:
            del active.value
        else:
            active.value = before


class _Showcase:
    """A language's translations, each put into other words."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def gettext(self, message: str) -> str:
        """Translate."""
        return reworded(self._inner.gettext(message))

    def ngettext(self, one: str, many: str, number: float) -> str:
        """Translate by number."""
        return reworded(self._inner.ngettext(one, many, number))


def _in_english(found: re.Match[str]) -> str:
    word = _ENGLISH[found[0].lower()]
    return word.capitalize() if found[0][0].isupper() else word
