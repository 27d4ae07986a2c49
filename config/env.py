"""Typed reading of the environment; nobody else reads ``os.environ``."""

import os
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parent.parent

_env = environ.Env()
if (BASE_DIR / ".env").is_file():
    _env.read_env(str(BASE_DIR / ".env"))


def text(name: str, default: str = "") -> str:
    """Return the variable as it stands, or ``default`` where it is not set."""
    return str(_env.str(name, default=default))


def flag(name: str, *, default: bool = False) -> bool:
    """Return whether the variable says yes (true, on, yes, 1)."""
    return bool(_env.bool(name, default=default))


def number(name: str, default: int) -> int:
    """Return the variable as a whole number."""
    return int(_env.int(name, default=default))


def words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without blanks and empty parts."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """Return a folder; a relative one is meant from the project's root."""
    return (BASE_DIR / text(name, str(default))).resolve()


def for_child(changes: dict[str, str]) -> dict[str, str]:
    """Return the environment for a process that is started here."""
    return {**os.environ, **changes}
