"""The simulated crowd keeps within the rules, has favourites, and changes its mind slowly."""

from collections import Counter
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from loadtests.processes import free_port
from tests import make
from voting.ballots.crowd import RHYTHM, Crowd, rhythm
from voting.rules.ballots import Accepted, BallotRules, Cap, decide

CATEGORIES = {
    f"{category}{number:02}": category for category in (1, 2, 3, 4) for number in range(12)
}
DEMO = BallotRules(
    1,
    (
        Cap("season", "day", "ballots", 1),
        Cap("season", "ballot", "choices", 10),
        Cap("category", "ballot", "choices", 4),
    ),
)


@given(
    seed=st.integers(0, 1000),
    least=st.integers(1, 4),
    most=st.integers(4, 64),
    in_category=st.integers(1, 5),
    period=st.sampled_from(["ballot", "day", "window", "season"]),
)
def test_every_ballot_is_within_the_rules(
    seed: int, least: int, most: int, in_category: int, period: str
) -> None:
    rules = BallotRules(
        least,
        (Cap("season", period, "choices", most), Cap("category", period, "choices", in_category)),
    )
    crowd = Crowd(rules, CATEGORIES, seed=seed)

    for _ in range(5):
        assert isinstance(decide(rules, CATEGORIES, {}, crowd.choices()), Accepted)


def test_ballots_differ_in_length() -> None:
    crowd = Crowd(DEMO, CATEGORIES, seed=1)

    lengths = Counter(len(crowd.choices()) for _ in range(500))

    assert set(lengths) == set(range(1, 11))


def test_the_popular_are_chosen_more_often() -> None:
    crowd = Crowd(DEMO, CATEGORIES, seed=2)

    votes = Counter(number for _ in range(800) for number in crowd.choices())
    ordered = sorted(CATEGORIES, key=crowd.liking)

    assert sum(votes[number] for number in ordered[-8:]) > 4 * sum(
        votes[number] for number in ordered[:8]
    )


def test_likings_drift_slowly_and_stay_as_unequal() -> None:
    crowd = Crowd(DEMO, CATEGORIES, seed=3)

    def ranking() -> list[str]:
        return sorted(CATEGORIES, key=crowd.liking)

    before = ranking()
    crowd.drift(0)
    assert ranking() == before
    crowd.drift(0.01)
    moved = sum(abs(before.index(number) - place) for place, number in enumerate(ranking())) / len(
        before
    )
    assert moved < 4
    for _ in range(100):
        crowd.drift(1)
    likings = [crowd.liking(number) for number in CATEGORIES]

    assert ranking() != before
    assert 5 < max(likings) / min(likings) < 500


def test_the_withdrawn_are_not_chosen() -> None:
    crowd = Crowd(DEMO, {"101": 1, "102": 1}, seed=4)
    crowd.withdraw("101")

    assert {crowd.choices() for _ in range(20)} == {("102",)}


def test_the_day_has_a_mean_of_one_and_no_jumps() -> None:
    hours = [rhythm(minute / 60) for minute in range(24 * 60)]

    assert sum(hours) / len(hours) == pytest.approx(1, abs=0.01)
    assert max(abs(after - before) for before, after in pairwise(hours)) < 0.02
    assert rhythm(24) == rhythm(0)
    assert len(RHYTHM) == 24


def test_pauses_have_the_wanted_mean() -> None:
    crowd = Crowd(DEMO, CATEGORIES, seed=5)

    pauses = [crowd.pause_seconds(per_minute=60, hour=20) for _ in range(4000)]

    assert sum(pauses) / len(pauses) == pytest.approx(1 / rhythm(20), rel=0.1)


@pytest.mark.django_db
def test_a_real_season_gets_no_invented_ballots() -> None:
    season = make.season()

    with pytest.raises(CommandError, match="--any-season"):
        call_command("demo_traffic", "--season", season.slug, stdout=StringIO())


@pytest.mark.django_db
def test_says_what_is_missing() -> None:
    with pytest.raises(CommandError, match="seed_demo"):
        call_command("demo_traffic", stdout=StringIO())
    make.season(is_demo=True, slug="demo")
    with pytest.raises(CommandError, match="Known: demo"):
        call_command("demo_traffic", "--season", "other", stdout=StringIO())
    with pytest.raises(CommandError, match="more than 0"):
        call_command("demo_traffic", "--rate", "0", stdout=StringIO())


@pytest.mark.django_db
def test_a_site_that_is_not_running_is_named() -> None:
    make.season(is_demo=True)
    url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(CommandError, match=f"No site answers at {url}"):
        call_command("demo_traffic", "--url", url, stdout=StringIO())
