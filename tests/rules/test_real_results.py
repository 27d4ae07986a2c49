"""Whole results of two real competitions, from what voters and judges gave to totals and places."""

from fractions import Fraction

import pytest

from tests.rules.results_samples import rows, skating, song_contest
from voting.rules.components import Disqualified, Given
from voting.rules.consolidation import consolidate
from voting.rules.conversions import ranks
from voting.rules.measures import Note
from voting.rules.places import decide_places
from voting.rules.ties import Ties

PROGRAMS = sorted({row["program"] for row in rows("figure_skating/performances.csv")})


@pytest.mark.parametrize("year", ["2016", "2017", "2018"])
def test_all_totals_of_three_song_contests_are_the_official_ones(year: str) -> None:
    declared, entries, given = song_contest(year)
    result = consolidate(declared, entries, given)

    official = {
        row["country"]: row for row in rows("eurovision/results.csv") if row["year"] == year
    }
    assert result.totals == {one: int(row["points"]) for one, row in official.items()}
    for one, row in official.items():
        parts = result.standings[one].parts
        assert parts["jury"].added == int(row["jury_points"])
        assert parts["public"].added == int(row["tele_points"])


@pytest.mark.parametrize("program", PROGRAMS)
def test_all_totals_and_ranks_of_a_skating_event_are_the_official_ones(program: str) -> None:
    declared, skaters, given = skating(program)
    result = consolidate(declared, [row["performance_id"] for row in skaters], given)

    for row in skaters:
        standing = result.standings[row["performance_id"]]
        assert standing.total == Fraction(row["total_segment_score"])
        assert standing.parts["panel"].added == Fraction(row["total_component_score"])
    # Equal totals are divided by the elements in short programs, by the components in free ones.
    decided = decide_places(declared, result, chain_of(program))
    assert {one: place.place for place in decided.places for one in place.nominees} == {
        row["performance_id"]: int(row["rank"]) for row in skaters
    }
    assert len(PROGRAMS) == 8


def chain_of(program: str) -> Ties:
    decides = "component:elements" if "SHORT" in program else "component:panel"
    return Ties((decides, "shared"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_skaters_made_level_stand_by_elements_or_by_components(program: str) -> None:
    """No two totals of that event are equal, so all but the last are brought down to its total."""
    declared, skaters, given = skating(program)
    last = min(Fraction(row["total_segment_score"]) for row in skaters)
    off = {
        row["performance_id"]: Fraction(row["total_element_score"])
        + Fraction(row["total_component_score"]) - last
        for row in skaters
    }  # fmt: skip
    level = given | {"deductions": Given(numbers=off)}
    result = consolidate(declared, list(off), level)
    assert set(result.totals.values()) == {last}
    column = "total_element_score" if "SHORT" in program else "total_component_score"
    scores = {row["performance_id"]: Fraction(row[column]) for row in skaters}
    decided = decide_places(declared, result, chain_of(program))
    assert {one: place.place for place in decided.places for one in place.nominees} == ranks(scores)
    # Who had most taken off stands last where that decides.
    by_faults = decide_places(declared, result, Ties(("component:deductions", "shared")))
    assert {one: place.place for place in by_faults.places for one in place.nominees} == ranks(
        {one: -own for one, own in off.items()}
    )


def test_a_disqualified_jury_is_left_out_or_others_stand_in_and_both_are_said() -> None:
    declared, entries, given = song_contest("2016")
    before = consolidate(declared, entries, given)
    out = consolidate(declared, entries, given, disqualified=[Disqualified("jury", "al")])
    stand_ins = ("bg", "cy", "gr", "it", "mk")
    others = consolidate(
        declared, entries, given, disqualified=[Disqualified("jury", "al", "substitute", stand_ins)]
    )

    own = {one: Fraction(given["jury"].strata["al"].get(one, 0)) for one in entries}
    assert out.totals == {one: total - own[one] for one, total in before.totals.items()}
    assert (before.out_of, out.out_of) == (2 * 42 * 12, (2 * 42 - 1) * 12)
    # The substitute ranks the five juries' means and has no more to give than any jury.
    means = {
        one: sum(given["jury"].strata[jury].get(one, 0) for jury in stand_ins) for one in entries
    }
    first = max(means, key=lambda one: means[one])
    points = {one: others.standings[one].parts["jury"].strata["al"] for one in entries}
    assert points[first] == 12
    assert others.totals == {
        one: total - own[one] + points[one] for one, total in before.totals.items()
    }
    for result, note in (
        (out, Note("part-excluded", ("jury", "al"))),
        (others, Note("part-substituted", ("jury", "al", *stand_ins))),
    ):
        for standing in result.standings.values():
            assert standing.notes == standing.parts["jury"].notes == (note,)
            assert standing.parts["public"].notes == ()
