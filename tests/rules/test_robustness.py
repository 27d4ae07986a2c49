"""How firm a result is: by hand, and beside the same thing computed from changed inputs."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.mark_samples import Table, panel, tables
from tests.rules.results_samples import numbers, part, plain, skating
from voting.rules.components import Component, Consolidation, Disqualified, Given
from voting.rules.consolidation import consolidate
from voting.rules.conversions import Conversion
from voting.rules.panels import Panel
from voting.rules.places import award, decide_places
from voting.rules.quotas import Quota, Quotas
from voting.rules.robustness import Change, Scenario, Setting, robustness
from voting.rules.rubrics import Criterion, Rubric
from voting.rules.ties import Ties

SHARED = Ties(("shared",))
NAMES = "abcdef"


def jury(weight: int, **fields: Any) -> Component:
    return Component("panel", "panel", Decimal(weight), panel=Panel(**fields))


def marks(**columns: list[int]) -> Given:
    judges = "JKLMN"[: len(next(iter(columns.values())))]
    return Given(
        marks={
            judge: {one: Decimal(own[place]) for one, own in columns.items()}
            for place, judge in enumerate(judges)
        }
    )


def test_what_moves_the_line_and_what_does_not() -> None:
    """Means 90, 85, 84, 40; without J the second has 80 and the third 86."""
    own = marks(a=[90, 90, 90], b=[95, 80, 80], c=[80, 86, 86], d=[40, 40, 40])
    report = robustness(
        Setting(Consolidation((jury(100),)), "abcd", {"panel": own}, SHARED, Quotas(2))
    )
    without_j = Change("judge", "panel", "J")
    assert report.scenarios == (
        Scenario(without_j, ("c",), ("b",)),  # 80 and 86
        Scenario(Change("judge", "panel", "K")),  # 87.5 and 83
        Scenario(Change("judge", "panel", "L")),
        Scenario(Change("trimming", "panel", "on")),  # three marks are too few for it
    )
    assert report.fragile == ("b", "c")
    assert report.nominees["b"].moved_by == (without_j,)
    assert (report.nominees["c"].place, report.nominees["c"].best) == (3, 2)
    assert report.nominees["a"].firm
    assert report.nominees["d"].worst == 4


def test_weights_trimming_and_held_ballots() -> None:
    declared = Consolidation((part("public", 30), jury(70, method="trimmed")))
    own = {
        "public": numbers(a=100, b=90, c=40),
        "panel": marks(a=[80, 80, 80, 80, 20], b=[82, 82, 82, 82, 82], c=[89, 89, 89, 89, 89]),
    }
    setting = Setting(declared, "abc", own, SHARED, Quotas(1))
    report = robustness(setting, {"held counted": {"public": numbers(a=300, b=100, c=50)}})
    # 30 + 56 = 86; 27 + 57.4 = 84.4; 12 + 62.3 = 74.3
    assert {one: (own.state, own.place) for one, own in report.nominees.items()} == {
        "a": ("in", 1), "b": ("out", 2), "c": ("out", 3),
    }  # fmt: skip
    found = {scenario.change: (scenario.gained, scenario.lost) for scenario in report.scenarios}
    changed = {change: moved for change, moved in found.items() if moved != ((), ())}
    # Without trimming a has 68: 30 + 47.6. Without one of J to M four marks are too few for it: 65.
    assert set(changed) == {
        Change("trimming", "panel", "off"),
        *(Change("judge", "panel", judge) for judge in "JKLM"),
    }
    assert set(changed.values()) == {(("b",), ("a",))}
    assert Change("figures", "public", "held counted") in found
    assert [change.detail for change in found if change.kind == "weight"] == ["+5", "-5"] * 2


def test_weights_move_five_points_and_the_others_in_proportion() -> None:
    """65 and 66 points: where x gains 5 or y loses 5, the others in proportion, a is ahead."""
    declared = Consolidation((plain("x", 50), plain("y", 30), plain("z", 20)), decimals=None)
    own = {"x": numbers(a=100, b=90), "y": numbers(a=50, b=70), "z": numbers(a=0, b=0)}
    report = robustness(Setting(declared, "ab", own, SHARED, Quotas(1)))
    # x 55: 55 + 27 x 0.5 = 68.5 and 49.5 + 18.9 = 68.4
    moved = [own.change for own in report.scenarios if own.gained]
    # y 25: 75 x 5/7 = 53.57 + 12.5 = 66.07 and 48.21 + 17.5 = 65.71
    assert moved == [Change("weight", "x", "+5"), Change("weight", "y", "-5")]
    alone = Setting(Consolidation((plain("x", 100),)), "a", {"x": numbers(a=1)}, SHARED, Quotas(1))
    assert robustness(alone).scenarios == ()
    factors = Consolidation((plain("x", 2), plain("y", 1)), adds="sum", decimals=None)
    report = robustness(
        Setting(
            factors, "ab", {"x": numbers(a=10, b=0), "y": numbers(a=0, b=21)}, SHARED, Quotas(1)
        )
    )
    # 20 and 21; 21 and 21: the tie is open; 20 and 19.95
    assert [(own.change.detail, own.gained, own.opened) for own in report.scenarios] == [
        ("+5", (), ("a", "b")), ("-5", (), ()), ("+5", (), ()), ("-5", ("a",), ()),
    ]  # fmt: skip


def test_quotas_are_solved_anew_and_may_not_hold_together_then() -> None:
    floor = Quotas(2, (Quota("south", ("region",), ("south",), least=1),))
    own = marks(a=[9, 9], b=[8, 8])
    own = Given(marks={**own.marks, "L": {"c": Decimal(7)}})
    setting = Setting(
        Consolidation((jury(100),)), "abc", {"panel": own}, SHARED, floor,
        traits={"c": {"region": "south"}},
    )  # fmt: skip
    report = robustness(setting)
    assert [one for one, own in report.nominees.items() if own.state == "in"] == ["a", "c"]
    last = next(one for one in report.scenarios if one.change.detail == "L")
    assert (last.lost, [limit.quota for limit in last.conflict]) == (("a", "c"), ["south"])
    nobody = Setting(setting.declared, "ab", {"panel": marks(a=[9], b=[8])}, SHARED, floor)
    with pytest.raises(ValueError, match="cannot hold together"):
        robustness(nobody)


def test_an_open_tie_is_not_firm() -> None:
    own = {"x": numbers(a=5, b=5)}
    report = robustness(
        Setting(Consolidation((plain("x", 100),)), "ab", own, Ties(("lot",)), Quotas(1))
    )
    assert report.fragile == ("a", "b")
    seeded = Setting(
        Consolidation((plain("x", 100),)), "ab", own, Ties(("lot",)), Quotas(1), seed="seed"
    )
    assert robustness(seeded).fragile == ()


votes = st.fixed_dictionaries(dict.fromkeys(NAMES, st.integers(0, 50)))
METHODS = ("mean", "trimmed", "median", "middle", "sum", "rank_sum", "z_refit")
methods = st.sampled_from(METHODS)
rubric = Rubric((Criterion("one", Decimal("0.5")), Criterion("two", Decimal("0.5"))))


def honoured(
    declared: Consolidation, own: dict[str, Given], rule: Ties, **facts: Any
) -> frozenset[str]:
    result = consolidate(declared, NAMES, own, **facts)
    return frozenset(award(decide_places(declared, result, rule, line=2), {}, Quotas(2)).of("in"))


@given(votes, votes, tables, tables, methods, st.sampled_from(["sheets", "criteria", ""]))
def test_every_scenario_is_what_comes_out_of_changed_inputs(
    public: Any, held: Any, first: Table, second: Table, method: Any, order: Any
) -> None:
    lines = msgspec.structs.replace(rubric, first=order) if order else None
    judged = Component(
        "panel", "panel", Decimal(60), rubric=lines, panel=Panel(method, trim_from=3)
    )
    if method == "sum":
        judged = msgspec.structs.replace(judged, conversion=Conversion())
    declared = Consolidation((part("public", 40), judged))
    given_panel = Given(sheets={"one": first, "two": second}) if order else Given(marks=first)
    own = {"public": Given(numbers=public), "panel": given_panel}
    # Equals are divided by what only the way to a value shows.
    chain = Ties(("criterion:two", "top_marks", "shared") if order else ("more_decimals", "shared"))
    report = robustness(
        Setting(declared, NAMES, own, chain, Quotas(2)), {"held": {"public": Given(numbers=held)}}
    )

    base = honoured(declared, own, chain)
    assert {one for one, firm in report.nominees.items() if firm.state == "in"} == base
    for scenario in report.scenarios:
        change = scenario.change
        rule, inputs, facts = declared, dict(own), {}
        if change.kind == "judge":
            facts = {"disqualified": [Disqualified("panel", change.detail)]}
        elif change.kind == "figures":
            inputs["public"] = Given(numbers=held)
        elif change.kind == "trimming":
            assert change.detail == ("off" if method == "trimmed" else "on")
            other = Panel("mean" if method == "trimmed" else "trimmed", trim_from=3)
            rule = Consolidation((part("public", 40), msgspec.structs.replace(judged, panel=other)))
        else:
            moved = Decimal(change.detail) * (1 if change.component == "public" else -1)
            rule = Consolidation(
                (part("public", 40 + moved), msgspec.structs.replace(judged, weight=60 - moved))
            )
        now = honoured(rule, inputs, chain, **facts)
        assert now == (base | set(scenario.gained)) - set(scenario.lost) - set(scenario.opened)


def test_without_a_judge_who_picks_nobody_has_less_than_no_pick() -> None:
    """A has 3 picks, b 2, c none; without J or K a and b have 2 and 1, without L 2 each."""
    judged = Component("panel", "panel", Decimal(100), Conversion(), panel=Panel("votes"))
    own = {judge: {"a": Decimal(1)} for judge in "JKL"}
    own["J"]["b"] = own["K"]["b"] = Decimal(1)
    report = robustness(
        Setting(Consolidation((judged,)), "abc", {"panel": Given(marks=own)}, SHARED, Quotas(1))
    )
    assert [(one.change.detail, one.opened) for one in report.scenarios] == [
        ("J", ()), ("K", ()), ("L", ("a", "b")),
    ]  # fmt: skip
    assert [(one, firm.place) for one, firm in report.nominees.items()] == [
        ("a", 1), ("b", 2), ("c", 3),
    ]  # fmt: skip
    assert report.nominees["c"].worst == 3


def test_a_skating_event_without_each_of_its_judges() -> None:
    declared, skaters, own = skating("LADIES FREE SKATING")
    names = [row["performance_id"] for row in skaters]
    report = robustness(Setting(declared, names, own, SHARED, Quotas(3)))
    medals = [row["performance_id"] for row in sorted(skaters, key=lambda row: int(row["rank"]))][
        :3
    ]
    assert [one for one, firm in report.nominees.items() if firm.state == "in"] == medals
    assert [scenario.change.kind for scenario in report.scenarios] == (
        ["judge"] * 9 + ["trimming"] + ["weight"] * 6
    )


def setting(judges: int, nominees: int, first: Any, method: Any = "trimmed") -> Setting:
    keys = [f"c{number}" for number in range(8)]
    sheets = {key: panel(number, judges, nominees) for number, key in enumerate(keys)}
    lines = tuple(Criterion(key, Decimal(1) / 8) for key in keys)
    names = [f"n{number:03}" for number in range(nominees)]
    judged = Component(
        "panel", "panel", Decimal(70), panel=Panel(method), rubric=Rubric(lines, first),
        conversion=Conversion() if method == "sum" else None,
    )  # fmt: skip
    return Setting(
        Consolidation((part("public", 30), judged)),
        names,
        {
            "public": Given(numbers={one: (int(one[1:]) * 7919) % 100_003 for one in names}),
            "panel": Given(sheets=sheets),
        },
        Ties(("panel", "more_decimals", "top_marks", "shared")),
        Quotas(nominees // 10, (Quota("unit", ("unit",), most=2),)),
        {one: {"unit": f"u{int(one[1:]) % 40}"} for one in names},
    )


@pytest.mark.parametrize("first", ["sheets", "criteria"])
@pytest.mark.parametrize("method", METHODS)
def test_the_largest_panel_has_its_result_in_two_seconds(first: Any, method: Any) -> None:
    """60 judges, 400 nominees, 8 criteria."""
    large = setting(60, 400, first, method)
    # On a busy machine even processor time varies: the best of three is what the work takes.
    assert best_of_three(2, lambda: consolidate(large.declared, large.nominees, large.given)) < 2


@pytest.mark.parametrize("method", ["trimmed", "z_refit"])
def test_the_report_about_the_largest_panel_takes_twenty_seconds(method: Any) -> None:
    """Criteria first is what takes longest."""
    large = setting(60, 400, "criteria", method)
    found = []
    assert best_of_three(20, lambda: found.append(robustness(large))) < 20

    assert len(found[0].scenarios) == 60 + (method == "trimmed") + 4
    assert sum(firm.state == "in" for firm in found[0].nominees.values()) == 40


def best_of_three(bound: float, work: Callable[[], object]) -> float:
    seconds: list[float] = []
    while not seconds or (min(seconds) >= bound and len(seconds) < 3):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)
