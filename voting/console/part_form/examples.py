"""Worked examples of one component, with numbers: computed by the rules, as bars beside figures."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Final, TypedDict

import msgspec

from voting.ballots.component_examples import NOMINEES, sample
from voting.ballots.component_sentences import with_commas
from voting.ballots.counting_sentences import number
from voting.rules import consolidation, measures
from voting.rules.components import Component, Consolidation, Given, problems
from voting.rules.conversions import rounded

VOTES: Final = (12_000, 9_000, 6_000, 3_000, 600)
KEY: Final = "part"  # of the component, alone in its example
VALUES: Final = (92, 88, 85, 80, 70)


class Line(TypedDict):
    """What one number comes to. width: of its bar, in hundredths of the longest there can be."""

    raw: str
    points: str
    added: str
    width: str


def of_way(one: Component) -> list[str]:
    """Return which points some numbers get, one by one; nothing where there is no example."""
    return [f"{line['raw']} → {line['points']}" for line in of_part(one)]


def of_part(one: Component, adds: str = "percent") -> list[Line]:
    """Return what some numbers come to; nothing for what means nothing yet.

    ``added`` is empty for a component that adds nothing.
    """
    weight = Decimal(100) if adds == "percent" and one.kind != "bonus" else Decimal(1)
    alone = msgspec.structs.replace(
        one, key=KEY, weight=Decimal(0) if one.kind == "bonus" else weight, reference=False,
        categories=(),
    )  # fmt: skip
    declared = Consolidation((alone,), adds="sum" if adds == "sum" else "percent", decimals=None)
    if problems(declared).get(KEY):
        return []
    given, nominees = _given(alone)
    try:
        taken = measures.take(alone, nominees, given)
    except ValueError:
        # Numbers that were invented for other rules: no example is better than a wrong one.
        return []
    own = Fraction(1) if one.kind == "bonus" else Fraction(one.weight)
    found = consolidation.weigh(declared, nominees, {KEY: taken}, weights={KEY: own}).standings
    parts = [found[nominee].parts[KEY] for nominee in nominees]
    counts = bool(own) and not one.reference
    shown = [part.added if counts else part.points for part in parts]
    lengths = [abs(value or Fraction(0)) for value in shown]
    longest = max(_longest(parts, adds, counts=counts), *lengths)
    return [
        {
            "raw": with_commas(rounded(part.raw or Fraction(0), 2)),
            "points": number(part.points or 0),
            "added": f"{rounded(part.added or Fraction(0), 2):f}" if counts else "",
            "width": number(length * 100 / longest if longest else 0),
        }
        for part, length in zip(parts, lengths, strict=True)
    ]


def _longest(parts: Iterable[consolidation.Part], adds: str, *, counts: bool) -> Fraction:
    """Return the most that anybody could get, if it is known."""
    part = next(iter(parts))
    most = part.out_of or Fraction(0)
    if not counts:
        return most
    return abs(part.weight) if adds == "percent" else abs(most * part.weight)


def _given(one: Component) -> tuple[Given, list[str]]:
    """Return numbers that a component could have, and whose they are, the highest first."""
    if one.panel or one.strata or one.kind == "bonus" or not one.conversion:
        return sample(one), list(NOMINEES)
    numbers = VALUES if one.kind in {"panel", "points", "hours"} else VOTES
    names = [str(101 + place) for place in range(len(numbers))]
    return Given(numbers=dict(zip(names, numbers, strict=True))), names
