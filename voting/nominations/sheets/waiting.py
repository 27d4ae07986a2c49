"""Sheets that were looked at and wait to be taken in: private files, each handed out once."""

import secrets
import time
from pathlib import Path
from typing import Final

from django.conf import settings

KEPT_SECONDS: Final = 3600  # between looking at what would happen and doing it


def keep(raw: bytes) -> str:
    """Store a sheet; return the name by which ``take`` brings it back."""
    sweep()
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    path = folder / name
    path.touch(mode=0o600)
    path.write_bytes(raw)
    return name


def take(name: str) -> bytes | None:
    """Return a sheet and forget it; None if it is gone. Of two who ask at once one gets it."""
    path = _folder() / name
    try:
        raw = path.read_bytes()
        path.unlink()
    except FileNotFoundError:
        return None
    return raw


def sweep() -> int:
    """Delete sheets that nobody came back for; return how many."""
    count = 0
    for path in _folder().glob("*"):
        try:
            if path.stat().st_mtime < time.time() - KEPT_SECONDS:
                path.unlink()
                count += 1
        except FileNotFoundError:  # taken in meanwhile
            continue
    return count


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "sheets"
    return folder
