"""Presets: rule sheets to begin with, as data.

What is not offered: one vote for each network address (hundreds of honest people share one), and
votes that are taken back when somebody stops following an account.
"""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from ruamel.yaml import YAML

from voting.rules.ballots import BallotRules, problems
from voting.rules.ballots import Cap as Limit
from voting.rules.components import Consolidation, Given
from voting.rules.conversions import Conversion
from voting.rules.honours import Honours
from voting.rules.panels import Panel
from voting.rules.shortlisting import Shortlisting
from voting.rules.ties import Ties
from voting.seasons.counting import Counting, stored
from voting.seasons.counting import problems as counting_problems

# One file for each thing that rules are known for, in the order of the pages.
FOLDER: Final = Path(__file__).with_name("preset_rules")
FILES: Final = ("ballots.yaml", "components.yaml", "panel.yaml", "ties.yaml", "shortlisting.yaml")


class Attempt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ballot of the worked example. All are the same voter's, in the order of the file.

    day, window: in which it is cast, counted from 1. choices: ballot numbers, "101-110 201".
    """

    choices: str
    day: int = 1
    window: int = 1

    @property
    def numbers(self) -> list[str]:
        """The ballot numbers one by one."""
        found = []
        for part in self.choices.split():
            first, _dash, last = part.partition("-")
            found += [str(number) for number in range(int(first), int(last or first) + 1)]
        return found


class Tie(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Equal results of the worked example, and the figures that decide between them."""

    results: dict[str, Decimal]
    figures: dict[str, dict[str, Any]]
    line: int | None = None
    seed: str = ""


class Figures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one component of the worked example is given: one of these.

    numbers: by nominee. strata: group -> nominee -> votes. marks: nominee -> marks, one for each
    judge; null where a judge is absent.
    """

    numbers: dict[str, Decimal] = {}
    strata: dict[str, dict[str, int]] = {}
    marks: dict[str, list[Decimal | None]] = {}

    @property
    def given(self) -> Given:
        """The same as the rules take it."""
        marks: dict[str, dict[str, Decimal]] = {}
        for nominee, own in self.marks.items():
            for place, mark in enumerate(own, 1):
                if mark is not None:
                    marks.setdefault(f"{place:03}", {})[nominee] = mark
        return Given(self.numbers, self.strata, marks)


class Worked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes into a preset's worked example; what comes out is computed and never stored.

    ballots: tried one after the other. marks: nominee -> marks, one for each judge; null where a
    judge is absent; for a panel that ranks, ranks. nominations: nominees of a ballot, separated
    by blanks -> how many such ballots. parts: component -> what it is given.
    """

    ballots: list[Attempt] = []
    marks: dict[str, list[Decimal | None]] = {}
    votes: dict[str, int] = {}
    tie: Tie | None = None
    nominations: dict[str, int] = {}
    parts: dict[str, Figures] = {}


class PresetRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of the rule sheet that a preset decides.

    consolidation: takes the place of public_weight, conversion and panel.
    """

    min_choices: int
    display: Literal["live", "delayed", "daily", "rank_only", "hidden"]
    public_weight: int = 30
    display_hour: int = 18
    conversion: Conversion = Conversion()
    panel: Panel = Panel()
    ties: Ties = Ties()
    shortlisting: Shortlisting = Shortlisting()
    consolidation: Consolidation | None = None
    honours: Honours = Honours()
    candidate_notice_days: int = 5
    result_notice_days: int = 5
    rate_interval_ms: int = 1000
    rate_burst: int = 5

    @property
    def counting(self) -> Counting:
        """What is declared about the count."""
        return Counting(
            self.conversion, self.panel, self.ties, self.shortlisting, self.consolidation,
            self.honours,
        )  # fmt: skip

    def fields(self) -> dict[str, Any]:
        """Return them by the names of the model."""
        declared = self.counting._asdict()
        return {name: stored(part) for name, part in declared.items()} | {
            "candidate_notice_days": self.candidate_notice_days,
            "result_notice_days": self.result_notice_days,
            "rate_interval_ms": self.rate_interval_ms,
            "rate_burst": self.rate_burst,
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
    about: Literal["ballots", "components", "panel", "ties", "shortlisting"] = "ballots"
    windows: list[int] = []  # hours after the opening at which each voting window starts
    each_week: bool = False  # a new voting window every Monday at midnight
    worked: Worked = Worked()
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
        wrong = problems(preset.ballot_rules) + [
            code for codes in counting_problems(preset.rules.counting).values() for code in codes
        ]
        if wrong:
            raise PresetBroken(f"preset {name}: {', '.join(wrong)}")
        if preset.key in found:
            raise PresetBroken(f"preset {name} stands twice")
        found[preset.key] = preset
    return found


@cache
def presets() -> dict[str, Preset]:
    """Return the presets that come with the program."""
    found: dict[str, Preset] = {}
    for name in FILES:
        own = read((FOLDER / name).read_text(encoding="utf-8"))
        if twice := found.keys() & own.keys():
            raise PresetBroken(f"presets stand twice: {', '.join(sorted(twice))}")
        found |= own
    return found
