"""Ballot numbers: in which order nominees stand, and which number each gets.

The order is that of strokes, as on Chinese lists of names, or a draw from a public seed that
anybody can repeat. Numbers run through, or begin with the digit of the category. Worked by hand
in docs/calculations.md.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

_STROKES: Final = Path(__file__).with_name("unihan") / "strokes.txt"
_UNKNOWN: Final = 1000  # strokes that no character has: behind all others
MOST_CATEGORIES: Final = 9  # that one digit can tell apart


@dataclass(frozen=True, slots=True)
class StrokeOrder:
    """Keys in the order of strokes; ``unknown``: key to the characters without a stroke count."""

    keys: tuple[str, ...]
    unknown: Mapping[str, str]


def strokes(character: str) -> int | None:
    """Return how many strokes a character has in its simplified form of writing; None: not known.

    Source: Unicode 15.0, Unihan kTotalStrokes, first value. Letters and digits have none.
    """
    return _table().get(character)


def stroke_order(names: Mapping[str, str]) -> StrokeOrder:
    """Return the keys of these names (key to name) in the order of strokes.

    By the strokes of the first character, then the second, and so on; a name that ends first
    stands first; equal strokes go by code point, equal names by key. Spaces, dots and punctuation
    do not count. A character without a known count stands behind all others and is reported.
    """
    unknown = {}
    places = []
    for key, name in names.items():
        letters = [
            letter
            for letter in unicodedata.normalize("NFKC", name)
            if unicodedata.category(letter)[0] in "LN"
        ]
        counts = [strokes(letter) for letter in letters]
        missing = "".join(
            letter for letter, count in zip(letters, counts, strict=True) if count is None
        )
        if missing or not letters:
            unknown[key] = missing
        # A name without any character has no strokes to stand by.
        order = [_UNKNOWN if count is None else count for count in counts] or [_UNKNOWN]
        places.append((order, letters, key))
    return StrokeOrder(tuple(key for _order, _letters, key in sorted(places)), unknown)


def draw_order(keys: Sequence[str], seed: str) -> tuple[str, ...]:
    r"""Return the keys in an order that the seed decides and nobody can choose.

    Sorted by the SHA-256 of seed, newline, key (UTF-8), as hexadecimal text. Who knows both
    repeats it: ``for k in $KEYS; do printf '%s\n%s' "$SEED" $k | sha256sum; done | sort``. The keys
    must be published before the seed is known, for the order depends on both.

    Raises ValueError for an empty seed, a newline in it, or a key that stands twice.
    """
    if not seed or "\n" in seed:
        raise ValueError("seed: one line that is not empty")
    if len(set(keys)) < len(keys):
        raise ValueError("a key stands twice")
    return tuple(sorted(keys, key=lambda key: ticket(seed, key)))


def ticket(seed: str, key: str) -> str:
    """Return what a key is sorted by in a draw, 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()


def running_numbers(order: Sequence[str], *, first: int = 1) -> dict[str, str]:
    """Return the ballot number of each key: 1, 2, 3, with zeros in front to equal length.

    Raises ValueError when ``first`` is negative.
    """
    if first < 0:
        raise ValueError("first: 0 or more")
    width = len(str(first + len(order) - 1))
    return {key: f"{number:0{width}}" for number, key in enumerate(order, first)}


def category_numbers(orders: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return ballot numbers whose first digit is the category: 101, 102, ..., 201, 202.

    orders: the keys of each category in their order. Behind the first digit stand two, or as many
    as the largest category needs; all numbers are of one length.

    Raises ValueError for more than 9 categories, or a key in two places.
    """
    if len(orders) > MOST_CATEGORIES:
        raise ValueError("at most 9 categories have a digit of their own")
    keys = [key for order in orders for key in order]
    if len(set(keys)) < len(keys):
        raise ValueError("a key stands twice")
    width = max(2, *(len(str(len(order))) for order in orders)) if orders else 2
    return {
        key: f"{category}{number:0{width}}"
        for category, order in enumerate(orders, 1)
        for number, key in enumerate(order, 1)
    }


@cache
def _table() -> dict[str, int]:
    """Read the table; see ``unihan/README.md`` for its form."""
    table = {}
    for line in _STROKES.read_text(encoding="ascii").splitlines():
        row, letters = line.split(" ", 1)
        for at, letter in enumerate(letters):
            if letter != "!":
                table[chr(int(row, 16) + at)] = ord(letter) - 33
    return table
