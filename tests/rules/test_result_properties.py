"""What must hold for every result, whatever is declared and given."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.mark_samples import Table, orders, shuffled, tables
from tests.rules.results_samples import LEADER, SHARE, SONGS, part
from voting.rules.components import Component, Consolidation, Gate, Given
from voting.rules.consolidation import consolidate
from voting.rules.conversions import Conversion, ranks
from voting.rules.panels import Panel

NAMES = "abcdef"
conversions = st.sampled_from([LEADER, SHARE, SONGS, Conversion("log")])
panels = st.sampled_from(
    [Panel(), Panel("trimmed", trim_from=3), Panel("z_refit"), Panel("median")]
)
votes = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 50))
strata = st.fixed_dictionaries({"north": votes, "south": votes})


@st.composite
def declarations(draw: Any) -> Consolidation:
    first = draw(st.integers(0, 100))
    second = draw(st.integers(0, 100 - first))
    parts = (
        part("public", first, draw(conversions)),
        Component("panel", "panel", Decimal(second), panel=draw(panels)),
        part("regions", 100 - first - second, draw(st.sampled_from([SHARE, SONGS])),
             strata=("north", "south"), weighted_decimals=draw(st.sampled_from([None, 1]))),
        part("bonus", 0, None, each=Decimal("0.1"), cap=Decimal(3), required=False),
    )  # fmt: skip
    gate = draw(st.none() | st.builds(Gate, st.just("public"), st.integers(1, 6)))
    return Consolidation(parts, gate=gate, decimals=draw(st.sampled_from([None, 2])))


facts = st.tuples(votes, tables, strata, votes).map(
    lambda own: {
        "public": Given(numbers=own[0]), "panel": Given(marks=own[1]),
        "regions": Given(strata=own[2]), "bonus": Given(numbers=own[3]),
    }
)  # fmt: skip


def mixed(own: dict[str, Given], chance: Any) -> dict[str, Given]:
    def again(table: Any) -> Any:
        return {key: table[key] for key in chance.sample(sorted(table), len(table))}

    return {
        key: Given(
            again(own[key].numbers),
            {name: again(votes) for name, votes in again(own[key].strata).items()},
            shuffled(own[key].marks, chance),
        )
        for key in chance.sample(sorted(own), len(own))
    }


@given(declarations(), facts, orders)
def test_the_order_of_anything_never_matters(
    declared: Consolidation, own: dict[str, Given], chance: Any
) -> None:
    names = chance.sample(NAMES, len(NAMES))
    assert consolidate(declared, names, mixed(own, chance)) == consolidate(declared, NAMES, own)


@given(declarations(), facts)
def test_an_absent_judge_changes_nothing(declared: Consolidation, own: dict[str, Given]) -> None:
    marks = {**own["panel"].marks, "absent": {}}
    more = own | {"panel": Given(marks=marks)}
    assert consolidate(declared, NAMES, more) == consolidate(declared, NAMES, own)


@given(declarations(), facts, st.sets(st.sampled_from(NAMES)))
def test_who_withdraws_might_as_well_never_have_stood(
    declared: Consolidation, own: dict[str, Given], gone: set[str]
) -> None:
    left = {
        key: Given(
            {one: n for one, n in was.numbers.items() if one not in gone},
            {k: {one: n for one, n in v.items() if one not in gone} for k, v in was.strata.items()},
            {k: {one: n for one, n in v.items() if one not in gone} for k, v in was.marks.items()},
        )
        for key, was in own.items()
    }
    without = consolidate(declared, NAMES, own, withdrawn=gone)
    never = consolidate(declared, set(NAMES) - gone, left)
    assert {one: s for one, s in without.standings.items() if one not in gone} == never.standings
    assert all(without.standings[one].state == "withdrawn" for one in gone)


@given(declarations(), facts, st.integers(1, 9))
def test_weights_scaled_together_change_no_place(
    declared: Consolidation, own: dict[str, Given], factor: int
) -> None:
    scaled = {}
    for times in (1, factor):
        parts = tuple(
            msgspec.structs.replace(one, weight=one.weight * times, weighted_decimals=None)
            for one in declared.components
            if one.kind != "bonus"
        )
        rule = Consolidation(parts, "sum", declared.gate, None)
        given_ = {key: value for key, value in own.items() if key != "bonus"}
        scaled[times] = ranks(consolidate(rule, NAMES, given_).totals)
    assert scaled[1] == scaled[factor]


@given(declarations(), facts)
def test_a_total_is_the_sum_of_its_parts_and_within_what_there_is(
    declared: Consolidation, own: dict[str, Given]
) -> None:
    result = consolidate(declared, NAMES, own)
    for standing in result.standings.values():
        if standing.total is None:
            assert standing.state
            continue
        added = [step.added for step in standing.parts.values() if step.counts]
        assert standing.exact == sum((one for one in added if one is not None), Fraction(0))
        assert result.out_of is not None
        assert 0 <= standing.total <= result.out_of


@given(tables, st.integers(0, 100))
def test_a_mark_more_never_lowers_a_mean(table: Table, weight: int) -> None:
    """Monotony, where the declared rule has it: shares of the leader and plain means."""
    declared = Consolidation(
        (
            part("public", 100 - weight),
            Component("panel", "panel", Decimal(weight), panel=Panel(decimals=4)),
        ),
        decimals=None,
    )
    given_ = {"public": Given(numbers=dict.fromkeys(NAMES, 1)), "panel": Given(marks=table)}
    raised = {
        judge: {one: min(mark + 1, Decimal(100)) if one == "a" else mark for one, mark in m.items()}
        for judge, m in table.items()
    }
    before = consolidate(declared, NAMES, given_).totals
    after = consolidate(declared, NAMES, given_ | {"panel": Given(marks=raised)}).totals
    assert after.keys() == before.keys()
    assert all(after[one] >= before[one] if one == "a" else after[one] == before[one]
               for one in before)  # fmt: skip
