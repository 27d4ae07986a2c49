"""What the steps of a tie chain compare, out of a result: by nominee, the more the better."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import msgspec

from voting.rules.components import Component, Consolidation
from voting.rules.consolidation import Consolidated, Part
from voting.rules.later import Later
from voting.rules.rubrics import PanelValue
from voting.rules.ties import STEPS, Step, Ties, key_of

# Component -> nominee -> how the panel's value came about.
Panels = Mapping[str, Mapping[str, PanelValue]]

T = TypeVar("T", Decimal, Fraction)  # a mark, or points


Parts = Mapping[str, Mapping[str, Part]]  # nominee -> component


def step_problems(ties: Ties, declared: Consolidation) -> list[str]:
    """Return codes of steps that name what is not declared, or what more than one panel has."""
    components = {one.key for one in declared.components}
    criteria = [
        line.key for one in declared.components if one.rubric for line in one.rubric.criteria
    ]
    found = []
    for about, key in filter(None, map(key_of, ties.chain)):
        if about == "component" and key not in components:
            found.append("step-component-unknown")
        elif about == "criterion" and key not in criteria:
            found.append("step-criterion-unknown")
        elif about == "criterion" and criteria.count(key) > 1:
            found.append("step-criterion-twice")
    return list(dict.fromkeys(found))


def applying(ties: Ties, declared: Consolidation) -> Ties:
    """Return the chain without steps that name what these components lack.

    For one category, where a step names a component or criterion that only others have.
    """
    lacking = {"step-component-unknown", "step-criterion-unknown"}
    kept = tuple(
        step
        for step in ties.chain
        if not lacking & set(step_problems(Ties((step, "shared")), declared))
    )
    return msgspec.structs.replace(ties, chain=kept)


def figures(
    declared: Consolidation,
    result: Consolidated,
    chain: Sequence[Step] = STEPS,
    among: Collection[str] | None = None,
    held: Panels | None = None,
) -> dict[str, Mapping[str, Any]]:
    """Return what these steps of the tie chain compare, as far as the result itself holds it.

    Of a single panel the value counts, of several what they bring to the total; likewise the
    public's points. What is for reference is left out, unless nothing of the kind counts; so is a
    part that is excluded. Groups of voters, and how often they gave the most, are those of strata;
    where the public has none, the highest marks are the panel's; of what is taken off neither says
    anything good. Of a criterion the panel's value counts, or value x factor where the criteria
    come first; of a component its points. Of what is taken off, less is better. among: of whom;
    None: of all. held: by component, how a panel's values came about, where the result does not
    hold it.
    """
    panels = _counting(declared, {"panel"})
    public = _counting(declared, {"public", "channel"})
    beside = {one.key for one in declared.components if one.reference}
    own = {
        one: {key: part for key, part in standing.parts.items() if part.counts or key in beside}
        for one, standing in result.standings.items()
        if among is None or one in among
    }
    held = held or {}
    found: dict[str, Mapping[str, Any]] = {
        "panel": _figure(own, panels, raw=True),
        "public": _figure(own, public, raw=False),
    }
    for step in chain:
        if about := key_of(step):
            one = _criterion if about[0] == "criterion" else _component
            found[step] = one(about[1], declared, own, held)
    giving = [one for one in public if one.weight >= 0]
    if any(one.strata for one in giving):
        points = {one: _of_strata(parts, giving) for one, parts in own.items()}
        found["more_voters"] = {one: sum(p > 0 for p in given) for one, given in points.items()}
        found["top_marks"] = _tops(points)
    elif "top_marks" in chain:
        giving = [one for one in panels if one.weight >= 0]
        found["top_marks"] = _tops(
            {one: _marks(_of_panels(one, parts, giving, held)) for one, parts in own.items()}
        )
    if len(panels) == 1 and "more_decimals" in chain:
        (judged,) = panels
        found["more_decimals"] = Later(
            [one for one, parts in own.items() if _has(one, parts, judged, held)],
            lambda one: _exact(_of_panels(one, own[one], panels, held)[0], judged),
        )
    return {step: values for step, values in found.items() if values and step in chain}


def _counting(declared: Consolidation, kinds: Collection[str]) -> list[Component]:
    """Return the components of these kinds that count, or those for reference if none does.

    Where the panel alone decides, the public vote stands beside the result, and can still decide
    between equals.
    """
    found = [one for one in declared.components if one.kind in kinds]
    return [one for one in found if not one.reference] or found


def _better(value: Fraction, component: Component) -> Fraction:
    """Return a value so that the larger one is the better: what is taken off turns round."""
    return -value if component.weight < 0 else value


def _exact(value: PanelValue, component: Component) -> Fraction | None:
    return None if value.exact is None else _better(value.exact, component)


def _figure(
    own: Mapping[str, Mapping[str, Part]], components: list[Component], *, raw: bool
) -> dict[str, Fraction]:
    single = len(components) == 1
    found = {}
    for one, parts in own.items():
        values = []
        for component in components:
            part = parts.get(component.key)
            if part is None:
                continue
            value = part.points if single else part.added
            if single and raw and not component.strata:
                value = part.raw
            if value is not None and (single or part.counts):
                # What it brings to the total has its sign already.
                values.append(_better(value, component) if single else value)
        if values:
            found[one] = sum(values, Fraction(0))
    return found


def _of_strata(parts: Mapping[str, Part], components: list[Component]) -> list[Fraction]:
    return [
        points
        for component in components
        if component.key in parts
        for points in parts[component.key].strata.values()
    ]


def _has(one: str, parts: Mapping[str, Part], component: Component, held: Panels) -> bool:
    """Return whether the panel has a value, without working out how it came about."""
    if component.key in held:
        return one in held[component.key]
    value = parts[component.key].panel if component.key in parts else None
    return value is not None and value.value is not None


def _of_panels(
    one: str, parts: Mapping[str, Part], components: list[Component], held: Panels
) -> list[PanelValue]:
    """Return how the panels' values of a nominee came about."""
    found = []
    for key in (component.key for component in components):
        value = held[key].get(one) if key in held else parts[key].panel if key in parts else None
        if value is not None:
            found.append(value)
    return found


def _marks(values: Sequence[PanelValue]) -> list[Decimal]:
    found: list[Decimal] = []
    for value in values:
        if value.panel:
            found += value.panel.counted.values()
        for product in value.products.values():
            found += product.value.counted.values()
    return found


def _tops(given: Mapping[str, Sequence[T]]) -> dict[str, tuple[T, ...]]:
    """Return what each was given, the most first; nothing without anything.

    Compared as tuples are, that is who has more of the highest, then more of the next, and so on.
    """
    tops = {
        one: tuple(sorted((p for p in own if p > 0), reverse=True)) for one, own in given.items()
    }
    return tops if any(tops.values()) else {}


def _component(key: str, declared: Consolidation, own: Parts, _held: Panels) -> dict[str, Fraction]:
    (component,) = (one for one in declared.components if one.key == key)
    points = {one: parts[key].points for one, parts in own.items() if key in parts}
    return {one: _better(own, component) for one, own in points.items() if own is not None}


def _criterion(key: str, declared: Consolidation, own: Parts, held: Panels) -> dict[str, Fraction]:
    judged = [
        one
        for one in declared.components
        if one.rubric and any(line.key == key for line in one.rubric.criteria)
    ]
    found = {}
    for one, parts in own.items():
        for component in judged:
            for value in _of_panels(one, parts, [component], held):
                by_itself = value.criteria.get(key)
                if key in value.products:
                    found[one] = _better(value.products[key].added, component)
                elif by_itself and by_itself.value is not None:
                    found[one] = _better(Fraction(by_itself.value), component)
    return found
