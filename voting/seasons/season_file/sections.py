"""The sections of a season file: which keys each has, and what its structured fields hold.

Everything a table has can stand in the file, except what belongs to a running season.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import msgspec
from django.utils.translation import gettext as _

from voting.rules.honours import KNOWN_TRAITS
from voting.seasons import counting, portraits
from voting.seasons.models import (
    Cap,
    Category,
    Nominee,
    PastWinner,
    RuleSheet,
    Season,
    VotingWindow,
)
from voting.seasons.season_file import nodes
from voting.seasons.season_file.fields import fields_of, group, text, truth
from voting.seasons.season_file.problems import Problems, Spot, Wrong

SEASON: Final = fields_of(
    Season,
    without=[
        "phase", "epoch", "pause_reason", "pause_reason_en", "pause_until", "closed_at",
        # Nothing is published by an import, and a rehearsal is no season of its own.
        "published_at", "rehearsal_of",
    ],
)  # fmt: skip
RULES: Final = fields_of(
    RuleSheet, without=["frozen_at", "fingerprint", "fingerprint_format", "version"]
)
CAP: Final = fields_of(Cap, without=[])
WINDOW: Final = fields_of(VotingWindow, without=[])
CATEGORY: Final = fields_of(Category, without=[])
# Photographs are files of the site: they come with nominations, not out of a text.
NOMINEE: Final = fields_of(
    Nominee, without=["portrait", "photos"], renamed={"ballot_number": "number"}
)
PAST_WINNER: Final = fields_of(PastWinner, without=[])

SECTIONS: Final = ("season", "rules", "windows", "categories", "past_winners")

MAX_NOMINEES: Final = 10_000
MAX_FIGURES: Final = 2
MAX_SCENES: Final = 12

MAX_TRAITS: Final = 10
LONGEST_TRAIT: Final = 40

# Keys of the structured fields, each with its most characters.
FIGURE: Final = {"value": 20, "unit": 20, "unit_en": 40, "label": 40, "label_en": 80}
SCENE: Final = {"scene": 40, "caption": 100, "caption_en": 200}
DRAWING: Final = dict.fromkeys(
    ["kind", *dict.fromkeys(word for fields in portraits.FIELDS.values() for word in fields)], 40
)


@dataclass(frozen=True, slots=True)
class CategoryContent:
    """A category's fields, and those of its nominees, by the names that the models use."""

    fields: dict[str, Any]
    nominees: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SeasonContent:
    """All that a season file says, by the names that the models use; times are in UTC."""

    season: dict[str, Any]
    rules: dict[str, Any]
    caps: list[dict[str, Any]]
    windows: list[dict[str, Any]]
    categories: list[CategoryContent]
    past_winners: list[dict[str, Any]]


def figures(spot: Spot, problems: Problems) -> list[dict[str, str]]:
    """Return a nominee's figures; a value and its label must be there."""
    members = nodes.items(spot, problems)
    if len(members) > MAX_FIGURES:
        problems.add(
            spot, _("at most %(most)d") % {"most": MAX_FIGURES}, _count_of_members(len(members))
        )
    read = (_needing(member, FIGURE, ("value", "label"), problems) for member in members)
    return [figure for figure in read if figure is not None]


def scenes(spot: Spot, problems: Problems) -> list[dict[str, str]]:
    """Return a nominee's scenes: drawings that we have, with captions."""
    members = nodes.items(spot, problems)
    if len(members) > MAX_SCENES:
        problems.add(
            spot, _("at most %(most)d") % {"most": MAX_SCENES}, _count_of_members(len(members))
        )
    read = []
    for member in members:
        scene = _needing(member, SCENE, ("scene",), problems)
        if scene is None:
            continue
        if scene["scene"] and scene["scene"] not in portraits.SCENES:
            words = _("one of %(words)s") % {"words": ", ".join(portraits.SCENES)}
            problems.add(nodes.inside(member, "scene"), words)
        read.append(scene)
    return read


def drawing(spot: Spot, problems: Problems) -> dict[str, str]:
    """Return the words that a portrait is drawn from.

    Plain true and false become "yes" and "no", since that is what YAML editors make of those.
    """
    found = nodes.entries(spot, DRAWING, problems)
    words: dict[str, str] = {}
    for key, value in (found or {}).items():
        answer = truth(value)
        try:
            words[key] = text(value) if answer is None else "yes" if answer else "no"
        except Wrong as wrong:
            problems.add(value, wrong.allowed, wrong.found)
    if found is not None and "kind" not in found:
        problems.add(nodes.inside(spot, "kind"), _("a value; this key must be there"), _("nothing"))
        return words
    for sentence in portraits.validate(words):
        key, _colon, fault = sentence.partition(": ")
        problems.add((found or {}).get(key, spot), fault.rstrip("."))
    return words


def traits(spot: Spot, problems: Problems) -> dict[str, str]:
    """Return what quotas ask of a nominee besides category, unit and kind."""
    found = nodes.named(spot, LONGEST_TRAIT, problems)
    if len(found) > MAX_TRAITS:
        problems.add(
            spot, _("at most %(most)d") % {"most": MAX_TRAITS}, _count_of_members(len(found))
        )
    read = {}
    for key, value in found.items():
        if key.strip() in KNOWN_TRAITS:
            words = _("a name of your own: the season knows %(names)s itself")
            problems.add(value, words % {"names": ", ".join(KNOWN_TRAITS)}, f"“{key.strip()}”")
            continue
        try:
            read[key] = text(value, most=LONGEST_TRAIT)
        except Wrong as wrong:
            problems.add(value, wrong.allowed, wrong.found)
    return read


def _counting(part: str, spot: Spot, problems: Problems) -> Any:
    """Return one of the declarations about the count, as its column keeps it."""
    try:
        declared = counting.read(part, nodes.plain(spot.node))
    except msgspec.ValidationError as error:
        problems.add(
            spot, _("what docs/season-file.md says of %(key)s") % {"key": part}, str(error)
        )
        return None
    for sentence in counting.problems_of_part(part, declared):
        problems.add(spot, sentence.rstrip(".。"))
    return counting.stored(declared)


COUNTING: Final = {part: partial(_counting, part) for part in counting.PARTS}


def _count_of_members(count: int) -> str:
    return _("a list of %(count)d") % {"count": count}


def _needing(
    spot: Spot, widths: dict[str, int], needed: tuple[str, ...], problems: Problems
) -> dict[str, str] | None:
    values = group(spot, widths, problems)
    for key in needed if values is not None else ():
        if values is not None and not values[key]:
            problems.add(
                nodes.inside(spot, key), _("a value; this key must be there"), _("nothing")
            )
    return values
