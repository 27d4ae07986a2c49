"""From judges' sheets with several criteria to one value of the panel for each nominee.

Either each judge's sheet is summed first and the panel works on the sums, or each criterion goes
through the panel and the products are summed. The two give different results as soon as anything
is dropped, so the rule sheet says which. Sums are exact; only declared steps are rounded.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal, Inexact, InvalidOperation
from fractions import Fraction
from functools import cache
from math import lcm
from typing import Final, Literal

import msgspec

from voting.rules import leaving_out, panels
from voting.rules.conversions import ranks, rounded
from voting.rules.finishing import check_range, completed, lowest_of
from voting.rules.later import Later
from voting.rules.leaving_out import Judges
from voting.rules.panels import MOST_DECIMALS, Groups, Marks, Panel, Value, aggregate
from voting.rules.whole_marks import rounded_whole

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
    with up to four decimals. optional: a sheet is finished without it, and it brings 0 then,
    whatever the lowest mark is.
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
    factor: Fraction


@dataclass(frozen=True, slots=True)
class PanelValue:
    """What a nominee gets from the panel.

    value: None when there are too few marks. panel: the marks counted and dropped, or the sums of
    the sheets. products: by criterion, where the criteria come first. criteria: where the sheets
    come first, each criterion through the panel's rule by itself; nothing is added up from it, but
    it can decide between equals. unfinished: judges whose sheet lacks a criterion that is not
    optional, so that it does not count.
    """

    value: Fraction | None
    panel: Value | None = None
    products: Mapping[str, Product] = field(default_factory=dict)
    criteria: Mapping[str, Value] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()

    @property
    def exact(self) -> Fraction | None:
        """The value before any rounding; None when there are too few marks."""
        if self.panel or self.value is None:
            return self.panel.exact if self.panel else None
        # Of z-scores such a sum has thousands of digits, and is needed between equals only.
        values = ((one.value.exact, one.factor) for one in self.products.values())
        return sum((own * factor for own, factor in values if own is not None), Fraction(0))


@dataclass(frozen=True, slots=True)
class Fewer:
    """A panel without one of its judges. raw: the values; value: how one of them came about."""

    raw: Mapping[str, Fraction]
    value: Callable[[str], PanelValue]


def problems(rubric: Rubric, panel: Panel) -> list[str]:
    """Return codes of what makes a rubric mean nothing beside this panel's rule."""
    found = []
    keys = [criterion.key for criterion in rubric.criteria]
    if not 1 <= len(keys) <= MOST_CRITERIA:
        return ["criteria-missing"]
    if len(set(keys)) < len(keys):
        found.append("criterion-twice")
    if "" in keys:
        found.append("criterion-without-key")
    if any(not one.factor.is_finite() or one.factor <= 0 for one in rubric.criteria):
        return [*found, "factor-out-of-range"]
    if panel.method == "exponential":
        found.append("ranks-without-criteria")
    if panel.method == "votes":
        found.append("picks-without-criteria")
    if rubric.first == "criteria" and panel.method == "z":
        found.append("criteria-without-range")
    if rubric.decimals is not None and (
        rubric.first == "sheets" or not 0 <= rubric.decimals <= MOST_DECIMALS
    ):
        found.append("product-decimals")
    rules = (
        [panel_of_sums(rubric, panel)]
        if rubric.first == "sheets"
        else [*_rules(rubric, panel).values()]
    )
    found += [code for rule in rules for code in panels.problems(rule)]
    return list(dict.fromkeys(found))


def out_of(panel: Panel, rubric: Rubric | None = None) -> Fraction | None:
    """Return the most that a nominee can get; None as for ``panels.out_of``."""
    if not rubric:
        return panels.out_of(panel)
    if rubric.first == "sheets":
        return panels.out_of(panel_of_sums(rubric, panel))
    most = Fraction(0)
    for one, rule in zip(rubric.criteria, _rules(rubric, panel).values(), strict=True):
        top = panels.out_of(rule)
        if top is None:
            return None
        most += top * Fraction(one.factor)
    return most


def judge_sums(sheets: Sheets, rubric: Rubric) -> dict[str, dict[str, Decimal]]:
    """Return each judge's sum of mark x factor for each nominee; unfinished sheets are left out.

    An optional criterion that a sheet lacks brings it 0. Raises ValueError for a mark out of its
    criterion's range.
    """
    sheets = completed(sheets, rubric.criteria)
    sums: dict[str, dict[str, Decimal]] = {}
    for place, criterion in enumerate(rubric.criteria):
        for judge, marks in sheets.get(criterion.key, {}).items():
            before = sums.get(judge, {})
            own = {}
            for nominee, mark in marks.items():
                # Of what is optional ``completed`` has looked at the range; its 0 can lie below.
                if not criterion.optional:
                    check_range(criterion, mark, judge, nominee)
                if not place:
                    own[nominee] = _EXACT.multiply(mark, criterion.factor)
                elif nominee in before:
                    own[nominee] = _EXACT.fma(mark, criterion.factor, before[nominee])
            sums[judge] = own
        # Who has no sheet for this criterion at all has finished none.
        sums = {judge: own for judge, own in sums.items() if judge in sheets.get(criterion.key, {})}
    return sums


def unfinished(sheets: Sheets, rubric: Rubric) -> dict[str, tuple[str, ...]]:
    """Return by nominee the judges whose sheet lacks a criterion that is not optional."""
    sheets = completed(sheets, rubric.criteria)
    counts: dict[tuple[str, str], int] = {}
    for criterion in rubric.criteria:
        for judge, marks in sheets.get(criterion.key, {}).items():
            for nominee in marks:
                counts[nominee, judge] = counts.get((nominee, judge), 0) + 1
    found: dict[str, tuple[str, ...]] = {}
    for nominee, judge in sorted(key for key, n in counts.items() if n < len(rubric.criteria)):
        found[nominee] = (*found.get(nominee, ()), judge)
    return found


def of_marks(marks: Marks, panel: Panel, groups: Groups | None = None) -> dict[str, PanelValue]:
    """Return the values of a panel without criteria. groups: as for ``panels.aggregate``."""
    return {one: _as_value(value) for one, value in aggregate(marks, panel, groups).items()}


def _as_value(value: Value) -> PanelValue:
    return PanelValue(None if value.value is None else Fraction(value.value), value)


def _of_sums(sheets: Sheets, panel: Panel, rubric: Rubric) -> dict[str, PanelValue]:
    """Return the values from the sums of the sheets."""
    sums = judge_sums(sheets, rubric)
    missing = unfinished(sheets, rubric)
    found = aggregate(sums, panel_of_sums(rubric, panel))
    rules = _rules(rubric, panel)

    @cache
    def criterion(key: str) -> dict[str, Value]:
        return aggregate(_finished(sheets, key, sums), rules[key])

    def by_criterion(one: str) -> Mapping[str, Value]:
        return Later(rules, lambda key: criterion(key)[one])

    values = {
        one: replace(_as_value(value), criteria=by_criterion(one), unfinished=missing.get(one, ()))
        for one, value in found.items()
    }
    alone = {
        one: PanelValue(None, unfinished=judges)
        for one, judges in missing.items()
        if one not in found
    }
    return values | alone


def _finished(sheets: Sheets, key: str, sums: Marks) -> Marks:
    """Return a criterion's marks on the sheets that count."""
    return {
        judge: {one: mark for one, mark in own.items() if one in sums.get(judge, {})}
        for judge, own in sheets.get(key, {}).items()
    }


def of_sheets(sheets: Sheets, panel: Panel, rubric: Rubric) -> dict[str, PanelValue]:
    """Return the panel's value of every nominee whom anybody has marked.

    sheets: criterion -> judge -> nominee -> mark. Raises ValueError for declarations with
    ``problems``, unknown criteria, and marks out of the range.
    """
    if wrong := problems(rubric, panel):
        raise ValueError(", ".join(wrong))
    if unknown := sorted(set(sheets) - {one.key for one in rubric.criteria}):
        raise ValueError(f"unknown criteria: {', '.join(unknown)}")
    sheets = completed(sheets, rubric.criteria)
    if rubric.first == "sheets":
        return _of_sums(sheets, panel, rubric)
    values = {
        key: aggregate(sheets.get(key, {}), rule) for key, rule in _rules(rubric, panel).items()
    }
    return {
        one: _summed({key: own[one] for key, own in values.items() if one in own}, rubric)
        for one in sorted({one for own in values.values() for one in own})
    }


def without_each_judge(
    sheets: Sheets, panel: Panel, rubric: Rubric | None
) -> Iterator[tuple[str, Fewer]]:
    """Yield each judge with the values that the panel has without this judge.

    The same as leaving the judge out of the sheets, sooner. sheets: checked before; under "" those
    of a panel without criteria.
    """
    if rubric:
        sheets = completed(sheets, rubric.criteria)
    judges = sorted({judge for marks in sheets.values() for judge in marks})
    if rubric and rubric.first == "criteria":
        yield from _criteria_without(judges, sheets, panel, rubric)
        return
    sums, rules = sheets.get("", {}), {}
    if rubric:
        sums, panel, rules = (
            judge_sums(sheets, rubric),
            panel_of_sums(rubric, panel),
            _rules(rubric, panel),
        )
    whole = Judges(sums, panel)
    # Only looked at where a criterion decides between equals.
    parts = Later(rules, lambda key: Judges(_finished(sheets, key, sums), rules[key]))
    for judge in judges:
        fewer = whole.without(judge)

        def value(one: str, judge: str = judge, fewer: leaving_out.Fewer = fewer) -> PanelValue:
            criteria = Later(rules, lambda key: parts[key].without(judge).value(one))
            return replace(_as_value(fewer.value(one)), criteria=criteria)

        tens = 10**panel.decimals
        yield judge, Fewer({one: Fraction(n, tens) for one, n in fewer.numbers.items()}, value)


def _criteria_without(
    judges: Iterable[str], sheets: Sheets, panel: Panel, rubric: Rubric
) -> Iterator[tuple[str, Fewer]]:
    whole = {key: Judges(sheets.get(key, {}), rule) for key, rule in _rules(rubric, panel).items()}
    factors = {one.key: Fraction(one.factor) for one in rubric.criteria}
    common = lcm(*(factor.denominator for factor in factors.values()))
    times = [int(factor * common) for factor in factors.values()]
    bottom, tens = common * 10**panel.decimals, 10 ** (rubric.decimals or 0)
    for judge in judges:
        fewer = {key: own.without(judge) for key, own in whole.items()}
        numbers = [own.numbers for own in fewer.values()]
        raw = {}
        for one in numbers[0]:
            if not all(one in own for own in numbers):
                continue
            products = [own[one] * factor for own, factor in zip(numbers, times, strict=True)]
            if rubric.decimals is None:
                raw[one] = Fraction(sum(products), bottom)
            else:
                added = [rounded_whole((own, bottom), rubric.decimals) for own in products]
                raw[one] = Fraction(sum(added), tens)

        def value(one: str, fewer: Mapping[str, leaving_out.Fewer] = fewer) -> PanelValue:
            own = {key: fewer[key].value(one) for key in fewer if one in fewer[key].numbers}
            return _summed(own, rubric)

        yield judge, Fewer(raw, value)


def without(marks: Marks, judges: Collection[str], nominees: Collection[str]) -> Marks:
    """Return the marks without those judges and nominees."""
    if not nominees:
        return {judge: own for judge, own in marks.items() if judge not in judges}
    return {
        judge: {one: mark for one, mark in own.items() if one not in nominees}
        for judge, own in marks.items()
        if judge not in judges
    }


def closed_ranks(marks: Marks, groups: Groups) -> Marks:
    """Return judges' ranks without the gaps that marks which do not count have made.

    groups: nominee -> category; judges rank within each, and none of them fills another's gap.
    """
    found: dict[str, dict[str, Decimal]] = {}
    for judge, own in marks.items():
        parts: dict[str, dict[str, Decimal]] = {}
        for one, rank in own.items():
            parts.setdefault(groups.get(one, ""), {})[one] = -rank
        closed = [item for part in parts.values() for item in ranks(part).items()]
        found[judge] = {one: Decimal(rank) for one, rank in closed}
    return found


def _summed(values: Mapping[str, Value], rubric: Rubric) -> PanelValue:
    products = {}
    for criterion in rubric.criteria:
        value = values.get(criterion.key)
        if value is None or value.value is None or value.exact is None:
            continue
        exact = Fraction(_EXACT.multiply(value.value, criterion.factor))
        added = exact if rubric.decimals is None else Fraction(rounded(exact, rubric.decimals))
        products[criterion.key] = Product(value, exact, added, Fraction(criterion.factor))
    if len(products) < len(rubric.criteria):
        return PanelValue(None, None, products)
    total = sum((product.added for product in products.values()), Fraction(0))
    return PanelValue(total, None, products)


def panel_of_sums(rubric: Rubric, panel: Panel) -> Panel:
    """Return the panel's rule with the range that the sums of sheets have."""
    return msgspec.structs.replace(
        panel,
        lowest=sum((lowest_of(one) * one.factor for one in rubric.criteria), Decimal(0)),
        highest=sum((one.highest * one.factor for one in rubric.criteria), Decimal(0)),
    )


def _rules(rubric: Rubric, panel: Panel) -> dict[str, Panel]:
    """Return the panel's rule with the range of each criterion."""
    return {
        one.key: msgspec.structs.replace(panel, lowest=lowest_of(one), highest=one.highest)
        for one in rubric.criteria
    }
