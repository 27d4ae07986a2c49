"""From judges' sheets with several criteria to one value of the panel for each nominee.

Either each judge's sheet is summed first and the panel works on the sums, or each criterion goes
through the panel and the products are summed. The two give different results as soon as anything
is dropped, so the rule sheet says which. Sums are exact; only declared steps are rounded.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from operator import itemgetter
from typing import Final, Literal

import msgspec

from voting.rules import panels
from voting.rules.conversions import ranks, rounded
from voting.rules.panels import MOST_DECIMALS, Marks, Panel, Value, aggregate

MOST_CRITERIA: Final = 40
# Sums of a sheet have far fewer digits; a sum that has not is refused rather than rounded.
_EXACT: Final = Context(prec=80, traps=[Inexact, InvalidOperation])

Sheets = Mapping[str, Marks]  # criterion -> judge -> nominee -> mark


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What marks from ``since`` on, up to the next level, stand for."""

    since: Decimal
    text: str
    text_en: str = ""


class Criterion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the rubric.

    factor: by which its marks are multiplied. step: between two marks that can be given; None: any
    with up to four decimals. optional: a sheet is finished without it, and it brings nothing then.
    name, help, levels: what judges read; they are rules too, and public.
    """

    key: str
    factor: Decimal = Decimal(1)
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(100)
    step: Decimal | None = None
    optional: bool = False
    name: str = ""
    name_en: str = ""
    help: str = ""
    help_en: str = ""
    levels: tuple[Level, ...] = ()


class Rubric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands on a score sheet.

    first: whether each judge's ``sheets`` are summed before the panel's rule, or the ``criteria``
    go through that rule one by one. decimals: of each product of value and factor, for
    ``criteria``; None: not rounded.
    """

    criteria: tuple[Criterion, ...]
    first: Literal["sheets", "criteria"] = "sheets"
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """What a criterion brings: the panel's value, value x factor, and that as it is added."""

    value: Value
    exact: Fraction
    added: Fraction


@dataclass(frozen=True, slots=True)
class PanelValue:
    """What a nominee gets from the panel.

    value: None when there are too few marks. exact: before the panel's rounding. panel: the marks
    counted and dropped, or the sums of the sheets. products: by criterion, where the criteria come
    first. unfinished: judges whose sheet lacks a criterion, so that it does not count.
    """

    value: Fraction | None
    exact: Fraction | None
    panel: Value | None = None
    products: Mapping[str, Product] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()


def problems(rubric: Rubric, panel: Panel) -> list[str]:
    """Return codes of what makes a rubric mean nothing beside this panel's rule."""
    found = []
    keys = [criterion.key for criterion in rubric.criteria]
    if not 1 <= len(keys) <= MOST_CRITERIA:
        return ["criteria-missing"]
    if len(set(keys)) < len(keys):
        found.append("criterion-twice")
    if any(not one.factor.is_finite() or one.factor <= 0 for one in rubric.criteria):
        return [*found, "factor-out-of-range"]
    if panel.method == "exponential":
        found.append("ranks-without-criteria")
    if rubric.first == "criteria" and panel.method == "z":
        found.append("criteria-without-range")
    if rubric.decimals is not None and (
        rubric.first == "sheets" or not 0 <= rubric.decimals <= MOST_DECIMALS
    ):
        found.append("product-decimals")
    rules = [panel_of_sums(rubric, panel)] if rubric.first == "sheets" else _rules(rubric, panel)
    found += [code for rule in rules for code in panels.problems(rule)]
    return list(dict.fromkeys(found))


def out_of(panel: Panel, rubric: Rubric | None = None) -> Fraction | None:
    """Return the most that a nominee can get; None for plain z-scores, which have no end."""
    if not rubric:
        return panels.out_of(panel)
    if rubric.first == "sheets":
        return panels.out_of(panel_of_sums(rubric, panel))
    return sum((Fraction(one.highest * one.factor) for one in rubric.criteria), Fraction(0))


def judge_sums(sheets: Sheets, rubric: Rubric) -> dict[str, dict[str, Decimal]]:
    """Return each judge's sum of mark x factor for each nominee; unfinished sheets are left out.

    Raises ValueError for a mark out of its criterion's range.
    """
    sums: dict[str, dict[str, Decimal]] = {}
    for place, criterion in enumerate(rubric.criteria):
        for judge, marks in sheets.get(criterion.key, {}).items():
            before = sums.get(judge, {})
            own = {}
            for nominee, mark in marks.items():
                if not criterion.lowest <= mark <= criterion.highest:
                    raise ValueError(f"the mark {mark} of {judge} for {nominee} is out of range")
                if not place:
                    own[nominee] = _EXACT.multiply(mark, criterion.factor)
                elif nominee in before:
                    own[nominee] = _EXACT.fma(mark, criterion.factor, before[nominee])
            sums[judge] = own
        # Who has no sheet for this criterion at all has finished none.
        sums = {judge: own for judge, own in sums.items() if judge in sheets.get(criterion.key, {})}
    return sums


def unfinished(sheets: Sheets, rubric: Rubric) -> dict[str, tuple[str, ...]]:
    """Return by nominee the judges whose sheet lacks a criterion."""
    counts: dict[tuple[str, str], int] = {}
    for criterion in rubric.criteria:
        for judge, marks in sheets.get(criterion.key, {}).items():
            for nominee in marks:
                counts[nominee, judge] = counts.get((nominee, judge), 0) + 1
    found: dict[str, tuple[str, ...]] = {}
    for nominee, judge in sorted(key for key, n in counts.items() if n < len(rubric.criteria)):
        found[nominee] = (*found.get(nominee, ()), judge)
    return found


def of_marks(marks: Marks, panel: Panel) -> dict[str, PanelValue]:
    """Return the values of a panel without criteria."""
    return _as_values(aggregate(marks, panel))


def _as_values(values: Mapping[str, Value]) -> dict[str, PanelValue]:
    return {
        one: PanelValue(None if value.value is None else Fraction(value.value), value.exact, value)
        for one, value in values.items()
    }


def of_sums(
    sums: Marks, missing: Mapping[str, tuple[str, ...]], panel: Panel, rubric: Rubric
) -> dict[str, PanelValue]:
    """Return the values from the sums of the sheets."""
    found = of_marks(sums, panel_of_sums(rubric, panel))
    values = {
        one: PanelValue(value.value, value.exact, value.panel, {}, missing.get(one, ()))
        for one, value in found.items()
    }
    alone = {
        one: PanelValue(None, None, unfinished=judges)
        for one, judges in missing.items()
        if one not in found
    }
    return values | alone


def of_sheets(sheets: Sheets, panel: Panel, rubric: Rubric) -> dict[str, PanelValue]:
    """Return the panel's value of every nominee whom anybody has marked.

    sheets: criterion -> judge -> nominee -> mark. Raises ValueError for declarations with
    ``problems``, unknown criteria, and marks out of the range.
    """
    if wrong := problems(rubric, panel):
        raise ValueError(", ".join(wrong))
    if unknown := sorted(set(sheets) - {one.key for one in rubric.criteria}):
        raise ValueError(f"unknown criteria: {', '.join(unknown)}")
    if rubric.first == "sheets":
        sums = judge_sums({one.key: sheets.get(one.key, {}) for one in rubric.criteria}, rubric)
        return of_sums(sums, unfinished(sheets, rubric), panel, rubric)
    return _of_criteria(
        {
            criterion.key: aggregate(sheets.get(criterion.key, {}), rule)
            for criterion, rule in zip(rubric.criteria, _rules(rubric, panel), strict=True)
        },
        rubric,
    )


def without_each_judge(
    sheets: Sheets, panel: Panel, rubric: Rubric | None
) -> Iterator[tuple[str, dict[str, PanelValue]]]:
    """Yield each judge with the values that the panel has without this judge.

    The same as leaving the judge out of the sheets, sooner; only for panels where each value is
    ``by_itself``. sheets: checked before; under "" those of a panel without criteria, or the sums.
    """
    tables = {key: panels.table_by_nominee(marks) for key, marks in sheets.items()}
    # Once in order, marks are in order without one of them, too.
    tables = {
        key: {one: dict(sorted(own.items(), key=itemgetter(1))) for one, own in table.items()}
        for key, table in tables.items()
    }
    for judge in sorted({judge for marks in sheets.values() for judge in marks}):
        left = {
            key: {one: _less(own, judge) for one, own in table.items() if own.keys() != {judge}}
            for key, table in tables.items()
        }
        if rubric is None:
            yield judge, _as_values(panels.values_of(left[""], panel))
            continue
        values = {
            criterion.key: panels.values_of(left.get(criterion.key, {}), rule)
            for criterion, rule in zip(rubric.criteria, _rules(rubric, panel), strict=True)
        }
        yield judge, _of_criteria(values, rubric)


def _less(own: dict[str, Decimal], judge: str) -> dict[str, Decimal]:
    if judge not in own:
        return own
    fewer = own.copy()
    del fewer[judge]
    return fewer


def _of_criteria(
    by_criterion: Mapping[str, Mapping[str, Value]], rubric: Rubric
) -> dict[str, PanelValue]:
    return {
        one: _summed({key: own[one] for key, own in by_criterion.items() if one in own}, rubric)
        for one in sorted({one for own in by_criterion.values() for one in own})
    }


def without(marks: Marks, judges: Collection[str], nominees: Collection[str]) -> Marks:
    """Return the marks without those judges and nominees."""
    if not nominees:
        return {judge: own for judge, own in marks.items() if judge not in judges}
    return {
        judge: {one: mark for one, mark in own.items() if one not in nominees}
        for judge, own in marks.items()
        if judge not in judges
    }


def closed_ranks(marks: Marks) -> Marks:
    """Return judges' ranks without the gaps that a nominee who left has made."""
    return {
        judge: {
            one: Decimal(rank)
            for one, rank in ranks({one: -mark for one, mark in own.items()}).items()
        }
        for judge, own in marks.items()
    }


def _summed(values: Mapping[str, Value], rubric: Rubric) -> PanelValue:
    products = {}
    before = Fraction(0)  # without the panel's rounding
    for criterion in rubric.criteria:
        value = values.get(criterion.key)
        if value is None or value.value is None or value.exact is None:
            continue
        factor = Fraction(criterion.factor)
        exact = Fraction(_EXACT.multiply(value.value, criterion.factor))
        added = exact if rubric.decimals is None else Fraction(rounded(exact, rubric.decimals))
        products[criterion.key] = Product(value, exact, added)
        before += value.exact * factor
    if len(products) < len(rubric.criteria):
        return PanelValue(None, None, None, products)
    total = sum((product.added for product in products.values()), Fraction(0))
    return PanelValue(total, before, None, products)


def panel_of_sums(rubric: Rubric, panel: Panel) -> Panel:
    """Return the panel's rule with the range that the sums of sheets have."""
    return msgspec.structs.replace(
        panel,
        lowest=sum((one.lowest * one.factor for one in rubric.criteria), Decimal(0)),
        highest=sum((one.highest * one.factor for one in rubric.criteria), Decimal(0)),
    )


def _rules(rubric: Rubric, panel: Panel) -> list[Panel]:
    return [
        msgspec.structs.replace(panel, lowest=one.lowest, highest=one.highest)
        for one in rubric.criteria
    ]
