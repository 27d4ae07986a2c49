"""Pairs that may be one, and two nominations side by side with their differences marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rapidfuzz.distance import Indel

from voting.nominations.models import Likeness, LikenessSearch, Nomination
from voting.nominations.review.queue import STANDING
from voting.rules.folding import fold
from voting.seasons.models import Season

COMPARED: Final = ("name", "name_en", "birth_year", "place", "headline", "summary", "story",
                   "full_story")  # fmt: skip
SHORTEST: Final = 2  # characters in common that are worth showing as such between differences


class Piece(NamedTuple):
    """A part of a text, and whether the other text lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One field of both; ``folded``: they differ in spelling only, such as traditional letters."""

    title: str
    left: list[Piece]
    right: list[Piece]
    same: bool
    folded: bool


def open_pairs(season: Season) -> QuerySet[Likeness]:
    """Return the pairs that nobody has looked at, the likest first."""
    return (
        Likeness.objects.filter(
            first__season=season, verdict="", first__state__in=STANDING, second__state__in=STANDING
        )
        .select_related("first__unit", "first__category", "second__unit", "second__category")
        .order_by("-percent", "pk")
    )


def last_search(season: Season) -> LikenessSearch | None:
    """Return when the season was last searched as a whole."""
    return LikenessSearch.objects.filter(season=season).first()


def why(reasons: Sequence[Sequence[Any]]) -> list[str]:
    """Return the reasons of a likeness in words."""
    words = {
        "same-name": _("the same name"),
        "like-name": _("%(percent)d %% of the name in common"),
        "same-deeds": _("the same text"),
        "shared-deeds": _("%(percent)d %% of the text in common"),
        "same-unit": _("the same unit or place"),
    }
    return [
        words[code] % {"percent": percent} if "%(" in words[code] else words[code]
        for code, percent in reasons
        if code in words
    ]


def side_by_side(left: Nomination, right: Nomination) -> list[Field]:
    """Return the fields of both that hold something, with what differs marked."""
    titles = {
        "name": _("Name"), "name_en": _("Name in English"), "birth_year": _("Year of birth"),
        "place": _("Place"), "headline": _("The deed in one line"), "summary": _("Short text"),
        "story": _("Medium text"), "full_story": _("Long text"),
    }  # fmt: skip
    fields = []
    for name in COMPARED:
        one, other = (str(getattr(side, name) or "") for side in (left, right))
        if not one and not other:
            continue
        mine, yours = pieces(one, other)
        fields.append(
            Field(titles[name], mine, yours, one == other,
                  one != other and bool(fold(one)) and fold(one) == fold(other))
        )  # fmt: skip
    return fields


def pieces(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces; a piece that the other one lacks is marked.

    What they have in common counts from two characters on, so that two quite different texts are
    not dotted with marks.
    """
    codes = Indel.opcodes(one, other)
    left: list[Piece] = []
    right: list[Piece] = []
    for code in codes:
        a, b = one[code.src_start : code.src_end], other[code.dest_start : code.dest_end]
        same = code.tag == "equal" and (len(a) >= SHORTEST or one == other or len(one) < 8)
        if a:
            left.append(Piece(a, not same))
        if b:
            right.append(Piece(b, not same))
    return list(_joined(left)), list(_joined(right))


def _joined(found: list[Piece]) -> Iterator[Piece]:
    text, differs = "", False
    for piece in found:
        if text and piece.differs != differs:
            yield Piece(text, differs)
            text = ""
        text, differs = text + piece.text, piece.differs
    if text:
        yield Piece(text, differs)
