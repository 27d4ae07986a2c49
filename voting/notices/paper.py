"""Pages for paper: set by a compiler for documents (typst), with its own font, without network.

What the font has no character for is shown as 〓, as printers do. What is the same is the same to
the byte: a page is set once and kept.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

import typst
from django.conf import settings

ROOT: Final = Path(__file__).parents[1]  # what templates can reach
FONTS: Final = Path(__file__).parent / "fonts"
GETA: Final = "〓"
# What a person would not miss: marks that change how a character before them looks.
_INVISIBLE: Final = frozenset(range(0xFE00, 0xFE10)) | frozenset(range(0xE0100, 0xE01F0))
LONGEST_NAME: Final = 60  # characters of a name within the name of a file
# What file systems refuse in names, and what would lead into another folder.
_UNSAFE: Final = {ord(letter): "_" for letter in '\\/:*?"<>|'}
# One page setter at a time in a process: each may take a second and some memory.
_setting = threading.Lock()


def set_pages(template: Path, inputs: Mapping[str, Any], day: date) -> bytes:
    """Return a PDF. inputs: what the template reads as JSON, by name. day: when it was made."""
    with _setting:
        pdf = typst.compile(
            template,
            root=ROOT,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={
                name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()
            },
            # What is the same is the same to the byte: made on the day of issue, not today.
            timestamp=datetime.combine(day, datetime.min.time(), UTC),
        )
    return bytes(pdf or b"")


def kept(folder: str, name: str, make: Callable[[], bytes]) -> bytes:
    """Return what was made once under this name, or make it and keep it."""
    path: Path = settings.DATA_DIR / folder / f"{name}.pdf"
    if path.exists():
        return path.read_bytes()
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    draft.write_bytes(made)
    draft.replace(path)
    return made


def safe_name(text: str) -> str:
    """Return a text as a part of a file's name that every file system takes."""
    plain = "".join(letter for letter in text if letter.isprintable())
    return " ".join(plain.translate(_UNSAFE).split())[:LONGEST_NAME].strip(". ")


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Return a ZIP piece by piece, as its files are made. files: name and content of each."""
    out = _Pieces()
    with ZipFile(out, "w") as archive:
        for name, content in files:
            # A date of its own would make other bytes each time; PDFs are compressed already.
            archive.writestr(ZipInfo(name), content)
            yield out.taken()
    yield out.taken()


class _Pieces(BytesIO):
    """What a ZIP is written into: it only goes on, and what was taken is gone."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_where: int) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError

    def taken(self) -> bytes:
        found = self.getvalue()
        super().seek(0)
        self.truncate()
        return found


def missing_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters of texts that the font does not have, each once, in order."""
    known = _characters()
    found = (letter for text in texts for letter in text if letter not in known)
    return tuple(dict.fromkeys(letter for letter in found if not _ignored(letter)))


def printable(words: Any) -> tuple[Any, tuple[str, ...]]:
    """Return the words with 〓 for what the font does not have, and what that is."""
    texts = list(_texts(words))
    missing = missing_in(texts)
    table: dict[int, str | None] = {ord(letter): GETA for letter in missing}
    for letter in set("".join(texts)) - _characters() - set(missing):
        table[ord(letter)] = " " if letter.isspace() else None
    return _replaced(words, table), missing


def _texts(words: Any) -> Iterable[str]:
    if isinstance(words, str):
        yield words
    elif isinstance(words, dict):
        for value in words.values():
            yield from _texts(value)
    elif isinstance(words, list):
        for value in words:
            yield from _texts(value)


def _replaced(words: Any, table: dict[int, str | None]) -> Any:
    if isinstance(words, str):
        return words.translate(table)
    if isinstance(words, dict):
        return {name: _replaced(value, table) for name, value in words.items()}
    if isinstance(words, list):
        return [_replaced(value, table) for value in words]
    return words


def code_of(letter: str) -> str:
    """Return the number of a character, such as U+20BB7."""
    return f"U+{ord(letter):04X}"


def _ignored(letter: str) -> bool:
    """Return whether nobody would miss it: spaces, and marks of control, direction and width."""
    code = ord(letter)
    own = 0xE000 <= code <= 0xF8FF  # somebody's own characters, which do look like something
    return code in _INVISIBLE or letter.isspace() or not (letter.isprintable() or own)


@cache
def _characters() -> frozenset[str]:
    return frozenset((FONTS / "notice-song.txt").read_text(encoding="utf-8")) - {"\n"}
