"""Photos of nominees that the public sees: copies that were published, under names of their own.

A name is random and says nothing; whoever knows it may see the picture, as with any public one.
Taking a photo back deletes its files.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from voting.seasons.file_folder import FileFolder

PUBLIC: Final = FileFolder("photos")


def portrait_names(stem: str) -> dict[str, str]:
    """Return the two files of a portrait, by what browsers call their types."""
    return {"image/webp": f"{stem}-card.webp", "image/jpeg": f"{stem}-card.jpg"}


def stems_of(portrait: str, photos: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the stems that a nominee's columns name."""
    return [*([portrait] if portrait else []), *(str(photo["stem"]) for photo in photos)]
