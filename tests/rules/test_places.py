"""Places by merit, and what limits make of them: published rules by hand, all lists by search."""

import random
import time
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.results_samples import numbers, part, plain, rows, song_contest
from voting.rules import quota_search, quota_sweep
from voting.rules.components import Component, Consolidation, Given
from voting.rules.consolidation import consolidate
from voting.rules.panels import Panel
from voting.rules.places import Awarded, Outcome, award, decide_places
from voting.rules.quotas import Limit, Quota, Quotas, completion, limits_of, problems
from voting.rules.tie_figures import figures
from voting.rules.ties import Decided, Place, Ties, decide


def merit(*groups: str) -> Decided:
    """Nominees in their order; those in one word share a place."""
    places = []
    place = 1
    for group in groups:
        places.append(Place(place, tuple(group)))
        place += len(group)
    return Decided(tuple(places), ())


def by(trait: str, **values: str) -> dict[str, dict[str, str]]:
    """Nominees in one word by the value that they share."""
    return {one: {trait: value} for value, nominees in values.items() for one in nominees}


def both(*traits: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for own in traits:
        for one, values in own.items():
            found.setdefault(one, {}).update(values)
    return found


def moved(found: Awarded) -> dict[str, tuple[Any, ...]]:
    return {
        one: (own.merit, own.place, own.reason, *(limit.quota for limit in own.limits))
        for one, own in found.outcomes.items()
        if own.reason
    }


@pytest.mark.parametrize("year", ["2016", "2017", "2018"])
def test_all_places_of_three_song_contests_come_out_of_the_votes(year: str) -> None:
    declared, entries, given_ = song_contest(year)
    official = [row for row in rows("eurovision/results.csv") if row["year"] == year]
    decided = decide_places(
        declared,
        consolidate(declared, entries, given_),
        Ties(("public", "more_voters", "top_marks", "number", "shared")),
        more={"number": {row["country"]: -int(row["running_order"]) for row in official}},
    )
    found = {one: place.place for place in decided.places for one in place.nominees}
    assert found == {row["country"]: int(row["place"]) for row in official}
    assert [split.step for split in decided.splits] == ["public"] * (year != "2018")
    assert award(decided, {}, Quotas(26)).of("in") == tuple(
        row["country"] for row in sorted(official, key=lambda row: int(row["place"]))
    )


def test_the_tie_chain_finds_its_figures_in_the_result() -> None:
    declared = Consolidation(
        (part("public", 50), Component("panel", "panel", Decimal(50), panel=Panel(decimals=0)))
    )
    marks: Any = {
        "J": {"a": Decimal(90), "b": Decimal(81)}, "K": {"a": Decimal(70), "b": Decimal(80)},
        "L": {"a": Decimal(80), "b": Decimal(80)},
    }  # fmt: skip
    given_ = {"public": numbers(a=5, b=5), "panel": Given(marks=marks)}
    found = figures(declared, consolidate(declared, "ab", given_))
    assert found == {
        "panel": {"a": 80, "b": 80}, "public": {"a": 100, "b": 100},
        "top_marks": {"a": (90, 80, 70), "b": (81, 80, 80)},
        "more_decimals": {"a": 80, "b": Fraction(241, 3)},
    }  # fmt: skip
    result = consolidate(declared, "ab", given_)
    decided = decide_places(declared, result, Ties(("panel", "more_decimals", "lot")))
    assert [place.nominees for place in decided.places] == [("b",), ("a",)]
    overruled = decide_places(
        declared, result, Ties(("panel", "lot")), more={"panel": {"a": 2, "b": 1}}
    )
    assert [place.nominees for place in overruled.places] == [("a",), ("b",)]


def test_of_two_panels_what_they_bring_counts_and_reference_does_not() -> None:
    declared = Consolidation(
        (plain("first", 60, kind="panel"), plain("second", 40, kind="panel"),
         part("paper", 0, reference=True), part("public", 0, reference=True))
    )  # fmt: skip
    given_ = {"first": numbers(a=50), "second": numbers(a=100), "public": numbers(a=1)}
    assert figures(declared, consolidate(declared, "a", given_)) == {"panel": {"a": 70}}


def test_without_quotas_merit_decides_and_all_others_are_out() -> None:
    found = award(merit("a", "b", "c"), {}, Quotas(2))
    assert found.outcomes == {
        "a": Outcome(1, 1, "in"), "b": Outcome(2, 2, "in"), "c": Outcome(3, None, "out"),
    }  # fmt: skip
    assert award(merit("a"), {}, Quotas(3)).unfilled == 2


def test_each_category_at_least_one_at_most_three_of_ten() -> None:
    """Fuzhou, 2022: each category at least 1 and at most 3 of 10 places."""
    traits = by("category", kind="abcdfg", brave="ehijk", honest="lm", filial="n")
    quotas = Quotas(10, (Quota("spread", ("category",), least=1, most=3),))
    found = award(merit(*"abcdefghijklmn"), traits, quotas)
    assert found.of("in") == tuple("abcehilmn")
    assert found.unfilled == 1  # nobody is left whom no cap keeps out
    assert moved(found) == {
        "d": (4, None, "cap", "spread"),
        "f": (6, None, "cap", "spread"),
        "g": (7, None, "cap", "spread"),
        "j": (10, None, "cap", "spread"),
        "k": (11, None, "cap", "spread"),
        "e": (5, 4, "closed", "spread"),
        "h": (8, 5, "closed", "spread"),
        "i": (9, 6, "closed", "spread"),
        # The caps alone leave places for these three, so no floor has lifted them.
        "l": (12, 7, "closed", "spread", "spread"),
        "m": (13, 8, "closed", "spread", "spread"),
        "n": (14, 9, "closed", "spread", "spread"),
    }
    assert found.outcomes["d"].by == ("a", "b", "c")


def test_a_floor_takes_the_last_place_from_merit_and_both_are_told() -> None:
    traits = by("region", north="abc", south="d")
    found = award(merit(*"abcd"), traits, Quotas(2, (Quota("region", ("region",), least=1),)))
    assert found.of("in") == ("a", "d")
    south = Limit("region", ("south",), 1, None)
    why = (south, Limit("places", (), 0, 2))
    assert found.outcomes["b"] == Outcome(2, None, "out", "reserved", why)
    assert found.outcomes["d"] == Outcome(4, 2, "in", "floor", (south,))


def test_at_most_two_of_a_province_in_a_category_and_so_many_overall() -> None:
    """Models of the judiciary, 2019: a province at most 2 in a category and 7 in all; here 3."""
    traits = both(
        by("province", hunan="abcefg", hubei="dh"), by("category", judge="abcdh", clerk="efg")
    )
    quotas = Quotas(
        6, (Quota("pair", ("province", "category"), most=2), Quota("all", ("province",), most=3))
    )
    found = award(merit(*"abcdefgh"), traits, quotas)
    assert found.of("in") == tuple("abdeh")
    pair, whole = Limit("pair", ("hunan", "judge"), 0, 2), Limit("all", ("hunan",), 0, 3)
    assert found.outcomes["c"] == Outcome(3, None, "out", "cap", (pair,), ("a", "b"))
    assert found.outcomes["f"] == Outcome(6, None, "out", "cap", (whole,), ("a", "b", "e"))


def test_officials_are_a_fifth_at_most_and_last_years_winners_sit_out() -> None:
    traits = both(by("kind", official="abc"), by("repeat", gold="d"))
    quotas = Quotas(
        5,
        (
            Quota("officials", ("kind",), ("official",), most_percent=20),
            Quota("repeat", ("repeat",), ("gold",), most=0),
        ),
    )
    found = award(merit(*"abcdefgh"), traits, quotas)
    assert found.of("in") == tuple("aefgh")
    assert found.outcomes["b"].limits == (Limit("officials", ("official",), 0, 1),)
    assert found.outcomes["d"] == Outcome(
        4, None, "out", "cap", (Limit("repeat", ("gold",), 0, 0),)
    )
    assert found.outcomes["h"].limits == (
        Limit("officials", ("official",), 0, 1), Limit("repeat", ("gold",), 0, 0),
    )  # fmt: skip


def test_rules_that_cannot_hold_together_are_named_and_no_others() -> None:
    traits = both(by("region", north="ab", south="cd", west="e"), by("kind", official="cd"))
    floors = Quota("region", ("region",), least=1)
    assert award(merit(*"abcde"), traits, Quotas(2, (floors,))).conflict == (
        Limit("region", ("north",), 1, None), Limit("region", ("south",), 1, None),
        Limit("region", ("west",), 1, None), Limit("places", (), 0, 2),
    )  # fmt: skip
    none = Quota("officials", ("kind",), ("official",), most=0)
    found = award(merit(*"abcde"), traits, Quotas(5, (floors, none)))
    assert found.conflict == (
        Limit("officials", ("official",), 0, 0), Limit("region", ("south",), 1, None),
    )  # fmt: skip
    assert found.outcomes == {}
    missing = Quota("east", ("region",), ("east",), least=1)
    assert award(merit(*"abcde"), traits, Quotas(5, (missing,))).conflict == (
        Limit("east", ("east",), 1, None),
    )


def test_a_tie_that_crosses_the_line_is_left_to_people_or_honours_all() -> None:
    level = merit("a", "bcd", "e")
    found = award(level, {}, Quotas(2))
    assert {one: (own.state, own.place) for one, own in found.outcomes.items()} == {
        "a": ("in", 1), "b": ("open", None), "c": ("open", None), "d": ("open", None),
        "e": ("out", None),
    }  # fmt: skip
    assert found.outcomes["b"].reason == "tie"
    assert found.outcomes["b"].limits == (Limit("places", (), 0, 2),)
    whole = award(level, {}, Quotas(2, shared_line="all"))
    assert whole.of("in") == tuple("abcd")
    assert [whole.outcomes[one].place for one in "abcd"] == [1, 2, 2, 2]
    waiting = Decided((Place(1, ("a", "b"), "jury_vote"),), ())
    open_ = award(waiting, {}, Quotas(1, shared_line="all"))
    assert open_.outcomes["a"].waits_for == "jury_vote"
    assert open_.of("open") == ("a", "b")


def test_a_cap_does_not_choose_between_equals() -> None:
    quotas = Quotas(3, (Quota("unit", ("unit",), most=1),))
    found = award(merit("ab", "c", "d"), by("unit", x="ab", y="c"), quotas)
    assert {one: (own.state, own.reason) for one, own in found.outcomes.items()} == {
        "a": ("open", "tie"), "b": ("open", "tie"), "c": ("open", "open-above"),
        "d": ("open", "open-above"),
    }  # fmt: skip
    assert found.outcomes["a"].limits == (Limit("unit", ("x",), 0, 1),)
    # Only one of two equals is needed by a floor: that is no choice between them.
    floor = Quotas(1, (Quota("south", ("region",), ("south",), least=1),))
    found = award(merit("ab"), by("region", south="b"), floor)
    assert (found.of("in"), found.of("out")) == (("b",), ("a",))
    assert found.outcomes["a"].reason == "reserved"


@pytest.mark.parametrize(
    ("quotas", "code"),
    [
        (Quotas(0), "places-out-of-range"),
        (Quotas(1, tuple(Quota(f"q{n}", ("unit",), most=1) for n in range(51))), "too-many-quotas"),
        (Quotas(1, (Quota("a", ("b",), most=1),) * 2), "quota-twice"),
        (Quotas(1, (Quota("places", ("b",), most=1),)), "quota-twice"),
        (Quotas(1, (Quota("a", (), most=1),)), "quota-without-trait"),
        (Quotas(1, (Quota("a", ("b", "c"), ("x",), most=1),)), "values-of-two-traits"),
        (Quotas(1, (Quota("a", ("b",), most=1, most_percent=20),)), "most-twice"),
        (Quotas(1, (Quota("a", ("b",), most_percent=101),)), "percent-out-of-range"),
        (Quotas(1, (Quota("a", ("b",), most=-1),)), "quota-below-zero"),
        (Quotas(1, (Quota("a", ("b",), least=2, most=1),)), "least-above-most"),
        (Quotas(1, (Quota("a", ("b",)),)), "quota-limits-nothing"),
    ],
)
def test_quotas_that_mean_nothing_are_named(quotas: Quotas, code: str) -> None:
    assert problems(quotas) == [code]
    with pytest.raises(ValueError, match=code):
        award(merit("a"), {}, quotas)


NAMES = "abcdefg"
values = st.dictionaries(st.sampled_from(["unit", "kind"]), st.sampled_from("xyz"))
everybody = st.fixed_dictionaries(dict.fromkeys(NAMES, values))


def means_something(own: tuple[Any, int, int | None]) -> bool:
    _by, least, most = own
    return least > 0 if most is None else least <= most


limits = st.tuples(
    st.sampled_from([("unit",), ("kind",), ("unit", "kind")]),
    st.integers(0, 2),
    st.none() | st.integers(0, 3),
).filter(means_something)
quotas_ = st.builds(
    lambda places, own: Quotas(
        places,
        tuple(
            Quota(str(n), by_, least=least, most=most) for n, (by_, least, most) in enumerate(own)
        ),
    ),
    st.integers(1, 6), st.lists(limits, max_size=3),
)  # fmt: skip


def keeps(chosen: frozenset[str], members: Mapping[Limit, frozenset[str]]) -> bool:
    return all(
        limit.least <= len(own & chosen) and (limit.most is None or len(own & chosen) <= limit.most)
        for limit, own in members.items()
    )


@given(everybody, quotas_)
def test_of_all_lists_that_keep_the_rules_the_one_closest_to_merit_is_found(
    traits: Any, quotas: Quotas
) -> None:
    members = limits_of(quotas, NAMES, traits)
    lists = [
        frozenset(own)
        for size in range(quotas.places + 1)
        for own in combinations(NAMES, size)
        if keeps(frozenset(own), members)
    ]
    found = award(merit(*NAMES), traits, quotas)

    if not lists:
        assert found.conflict
        kept = {limit: members[limit] for limit in found.conflict if limit.quota != "places"}
        seats = quotas.places if len(kept) < len(found.conflict) else None
        assert completion((), NAMES, kept, seats) is None
        for one in kept:
            fewer = {limit: own for limit, own in kept.items() if limit != one}
            assert completion((), NAMES, fewer, seats) is not None
        return
    best = max(lists, key=lambda own: [one in own for one in NAMES])
    assert found.of("in") == tuple(sorted(best))
    assert found.of("open") == ()
    honoured = 0
    for one, own in found.outcomes.items():
        honoured += own.state == "in"
        # Whoever is not where merit alone would have them is told by which rule.
        alone = ord(one) - ord("a") < quotas.places
        if (own.state == "in") != alone or (own.state == "in" and own.place != own.merit):
            assert own.reason
            assert own.limits
        assert own.place == (honoured if own.state == "in" else None)
        if own.reason == "cap":
            assert len(own.by) == own.limits[0].most


groups = st.lists(st.integers(0, 3), min_size=len(NAMES), max_size=len(NAMES))


@given(groups, everybody, quotas_, st.sampled_from(["open", "all"]), st.randoms())
def test_caps_hold_whatever_is_level_and_no_order_decides_between_equals(
    totals: list[int], traits: Any, quotas: Quotas, line: Any, chance: Any
) -> None:
    rule = Quotas(quotas.places, quotas.quotas, line)
    own = dict(zip(NAMES, map(Fraction, totals), strict=True))
    decided = decide(own, Ties(("shared",)), {})
    found = award(decided, traits, rule)
    members = limits_of(rule, NAMES, traits)
    chosen = frozenset(found.of("in"))
    for limit, concerned in members.items():
        assert found.conflict or limit.most is None or len(concerned & chosen) <= limit.most
    if not found.conflict and not found.of("open"):
        assert keeps(chosen, members)
    # Names carry no weight: with other names the same nominees are honoured.
    names = dict(zip(NAMES, chance.sample(NAMES, len(NAMES)), strict=True))
    again = award(
        decide({names[one]: value for one, value in own.items()}, Ties(("shared",)), {}),
        {names[one]: value for one, value in traits.items()},
        rule,
    )
    assert {one: again.outcomes[names[one]].state for one in found.outcomes} == {
        one: outcome.state for one, outcome in found.outcomes.items()
    }
    assert award(decided, dict(reversed(traits.items())), rule) == found


def test_a_search_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota_search, "MOST_STEPS", 0)
    monkeypatch.setattr(quota_sweep, "MOST_STATES", 0)
    monkeypatch.setattr(quota_sweep, "MOST_KINDS", 0)
    rule = Quotas(1, (Quota("region", ("region",), least=1),))
    with pytest.raises(ValueError, match="too entangled"):
        award(merit("a"), by("region", x="a"), rule)


def test_hundreds_of_nominees_under_many_limits_take_a_second() -> None:
    """Ten regions and five categories with floors and caps, a unit once, officials a fifth."""
    chance = random.Random(7)
    names = [f"n{number:03}" for number in range(400)]
    traits = {
        one: {
            "region": f"r{int(chance.random() ** 2 * 10)}",
            "category": f"c{int(chance.random() ** 2 * 5)}",
            "unit": f"u{chance.randrange(130)}",
            "kind": chance.choice(["official", "other"]),
        }
        for one in names
    }
    quotas = Quotas(
        20,
        (
            Quota("region", ("region",), least=1, most=3),
            Quota("category", ("category",), least=2, most=6),
            Quota("unit", ("unit",), most=1),
            Quota("officials", ("kind",), ("official",), most_percent=20),
        ),
    )
    begun = time.process_time()
    found = award(Decided(tuple(Place(n, (one,)) for n, one in enumerate(names, 1)), ()), traits,
                  quotas)  # fmt: skip

    assert time.process_time() - begun < 2
    assert len(found.of("in")) == 20
    assert keeps(frozenset(found.of("in")), limits_of(quotas, names, traits))
