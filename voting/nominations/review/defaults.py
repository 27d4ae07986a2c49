"""The checklist and the reasons that a season begins with, from ``defaults.yaml``."""

from functools import cache
from pathlib import Path
from typing import Final

import msgspec
from ruamel.yaml import YAML

from voting.nominations.models import ChecklistItem, DecisionReason
from voting.seasons.models import Season

FILE: Final = Path(__file__).with_name("defaults.yaml")


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question of the checklist."""

    code: str
    text: str
    text_en: str
    looked_up: str = ""
    least: float | None = None
    blocks: bool = True


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reason of a decision."""

    code: str
    text: str
    text_en: str


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    checklist: list[Question]
    returns: list[Reason] = msgspec.field(name="return")
    rejects: list[Reason] = msgspec.field(name="reject")


@cache
def defaults() -> Defaults:
    """Return the defaults that come with the program."""
    raw = FILE.read_text(encoding="utf-8")
    return msgspec.convert(YAML(typ="safe", pure=True).load(raw), Defaults)


def items_for(season: Season) -> list[ChecklistItem]:
    """Return the default checklist of a season; nothing is saved."""
    return [
        ChecklistItem(season=season, position=place, **msgspec.structs.asdict(one))
        for place, one in enumerate(defaults().checklist, 1)
    ]


def reasons_for(season: Season) -> list[DecisionReason]:
    """Return the default reasons of a season; nothing is saved."""
    lists = (
        (DecisionReason.Kind.RETURN, defaults().returns),
        (DecisionReason.Kind.REJECT, defaults().rejects),
    )
    return [
        DecisionReason(season=season, kind=kind, position=place, **msgspec.structs.asdict(one))
        for kind, reasons in lists
        for place, one in enumerate(reasons, 1)
    ]
