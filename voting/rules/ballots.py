"""What a ballot may contain: limits as values, and whether a ballot keeps within them.

``cast.lua`` decides about real ballots; ``decide`` says the same in a form that can be read and
checked case by case. Where the two differ, one of them is wrong.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

MAX_CHOICES: Final = 64  # on one ballot, whatever the rules say: the script's loops end there

SCOPES: Final = ("season", "category", "nominee")
PERIODS: Final = ("ballot", "window", "day", "season")
COUNTS: Final = ("ballots", "choices")
LASTING_PERIODS: Final = ("window", "day", "season")  # in the order in which they are checked

Reason = Literal["too-few", "too-many", "category-full", "already-voted", "nominee-used"]


@dataclass(frozen=True, slots=True)
class Cap:
    """One limit: in this scope and period at most ``max`` ballots or choices.

    A period of ``ballot`` looks at one ballot alone; all other periods remember.
    """

    scope: str
    period: str
    counts: str
    max: int

    @property
    def code(self) -> str:
        """The cap's short name, as it stands in ballots and counters: ``sdb``, ``cbc``, ``nsc``."""
        return self.scope[0] + self.period[0] + self.counts[0]

    @property
    def lasts(self) -> bool:
        """Whether uses are remembered beyond the ballot."""
        return self.period != "ballot"


@dataclass(frozen=True, slots=True)
class BallotRules:
    """How many choices a ballot needs, and its limits."""

    min_choices: int
    caps: tuple[Cap, ...] = ()


class CounterKey(NamedTuple):
    """One counter of one voter: which cap, of what, and whose period it is."""

    cap: str
    value: str  # "" for the season, the category, or the ballot number
    period: str


class Use(NamedTuple):
    """The slots that a ballot takes of one counter, ``first`` to ``last``."""

    key: CounterKey
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The ballot keeps within the rules.

    uses: one for each counter that it raises; ``left_ballots`` and ``left_choices``: what the
    voter has left afterwards in the whole season, None where nothing limits it.
    """

    uses: tuple[Use, ...]
    left_ballots: int | None
    left_choices: int | None

    @property
    def counters(self) -> dict[CounterKey, int]:
        """The new values of the counters that it raises."""
        return {use.key: use.last for use in self.uses}


@dataclass(frozen=True, slots=True)
class Refused:
    """The first rule that the ballot breaks.

    limit: what would have been possible; given: what the ballot wants. ``cap`` is None for
    ``too-few``. ``values``: the full category, or the nominees that are used up.
    """

    reason: Reason
    limit: int
    given: int
    cap: Cap | None = None
    values: tuple[str, ...] = ()


Decision = Accepted | Refused


def per_ballot_max(rules: BallotRules) -> int:
    """Return the most choices that any ballot can have; never more than 64.

    A limit on the choices of a day or season limits each ballot too.
    """
    return min(
        [MAX_CHOICES]
        + [cap.max for cap in rules.caps if cap.scope == "season" and cap.counts == "choices"]
    )


def problems(rules: BallotRules, sizes: Sequence[int] | None = None) -> list[str]:
    """Return codes of what makes the rules contradict themselves or mean nothing.

    sizes: how many nominees each category has; None when that is not known.
    """
    found = list(_cap_problems(rules.caps))
    if not 1 <= rules.min_choices <= MAX_CHOICES:
        found.append("min-out-of-range")
    elif rules.min_choices > per_ballot_max(rules):
        found.append("min-over-max")
    elif sizes is not None and rules.min_choices > _within_reach(rules, sizes):
        found.append("min-out-of-reach")
    return found


def _cap_problems(caps: Sequence[Cap]) -> Iterator[str]:
    for cap in caps:
        if cap.scope not in SCOPES or cap.period not in PERIODS or cap.counts not in COUNTS:
            yield "unknown-word"
        if cap.max < 1:
            yield "cap-allows-nothing"
        if not cap.lasts and cap.counts == "ballots":
            yield "ballots-within-a-ballot"
        elif not cap.lasts and cap.scope == "nominee":
            # A nominee stands on a ballot once at most, so the limit is always kept.
            yield "nominee-within-a-ballot"
        elif not cap.lasts and cap.max > MAX_CHOICES:
            yield "ballot-over-64"
    times = Counter((cap.scope, cap.period, cap.counts) for cap in caps)
    yield from ("cap-twice" for count in times.values() if count > 1)


def _within_reach(rules: BallotRules, sizes: Sequence[int]) -> int:
    """Return the most choices that a voter's first ballot can have with these categories."""
    in_category = min(
        [MAX_CHOICES]
        + [cap.max for cap in rules.caps if cap.scope == "category" and cap.counts == "choices"]
    )
    return min(per_ballot_max(rules), sum(min(size, in_category) for size in sizes))


def decide(
    rules: BallotRules,
    categories: Mapping[str, Hashable],
    used: Mapping[CounterKey, int],
    choices: Sequence[str],
) -> Decision:
    """Say whether a ballot is accepted, and which counters it raises.

    categories: ballot number -> category, at least for the choices.
    used: the voter's counters in the present periods; one that is missing stands at 0.
    choices: ballot numbers, none twice, all of them known and none withdrawn.

    What limits a single ballot is checked first, then windows, days and the season; within
    each, caps in the order of the sheet.
    """
    if len(choices) < rules.min_choices:
        return Refused("too-few", rules.min_choices, len(choices))
    for cap in rules.caps:
        if not cap.lasts and (refusal := _over_ballot(cap, categories, choices)):
            return refusal
    uses: list[Use] = []
    left: dict[str, int] = {}
    for period in LASTING_PERIODS:
        caps = [cap for cap in rules.caps if cap.period == period]
        for cap in caps:
            for value, amount in _amounts(cap, categories, choices):
                key = CounterKey(cap.code, value, period)
                before = used.get(key, 0)
                if before + amount > cap.max:
                    return _over_period(cap, key, before, amount, used, choices)
                uses.append(Use(key, before + 1, before + amount))
                if cap.scope == "season":
                    rest = cap.max - before - amount
                    left[cap.counts] = min(rest, left.get(cap.counts, rest))
    return Accepted(tuple(uses), left.get("ballots"), left.get("choices"))


def _amounts(
    cap: Cap, categories: Mapping[str, Hashable], choices: Sequence[str]
) -> list[tuple[str, int]]:
    """Return what a ballot takes of a cap: one (value, amount) for each of its counters."""
    if cap.scope == "season":
        chosen = Counter({"": len(choices)})
    elif cap.scope == "category":
        chosen = Counter(str(categories[number]) for number in choices)
    else:
        chosen = Counter(choices)
    return [(value, 1 if cap.counts == "ballots" else count) for value, count in chosen.items()]


def _over_ballot(
    cap: Cap, categories: Mapping[str, Hashable], choices: Sequence[str]
) -> Refused | None:
    for value, amount in _amounts(cap, categories, choices):
        if amount > cap.max and cap.scope == "season":
            return Refused("too-many", cap.max, amount, cap)
        if amount > cap.max and cap.scope == "category":
            return Refused("category-full", cap.max, amount, cap, (value,))
    return None


def _over_period(
    cap: Cap,
    key: CounterKey,
    before: int,
    amount: int,
    used: Mapping[CounterKey, int],
    choices: Sequence[str],
) -> Refused:
    left = max(0, cap.max - before)
    if cap.scope == "season":
        return Refused("too-many" if left else "already-voted", left, amount, cap)
    if cap.scope == "category":
        return Refused("category-full", left, amount, cap, (key.value,))
    spent = [number for number in choices if used.get(key._replace(value=number), 0) >= cap.max]
    return Refused("nominee-used", left, amount, cap, tuple(spent))
