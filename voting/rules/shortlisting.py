"""From nominations to finalists: checking ballots, plain counts, and E Pluribus Hugo.

A nomination is one voter naming one nominee; a ballot is what one voter named in one category.
Nominees are named by keys of the caller's: spelling variants have been merged before.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Final, Literal, NamedTuple

import msgspec

BALLOT_POINTS: Final = 60  # what each ballot divides among its nominees, under E Pluribus Hugo

OverFull = Literal["keep", "cut", "void"]


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


def count_lines(nominations: Iterable[Nomination]) -> dict[str, int]:
    """Return how many lines name each nominee, repeated ones too, as old tallies were made."""
    return dict(Counter(one.nominee for one in nominations))


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
