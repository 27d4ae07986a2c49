"""Votes into points: by hand, and what must hold for all."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.components import Component, Given
from voting.rules.conversions import Band, Conversion, convert, out_of, problems, ranks, rounded
from voting.rules.measures import rounded_or_exact, take
from voting.rules.panels import Panel
from voting.rules.whole_marks import rounded_whole

VOTES = {"a": 1200, "b": 900, "c": 900, "d": 0}
COLLEGE = Conversion(
    "rank_bands",
    bands=(
        Band(1, Decimal(100)), Band(3, Decimal(80)), Band(6, Decimal(70)), Band(10, Decimal(60)),
        Band(None, Decimal(50)),
    ),
)  # fmt: skip
SONGS = Conversion("rank_points", points=(12, 10, 8, 7, 6, 5, 4, 3, 2, 1))


ALL = (Conversion(), Conversion("share_of_votes"), Conversion("log"), COLLEGE, SONGS)


def test_conversions_by_hand() -> None:
    assert convert(VOTES, Conversion()) == {"a": 100, "b": 75, "c": 75, "d": 0}
    assert convert(VOTES, Conversion("share_of_votes")) == {"a": 40, "b": 30, "c": 30, "d": 0}
    assert convert(VOTES, SONGS) == {"a": 12, "b": 10, "c": 10, "d": 7}
    assert convert(VOTES, Conversion("rank_points", points=(3, 2))) == {
        "a": 3, "b": 2, "c": 2, "d": 0,
    }  # fmt: skip
    logs = convert({"a": 999, "b": 99, "c": 0}, Conversion("log"))
    assert (logs["a"], logs["c"]) == (100, 0)
    assert rounded(logs["b"], 10) == Decimal("66.6666666667")  # log 100 of log 1000


def test_rank_bands_of_a_college_award() -> None:
    """First 1.0, second and third 0.8, to sixth 0.7, to tenth 0.6, later ones 0.5."""
    votes = {f"n{place:02}": 100 - place for place in range(1, 13)}
    assert list(convert(votes, COLLEGE).values()) == [
        100, 80, 80, 70, 70, 70, 60, 60, 60, 60, 50, 50,
    ]  # fmt: skip
    assert [out_of(one) for one in (COLLEGE, SONGS, Conversion("log"))] == [100, 12, 100]


def test_without_votes_nobody_has_points() -> None:
    for rule in ALL:
        assert convert({"a": 0, "b": 0}, rule) == {"a": 0, "b": 0}
        assert convert({}, rule) == {}


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(1, 2), 0, "1"), (Fraction(-1, 2), 0, "-1"), (Fraction(5, 1000), 2, "0.01"),
        (Fraction(4999, 10**6), 2, "0.00"), (Fraction(10**40), 2, f"1{'0' * 40}.00"),
        (Fraction(2, 3), 4, "0.6667"),
    ],
)  # fmt: skip
def test_halves_are_rounded_away_from_zero(value: Fraction, decimals: int, expected: str) -> None:
    assert f"{rounded(value, decimals):f}" == expected


def test_equal_values_share_the_best_rank() -> None:
    assert ranks({"a": 3, "b": 5, "c": 3, "d": 1}) == {"a": 2, "b": 1, "c": 2, "d": 4}


@pytest.mark.parametrize(
    ("conversion", "code"),
    [
        (Conversion("rank_bands"), "bands-missing"),
        (Conversion(bands=COLLEGE.bands), "bands-without-use"),
        (Conversion("rank_bands", (Band(None, Decimal(1)), Band(2, Decimal(1)))),
         "band-behind-the-rest"),
        (Conversion("rank_bands", (Band(2, Decimal(1)), Band(2, Decimal(1)))),
         "bands-out-of-order"),
        (Conversion("rank_bands", (Band(1, Decimal(1)), Band(2, Decimal(2)))), "bands-rise"),
        (Conversion("rank_bands", (Band(1, Decimal(0)),)), "band-points-out-of-range"),
        (Conversion("rank_bands", (Band(1, Decimal("Infinity")),)), "band-points-out-of-range"),
        (Conversion("rank_points"), "points-missing"),
        (Conversion("rank_points", points=(1, 2)), "points-rise"),
        (Conversion("rank_points", points=(0,)), "points-below-zero"),
        (Conversion(points=(1,)), "points-without-use"),
    ],
)  # fmt: skip
def test_settings_that_mean_nothing_are_named(conversion: Conversion, code: str) -> None:
    assert problems(conversion) == [code]
    with pytest.raises(ValueError, match=code):
        convert({"a": 1}, conversion)


@given(
    st.dictionaries(st.text(max_size=3), st.integers(0, 10**9)),
    st.sampled_from(
        [Conversion(), Conversion("share_of_votes"), Conversion("log"), COLLEGE, SONGS]
    ),
)
def test_more_votes_never_give_fewer_points_and_nobody_gets_more_than_there_is(
    votes: dict[str, int], rule: Any
) -> None:
    points = convert(votes, rule)
    order = sorted(votes, key=lambda one: (votes[one], one))
    assert all(points[less] <= points[more] for less, more in pairwise(order))
    assert all(0 <= own <= out_of(rule) for own in points.values())
    if rule.how == "share_of_votes" and any(votes.values()):
        assert sum(points.values()) == 100


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30)),
    st.sampled_from(
        [Conversion(), Conversion("share_of_votes"), Conversion("log"), COLLEGE, SONGS]
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_nominees_never_matters(
    votes: dict[str, int], rule: Conversion, chance: Any
) -> None:
    mixed = {one: votes[one] for one in chance.sample(sorted(votes), len(votes))}
    assert convert(mixed, rule) == convert(votes, rule)


def test_the_best_score_is_ranked_although_it_is_zero() -> None:
    """Of scores around 0 none is a lack of votes: a -0.23, b 0, c -0.23."""
    scores = {"a": Fraction(-23, 100), "b": Fraction(0), "c": Fraction(-23, 100)}
    ranked = Conversion("rank_points", points=(12, 10, 8))
    assert convert(scores, ranked, scores=True) == {"a": 10, "b": 12, "c": 10}
    assert convert({"a": Fraction(0), "b": Fraction(0)}, ranked, scores=True) == {"a": 12, "b": 12}
    assert convert({"a": 0, "b": 0}, ranked) == {"a": 0, "b": 0}  # votes: nobody has any


def test_plain_scores_of_a_panel_become_points_whatever_they_are() -> None:
    """J0 a 0, b 90; J1 a 90, b 30; J2 a 20: the values are -0.23 and 0.00."""
    marks = {
        "J0": {"a": Decimal(0), "b": Decimal(90)}, "J1": {"a": Decimal(90), "b": Decimal(30)},
        "J2": {"a": Decimal(20)},
    }  # fmt: skip
    judged = Component(
        "panel", "panel", Decimal(1), Conversion("rank_points", points=(12, 10)), panel=Panel("z")
    )
    taken = take(judged, "ab", Given(marks=marks))
    assert taken.raw == {"a": Fraction("-0.23"), "b": 0}
    assert taken.points == {"a": 10, "b": 12}


@pytest.mark.parametrize(
    ("value", "decimals", "becomes"),
    [("-0.125", 2, "-0.13"), ("0.125", 2, "0.13"), ("-0.5", 0, "-1"), ("-0.124", 2, "-0.12")],
)
def test_halves_are_rounded_away_from_zero_everywhere(
    value: str, decimals: int, becomes: str
) -> None:
    exact = Fraction(value)
    assert rounded(exact, decimals) == Decimal(becomes)
    assert rounded_or_exact(exact, decimals) == Fraction(becomes)
    ratio = (exact.numerator, exact.denominator)
    assert rounded_whole(ratio, decimals) == Fraction(becomes) * 10**decimals
