"""Fields too large for trying all lists: what is found keeps every limit, or it is said why not."""

import random
from collections import Counter
from itertools import product
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from voting.rules.places import award
from voting.rules.quota_search import Search
from voting.rules.quota_sweep import Sweep
from voting.rules.quotas import PLACES, Quota, Quotas, completion, limits_of
from voting.rules.ties import Decided, Place

VALUES = {"unit": 9, "category": 4, "region": 3}


@st.composite
def fields(draw: Any) -> tuple[dict[str, dict[str, str]], Quotas]:
    """Forty nominees; floors and caps around what each value's even share would be."""
    chance = random.Random(draw(st.integers(0, 10**6)))
    names = [f"n{number:02}" for number in range(40)]
    traits = {
        one: {trait: f"{trait}{int(chance.random() ** 1.5 * n)}" for trait, n in VALUES.items()}
        for one in names
    }
    places = draw(st.integers(3, 15))
    quotas = []
    for trait, n in VALUES.items():
        share = places // n
        least = max(0, share + draw(st.integers(-2, 0)))
        most = draw(st.none() | st.integers(least, share + 2))
        if least or most is not None:
            quotas.append(Quota(trait, (trait,), least=least, most=most))
    if draw(st.booleans()):
        quotas.append(Quota("pair", ("unit", "region"), most=draw(st.integers(1, 2))))
    return traits, Quotas(places, tuple(quotas))


@settings(max_examples=40, deadline=None)
@given(fields(), st.lists(st.integers(1, 4), min_size=40, max_size=40))
def test_nobody_is_honoured_behind_a_tie_that_is_still_open(
    field: tuple[dict[str, dict[str, str]], Quotas], sizes: list[int]
) -> None:
    """So whoever is honoured has a place: all above them are decided."""
    traits, quotas = field
    rest, places = list(traits), []
    for size in sizes:
        if rest:
            places.append(Place(len(traits) - len(rest) + 1, tuple(rest[:size])))
            rest = rest[size:]
    try:
        found = award(Decided(tuple(places), ()), traits, quotas)
    except ValueError:
        return
    if found.conflict:
        return
    states = [{found.outcomes[one].state for one in own.nominees} for own in places]
    first = next((at for at, own in enumerate(states) if "open" in own), len(states))
    event("open" if first < len(states) else "decided")
    assert not any("in" in own for own in states[first:])
    assert all(found.outcomes[one].place for one in found.of("in"))


@settings(max_examples=40, deadline=None)
@given(fields())
def test_every_cap_and_floor_is_kept_or_those_that_cannot_be_are_named(
    field: tuple[dict[str, dict[str, str]], Quotas],
) -> None:
    traits, quotas = field
    members = limits_of(quotas, traits, traits)
    merit = Decided(tuple(Place(n, (one,)) for n, one in enumerate(traits, 1)), ())
    try:
        found = award(merit, traits, quotas)
    except ValueError as refused:
        # About one in a thousand is: refused, not cut short.
        event(str(refused))
        assert "too entangled" in str(refused)  # noqa: PT017 -- most are not refused
        return

    chosen = set(found.of("in"))
    if not found.conflict:
        assert len(chosen) + found.unfilled == quotas.places
        for limit, own in members.items():
            assert limit.least <= len(own & chosen)
            assert limit.most is None or len(own & chosen) <= limit.most
        # Whoever is left out could not simply have been taken in as well.
        for one in set(traits) - chosen if found.unfilled else ():
            assert any(
                limit.most is not None and len(own & chosen) >= limit.most
                for limit, own in members.items()
                if one in own
            )
        return
    assert not found.outcomes
    kept = {limit: members[limit] for limit in found.conflict if limit.quota != PLACES}
    seats = quotas.places if len(kept) < len(found.conflict) else None
    assert completion((), traits, kept, seats) is None


QUOTAS = ["unit", "unit", "unit", "region", "region", "pair"]
kinds_ = st.dictionaries(
    st.tuples(st.integers(0, 2), st.integers(3, 4), st.booleans()).map(
        lambda own: (own[0], own[1], 5) if own[2] else own[:2]
    ),
    st.integers(1, 2),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(
    kinds_, st.lists(st.integers(0, 2), min_size=6, max_size=6),
    st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(0, 6),
)  # fmt: skip
def test_both_searches_find_a_way_if_there_is_one(
    kinds: dict[Any, int], needs: list[int], rooms: list[int], seats: int
) -> None:
    """Beside trying every number of each kind."""

    def holds(taken: Any) -> bool:
        sums = [sum(n for kind, n in taken if place in kind) for place in range(6)]
        return (
            all(need <= own <= room for need, own, room in zip(needs, sums, rooms, strict=True))
            and sum(n for _kind, n in taken) <= seats
        )

    ways = product(*(range(count + 1) for count in kinds.values()))
    there_is = any(holds(list(zip(kinds, way, strict=True))) for way in ways)
    for search in (Search, Sweep):
        found = search(QUOTAS, kinds).run(needs.copy(), rooms.copy(), seats)
        assert (found is not None) == there_is
        if found is not None:
            taken = Counter(found)
            assert all(n <= kinds[kind] for kind, n in taken.items())
            assert holds(taken.items())
