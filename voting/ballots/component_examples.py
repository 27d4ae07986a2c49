"""Worked examples of a result of several components: computed by the rules, then put in words."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

from voting.ballots.component_sentences import FINE, name, with_commas
from voting.ballots.counting_sentences import number
from voting.rules import components, consolidation, rubrics
from voting.rules.components import Component, Consolidation, Given
from voting.rules.consolidation import Part, Standing
from voting.rules.conversions import FULL
from voting.rules.panels import Marks, Panel
from voting.rules.rubrics import Criterion, Rubric

NOMINEES: Final = ("101", "102", "103")
VOTES: Final = (1200, 900, 300)
# Marks as parts of the range from the lowest to the highest, judge by judge.
MARKS: Final = ("0.70", "0.74", "0.66", "0.72", "0.78", "0.60", "0.68", "0.76", "0.64")
BETTER: Final = (Decimal(0), Decimal("0.12"), Decimal("0.2"))  # of the second, of the third
RANKS: Final = ((1, 2, 3), (2, 1, 3), (1, 3, 2), (3, 1, 2), (1, 2, 3))


def of_components(declared: Consolidation, given: Mapping[str, Given] | None = None) -> list[str]:
    """Tell nominee by nominee how the components make the result.

    given: what each component has to go by; without it, invented numbers that fit the rules.
    """
    nominees: Sequence[str] = NOMINEES
    if given is None:
        named = [own for one in declared.components for own in one.categories]
        declared = components.of_category(declared, named[0] if named else "")
        given = {one.key: sample(one) for one in declared.components}
    else:
        nominees = sorted({one for own in given.values() for one in _nominees(own)})
    try:
        found = consolidation.consolidate(declared, nominees, given)
    except ValueError:
        # Numbers that were invented for other rules: no example is better than a wrong one.
        return []
    order = sorted(nominees, key=lambda one: (-(found.totals.get(one, Fraction(-1))), one))
    return [_told(one, found.standings[one], declared) for one in order]


def of_rubric(one: Component) -> list[str]:
    """Tell what becomes of one judge's sheet; nothing where a component has no criteria."""
    if not one.rubric or one.rubric.first != "sheets":
        return []
    sheets = _sheets(one.rubric, judges=1)
    ((judge, sums),) = rubrics.judge_sums(sheets, one.rubric).items()
    own = [(sheets[each.key][judge]["101"], each.factor) for each in one.rubric.criteria]
    return [
        _("One sheet for 101: %(products)s = %(sum)s.")
        % {
            "products": " + ".join(
                number(mark) if factor == 1 else f"{number(mark)} × {number(factor, FINE)}"
                for mark, factor in own
            ),
            "sum": number(sums["101"]),
        }
    ]


def _told(nominee: str, standing: Standing, declared: Consolidation) -> str:
    told = []
    for one in declared.components:
        part = standing.parts.get(one.key)
        if part is None or part.raw is None or one.reference:
            continue
        told.append(
            _("%(part)s: %(value)s")
            % {"part": name(one, declared), "value": _value(one, part, declared)}
        )
    values = {"who": nominee, "parts": _("; ").join(told), "total": number(standing.total or 0, 4)}
    if standing.state == "gate" and declared.gate:
        return _("%(who)s – %(parts)s. Not among the first %(top)s, so no result.") % (
            values | {"top": declared.gate.top}
        )
    if standing.total is None:
        return _("%(who)s – %(parts)s. Something is missing, so no result.") % values
    return _("%(who)s – %(parts)s. Result: %(total)s.") % values


def _value(one: Component, part: Part, declared: Consolidation) -> str:
    """Return one part as a short calculation: number, points, weight, what is added."""
    raw, points, added = part.raw or 0, part.points or 0, part.added or 0
    if one.kind == "bonus":
        return _("%(raw)s × %(each)s, at most %(cap)s = %(added)s") % {
            "raw": with_commas(raw), "each": number(one.each or 0, FINE),
            "cap": number(one.cap or 0, FINE), "added": number(added, 4),
        }  # fmt: skip
    if not part.weight:
        return with_commas(raw)
    if part.strata:
        groups = " + ".join(number(own, 4) for own in part.strata.values())
        told = f"{groups} = {number(points, 4)}"
    elif one.conversion or one.linear:
        told = _("%(raw)s become %(points)s points") % {
            "raw": with_commas(raw), "points": number(points),
        }  # fmt: skip
    else:
        told = number(points, 4)
    if declared.adds == "percent":
        if part.out_of != FULL:
            told = _("%(points)s of %(most)s") % {
                "points": told, "most": number(part.out_of or 0, FINE),
            }  # fmt: skip
        return f"{told} × {number(part.weight, FINE)}% = {number(added, 4)}"
    if part.weight == 1:
        return told
    return f"{told} × {number(part.weight, FINE)} = {number(added, 4)}"


def _nominees(given: Given) -> set[str]:
    found = set(given.numbers)
    for table in (given.strata, given.marks, *given.sheets.values()):
        for own in table.values():
            found.update(own)
    return found


def sample(one: Component) -> Given:
    """Return numbers that a component could have, of three nominees: 101, 102 and 103."""
    if one.panel and one.rubric:
        return Given(sheets=_sheets(one.rubric, _judges(one.panel)))
    if one.panel:
        return Given(marks=_marks(one.panel))
    if one.strata:
        return Given(
            strata={
                group: dict(zip(NOMINEES, VOTES[at % 3 :] + VOTES[: at % 3], strict=True))
                for at, group in enumerate(one.strata)
            }
        )
    return Given(numbers=dict(zip(NOMINEES, _numbers(one), strict=True)))


def _numbers(one: Component) -> Sequence[int | Decimal]:
    if one.kind == "bonus" and one.each and one.cap:
        return [one.cap * Decimal(part) / one.each for part in ("1.5", "0.5", "0")]
    if one.linear:
        low, width = one.linear.low, one.linear.high - one.linear.low
        return [low + width * Decimal(part) for part in ("1.2", "0.75", "0.5")]
    if one.most is not None:
        return [one.most * Decimal(part) for part in ("0.8", "0.9", "0.7")]
    if one.kind in {"points", "hours"} and not one.conversion:
        return (40, 35, 30)
    return VOTES


def _judges(rule: Panel) -> int:
    """Return how many judges there are: enough for what the rule does."""
    wanted = max(5, rule.min_marks, rule.trim_from if rule.method == "trimmed" else 0)
    return min(wanted, len(MARKS))


def _marks(rule: Panel) -> Marks:
    if rule.method == "votes":
        # Each judge begins with another nominee.
        return {
            str(judge): dict.fromkeys(
                (NOMINEES[judge % 3 :] + NOMINEES[: judge % 3])[: rule.picks], Decimal(1)
            )
            for judge in range(_judges(rule))
        }
    if rule.method == "exponential":
        return {
            str(judge): {own: Decimal(rank) for own, rank in zip(NOMINEES, ranks, strict=True)}
            for judge, ranks in enumerate(RANKS)
        }
    return {
        str(judge): {
            own: _mark(rule.lowest, rule.highest, None, Decimal(MARKS[judge]) + more)
            for own, more in zip(NOMINEES, BETTER, strict=True)
        }
        for judge in range(_judges(rule))
    }


def _sheets(rubric: Rubric, judges: int) -> dict[str, dict[str, dict[str, Decimal]]]:
    return {
        one.key: {
            str(judge): {own: _marked(one, judge + at, more)
                         for own, more in zip(NOMINEES, BETTER, strict=True)}
            for judge in range(judges)
        }
        for at, one in enumerate(rubric.criteria)
    }  # fmt: skip


def _marked(one: Criterion, place: int, more: Decimal) -> Decimal:
    part = Decimal(MARKS[place % len(MARKS)]) + more
    return _mark(one.lowest, one.highest, one.step, part)


def _mark(lowest: Decimal, highest: Decimal, step: Decimal | None, part: Decimal) -> Decimal:
    """Return a mark at a part of the range, on a step."""
    step = step or Decimal(1 if highest - lowest >= 5 else "0.1")
    return lowest + (highest - lowest) * part // step * step
