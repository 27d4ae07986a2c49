"""The quick ways of a panel beside the plain ones: all together, and without each judge."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.mark_samples import Table, marks, orders, shuffled
from tests.rules.panel_reference import exact_values
from voting.rules import panels, rubrics
from voting.rules.conversions import rounded
from voting.rules.panels import Panel
from voting.rules.rubrics import Criterion, Rubric

RULES = [
    Panel(), Panel(shrink="median"), Panel(shrink="half_median", min_marks=2), Panel("median"),
    Panel("trimmed", trim_from=3), Panel("trimmed", drop_high=2, drop_low=0, trim_from=4),
    Panel("middle"), Panel("middle", keep=2, min_marks=3), Panel("z"), Panel("z", min_marks=2),
    Panel("z_refit", decimals=4), Panel("z_refit", min_marks=3), Panel("sum"),
    Panel("sum", min_marks=2), Panel("rank_sum", decimals=4), Panel("rank_sum", min_marks=2),
]  # fmt: skip
RANKS = [Panel("exponential"), Panel("exponential", fall=50, points=(3, 1), min_marks=2)]

# Decimals as odd as people type them: 1E+1, 7.250, thirds to four places.
odd = st.one_of(
    st.sampled_from([Decimal("1E+1"), Decimal("7.250"), Decimal("33.3333"), Decimal(0)]),
    st.integers(0, 400).map(lambda quarters: Decimal(quarters) / 4),
    st.decimals(0, 100, places=3),
)
# Judges Q and P tell nobody apart, so they are measured by the round.
flat = st.sets(st.sampled_from("abcdef")).map(lambda own: dict.fromkeys(own, Decimal("82.5")))
tables = st.builds(
    lambda varied, alike: varied | alike,
    st.dictionaries(
        st.sampled_from("JKLMNO"), st.dictionaries(st.sampled_from("abcdef"), odd), max_size=6
    ),
    st.dictionaries(st.sampled_from("PQ"), flat),
)
ranked = st.dictionaries(
    st.sampled_from("JKLMNO"),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 40).map(Decimal)),
)
picks = st.dictionaries(
    st.sampled_from("JKLMNO"),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 1).map(Decimal)),
)
cases = st.one_of(
    st.tuples(picks, st.just(Panel("votes", picks=6))),
    st.tuples(tables, st.sampled_from(RULES)),
    st.tuples(ranked, st.sampled_from(RANKS)),
)


def check(fewer: rubrics.Fewer, expected: dict[str, rubrics.PanelValue]) -> None:
    """The same values, and for each the same way; notes are not kept when a judge is left out."""
    assert fewer.raw == {
        one: value.value for one, value in expected.items() if value.value is not None
    }
    for one in fewer.raw:
        way, plain = fewer.value(one), expected[one]
        assert (way.value, way.exact) == (plain.value, plain.exact)
        assert sorted(way.criteria) == sorted(plain.criteria)
        assert [one.added for one in way.products.values()] == [
            one.added for one in plain.products.values()
        ]
        for mine, own in zip(of_all(way), of_all(plain), strict=True):
            assert replace(mine, note="") == replace(own, note="")


def of_all(value: rubrics.PanelValue) -> list[panels.Value]:
    products = [product.value for product in value.products.values()]
    return [*([value.panel] if value.panel else []), *products, *value.criteria.values()]


@given(cases)
def test_values_are_those_of_the_definition(case: tuple[Table, Panel]) -> None:
    table, panel = case
    exact = exact_values(table, panel)
    found = panels.aggregate(table, panel)
    assert {one: v.exact for one, v in found.items() if v.exact is not None} == exact
    for one, value in exact.items():
        assert found[one].value == rounded(value, panel.decimals)
    assert {one for one, v in found.items() if v.note == "too-few"} == set(found) - set(exact)


@given(cases, orders)
def test_neither_order_nor_an_absent_judge_changes_anything(
    case: tuple[Table, Panel], chance: Any
) -> None:
    table, panel = case
    more = shuffled(table | {"absent": {}}, chance)
    assert panels.aggregate(more, panel) == panels.aggregate(table, panel)


@given(cases)
def test_without_each_judge_it_is_as_if_that_judge_were_not_there(
    case: tuple[Table, Panel],
) -> None:
    table, panel = case
    found = dict(rubrics.without_each_judge({"": table}, panel, None))
    assert sorted(found) == sorted(table)
    for judge, fewer in found.items():
        left = {other: own for other, own in table.items() if other != judge}
        check(fewer, rubrics.of_marks(left, panel))


factors = st.sampled_from(["1", "0.5", "0.3333", "1.25"]).map(Decimal)


@given(
    tables, tables, st.sampled_from(RULES), st.sampled_from(["sheets", "criteria"]),
    st.tuples(factors, factors), st.sampled_from([None, 0, 1, 3]),
)  # fmt: skip
def test_without_each_judge_of_a_rubric_too(
    one: Table, two: Table, panel: Panel, first: Any, by: Any, decimals: int | None
) -> None:
    if panel.method == "z":
        panel = msgspec.structs.replace(panel, method="z_refit")
    lines = (Criterion("one", by[0]), Criterion("two", by[1]))
    rubric = Rubric(lines, first, decimals if first == "criteria" else None)
    sheets = {"one": one, "two": two}
    found = dict(rubrics.without_each_judge(sheets, panel, rubric))
    assert sorted(found) == sorted({*one, *two})
    for judge, fewer in found.items():
        left = {
            key: {other: own for other, own in table.items() if other != judge}
            for key, table in sheets.items()
        }
        check(fewer, rubrics.of_sheets(left, panel, rubric))


def test_where_a_judge_leaves_too_few_marks_the_others_are_measured_anew() -> None:
    """Without C, b has one mark of the two it needs, and A and B have marked a and c alone."""
    table = marks((60, 70, 80), (90, None, 50), (40, 95, 20))
    panel = Panel("z", min_marks=2)
    fewer = dict(rubrics.without_each_judge({"": table}, panel, None))["C"]
    assert fewer.raw.keys() == {"a", "c"}
    # A: 60 and 40, B: 70 and 95: one deviation up and one down each.
    assert fewer.raw == {"a": Fraction(0), "c": Fraction(0)}
    check(fewer, rubrics.of_marks({judge: table[judge] for judge in "AB"}, panel))


@pytest.mark.parametrize("panel", [Panel("z"), Panel("z_refit")])
def test_a_round_of_equal_marks_has_no_deviation(panel: Panel) -> None:
    table = marks((80, 80), (80, 80), (80, None))
    assert exact_values(table, panel) == {
        one: value.exact for one, value in panels.aggregate(table, panel).items()
    }
