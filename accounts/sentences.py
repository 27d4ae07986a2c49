"""Sentences one after the other, as the language of the page sets them."""

from collections.abc import Iterable

from django.utils.translation import get_language


def gap() -> str:
    """Return what stands between two sentences: a space, and in Chinese nothing.

    The full stop there takes the width of a character, and its room is in it.
    """
    return "" if (get_language() or "").startswith("zh") else " "


def joined(sentences: Iterable[object]) -> str:
    """Return sentences as one text."""
    return gap().join(map(str, sentences))
