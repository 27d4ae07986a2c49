"""Totals by hand for the formulas that real awards have published, and what must hold for all."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.rules.results_samples import LEADER, SHARE, SONGS, numbers, part, plain
from voting.rules.components import (
    Component,
    Consolidation,
    Disqualified,
    Gate,
    Given,
    Linear,
)
from voting.rules.consolidation import Consolidated, consolidate
from voting.rules.conversions import Band, Conversion
from voting.rules.measures import Note
from voting.rules.panels import Panel

COLLEGE = Conversion(
    "rank_bands",
    bands=(
        Band(1, Decimal(100)), Band(3, Decimal(80)), Band(6, Decimal(70)), Band(10, Decimal(60)),
        Band(None, Decimal(50)),
    ),
)  # fmt: skip


def work(declared: Consolidation, given: dict[str, Given], **facts: Any) -> Consolidated:
    names = {one for own in given.values() for one in own.numbers}
    return consolidate(declared, facts.pop("nominees", names), given, **facts)


def totals(*components: Component, gate: Gate | None = None, **given: Given) -> dict[str, Any]:
    result = work(Consolidation(components, gate=gate), given)
    return {
        one: standing.state or str(Decimal(float(standing.total or 0)).quantize(Decimal("0.01")))
        for one, standing in result.standings.items()
    }


@pytest.mark.parametrize(
    ("public", "expected"),
    [
        # Panel 80 and 90; votes 1,200 and 900: 100 and 75 of the leader.
        (70, {"a": "94.00", "b": "79.50"}),  # 70 + 24; 52.5 + 27
        (15, {"a": "83.00", "b": "87.75"}),  # 15 + 68; 11.25 + 76.5
        (30, {"a": "86.00", "b": "85.50"}),  # 30 + 56; 22.5 + 63
        (0, {"a": "80.00", "b": "90.00"}),
        (100, {"a": "100.00", "b": "75.00"}),
    ],
)
def test_public_and_panel_by_percentages(public: int, expected: dict[str, str]) -> None:
    found = totals(
        part("public", public), plain("panel", 100 - public),
        public=numbers(a=1200, b=900), panel=numbers(a=80, b=90),
    )  # fmt: skip
    assert found == expected


def test_the_published_way_of_a_contest_top_vote_is_a_hundred() -> None:
    """People's Daily Online, 2022: 30 for the public, 70 for the panel; votes / top x 100."""
    found = totals(
        part("public", 30), plain("panel", 70),
        public=numbers(a=30000, b=12345, c=1), panel=numbers(a="85.5", b="92.25", c=100),
    )  # fmt: skip
    # 30 + 59.85; 12.345 + 64.575 = 76.92; 0.001 + 70
    assert found == {"a": "89.85", "b": "76.92", "c": "70.00"}


def test_three_and_four_parts() -> None:
    # 30/30/40: shares of 6 and 4 votes of 10; units 100 and 50; experts.
    found = totals(
        part("public", 30, SHARE), part("units", 30), plain("panel", 40),
        public=numbers(a=6, b=4), units=numbers(a=10, b=5), panel=numbers(a=70, b=95),
    )  # fmt: skip
    assert found == {"a": "76.00", "b": "65.00"}  # 18 + 30 + 28; 12 + 15 + 38
    # 20/20/30/30: public, media, experts, influence.
    found = totals(
        part("public", 20), plain("media", 20), plain("panel", 30), plain("influence", 30),
        public=numbers(a=10, b=8), media=numbers(a=60, b=80), panel=numbers(a=90, b=85),
        influence=numbers(a=50, b=70),
    )  # fmt: skip
    assert found == {"a": "74.00", "b": "78.50"}  # 20 + 12 + 27 + 15; 16 + 16 + 25.5 + 21


def test_channels_inside_the_public_part() -> None:
    """Binzhou, 2016: 80 for the public, of which SMS 60, web 20, WeChat 20 in a hundred."""
    found = totals(
        part("sms", 48), part("web", 16), part("wechat", 16), plain("panel", 20),
        sms=numbers(a=50, b=100), web=numbers(a=200, b=50), wechat=numbers(a=8, b=8),
        panel=numbers(a=90, b=80),
    )  # fmt: skip
    assert found == {"a": "74.00", "b": "84.00"}  # 24 + 16 + 16 + 18; 48 + 4 + 16 + 16


def test_rank_bands_and_votes_of_the_judges() -> None:
    """A college, 2019: public rank as a coefficient of 20, panel votes / judges x 80."""
    found = totals(
        part("public", 20, COLLEGE), part("panel", 80, None, linear=Linear(Decimal(0), Decimal(9))),
        public=numbers(a=500, b=400, c=400, d=100), panel=numbers(a=6, b=9, c=3, d=9),
    )  # fmt: skip
    # 20 + 53.33; 16 + 80; 16 + 26.67; 14 + 80
    assert found == {"a": "73.33", "b": "96.00", "c": "42.67", "d": "94.00"}


def test_a_first_round_picks_and_the_jury_decides() -> None:
    """Public 40 and experts 60 pick the shortlist; then each of ten jurors has votes."""
    first = totals(
        part("public", 40), plain("panel", 60),
        public=numbers(a=10, b=8, c=9), panel=numbers(a=70, b=80, c=60),
    )  # fmt: skip
    assert first == {"a": "82.00", "b": "80.00", "c": "72.00"}
    second = totals(
        plain("first", 0), part("panel", 100, None, linear=Linear(Decimal(0), Decimal(10))),
        gate=Gate("first", 2),
        first=numbers(**first), panel=numbers(a=4, b=6),
    )  # fmt: skip
    assert second == {"a": "40.00", "b": "60.00", "c": "gate"}


def test_a_bonus_has_a_cap_and_a_gate_lets_all_who_are_level_through() -> None:
    """Longgang, 2022: votes x 0.01, at most 10, on top of the expert score; the first by votes."""
    votes = part("votes", 0, None, kind="bonus", each=Decimal("0.01"), cap=Decimal(10))
    declared = Consolidation((votes, plain("panel", 100)), gate=Gate("votes", 2))
    given = {
        "votes": numbers(a=1500, b=999, c=999, d=500), "panel": numbers(a=80, b=85, c=70, d=99),
    }  # fmt: skip
    result = work(declared, given)
    assert result.totals == {"a": 90, "b": Fraction("94.99"), "c": Fraction("79.99")}
    assert result.standings["d"].state == "gate"
    assert result.standings["a"].parts["votes"].notes == (Note("capped"),)
    assert result.out_of == 110


def test_a_gate_alone_weighs_nothing() -> None:
    found = totals(
        part("public", 0), plain("panel", 100), gate=Gate("public", 1),
        public=numbers(a=7, b=7, c=6), panel=numbers(a=1, b=2, c=3),
    )  # fmt: skip
    assert found == {"a": "1.00", "b": "2.00", "c": "gate"}


def test_reference_is_shown_and_changes_nothing() -> None:
    shown = part("public", 0, reference=True)
    found = work(
        Consolidation((shown, plain("panel", 100))),
        {"public": numbers(a=3), "panel": numbers(a=70, b=80)},
    )
    assert found.totals == {"a": 70, "b": 80}
    own = found.standings["a"].parts["public"]
    assert (own.raw, own.converted, own.counts) == (3, 100, False)
    assert found.standings["b"].parts["public"].raw is None


def test_each_stratum_has_equal_points_however_many_vote() -> None:
    """Viewers in age bands: a hundred thousand votes in one are worth as much as ten in another."""
    declared = Consolidation(
        (part("public", 1, SONGS, strata=("3-9", "10-15", "phone")),), adds="sum"
    )
    strata = {"3-9": {"a": 100_000, "b": 3}, "10-15": {"b": 6, "a": 4}, "phone": {"b": 1}}
    result = work(declared, {"public": Given(strata=strata)}, nominees="abc")
    assert result.totals == {"a": 22, "b": 34, "c": 0}
    own = result.standings["a"].parts["public"]
    assert (own.raw, own.strata) == (100_004, {"3-9": 12, "10-15": 10, "phone": 0})
    shares = Consolidation((part("public", 100, SHARE, strata=("north", "south", "sea")),))
    strata = {"north": {"a": 9, "b": 1}, "south": {"a": 100, "b": 300}}
    result = work(shares, {"public": Given(strata=strata)}, nominees="ab")
    assert result.totals == {"a": Fraction("38.33"), "b": Fraction("28.33")}  # 115 / 3, 85 / 3
    assert result.standings["a"].notes == (Note("stratum-empty", ("sea",)),)


def test_hours_and_points_with_decimals() -> None:
    """20 hours are the floor, 100 give all points; points by the logarithm of their number."""
    declared = Consolidation(
        (
            part("hours", 60, None, linear=Linear(Decimal(20), Decimal(100))),
            part("points", 40, Conversion("log")),
        )
    )
    given = {
        "hours": numbers(a="60.5", b=19, c=140), "points": numbers(a=999, b=99, c="0"),
    }  # fmt: skip
    result = work(declared, given)
    # 40.5 / 80 x 60 = 30.375 + 40; log 100 / log 1000 x 40 = 26.67; 60
    assert result.totals == {"a": Fraction("70.38"), "b": Fraction("26.67"), "c": 60}
    assert work(Consolidation((part("hours", 100),)), {"hours": numbers(a="7.5", b=10)}).totals == {
        "a": 75, "b": 100,
    }  # fmt: skip


def test_every_step_of_a_total_is_there_and_only_declared_steps_are_rounded() -> None:
    declared = Consolidation(
        (part("public", 30, points_decimals=1, weighted_decimals=2), plain("panel", 70)), decimals=1
    )
    result = work(declared, {"public": numbers(a=3, b=2), "panel": numbers(a=80, b="80.5")})
    own = result.standings["b"].parts["public"]
    assert (own.raw, own.converted, own.points, own.out_of) == (
        2, Fraction(200, 3), Fraction("66.7"), 100,
    )  # fmt: skip
    assert (own.weight, own.weighted, own.added) == (30, Fraction("20.01"), Fraction("20.01"))
    assert result.standings["b"].exact == Fraction("76.36")
    assert result.totals == {"a": 86, "b": Fraction("76.4")}
    exact = Consolidation((part("public", 100),), decimals=None)
    assert work(exact, {"public": numbers(a=3, b=2)}).totals == {"a": 100, "b": Fraction(200, 3)}


def test_without_a_required_part_there_is_no_total_and_it_is_said() -> None:
    marked = Component("panel", "panel", Decimal(60), panel=Panel(min_marks=2))
    declared = Consolidation((part("public", 30), marked, part("hours", 10, required=False)))
    given = {
        "public": numbers(a=10, b=10, c=5), "hours": numbers(a=8),
        "panel": Given(marks={"J": {"a": Decimal(90), "b": Decimal(90)}, "K": {"a": Decimal(70)}}),
    }  # fmt: skip
    result = work(declared, given, nominees="abcd")
    assert result.totals == {"a": 88}
    states = {one: (own.state, own.missing) for one, own in result.standings.items()}
    assert states == {
        "a": ("", ()), "b": ("missing", ("panel",)), "c": ("missing", ("panel",)),
        "d": ("missing", ("public", "panel")),
    }  # fmt: skip
    assert result.standings["b"].notes == (Note("too-few"), Note("absent"))
    assert result.standings["b"].parts["hours"].added == 0


def test_who_withdraws_leaves_and_ranks_close() -> None:
    declared = Consolidation((part("public", 1, SONGS),), adds="sum")
    given = {"public": numbers(a=9, b=8, c=7)}
    result = work(declared, given, withdrawn={"a"})
    assert result.totals == {"b": 12, "c": 10}
    assert result.standings["a"].state == "withdrawn"
    juries = Component("panel", "panel", Decimal(1), panel=Panel("exponential"))
    ranked = {
        "panel": Given(
            marks={
                "J": {"a": Decimal(1), "b": Decimal(2), "c": Decimal(3)},
                "K": {"b": Decimal(1), "c": Decimal(2), "a": Decimal(3)},
            }
        )
    }
    facts: Any = {"nominees": "abc", "withdrawn": "a"}
    value = work(Consolidation((juries,), adds="sum"), ranked, **facts)
    # For both judges b is first now: 2 x 12 before they become points.
    assert value.totals == {"b": 12, "c": 10}
    own = value.standings["b"].parts["panel"].panel
    assert own is not None
    assert own.panel is not None
    assert own.panel.counted == {"J": 1, "K": 1}


def test_a_disqualified_part_falls_away_or_is_replaced_and_every_number_says_so() -> None:
    declared = Consolidation((part("public", 20), plain("panel", 60), plain("units", 20)))
    given = {
        "public": numbers(a=10, b=5), "panel": numbers(a=0, b=100), "units": numbers(a=80, b=40),
    }  # fmt: skip
    out = work(declared, given, disqualified=[Disqualified("panel")])
    assert out.totals == {"a": 90, "b": 45}  # 50 and 50: the proportion of 20 and 20
    assert [own.weight for own in out.standings["a"].parts.values()] == [50, 0, 50]
    assert not out.standings["a"].parts["panel"].counts
    stand_ins = ("public", "units")
    others = work(
        declared, given, disqualified=[Disqualified("panel", "", "substitute", stand_ins)]
    )
    assert others.totals == {"a": 90, "b": 45}  # 20 + 0.9 x 60 + 16
    assert others.standings["a"].parts["panel"].raw == 90
    notes = {key: own.notes for key, own in others.standings["a"].parts.items()}
    assert notes == {
        "public": (), "panel": (Note("substituted", ("panel", *stand_ins)),), "units": (),
    }  # fmt: skip
    for standing in out.standings.values():
        for own in standing.parts.values():
            assert own.notes == (Note("excluded", ("panel",)),)


def test_a_disqualified_judge_counts_nowhere() -> None:
    declared = Consolidation((Component("panel", "panel", Decimal(100), panel=Panel()),))
    given = {"panel": Given(marks={"J": {"a": Decimal(50)}, "K": {"a": Decimal(90)}})}
    result = work(declared, given, nominees="a", disqualified=[Disqualified("panel", "J")])
    assert result.totals == {"a": 90}
    assert result.standings["a"].notes == (Note("part-excluded", ("panel", "J")),)


@pytest.mark.parametrize(
    ("given", "facts", "message"),
    [
        ({"x": numbers(a=1)}, {}, "unknown components: x"),
        ({"public": numbers(z=1)}, {"nominees": "a"}, "unknown nominees: z"),
        ({"public": numbers(a=1)}, {"withdrawn": "z"}, "unknown nominees: z"),
        ({"public": numbers(a=-1)}, {}, "below 0: a"),
        ({"panel": numbers(a=101)}, {}, "panel: more than the most"),
        ({}, {"disqualified": [Disqualified("public", "J")]}, "no parts"),
        ({}, {"disqualified": [Disqualified("x")]}, "unknown components: x"),
        ({}, {"disqualified": [Disqualified("public")] * 2}, "disqualified twice"),
        ({}, {"disqualified": [Disqualified("public"), Disqualified("panel")]}, "nothing that"),
        ({}, {"disqualified": [Disqualified("public", "", "substitute")]}, "nobody stands in"),
        (
            {},
            {"disqualified": [Disqualified("public", "", "substitute", ("public",))]},
            "nobody stands in",
        ),
    ],
)
def test_facts_that_do_not_fit_are_refused(given: Any, facts: Any, message: str) -> None:
    declared = Consolidation((part("public", 30, LEADER), plain("panel", 70)))
    with pytest.raises(ValueError, match=message):
        work(declared, given, **facts)


@pytest.mark.parametrize(
    ("disqualified", "message"),
    [
        ([Disqualified("public", "west")], "unknown strata: west"),
        ([Disqualified("public", "north", "substitute")], "nobody stands in for north"),
        ([Disqualified("public", "north", "substitute", ("north",))], "stands in for nothing"),
        ([Disqualified("public", "north"), Disqualified("public", "south")], "no stratum is left"),
    ],
)
def test_strata_that_do_not_fit_are_refused(disqualified: Any, message: str) -> None:
    declared = Consolidation((part("public", 100, SHARE, strata=("north", "south")),))
    with pytest.raises(ValueError, match=message):
        work(declared, {}, nominees="a", disqualified=disqualified)
    gated = Consolidation((part("public", 0), plain("panel", 100)), gate=Gate("public", 1))
    with pytest.raises(ValueError, match="gate's component"):
        work(gated, {}, disqualified=[Disqualified("public")])


def test_who_is_picked_by_nobody_has_no_picks_and_a_total() -> None:
    judged = Component("panel", "panel", Decimal(100), LEADER, panel=Panel("votes"))
    declared = Consolidation((judged,))
    picks = {"J": {"a": Decimal(1), "b": Decimal(1)}, "K": {"a": Decimal(1)}, "L": {}}
    result = consolidate(declared, "abc", {"panel": Given(marks=picks)})
    assert result.totals == {"a": 100, "b": 50, "c": 0}
    # A panel that has not met has given nobody anything.
    none = consolidate(declared, "abc", {"panel": Given(marks={"J": {}})})
    assert {standing.state for standing in none.standings.values()} == {"missing"}
