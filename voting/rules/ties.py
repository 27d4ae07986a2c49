"""Equal results: a declared chain of steps, and a record of which step decided.

A step compares figures, the larger one first; who is equal in all of them goes on to the next
step. Two steps need people or chance: a vote of the panel, and a lot that is drawn with a seed
published before. While either is missing, those who depend on it stay open. A chain ends with the
lot or with sharing the place, so it always ends.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, get_args

import msgspec

from voting.rules.numbering import draw_order

Word = Literal[
    "panel",  # the higher value of the panel
    "public",  # more points from the public
    "more_voters",  # points from more voters, or groups of voters
    "top_marks",  # more of the highest marks, then of the next ones
    "more_decimals",  # the panel's value before it was rounded
    "jury_vote",  # a vote of the panel about those who are equal
    "number",  # the smaller ballot number, as running orders do
    "lot",  # drawn with a published seed
    "shared",  # they share the place
]
# One of these words, or what is compared and the key it is declared by: ``criterion:deeds``, the
# panel's value of that criterion; ``component:exam``, the points of that component.
Step = str

STEPS: Final[tuple[Word, ...]] = get_args(Word)
ABOUT: Final = ("criterion", "component")
ENDS: Final = frozenset({"lot", "shared"})
JURY_VOTE: Final = "jury_vote"
WAITS: Final = frozenset({JURY_VOTE, "lot"})  # for people, or for a seed

# Step -> nominee -> what is compared: the more, the better.
Figures = Mapping[str, Mapping[str, Any]]
# Some who share a place, and the step that could still divide them.
Piece = tuple[tuple[str, ...], Step | None]


class Ties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The chain; ``only_at_line``: whether ties that need not be decided stay shared.

    A tie needs to be where some of the equals can be honoured and not all, wherever that is.
    """

    chain: tuple[Step, ...] = ("panel", "jury_vote", "shared")
    only_at_line: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """One tie that a step has divided: into whom, the better first."""

    step: Step
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Who stands at a place. More than one: they share it, or ``waits_for`` a step."""

    place: int
    nominees: tuple[str, ...]
    waits_for: Step | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """All places, the first one first, and the steps that decided, in the order they were taken."""

    places: tuple[Place, ...]
    splits: tuple[Split, ...]


def problems(ties: Ties) -> list[str]:
    """Return codes of what makes a chain mean nothing."""
    found = []
    if not ties.chain:
        return ["chain-empty"]
    if ties.chain[-1] not in ENDS:
        found.append("chain-without-end")
    if any(step in ENDS for step in ties.chain[:-1]):
        found.append("step-behind-the-end")
    if len(set(ties.chain)) < len(ties.chain):
        found.append("step-twice")
    for step in ties.chain:
        about = key_of(step)
        if about is None and step not in STEPS:
            found.append("step-unknown")
        elif about and (not about[1] or about[1] != about[1].strip()):
            found.append("step-without-key")
    return list(dict.fromkeys(found))


def key_of(step: Step) -> tuple[str, str] | None:
    """Return what a step with a key compares, and the key; None for a step that is a word."""
    about, colon, key = step.partition(":")
    return (about, key) if colon and about in ABOUT else None


def decide(
    results: Mapping[str, Fraction],
    ties: Ties,
    figures: Figures,
    *,
    line: int | None = None,
    seed: str = "",
    crossing: Collection[str] | None = None,
    left: Collection[str] = (),
) -> Decided:
    """Return who stands where, and what decided between equals.

    results: the final value of each nominee. figures: by step; a step without figures for all
    who are equal decides nothing, but ``jury_vote`` then waits. line: how many places are
    honoured. seed: of the lot; without one it waits. crossing: whose ties are decided under
    ``only_at_line`` in place of those that cross ``line``, where limits move it. left: whom the
    whole chain leaves equal although not all of them can be honoured: for them a vote of the panel
    is waited for, whether or not the chain names it, and for another one as long as it is equal.
    Raises ValueError for a chain with ``problems``.
    """
    if wrong := problems(ties):
        raise ValueError(", ".join(wrong))
    places: list[Place] = []
    splits: list[Split] = []
    place = 1
    level: dict[Fraction, list[str]] = {}
    for one in sorted(results):
        level.setdefault(results[one], []).append(one)
    for value in sorted(level, reverse=True):
        group = tuple(level[value])
        if crossing is None:
            crosses = line is None or place <= line < place + len(group) - 1
        else:
            crosses = not set(group).isdisjoint(crossing)
        if len(group) == 1 or (ties.only_at_line and not crosses):
            found: list[Piece] = [(group, None)]
        else:
            found = _voted(_split(group, ties.chain, figures, seed, splits), left, figures, splits)
        for members, waits_for in found:
            places.append(Place(place, members, waits_for))
            place += len(members)
    return Decided(tuple(places), tuple(splits))


def _voted(
    pieces: list[Piece], left: Collection[str], figures: Figures, splits: list[Split]
) -> list[Piece]:
    """Return the pieces with those left to people divided by a vote of the panel, or waiting."""
    found: list[Piece] = []
    for members, waits_for in pieces:
        if waits_for or len(members) == 1 or set(members).isdisjoint(left):
            found.append((members, waits_for))
            continue
        for own, _waits in _split(members, (JURY_VOTE,), figures, "", splits):
            found.append((own, None if len(own) == 1 else JURY_VOTE))
    return found


def _split(
    group: tuple[str, ...],
    chain: Sequence[Step],
    figures: Figures,
    seed: str,
    splits: list[Split],
) -> list[Piece]:
    """Return the group in order, in pieces that no step could divide any further."""
    if len(group) == 1 or not chain or chain[0] == "shared":
        return [(group, None)]
    step, rest = chain[0], chain[1:]
    known = figures.get(step, {})
    if step == "lot" and seed:
        known = {one: -place for place, one in enumerate(draw_order(group, seed))}
    if not all(one in known for one in group):
        if step in WAITS:
            return [(group, step)]
        return _split(group, rest, figures, seed, splits)
    values = sorted({known[one] for one in group}, reverse=True)
    pieces = tuple(tuple(one for one in group if known[one] == value) for value in values)
    if len(pieces) > 1:
        splits.append(Split(step, pieces))
    return [found for piece in pieces for found in _split(piece, rest, figures, seed, splits)]
