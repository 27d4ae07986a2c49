"""Of what a result is made: components with their conversions and weights, as declared.

A rule sheet declares this before voting opens; ``consolidation`` computes by it. What a component
is given (votes, hours, marks) stands apart, in ``Given``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Final, Literal

import msgspec

from voting.rules import conversions, panels, rubrics
from voting.rules.conversions import FULL, Conversion
from voting.rules.panels import MOST_DECIMALS, Marks, Panel
from voting.rules.rubrics import Rubric, Sheets

Kind = Literal["public", "panel", "channel", "hours", "points", "bonus"]

MOST_COMPONENTS: Final = 20
MOST_STRATA: Final = 1000
LARGEST: Final = 10**9  # of what is declared as a number

Number = int | Decimal | Fraction


class Linear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A range that becomes 0 to 100 points; what lies outside gets the nearer end."""

    low: Decimal
    high: Decimal


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One part of the result.

    kind: public vote, panel, offline channel (paper, telephone, SMS), service hours, points, or a
        bonus, which is added on top: what is given x ``each``, at most ``cap``.
    conversion, linear: how it becomes points, at most one of them; neither: it stands as it is,
        out of ``most`` (a panel knows its own).
    weight: per cent of the result, or a factor, as ``Consolidation.adds`` has it. A component of
        ``reference`` is shown and not counted, and nobody needs it; one of weight 0 is needed.
    required: a nominee without it has no total; otherwise it counts as 0 there.
    strata: regions or channels that are converted one by one, so that each has equal points to
        give, and then summed.
    panel, rubric: how marks become one value. Without ``panel``, what is given are numbers.
    name, name_en: how people call it. categories: of which it is a part, by name; none: of all.
    points_decimals, weighted_decimals: to which the points, and points x weight, are rounded; None:
        they are not.
    """

    key: str
    kind: Kind = "public"
    weight: Decimal = Decimal(0)
    conversion: Conversion | None = None
    linear: Linear | None = None
    most: Decimal | None = None
    reference: bool = False
    required: bool = True
    strata: tuple[str, ...] = ()
    panel: Panel | None = None
    rubric: Rubric | None = None
    each: Decimal | None = None
    cap: Decimal | None = None
    points_decimals: int | None = None
    weighted_decimals: int | None = None
    categories: tuple[str, ...] = ()
    name: str = ""
    name_en: str = ""


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Only the first ``top`` by a component go on; all who are level with the last of them do."""

    component: str
    top: int


class Consolidation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How components become one total.

    adds: ``percent``: points / most possible points x weight, the weights making 100; ``sum``:
        points x weight, where weights are factors, below zero for deductions.
    decimals: of the total; None: not rounded.
    """

    components: tuple[Component, ...]
    adds: Literal["percent", "sum"] = "percent"
    gate: Gate | None = None
    decimals: int | None = 2


class Disqualified(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A component, or a part of one (a stratum, a judge), that must not count, and what then.

    rule: ``exclude``: it falls away; weights that are left keep their proportion and make 100.
        ``substitute``: the mean of what ``stand_ins`` give takes its place; they are components,
        or strata of the same component. A judge can only be excluded.
    """

    component: str
    part: str = ""
    rule: Literal["exclude", "substitute"] = "exclude"
    stand_ins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """What a component has to go by: one of these, as it is declared.

    numbers: votes, hours or points by nominee; who is not in it has nothing there. strata: stratum
    -> nominee -> votes; who is not in a stratum got none. marks: judge -> nominee -> mark. sheets:
    criterion -> judge -> nominee -> mark.
    """

    numbers: Mapping[str, Number] = field(default_factory=dict)
    strata: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    marks: Marks = field(default_factory=dict)
    sheets: Sheets = field(default_factory=dict)


def out_of(component: Component) -> Fraction | None:
    """Return the most points that a nominee can get from it; None where there is no end."""
    if component.kind == "bonus":
        return None if component.cap is None else Fraction(component.cap)
    if component.conversion:
        return conversions.out_of(component.conversion) * max(1, len(component.strata))
    if component.linear:
        return Fraction(FULL)
    if component.panel:
        return rubrics.out_of(component.panel, component.rubric)
    return None if component.most is None else Fraction(component.most)


def counted(declared: Consolidation) -> tuple[Component, ...]:
    """Return the components that make up the total, without those for reference."""
    return tuple(one for one in declared.components if not one.reference)


def of_category(declared: Consolidation, category: str) -> Consolidation:
    """Return what of it makes the totals of one category; "": of one that no component names."""
    parts = tuple(
        msgspec.structs.replace(one, categories=())
        for one in declared.components
        if not one.categories or category in one.categories
    )
    keys = {one.key for one in parts}
    gate = declared.gate if declared.gate and declared.gate.component in keys else None
    return msgspec.structs.replace(declared, components=parts, gate=gate)


def problems(declared: Consolidation) -> dict[str, list[str]]:
    """Return codes of what means nothing, by component; under "" those of the whole."""
    found = {"": _whole_problems(declared)}
    for one in declared.components:
        wrong = list(dict.fromkeys(_component_problems(one, declared.adds)))
        found[one.key] = found.get(one.key, []) + wrong
    return {key: codes for key, codes in found.items() if codes}


def _whole_problems(declared: Consolidation) -> list[str]:
    parts = declared.components
    keys = [one.key for one in parts]
    if not 1 <= len(keys) <= MOST_COMPONENTS:
        return ["components-missing"]
    found = []
    if len(set(keys)) < len(keys):
        found.append("component-twice")
    if "" in keys:
        found.append("component-without-key")
    if declared.gate and declared.gate.component not in keys:
        found.append("gate-unknown")
    if declared.gate and declared.gate.top < 1:
        found.append("gate-empty")
    if not _fits(declared.decimals):
        found.append("decimals-out-of-range")
    return found + _sum_problems(declared)


def _sum_problems(declared: Consolidation) -> list[str]:
    named = {name for one in declared.components for name in one.categories}
    if any(not one.categories for one in declared.components):
        named.add("")
    found = [_weights_problems(of_category(declared, name)) for name in sorted(named)]
    return list(dict.fromkeys(code for codes in found for code in codes))


def _weights_problems(declared: Consolidation) -> list[str]:
    weights = [one.weight for one in counted(declared) if one.kind != "bonus"]
    if not all(weight.is_finite() for weight in weights):
        return []
    if not any(weights):
        # A gate alone makes no order.
        return ["nothing-counted"]
    if declared.adds == "percent" and sum(map(Fraction, weights)) != FULL:
        return ["weights-sum"]
    return []


def _component_problems(one: Component, adds: str) -> list[str]:
    found = _weight_problems(one, adds)
    if not (_fits(one.points_decimals) and _fits(one.weighted_decimals)):
        found.append("decimals-out-of-range")
    found += _strata_problems(one) + _panel_problems(one) + _bonus_problems(one)
    if one.conversion:
        found += conversions.problems(one.conversion)
    if one.linear and not (
        one.linear.low.is_finite()
        and one.linear.high.is_finite()
        and one.linear.low < one.linear.high
    ):
        found.append("linear-range")
    ways = sum(bool(way) for way in (one.conversion, one.linear, one.most is not None))
    if ways > 1:
        found.append("conversion-twice")
    if one.most is not None and (
        one.panel or not (one.most.is_finite() and 0 < one.most <= LARGEST)
    ):
        found.append("most-out-of-range")
    if not found and adds == "percent" and one.kind != "bonus" and not out_of(one):
        # Of what has no end, or none that is known before, no share can be taken.
        found.append("panel-without-most" if one.panel else "most-missing")
    return found


def _weight_problems(one: Component, adds: str) -> list[str]:
    if not one.weight.is_finite() or abs(one.weight) > LARGEST:
        return ["weight-out-of-range"]
    if one.weight and (one.reference or one.kind == "bonus"):
        return ["weight-without-use"]
    return ["weight-below-zero"] if one.weight < 0 and adds == "percent" else []


def _strata_problems(one: Component) -> list[str]:
    if not one.strata:
        return []
    found = []
    if one.panel or one.kind == "bonus":
        found.append("strata-without-use")
    if not 2 <= len(one.strata) <= MOST_STRATA:
        found.append("strata-too-few")
    if len(set(one.strata)) < len(one.strata):
        found.append("stratum-twice")
    if not one.conversion or one.conversion.how not in {"share_of_votes", "rank_points"}:
        # By any other way a stratum with a close race would have more points to give.
        found.append("strata-unequal")
    return found


def _panel_problems(one: Component) -> list[str]:
    if not one.panel:
        return ["rubric-without-panel"] if one.rubric else []
    if one.kind != "panel":
        return ["panel-without-use"]
    found = rubrics.problems(one.rubric, one.panel) if one.rubric else panels.problems(one.panel)
    if (
        one.panel.method == "z"
        and one.conversion
        and one.conversion.how not in {"rank_points", "rank_bands"}
    ):
        # Scores around 0 have neither shares nor logarithms.
        found.append("z-without-shares")
    return found


def _bonus_problems(one: Component) -> list[str]:
    numbers = [one.each, one.cap]
    if one.kind != "bonus":
        return [] if numbers == [None, None] else ["bonus-without-use"]
    if one.conversion or one.linear or one.most is not None:
        return ["bonus-converted"]
    if not all(
        number is not None and number.is_finite() and 0 < number <= LARGEST for number in numbers
    ):
        return ["bonus-out-of-range"]
    return []


def _fits(decimals: int | None) -> bool:
    return decimals is None or 0 <= decimals <= MOST_DECIMALS
