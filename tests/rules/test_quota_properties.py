"""Fields too large for trying all lists: what is found keeps every limit, or it is said why not."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from voting.rules.places import award
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
@given(fields())
def test_every_cap_and_floor_is_kept_or_those_that_cannot_be_are_named(
    field: tuple[dict[str, dict[str, str]], Quotas],
) -> None:
    traits, quotas = field
    members = limits_of(quotas, traits, traits)
    merit = Decided(tuple(Place(n, (one,)) for n, one in enumerate(traits, 1)), ())
    found = award(merit, traits, quotas)

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
