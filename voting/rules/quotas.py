"""Quotas as declared, and whether they can hold together.

A quota limits how many of the honoured share a trait: at most three of a category, at least one
of each region, nobody who won last year. What holds for one value of the trait is a limit. Whether
limits can hold together is answered exactly, by search; the search is refused, not cut short, when
it becomes too long.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from voting.rules.no_result import NoResult
from voting.rules.quota_search import Kind, Search, TooLong
from voting.rules.quota_sweep import Sweep

MOST_PLACES: Final = 10_000
MOST_QUOTAS: Final = 50

Traits = Mapping[str, Mapping[str, str]]  # nominee -> trait -> value
PLACES: Final = "places"  # the limit that the number of places is


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of the honoured may, or must, share a value.

    by: traits, such as unit, category, kind or repeat; two together, such as unit and category,
        limit each pair of values. Whoever lacks one of them is not concerned.
    of: which values it is about, for a single trait; none: each one that occurs.
    least, most: how many; most_percent: at most so many per cent of the places, rounded down.
    """

    key: str
    by: tuple[str, ...]
    of: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    most_percent: int | None = None


class Quotas(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many are honoured, and how they must be spread.

    shared_line: where those who share a place are more than the places left: ``open`` leaves it
    to people, ``all`` honours all of them.
    """

    places: int
    quotas: tuple[Quota, ...] = ()
    shared_line: Literal["open", "all"] = "open"


@dataclass(frozen=True, slots=True, order=True)
class Limit:
    """A quota for one value; ``quota`` is its key, or ``places`` for the number of places."""

    quota: str
    value: tuple[str, ...]
    least: int
    most: int | None


Members = Mapping[Limit, frozenset[str]]


def problems(quotas: Quotas) -> list[str]:
    """Return codes of what makes quotas mean nothing."""
    found = []
    if not 1 <= quotas.places <= MOST_PLACES:
        found.append("places-out-of-range")
    if len(quotas.quotas) > MOST_QUOTAS:
        found.append("too-many-quotas")
    keys = [one.key for one in quotas.quotas]
    if len(set(keys)) < len(keys) or PLACES in keys:
        found.append("quota-twice")
    found += [code for one in quotas.quotas for code in _quota_problems(one)]
    return list(dict.fromkeys(found))


def _quota_problems(quota: Quota) -> list[str]:
    found = []
    if not quota.by or len(set(quota.by)) < len(quota.by):
        found.append("quota-without-trait")
    if quota.of and len(quota.by) > 1:
        found.append("values-of-two-traits")
    if quota.most is not None and quota.most_percent is not None:
        found.append("most-twice")
    if quota.most_percent is not None and not 0 <= quota.most_percent <= 100:
        found.append("percent-out-of-range")
    if quota.least < 0 or (quota.most is not None and quota.most < 0):
        found.append("quota-below-zero")
    elif quota.most is not None and quota.least > quota.most:
        found.append("least-above-most")
    if not quota.least and quota.most is None and quota.most_percent is None:
        found.append("quota-limits-nothing")
    return found


def limits_of(
    quotas: Quotas, nominees: Iterable[str], traits: Traits
) -> dict[Limit, frozenset[str]]:
    """Return each limit with the nominees whom it concerns."""
    everybody = sorted(nominees)
    found: dict[Limit, frozenset[str]] = {}
    for quota in quotas.quotas:
        most = quota.most
        if quota.most_percent is not None:
            most = quotas.places * quota.most_percent // 100
        members: dict[tuple[str, ...], list[str]] = {(value,): [] for value in quota.of}
        for one in everybody:
            own = traits.get(one, {})
            if all(name in own for name in quota.by):
                value = tuple(own[name] for name in quota.by)
                if not quota.of or value in members:
                    members.setdefault(value, []).append(one)
        for value, concerned in sorted(members.items()):
            found[Limit(quota.key, value, quota.least, most)] = frozenset(concerned)
    return found


def full(chosen: Collection[str], members: Members, nominee: str) -> Limit | None:
    """Return the first limit that lets nobody else in and concerns this nominee."""
    for limit, concerned in members.items():
        if limit.most is None or nominee not in concerned:
            continue
        if sum(one in concerned for one in chosen) >= limit.most:
            return limit
    return None


def conflict(
    chosen: Collection[str],
    left: Collection[str],
    members: Members,
    places: int,
    hint: Collection[Limit] = (),
) -> tuple[Limit, ...]:
    """Return limits that cannot hold together, of which none could be left out; none: they can.

    chosen: who is honoured whatever else happens; left: who can join them. The number of places is
    one of the limits, where fewer places are part of the reason. hint: limits among which the
    reason probably is.
    """
    room = Limit(PLACES, (), 0, places)

    def holds(kept: Collection[Limit]) -> bool:
        seats = places - len(chosen) if room in kept else None
        own = {one: members[one] for one in kept if one != room}
        return completion(chosen, left, own, seats) is not None

    limits = [*sorted(members, key=lambda one: (one.quota, one.value)), room]
    if hint and not holds(hint):
        limits = [one for one in limits if one in hint]
    elif holds(limits):
        return ()
    reason = _reason([], limits, holds, new=False)
    return tuple(one for one in limits if one in reason)


def _reason(
    kept: list[Limit], limits: list[Limit], holds: Callable[[Collection[Limit]], bool], *, new: bool
) -> list[Limit]:
    """Return a smallest part of the limits that cannot hold beside what is kept.

    Source: U. Junker, QuickXplain, AAAI 2004.
    """
    if new and not holds(kept):
        return []
    if len(limits) == 1:
        return limits
    first, second = limits[: len(limits) // 2], limits[len(limits) // 2 :]
    of_second = _reason([*kept, *first], second, holds, new=True)
    of_first = _reason([*kept, *of_second], first, holds, new=bool(of_second))
    return of_first + of_second


def completion(
    chosen: Collection[str], left: Collection[str], members: Members, seats: int | None
) -> tuple[str, ...] | None:
    """Return some of those left with whom every limit holds; None: there are none such.

    seats: how many may join; None: any number. Raises ValueError when the search is too long.
    """
    taken = set(chosen)
    left = [one for one in left if one not in taken]
    seats = len(left) if seats is None else seats
    limits, concerned = list(members), list(members.values())
    have = [len(own & taken) for own in concerned]
    needs = [limit.least - count for limit, count in zip(limits, have, strict=True)]
    rooms = [
        len(left) if limit.most is None else limit.most - count
        for limit, count in zip(limits, have, strict=True)
    ]
    if seats < 0 or min(rooms, default=0) < 0:
        return None
    if max(needs, default=0) <= 0:
        return ()
    needed = frozenset().union(*(own for own, n in zip(concerned, needs, strict=True) if n > 0))
    useful = needed.intersection(left)
    # Limits that can stop nobody are left aside; nominees whom the same others concern are alike.
    binding = [
        place
        for place, own in enumerate(concerned)
        if needs[place] > 0 or rooms[place] < min(seats, len(own & useful))
    ]
    kind_of: dict[str, list[int]] = {one: [] for one in sorted(useful)}
    for number, place in enumerate(binding):
        for one in concerned[place] & useful:
            kind_of[one].append(number)
    kinds: dict[tuple[int, ...], list[str]] = {}
    for one, numbers in kind_of.items():
        kinds.setdefault(tuple(numbers), []).append(one)
    found = _search(
        [limits[place].quota for place in binding],
        {kind: len(own) for kind, own in kinds.items()},
        [needs[place] for place in binding],
        [rooms[place] for place in binding],
        seats,
    )
    if found is None:
        return None
    return tuple(one for kind, own in kinds.items() for one in own[: found.count(kind)])


def _search(
    quotas: list[str], kinds: Mapping[Kind, int], needs: list[int], rooms: list[int], seats: int
) -> list[Kind] | None:
    try:
        return Search(quotas, kinds).run(needs, rooms, seats)
    except TooLong:
        pass
    try:
        return Sweep(quotas, kinds).run(needs, rooms, seats)
    except TooLong:
        raise NoResult("quotas-entangled", "the quotas are too entangled to be solved") from None
