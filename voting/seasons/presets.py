"""Presets: rule sheets to begin with, as data.

What is not offered: one vote for each network address (hundreds of honest people share one), and
votes that are taken back when somebody stops following an account.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from ruamel.yaml import YAML

from voting.rules.ballots import BallotRules, problems
from voting.rules.ballots import Cap as Limit

FILE: Final = Path(__file__).with_name("presets.yaml")


class PresetRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of the rule sheet that a preset decides."""

    min_choices: int
    display: Literal["live", "delayed", "daily", "rank_only", "hidden"]
    public_weight: int
    display_hour: int = 18

    def fields(self) -> dict[str, Any]:
        """Return them by the names of the model."""
        return {
            "min_choices": self.min_choices,
            "display": self.display,
            "display_hour": self.display_hour,
            "public_weight": self.public_weight,
            "panel_weight": 100 - self.public_weight,
        }


class Preset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule sheet to begin with, and where it comes from."""

    key: str
    title: str
    title_en: str
    suits: str
    suits_en: str
    rules: PresetRules
    caps: list[tuple[str, str, str, int]]
    origin: str = ""
    origin_en: str = ""
    differs: str = ""
    differs_en: str = ""
    identity_level: Literal["anonymous", "verified"] = "anonymous"

    @property
    def ballot_rules(self) -> BallotRules:
        """The limits as values."""
        return BallotRules(self.rules.min_choices, tuple(Limit(*cap) for cap in self.caps))


class PresetBroken(ValueError):
    """The file of presets cannot be used; says which preset and why."""


def read(raw: str) -> dict[str, Preset]:
    """Return presets by key, in the file's order. Raises PresetBroken."""
    found: dict[str, Preset] = {}
    for number, entry in enumerate(YAML(typ="safe", pure=True).load(raw) or (), 1):
        name = entry.get("key", f"number {number}") if isinstance(entry, dict) else number
        try:
            preset = msgspec.convert(entry, Preset)
        except msgspec.ValidationError as error:
            raise PresetBroken(f"preset {name}: {error}") from error
        wrong = problems(preset.ballot_rules)
        if wrong:
            raise PresetBroken(f"preset {name}: {', '.join(wrong)}")
        if preset.key in found:
            raise PresetBroken(f"preset {name} stands twice")
        found[preset.key] = preset
    return found


@cache
def presets() -> dict[str, Preset]:
    """Return the presets that come with the program."""
    return read(FILE.read_text(encoding="utf-8"))
