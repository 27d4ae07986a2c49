"""Presets: those that come with the program are right; what is wrong says so."""

import pytest

from voting.rules.ballots import problems
from voting.seasons.presets import Preset, PresetBroken, presets, read

GOOD = """
- key: a
  title: 甲
  title_en: A
  suits: 乙
  suits_en: B
  rules: {min_choices: 1, display: live, public_weight: 30}
  caps: [[season, day, ballots, 1]]
"""


def caps(key: str) -> dict[str, int]:
    return {cap.code: cap.max for cap in presets()[key].ballot_rules.caps}


@pytest.mark.parametrize("preset", presets().values(), ids=lambda one: one.key)
def test_preset_is_complete_in_both_languages_and_does_not_contradict_itself(
    preset: Preset,
) -> None:
    assert problems(preset.ballot_rules, [12, 12, 12, 12, 60]) == []
    for name in ("title", "suits", "origin", "differs"):
        assert bool(getattr(preset, name)) == bool(getattr(preset, f"{name}_en"))
    assert 0 <= preset.rules.public_weight <= 100


@pytest.mark.parametrize(
    ("key", "least", "limits"),
    [
        ("daily-exactly-10", 10, {"sdb": 1, "sbc": 10}),
        ("daily-10-20", 10, {"sdb": 1, "sbc": 20}),
        ("ten-votes-a-day", 1, {"sdc": 10, "cdc": 2, "ndc": 1}),
        ("five-ballots-a-day", 1, {"sdb": 5, "sbc": 5}),
        ("once-5-per-category", 1, {"ssb": 1, "cbc": 5}),
        ("each-nominee-daily", 1, {"ndc": 1, "cdc": 10}),
        ("daily-20-40", 20, {"sdb": 1, "sbc": 40}),
        ("verified-once-50", 1, {"ssb": 1, "sbc": 50, "cbc": 10}),
    ],
)
def test_published_rules_are_what_was_published(
    key: str, least: int, limits: dict[str, int]
) -> None:
    assert presets()[key].rules.min_choices == least
    assert caps(key) == limits


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("title: 甲", "name: 甲"), "preset a"),
        (("min_choices: 1", "min_choices: many"), "min_choices"),
        (("display: live", "display: loud"), "display"),
        (("[season, day, ballots, 1]", "[season, day, ballots]"), "caps"),
        (("[season, day, ballots, 1]", "[season, ballot, ballots, 1]"), "ballots-within-a-ballot"),
        (("min_choices: 1", "min_choices: 65"), "preset a"),
    ],
)
def test_a_wrong_preset_is_named(change: tuple[str, str], said: str) -> None:
    assert list(read(GOOD)) == ["a"]
    with pytest.raises(PresetBroken, match=said):
        read(GOOD.replace(*change))
    with pytest.raises(PresetBroken, match="twice"):
        read(GOOD + GOOD.lstrip())
