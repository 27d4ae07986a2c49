"""From nominations to finalists: checking ballots, plain counts, and E Pluribus Hugo.

A nomination is one voter naming one nominee; a ballot is what one voter named in one category.
Nominees are named by keys of the caller's: spelling variants have been merged before.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Final, Literal, NamedTuple

import msgspec

BALLOT_POINTS: Final = 60  # what each ballot divides among its nominees, under E Pluribus Hugo

OverFull = Literal["keep", "cut", "void"]
# through; line: others have more; unit: enough of the unit are through; tie: somebody decides.
Placing = Literal["through", "line", "unit", "tie"]


class Shortlisting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How nominations become finalists.

    method: ``review`` leaves it to the reviewers; ``count`` and ``eph`` count ballots of
    nominations. limit: different nominees that one voter may name. over_full: what becomes of a
    ballot with more. places: finalists of each category.
    """

    method: Literal["review", "count", "eph"] = "review"
    limit: int = 5
    over_full: OverFull = "keep"
    places: int = 6


class Nomination(NamedTuple):
    """One line of a nomination ballot."""

    voter: str
    nominee: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Ballots with each nominee once, and what was found on the way.

    ballots: voter to nominees, as they count; repeated: how often a voter named a nominee, where
    that is more than once; over_full: how many different nominees a voter named, where that is
    more than allowed.
    """

    ballots: Mapping[str, tuple[str, ...]]
    repeated: Mapping[Nomination, int]
    over_full: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The nominees that are through, the most named first, and those tied for what is left.

    tied: more nominees than places left, all with ``tied_count``; somebody has to decide whether
    all, none or some of them are through. Empty when the places come out even.
    """

    finalists: tuple[str, ...]
    tied: tuple[str, ...] = ()
    tied_count: int | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One round of E Pluribus Hugo: points of all, who was compared, who was dropped."""

    points: Mapping[str, Fraction]
    compared: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EphResult:
    """Finalists by points in the end, the most first; their points; all rounds; and ``counts``.

    counts: on how many ballots each nominee was in the beginning.

    There are more finalists than places when a tie that cannot be broken crosses the line.
    """

    finalists: tuple[str, ...]
    points: Mapping[str, Fraction]
    rounds: tuple[Round, ...]
    counts: Mapping[str, int]


def problems(rules: Shortlisting) -> list[str]:
    """Return codes of what makes the settings mean nothing."""
    found = []
    if not 1 <= rules.limit <= 100:
        found.append("limit-out-of-range")
    if not 1 <= rules.places <= 1000:
        found.append("finalists-out-of-range")
    return found


def check(
    nominations: Iterable[Nomination], *, limit: int, over_full: OverFull = "keep"
) -> Checked:
    """Put the nominations of one category together as ballots, each nominee once on each.

    limit: different nominees that a voter may name. A ballot with more is always reported; it
    counts whole (``keep``), with the first ones in the given order (``cut``), or not (``void``).
    Raises ValueError when the limit is below 1.
    """
    if limit < 1:
        raise ValueError("limit: 1 or more")
    times = Counter(nominations)
    named: dict[str, list[str]] = defaultdict(list)
    for voter, nominee in times:
        named[voter].append(nominee)
    full = {voter: len(nominees) for voter, nominees in named.items() if len(nominees) > limit}
    ballots = {
        voter: tuple(nominees[:limit] if over_full == "cut" else nominees)
        for voter, nominees in named.items()
        if over_full != "void" or voter not in full
    }
    return Checked(ballots, {one: count for one, count in times.items() if count > 1}, full)


def count_ballots(ballots: Iterable[Collection[str]]) -> dict[str, int]:
    """Return on how many ballots each nominee stands."""
    return dict(Counter(nominee for ballot in ballots for nominee in set(ballot)))


def shortlist(counts: Mapping[str, int], *, places: int) -> Shortlist:
    """Return the nominees with the highest counts; a tie across the line is left open.

    Equal counts stand in the order of their keys. Raises ValueError when ``places`` is below 1.
    """
    _check_places(places)
    order = sorted(counts, key=lambda nominee: (-counts[nominee], nominee))
    if len(order) <= places or counts[order[places - 1]] > counts[order[places]]:
        return Shortlist(tuple(order[:places]))
    line = counts[order[places]]
    return Shortlist(
        tuple(nominee for nominee in order if counts[nominee] > line),
        tuple(nominee for nominee in order if counts[nominee] == line),
        line,
    )


def eph(ballots: Sequence[Collection[str]], *, places: int = 6) -> EphResult:
    """Return the finalists of E Pluribus Hugo: nobody fills all places with one list.

    Each ballot divides 60 points equally among its nominees that are still in. In each round the
    two with the fewest points are compared (all that are tied with either of them too); the one
    on the fewest ballots is dropped; of those equal in that, the one with the fewest points; of
    those equal in that too, all. It ends with ``places`` nominees, or when the next drop would
    leave fewer.

    Raises ValueError when ``places`` is below 1.
    """
    _check_places(places)
    alive = [set(ballot) for ballot in ballots]
    counts = count_ballots(alive)
    # A ballot's worth in whole numbers, however many nominees share it: no rounding.
    worth = lcm(BALLOT_POINTS, *range(1, max(map(len, alive), default=0) + 1))
    of_nominee: dict[str, list[set[str]]] = defaultdict(list)
    points: Counter[str] = Counter()
    for ballot in alive:
        for nominee in ballot:
            of_nominee[nominee].append(ballot)
            points[nominee] += worth // len(ballot)
    rounds = []
    while len(points) > places:
        compared = _fewest_two(points)
        fewest = min((counts[nominee], points[nominee]) for nominee in compared)
        dropped = [one for one in compared if (counts[one], points[one]) == fewest]
        if len(points) - len(dropped) < places:
            dropped = []
        rounds.append(
            Round(
                _in_points(points, worth),
                tuple(compared),
                tuple(dropped),
            )
        )
        if not dropped:
            break
        for nominee in dropped:
            _drop(nominee, of_nominee[nominee], points, worth)
    order = sorted(points, key=lambda one: (-points[one], -counts[one], one))
    return EphResult(tuple(order), _in_points(points, worth), tuple(rounds), counts)


def place(
    values: Mapping[str, int],
    *,
    places: int,
    units: Mapping[str, str] | None = None,
    per_unit: int | None = None,
) -> dict[str, Placing]:
    """Return where each nominee stands, the best first, and what the quotas say.

    Nominees are taken by their values, the highest first, while there are places; of one unit at
    most ``per_unit``, so that the next of others moves up. Where equal values would need more
    places than there are left, all or in one unit, none of these is preferred: they are
    ``tie``, the places they compete for stay open, and somebody has to decide. Equal values
    stand in the order of their keys; a nominee without a unit ("") is not limited.
    Raises ValueError when a number is below 1.
    """
    _check_places(places)
    _check_places(1 if per_unit is None else per_unit)
    of_unit = units or {}
    used: Counter[str] = Counter()
    left = places
    found: dict[str, Placing] = {}
    for _value, group in groupby(sorted(values, key=lambda one: (-values[one], one)), values.get):
        members = list(group)
        room = _room(members, of_unit, used, per_unit)
        free = [one for one in members if room[one] > 0]
        contested = [one for one in free if _rivals(one, free, of_unit) > room[one]]
        within = {of_unit[one]: room[one] for one in contested}
        need = len(free) - len(contested) + sum(within.values())
        tied = set(contested) if need <= left else set(free) if left > 0 else set()
        for one in members:
            if one in tied:
                found[one] = "tie"
            elif room[one] <= 0:
                found[one] = "unit"
            else:
                found[one] = "through" if left > 0 else "line"
        if left > 0:
            used.update(of_unit.get(one, "") for one in members if found[one] == "through")
            used.update(within if need <= left else {})
            left = max(0, left - need)
    return found


def _room(
    members: Sequence[str], units: Mapping[str, str], used: Mapping[str, int], per_unit: int | None
) -> dict[str, int]:
    """Return how many more of each one's unit can come through."""
    unlimited = len(members)
    return {
        one: unlimited
        if per_unit is None or not units.get(one)
        else per_unit - used.get(units[one], 0)
        for one in members
    }


def _rivals(one: str, group: Sequence[str], units: Mapping[str, str]) -> int:
    unit = units.get(one)
    return sum(units.get(other) == unit for other in group) if unit else 1


def eph_within_units(
    ballots: Sequence[Collection[str]],
    *,
    places: int,
    units: Mapping[str, str],
    per_unit: int | None,
) -> tuple[EphResult, tuple[str, ...]]:
    """Return the result of E Pluribus Hugo in which no unit has more than ``per_unit`` finalists.

    Where a unit has more, its finalist with the fewest points (then on the fewest ballots, then
    by key) is taken off all ballots, and it is counted again; so one by one. The second value
    names those taken off, in that order.
    """
    off: list[str] = []
    while True:
        result = eph([set(ballot).difference(off) for ballot in ballots], places=places)
        own = Counter(units[one] for one in result.finalists if units.get(one))
        full = [unit for unit, count in own.items() if per_unit is not None and count > per_unit]
        over = [one for one in result.finalists if units.get(one) in full]
        if not over:
            return result, tuple(off)
        off.append(min(over, key=lambda one: (result.points[one], result.counts[one], one)))


def _in_points(parts: Mapping[str, int], worth: int) -> dict[str, Fraction]:
    return {one: Fraction(parts[one] * BALLOT_POINTS, worth) for one in sorted(parts)}


def _fewest_two(points: Mapping[str, int]) -> list[str]:
    line = sorted(points.values())[:2][-1]
    return sorted(nominee for nominee, own in points.items() if own <= line)


def _drop(nominee: str, ballots: list[set[str]], points: Counter[str], worth: int) -> None:
    """Take a nominee off its ballots and give the points to who is left on each."""
    for ballot in ballots:
        before = worth // len(ballot)
        ballot.remove(nominee)
        for other in ballot:
            points[other] += worth // len(ballot) - before
    del points[nominee]


def _check_places(places: int) -> None:
    if places < 1:
        raise ValueError("places: 1 or more")
