"""Key files: secrets of their own for each purpose, outside the database and its backups."""

import os
import secrets
from pathlib import Path

SHORTEST = 16  # bytes


class KeyMissing(Exception):
    """A key that must exist does not; making a new one silently would break what it guards."""


def read_key(path: Path) -> bytes:
    """Return the key in ``path`` (hexadecimal text in the file).

    Raises KeyMissing when the file is not there or holds no key. One that a full disk left empty
    holds none: anybody could sign with it.
    """
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError) as error:
        raise KeyMissing(f"no key in {path}") from error
    if len(key) < SHORTEST:
        raise KeyMissing(f"no key in {path}")
    return key


def make_key(path: Path, *, size: int = 32) -> bytes:
    """Make a key unless there is one; return the one that is there in the end.

    Two processes may start together: the file is linked into place whole, and the first one wins.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        return read_key(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(size) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return read_key(path)
