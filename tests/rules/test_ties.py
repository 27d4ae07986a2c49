"""Ties: three real finals with all their places, and chains that always end."""

import csv
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.ties import ENDS, STEPS, Decided, Place, Split, Ties, decide, problems

EUROVISION = Path(__file__).parents[1] / "data" / "eurovision"


def rows(name: str) -> list[dict[str, str]]:
    with (EUROVISION / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def counts_of(marks: dict[str, list[int]]) -> dict[str, tuple[int, ...]]:
    """Return how many of the highest mark each has, of the next, and so on."""
    steps = sorted({mark for own in marks.values() for mark in own}, reverse=True)
    return {one: tuple(own.count(step) for step in steps) for one, own in marks.items()}


def order(decided: Decided) -> list[tuple[str, ...]]:
    return [place.nominees for place in decided.places]


@pytest.mark.parametrize("year", ["2016", "2017", "2018"])
def test_all_places_of_three_song_contests_are_the_official_ones(year: str) -> None:
    jury: Counter[str] = Counter()
    tele: Counter[str] = Counter()
    voters: Counter[str] = Counter()
    given_points: dict[str, list[int]] = defaultdict(list)
    for row in rows("votes.csv"):
        if row["year"] == year:
            points = int(row["tele_points"])
            jury[row["to"]] += int(row["jury_points"])
            tele[row["to"]] += points
            if points:
                voters[row["to"]] += 1
                given_points[row["to"]].append(points)
    official = [row for row in rows("results.csv") if row["year"] == year]
    entries = [row["country"] for row in official]
    decided = decide(
        {one: Fraction(jury[one] + tele[one]) for one in entries},
        Ties(("public", "more_voters", "top_marks", "number", "shared")),
        {
            "public": {one: tele[one] for one in entries},
            "more_voters": {one: voters[one] for one in entries},
            "top_marks": counts_of({one: given_points[one] for one in entries}),
            "number": {row["country"]: -int(row["running_order"]) for row in official},
        },
    )

    assert [jury[row["country"]] for row in official] == [int(r["jury_points"]) for r in official]
    assert [tele[row["country"]] for row in official] == [int(r["tele_points"]) for r in official]
    by_place = sorted(official, key=lambda row: int(row["place"]))
    assert order(decided) == [(row["country"],) for row in by_place]
    # Who was level, and that the televote decided, is the contest's own record.
    assert [set().union(*split.groups) for split in decided.splits] == {
        "2016": [{"nl", "mt"}], "2017": [{"gr", "dk"}], "2018": [],
    }[year]  # fmt: skip
    assert {split.step for split in decided.splits} <= {"public"}


def test_each_step_only_divides_those_who_are_still_level() -> None:
    decided = decide(
        dict.fromkeys("abcd", Fraction(90)),
        Ties(("panel", "public", "shared")),
        {"panel": {"a": 5, "b": 7, "c": 5, "d": 5}, "public": {"a": 1, "b": 9, "c": 2, "d": 2}},
    )
    assert order(decided) == [("b",), ("c", "d"), ("a",)]
    assert [place.place for place in decided.places] == [1, 2, 4]
    assert decided.splits == (
        Split("panel", (("b",), ("a", "c", "d"))), Split("public", (("c", "d"), ("a",))),
    )  # fmt: skip


def test_people_and_seeds_are_waited_for() -> None:
    level = dict.fromkeys("ab", Fraction(1))
    vote = Ties(("jury_vote", "shared"))
    assert decide(level, vote, {}).places == (Place(1, ("a", "b"), "jury_vote"),)
    assert order(decide(level, vote, {"jury_vote": {"a": 3, "b": 4}})) == [("b",), ("a",)]
    assert decide(level, vote, {"jury_vote": {"a": 3, "b": 3}}).places == (Place(1, ("a", "b")),)
    assert decide(level, Ties(("lot",)), {}).places == (Place(1, ("a", "b"), "lot"),)
    # printf 'seed\na' | sha256sum begins with 1095, for b with 966b: whoever runs that can check.
    drawn = decide(level, Ties(("lot",)), {}, seed="seed")
    assert order(drawn) == [("a",), ("b",)]
    assert drawn.splits == (Split("lot", (("a",), ("b",))),)


def test_only_the_line_matters_where_that_is_declared() -> None:
    results = {
        "a": Fraction(9),
        "b": Fraction(8),
        "c": Fraction(8),
        "d": Fraction(7),
        "e": Fraction(7),
    }
    figures = {"panel": {"b": 1, "c": 2, "d": 1, "e": 2}}
    rule = Ties(("panel", "shared"), only_at_line=True)
    assert order(decide(results, rule, figures, line=3)) == [("a",), ("b", "c"), ("d", "e")]
    assert order(decide(results, rule, figures, line=2)) == [("a",), ("c",), ("b",), ("d", "e")]
    assert order(decide(results, rule, figures, line=4)) == [("a",), ("b", "c"), ("e",), ("d",)]
    assert order(decide(results, rule, figures)) == [("a",), ("c",), ("b",), ("e",), ("d",)]


def test_a_step_without_figures_for_all_decides_nothing() -> None:
    level = dict.fromkeys("ab", Fraction(1))
    assert decide(level, Ties(("panel", "shared")), {"panel": {"a": 1}}).splits == ()


@pytest.mark.parametrize(
    ("chain", "code"),
    [
        ((), "chain-empty"), (("panel",), "chain-without-end"),
        (("third", "lot"), "step-unknown"), (("criterion", "lot"), "step-unknown"),
        (("weight:a", "lot"), "step-unknown"), (("criterion:", "lot"), "step-without-key"),
        (("component: a", "lot"), "step-without-key"),
        (("criterion:a", "criterion:a", "lot"), "step-twice"),
        (("shared", "lot"), "step-behind-the-end"), (("panel", "panel", "lot"), "step-twice"),
    ],
)  # fmt: skip
def test_chains_that_mean_nothing_are_named(chain: Any, code: str) -> None:
    assert problems(Ties(chain)) == [code]
    with pytest.raises(ValueError, match=code):
        decide({"a": Fraction(1)}, Ties(chain), {})


KEYED = ("criterion:deeds", "criterion:a:b", "component:exam")
chains = st.lists(
    st.sampled_from([*(one for one in STEPS if one not in ENDS), *KEYED]), unique=True
).flatmap(lambda steps: st.sampled_from(sorted(ENDS)).map(lambda end: Ties((*steps, end))))
results = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 2).map(Fraction))
figures = st.dictionaries(
    st.sampled_from([*STEPS, *KEYED]),
    st.fixed_dictionaries({one: st.integers(0, 2) for one in "abcdefgh"}),
)


@given(results, chains, figures, st.sampled_from(["", "seed"]), st.none() | st.integers(1, 8))
def test_a_chain_ends_with_everybody_in_one_place_and_never_turns_results_round(
    own: dict[str, Fraction], rule: Ties, known: Any, seed: str, line: int | None
) -> None:
    decided = decide(own, rule, known, seed=seed, line=line)

    placed = [one for place in decided.places for one in place.nominees]
    assert sorted(placed) == sorted(own)
    assert [own[one] for one in placed] == sorted(own.values(), reverse=True)
    before = 1
    for place in decided.places:
        assert place.place == before
        before += len(place.nominees)
        if place.waits_for:
            assert place.waits_for in rule.chain
            assert len(place.nominees) > 1
    if "lot" in rule.chain and seed and "jury_vote" not in rule.chain:
        assert all(len(place.nominees) == 1 for place in decided.places)
    again = decide(dict(reversed(own.items())), rule, known, seed=seed, line=line)
    assert again == decided
