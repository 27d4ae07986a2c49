"""What the site knows of a person: each topic says what it keeps, and how it is removed.

A topic registers from its ``AppConfig.ready``; this module knows none of them::

    personal_data.register("roles", exporter=roles_of, hindrance=running_roles)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import User

# Returns what JSON can hold (dates as ISO 8601), of this person alone.
Exporter = Callable[[User], Any]
# Removes or anonymises; runs inside the transaction of the erasure.
Eraser = Callable[[User], None]
# Returns a sentence that says why the account cannot be erased yet, and what to do; or "".
Hindrance = Callable[[User], str]


@dataclass(frozen=True, slots=True)
class Holding:
    """What one topic keeps of people."""

    name: str
    exporter: Exporter
    eraser: Eraser | None = None
    hindrance: Hindrance | None = None


_holdings: dict[str, Holding] = {}


def register(
    name: str,
    *,
    exporter: Exporter,
    eraser: Eraser | None = None,
    hindrance: Hindrance | None = None,
) -> None:
    """Say what a topic keeps of a person. name: the part of the export, such as "roles"."""
    _holdings[name] = Holding(name, exporter, eraser, hindrance)


def holdings() -> list[Holding]:
    """Return what was registered, by name."""
    return sorted(_holdings.values(), key=lambda holding: holding.name)


def export(user: User) -> dict[str, Any]:
    """Return all that the site knows of a person, by topic."""
    return {holding.name: holding.exporter(user) for holding in holdings()}


def hindrances(user: User) -> list[str]:
    """Return why a person's account cannot be erased yet."""
    found = [holding.hindrance(user) for holding in holdings() if holding.hindrance]
    return [sentence for sentence in found if sentence]
