import csv
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.shortlisting import (
    Nomination,
    Shortlist,
    check,
    count_ballots,
    eph,
    shortlist,
)

HUGO = Path(__file__).parents[1] / "data" / "hugo_1984"


def hugo() -> list[Nomination]:
    with (HUGO / "nominations.csv").open(encoding="utf-8", newline="") as file:
        return [Nomination(row["voter"], row["nominee"]) for row in csv.DictReader(file)]


def official() -> list[dict[str, str]]:
    with (HUGO / "finalists.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_hugo_1984_has_its_official_counts_and_finalists() -> None:
    nominations = hugo()
    counts = Counter(one.nominee for one in nominations)
    rows = official()

    assert len(nominations) == 1525
    assert [counts[row["nominee_spelling"]] for row in rows] == [137, 75, 55, 54, 52]
    assert shortlist(counts, places=5) == Shortlist(tuple(row["nominee_spelling"] for row in rows))


def test_hugo_1984_counted_by_voters_finds_who_named_one_twice_and_too_many() -> None:
    checked = check(hugo(), limit=5)
    counts = count_ballots(checked.ballots.values())

    assert len(checked.ballots) == 426
    assert checked.repeated == {Nomination("4554", "startide rising"): 2}
    assert checked.over_full.keys() == {"4554"}
    assert [counts[row["nominee_spelling"]] for row in official()] == [
        int(row["distinct_voters"]) for row in official()
    ]


def test_hugo_1984_by_eph_is_what_the_naive_count_says() -> None:
    ballots = list(check(hugo(), limit=5).ballots.values())

    result = eph(ballots)

    assert set(result.finalists) == naive_eph(ballots, 6)
    assert len(result.finalists) == 6
    assert {row["nominee_spelling"] for row in official()} < set(result.finalists)


def test_hugo_1984_by_eph_is_what_somebody_else_worked_out() -> None:
    with (HUGO / "eph.csv").open(encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))

    result = eph(list(check(hugo(), limit=5).ballots.values()), places=5)

    assert result.finalists == tuple(row["nominee_spelling"] for row in published)
    assert [result.counts[one] for one in result.finalists] == [
        int(row["ballots"]) for row in published
    ]
    # The source divides voter 4554's ballot by four in the end, since one of its three nominees
    # stands on it twice; here a nominee stands on a ballot once.
    on_that_ballot = set(check(hugo(), limit=5).ballots["4554"])
    assert [result.points[one] / 60 for one in result.finalists] == [
        sum(map(Fraction, row["points"].split()))
        + (row["nominee_spelling"] in on_that_ballot) * (Fraction(1, 3) - Fraction(1, 4))
        for row in published
    ]


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        ("keep", {"v": ("a", "b", "c"), "w": ("a",)}),
        ("cut", {"v": ("a", "b"), "w": ("a",)}),
        ("void", {"w": ("a",)}),
    ],
)
def test_over_full_ballot_is_reported_and_treated_as_asked(
    treatment: str, expected: dict[str, tuple[str, ...]]
) -> None:
    lines = [Nomination(*pair) for pair in ("va", "vb", "wa", "vb", "vc")]

    checked = check(lines, limit=2, over_full=treatment)

    assert checked.ballots == expected
    assert (checked.over_full, checked.repeated) == ({"v": 3}, {Nomination("v", "b"): 2})


def test_one_nominee_named_often_fills_no_ballot() -> None:
    assert check([Nomination("v", "a")] * 9, limit=5).over_full == {}


def test_tie_across_the_line_is_left_open() -> None:
    counts = {"a": 5, "b": 3, "c": 3, "d": 3, "e": 1}

    assert shortlist(counts, places=2) == Shortlist(("a",), ("b", "c", "d"), 3)
    assert shortlist(counts, places=4) == Shortlist(("a", "b", "c", "d"))
    assert shortlist(counts, places=9) == Shortlist(("a", "b", "c", "d", "e"))


@pytest.mark.parametrize("places", [0, -1])
def test_no_places_are_refused(places: int) -> None:
    with pytest.raises(ValueError, match="places"):
        shortlist({"a": 1}, places=places)
    with pytest.raises(ValueError, match="places"):
        eph([{"a"}], places=places)
    with pytest.raises(ValueError, match="limit"):
        check([], limit=places)


def test_eph_gives_a_list_of_two_one_place_and_the_others_the_other() -> None:
    """By hand: A 5x30 + 60 = 210, B 5x30 = 150, C 4x60 = 240; B goes on fewer ballots than A."""
    ballots = [{"A", "B"}] * 5 + [{"A"}] + [{"C"}] * 4

    result = eph(ballots, places=2)

    assert result.finalists == ("A", "C")  # A has all 60 points of 6 ballots now
    assert shortlist(result.counts, places=2).finalists == ("A", "B")
    assert [(r.compared, r.dropped) for r in result.rounds] == [(("A", "B"), ("B",))]
    assert result.rounds[0].points == {"A": 210, "B": 150, "C": 240}


def test_eph_keeps_all_when_a_tie_that_nothing_breaks_crosses_the_line() -> None:
    """By hand: A and B have 150 points each on 5 ballots each; C 240."""
    result = eph([{"A", "B"}] * 5 + [{"C"}] * 4, places=2)

    assert set(result.finalists) == {"A", "B", "C"}
    assert result.rounds[-1].dropped == ()


def test_eph_drops_by_points_among_those_on_equally_many_ballots() -> None:
    """By hand: A 60, B 30 + 20 = 50 with C; compared are B (50) and A (60), on 1 and 2 ballots."""
    ballots = [{"B", "C"}, {"B", "C", "D"}, {"A"}, {"D", "C"}]
    # A 60 on 1, B 30+20=50 on 2, C 30+20+30=80 on 3, D 20+30=50 on 2.
    result = eph(ballots, places=2)

    assert result.rounds[0].points == {"A": 60, "B": 50, "C": 80, "D": 50}
    assert (result.rounds[0].compared, result.rounds[0].dropped) == (("B", "D"), ("B", "D"))
    assert result.finalists == ("C", "A")


def test_eph_compares_all_that_are_second_to_last() -> None:
    ballots = [{"A"}, {"B"}, {"B"}, {"C"}, {"C"}, {"D"}, {"D"}, {"D"}, {"A", "E"}]
    # A 90 on 2, B 120, C 120, D 180, E 30 on 1: E and A compared; then A is on 2 with 120.
    result = eph(ballots, places=1)

    assert [(r.compared, r.dropped) for r in result.rounds] == [
        (("A", "E"), ("E",)),
        (("A", "B", "C"), ("A", "B", "C")),
    ]


def test_points_of_odd_shares_are_exact() -> None:
    result = eph([set("ABCDEFG"), {"A"}], places=1)

    assert result.rounds[0].points["A"] == 60 + Fraction(60, 7)


def naive_eph(ballots: list[tuple[str, ...]], places: int) -> set[str]:
    """Follow the rule word by word, counting everything anew in each round."""
    alive = {nominee for ballot in ballots for nominee in ballot}
    counts = {one: sum(one in ballot for ballot in ballots) for one in alive}
    while len(alive) > places:
        points = dict.fromkeys(alive, Fraction(0))
        for ballot in ballots:
            living = set(ballot) & alive
            for one in living:
                points[one] += Fraction(60, len(living))
        lowest = min(points.values())
        compared = {one for one in alive if points[one] == lowest}
        if len(compared) == 1:
            second = min(points[one] for one in alive - compared)
            compared |= {one for one in alive if points[one] == second}
        least = min(counts[one] for one in compared)
        worst = {one for one in compared if counts[one] == least}
        fewest = min(points[one] for one in worst)
        worst = {one for one in worst if points[one] == fewest}
        if len(alive - worst) < places:
            return alive
        alive -= worst
    return alive


@given(
    st.lists(st.lists(st.sampled_from("ABCDEFGHIJ"), unique=True, max_size=7), max_size=25),
    st.integers(1, 6),
)
def test_eph_is_what_the_naive_count_says(ballots: list[list[str]], places: int) -> None:
    result = eph(ballots, places=places)

    assert set(result.finalists) == naive_eph([tuple(ballot) for ballot in ballots], places)


@given(st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 5)), st.integers(1, 8))
def test_shortlist_has_who_beats_the_line_and_only_them(
    counts: dict[str, int], places: int
) -> None:
    result = shortlist(counts, places=places)

    better = {one: sum(own > counts[one] for own in counts.values()) for one in counts}
    level = {one: sum(own >= counts[one] for own in counts.values()) for one in counts}
    assert set(result.finalists) == {one for one in counts if level[one] <= places}
    assert set(result.tied) == {one for one in counts if better[one] < places < level[one]}
