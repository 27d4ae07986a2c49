"""A folder of files with random names under ``DATA_DIR``; no web server hands it out."""

import os
import re
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings

_NAME: Final = re.compile(r"[0-9a-f]{32}(-[a-z]{1,10})?\.(jpg|webp|png|pdf)")


class FileFolder:
    """Files that rows name by a random stem, such as ``<stem>-card.webp``."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def root(self) -> Path:
        """Where it is; read anew each time, since tests move ``DATA_DIR``."""
        folder: Path = settings.DATA_DIR / self.name
        return folder

    def path(self, name: str) -> Path:
        """Return where a file stands. Raises ValueError for a name that is not one of ours."""
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        return self.root / name[:2] / name

    def write(self, name: str, content: bytes) -> None:
        """Store a file whole, readable by the owner alone."""
        path = self.path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{secrets.token_hex(8)}")  # a reader never meets half a file
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)

    def read(self, name: str) -> bytes | None:
        """Return a file's content, or None if there is none."""
        try:
            return self.path(name).read_bytes()
        except (FileNotFoundError, ValueError):
            return None

    def delete(self, names: Iterable[str]) -> None:
        """Remove files; what is not there is gone already."""
        for name in names:
            self.path(name).unlink(missing_ok=True)

    def of_stem(self, stem: str) -> list[str]:
        """Return the names of all files of one stem."""
        folder = self.root / stem[:2]
        return sorted(path.name for path in folder.glob(f"{stem}*") if _NAME.fullmatch(path.name))

    def sweep(self, stems: frozenset[str], *, seconds: float) -> int:
        """Delete files older than that which belong to none of these stems; return how many."""
        count = 0
        newest = time.time() - seconds
        for path in list(self.root.glob("??/*")):
            if path.name[:32] in stems:
                continue
            with suppress(FileNotFoundError):  # it went meanwhile
                if path.stat().st_mtime < newest:
                    path.unlink()
                    count += 1
        return count
