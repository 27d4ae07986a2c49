"""Every preset's worked example: its ballots through the script, and what its rules make of it."""

from fractions import Fraction

import pytest
from django.utils.translation import override
from redis import Redis

from tests.hotpath.booth import Booth, cap
from tests.rules.preset_results import DECIDED, FINALISTS, PANELS, PLACES, POINTS, TOTALS
from voting.ballots import counting_examples
from voting.hotpath.gate import Outcome
from voting.rules import conversions, panels, shortlisting, ties
from voting.rules.ballots import Accepted
from voting.rules.consolidation import consolidate
from voting.rules.trials import Trial, play
from voting.seasons.counting import components_of
from voting.seasons.presets import Preset, presets

NOMINEES = {
    f"{category}{place:02}": str(category) for category in range(1, 6) for place in range(1, 13)
}
OUTCOMES = {
    "received": Outcome.ACCEPTED, "too-few": Outcome.TOO_FEW, "too-many": Outcome.TOO_MANY,
    "category-full": Outcome.CATEGORY_FULL, "already-voted": Outcome.ALREADY_VOTED,
    "nominee-used": Outcome.NOMINEE_USED,
}  # fmt: skip
ABOUT_BALLOTS = [one for one in presets().values() if one.about == "ballots"]
PERIODS = ("ballot", "window", "day", "season")


def name(preset: Preset) -> str:
    return preset.key


def test_every_preset_has_a_worked_example_whose_result_is_known() -> None:
    known = DECIDED.keys() | PANELS.keys() | PLACES.keys() | FINALISTS.keys() | TOTALS.keys()
    assert known == presets().keys()
    with override("en"):
        assert all(counting_examples.of_preset(one) for one in presets().values())


@pytest.mark.parametrize("preset", ABOUT_BALLOTS, ids=name)
def test_the_script_decides_about_the_ballots_as_the_example_says(
    preset: Preset, redis: Redis
) -> None:
    rules = preset.ballot_rules
    booth = Booth(
        redis,
        caps=[cap(one.scope, one.period, one.counts, one.max)
              for one in sorted(rules.caps, key=lambda one: PERIODS.index(one.period))],
        nominees=NOMINEES,
        least=rules.min_choices,
    )  # fmt: skip
    expected = [OUTCOMES[word] for word in DECIDED[preset.key]]
    found = []
    for attempt in preset.worked.ballots:
        booth.set_period(f"d{attempt.day}", f"w{attempt.window}")
        found.append(booth.cast(*attempt.numbers, voter="0a" * 16).outcome)

    assert found == expected
    decisions = play(
        rules, NOMINEES,
        [Trial(one.numbers, str(one.day), str(one.window)) for one in preset.worked.ballots],
    )  # fmt: skip
    assert [
        OUTCOMES["received" if isinstance(one, Accepted) else one.reason] for one in decisions
    ] == expected


def test_the_script_lets_five_minutes_pass_between_two_ballots(redis: Redis) -> None:
    preset = presets()["one-vote-every-5-minutes"]
    booth = Booth(
        redis, caps=[cap("season", "ballot", "choices", 1)], nominees=NOMINEES,
        interval_ms=preset.rules.rate_interval_ms, burst=preset.rules.rate_burst,
    )  # fmt: skip
    voter = "0a" * 16
    assert booth.cast("101", voter=voter).outcome is Outcome.ACCEPTED
    late = booth.cast("102", voter=voter)
    assert late.outcome is Outcome.RATE_LIMITED
    assert 290_000 < float(late.details[0]) <= 300_000
    with override("en"):
        assert counting_examples.of_preset(preset)[-1] == (
            "Between two ballots of one voter at least 5 minutes pass."
        )


@pytest.mark.parametrize("key", PANELS)
def test_the_panel_makes_of_the_marks_what_the_rule_says(key: str) -> None:
    preset = presets()[key]
    by_judge: dict[str, dict[str, object]] = {}
    for nominee, own in preset.worked.marks.items():
        for place, mark in enumerate(own):
            if mark is not None:
                by_judge.setdefault(f"J{place:02}", {})[nominee] = mark
    found = panels.aggregate(by_judge, preset.rules.panel)

    assert {one: str(value.value) for one, value in found.items()} == PANELS[key]


@pytest.mark.parametrize("key", PLACES)
def test_ties_end_as_the_chain_says(key: str) -> None:
    preset = presets()[key]
    tie = preset.worked.tie
    assert tie is not None
    results = {one: Fraction(value) for one, value in tie.results.items()}
    decided = ties.decide(results, preset.rules.ties, tie.figures, line=tie.line, seed=tie.seed)
    places, steps = PLACES[key]

    assert [(place.place, *place.nominees) for place in decided.places] == places
    assert [split.step for split in decided.splits] == steps


@pytest.mark.parametrize("key", POINTS)
def test_votes_become_points_as_the_rule_says(key: str) -> None:
    preset = presets()[key]
    assert conversions.convert(preset.worked.votes, preset.rules.conversion) == POINTS[key]


@pytest.mark.parametrize("key", TOTALS)
def test_parts_make_the_total_that_the_rule_says(key: str) -> None:
    preset = presets()[key]
    rules = preset.rules
    declared = components_of(
        rules.counting, public_weight=rules.public_weight, panel_weight=100 - rules.public_weight
    )
    given = {part: own.given for part, own in preset.worked.parts.items()}
    nominees = TOTALS[key].keys()
    found = consolidate(declared, nominees, given).totals

    assert found == {one: Fraction(total) for one, total in TOTALS[key].items()}
    with override("en"):
        told = " ".join(counting_examples.of_preset(preset))
    assert all(f"Result: {total}." in told for total in TOTALS[key].values())


@pytest.mark.parametrize("key", FINALISTS)
def test_nominations_become_finalists_as_the_rule_says(key: str) -> None:
    preset = presets()[key]
    rule = preset.rules.shortlisting
    cast = [names.split() for names, n in preset.worked.nominations.items() for _ in range(n)]
    checked = shortlisting.check(
        [shortlisting.Nomination(str(voter), one) for voter, own in enumerate(cast) for one in own],
        limit=rule.limit, over_full=rule.over_full,
    )  # fmt: skip
    ballots = list(checked.ballots.values())
    if rule.method == "eph":
        found = shortlisting.eph(ballots, places=rule.places).finalists
    else:
        found = shortlisting.shortlist(
            shortlisting.count_ballots(ballots), places=rule.places
        ).finalists
    assert set(found) == FINALISTS[key]
