"""From components to one total for each nominee, with every number on the way.

What a page needs to explain a total is in it: the raw value, the points, the points as rounded,
the share of the weight, that as it is added. Arithmetic is exact and rounded at declared steps
only. The order in which anything is given never matters.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from voting.rules import measures
from voting.rules.components import (
    Component,
    Consolidation,
    Disqualified,
    Given,
    counted,
    problems,
)
from voting.rules.conversions import FULL
from voting.rules.measures import Note, Taken, passed, rounded_or_exact, take
from voting.rules.no_result import NoResult
from voting.rules.panels import Groups
from voting.rules.rubrics import PanelValue

# Why a nominee has no total.
State = Literal["", "withdrawn", "gate", "missing"]


@dataclass(frozen=True, slots=True)
class Part:
    """What one component brings a nominee, step by step.

    raw: votes, hours, the panel's value; None where nothing was given. converted: in points, of
    ``out_of``; points: as rounded. weight: per cent or factor that was used. weighted: before
    rounding; added: what is summed. counts: False for what is only shown. strata: the points from
    each. panel: how the panel's value came about.
    """

    raw: Fraction | None
    converted: Fraction | None
    points: Fraction | None
    out_of: Fraction | None
    weight: Fraction
    weighted: Fraction | None
    added: Fraction | None
    counts: bool
    strata: Mapping[str, Fraction] = field(default_factory=dict)
    panel: PanelValue | None = None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """A nominee's total, or why there is none.

    exact: the sum of what is added; total: as rounded. missing: required components that the
    nominee lacks. notes: what touches the total.
    """

    total: Fraction | None
    exact: Fraction | None
    parts: Mapping[str, Part]
    state: State = ""
    missing: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The whole result, by nominee; out_of: the most that a total can be, where there is a most."""

    standings: Mapping[str, Standing]
    out_of: Fraction | None

    @property
    def totals(self) -> dict[str, Fraction]:
        """The totals of those who have one."""
        return {
            one: standing.total
            for one, standing in self.standings.items()
            if standing.total is not None
        }


def consolidate(
    declared: Consolidation,
    nominees: Collection[str],
    given: Mapping[str, Given],
    *,
    withdrawn: Collection[str] = (),
    disqualified: Sequence[Disqualified] = (),
    groups: Groups | None = None,
) -> Consolidated:
    """Return the total of every nominee.

    nominees: all who stood. given: component -> what it has to go by. withdrawn: who left after
    the vote: ranks close as if they had never stood. disqualified: what must not count. groups:
    nominee -> category, within which judges rank and pick; None: all are of one.
    Raises ValueError for declarations with ``problems`` and for facts that do not fit them.
    """
    taken = take_all(
        declared, nominees, given, withdrawn=withdrawn, disqualified=disqualified, groups=groups
    )
    return weigh(declared, nominees, taken, withdrawn=withdrawn, disqualified=disqualified)


def take_all(
    declared: Consolidation,
    nominees: Collection[str],
    given: Mapping[str, Given],
    *,
    withdrawn: Collection[str] = (),
    disqualified: Sequence[Disqualified] = (),
    groups: Groups | None = None,
) -> dict[str, Taken]:
    """Return every component in points. Raises ValueError as ``consolidate`` does."""
    if wrong := problems(declared):
        codes = [f"{key} {code}".strip() for key, own in wrong.items() for code in own]
        raise ValueError(", ".join(codes))
    keys = {one.key for one in declared.components}
    stood = set(nominees)
    _known("components", set(given) | {one.component for one in disqualified}, keys)
    _known("nominees", withdrawn, stood)
    for own in given.values():
        _known("nominees", _nominees_in(own), stood)
    named = [(one.component, one.part) for one in disqualified]
    if len(set(named)) < len(named):
        raise ValueError("disqualified twice")
    staying = stood - set(withdrawn)
    return {
        one.key: take(
            one, staying, given.get(one.key, Given()),
            [own for own in disqualified if own.part and own.component == one.key], groups,
        )
        for one in declared.components
    }  # fmt: skip


def weigh(
    declared: Consolidation,
    nominees: Collection[str],
    taken: Mapping[str, Taken],
    *,
    withdrawn: Collection[str] = (),
    disqualified: Sequence[Disqualified] = (),
    weights: Mapping[str, Fraction] | None = None,
) -> Consolidated:
    """Return the totals from components that are in points already, by ``take_all``.

    weights: others than those declared, for all components that count.
    """
    whole = {one.component: one for one in disqualified if not one.part}
    taken = _substituted(declared, taken, whole)
    excluded = {key for key, one in whole.items() if one.rule == "exclude"}
    if declared.gate and declared.gate.component in excluded:
        raise NoResult("gate-excluded", "the gate's component is excluded", declared.gate.component)
    if weights is None:
        weights = weights_used(declared, disqualified)
    # A change of the weights touches every number that they touch.
    general = tuple(Note("excluded", (key,)) for key in sorted(excluded))
    through = None
    if declared.gate:
        through = passed(taken[declared.gate.component].raw, declared.gate.top)
    standings = {}
    for one in sorted(set(nominees)):
        if one in withdrawn:
            standings[one] = Standing(None, None, {}, "withdrawn")
            continue
        parts = {
            component.key: _part(component, declared, taken[component.key], one, weights, general)
            for component in declared.components
        }
        standings[one] = _standing(declared, parts, weights, one, through)
    return Consolidated(standings, _most(declared, taken, weights))


def _standing(
    declared: Consolidation,
    parts: Mapping[str, Part],
    weights: Mapping[str, Fraction],
    nominee: str,
    through: frozenset[str] | None,
) -> Standing:
    missing = tuple(
        one.key
        for one in declared.components
        if one.key in weights and one.required and parts[one.key].raw is None
    )
    gate = declared.gate
    if gate and parts[gate.component].raw is None and gate.component not in missing:
        missing = (*missing, gate.component)
    counting = [part for part in parts.values() if part.counts]
    notes = tuple(dict.fromkeys(note for part in counting for note in part.notes))
    if through is not None and gate and nominee not in through and gate.component not in missing:
        return Standing(None, None, parts, "gate", (), notes)
    if missing:
        return Standing(None, None, parts, "missing", missing, notes)
    exact = sum((part.added for part in counting if part.added is not None), Fraction(0))
    return Standing(rounded_or_exact(exact, declared.decimals), exact, parts, "", (), notes)


def _part(
    component: Component,
    declared: Consolidation,
    taken: Taken,
    nominee: str,
    weights: Mapping[str, Fraction],
    general: tuple[Note, ...],
) -> Part:
    counts = component.key in weights
    weight = weights.get(component.key, Fraction(0))
    raw, converted = taken.raw.get(nominee), taken.points.get(nominee)
    notes = general + taken.notes + taken.noted.get(nominee, ())
    if converted is None and counts and not component.required:
        converted, notes = Fraction(0), (*notes, Note("absent"))
    points = weighted = added = None
    if converted is not None:
        points = rounded_or_exact(converted, component.points_decimals)
        weighted = points * weight
        if declared.adds == "percent" and component.kind != "bonus" and taken.out_of:
            weighted /= taken.out_of
        added = rounded_or_exact(weighted, component.weighted_decimals)
    return Part(
        raw, converted, points, taken.out_of, weight, weighted, added, counts,
        {name: own[nominee] for name, own in taken.strata.items() if nominee in own},
        taken.panel.get(nominee), notes,
    )  # fmt: skip


def weights_used(
    declared: Consolidation, disqualified: Sequence[Disqualified] = ()
) -> dict[str, Fraction]:
    """Return the weights that are used, of the components that count; that of a bonus is 1."""
    excluded = {one.component for one in disqualified if not one.part and one.rule == "exclude"}
    left = {
        one.key: Fraction(1) if one.kind == "bonus" else Fraction(one.weight)
        for one in counted(declared)
        if one.key not in excluded
    }
    bonuses = {one.key for one in declared.components if one.kind == "bonus"}
    if not any(weight for key, weight in left.items() if key not in bonuses):
        raise NoResult("nothing-left", "nothing that counts is left")
    if declared.adds == "percent" and excluded:
        whole = sum((own for key, own in left.items() if key not in bonuses), Fraction(0))
        left |= {key: own * FULL / whole for key, own in left.items() if key not in bonuses}
    return left


def _substituted(
    declared: Consolidation, taken: Mapping[str, Taken], whole: Mapping[str, Disqualified]
) -> dict[str, Taken]:
    found = dict(taken)
    components = {one.key: one for one in declared.components}
    for key, one in sorted(whole.items()):
        if one.rule == "exclude":
            continue
        # A category need not have all components, so not all who stand in.
        _known("components", one.stand_ins, components, "nobody-stands-in", key)
        if not one.stand_ins or set(one.stand_ins) & set(whole):
            raise NoResult("nobody-stands-in", f"nobody stands in for {key}", key)
        most = taken[key].out_of
        others = [(taken[other].points, taken[other].out_of) for other in one.stand_ins]
        known = [(points, top) for points, top in others if top]
        if not most or len(known) < len(others):
            raise NoResult("no-most", f"{key} and its stand-ins need a most that can be got", key)
        points = measures.stand_in_points(known, most, components[key].conversion)
        note = Note("substituted", (key, *one.stand_ins))
        # What it was given itself is gone; the points of the others are all there is.
        found[key] = replace(
            taken[key], raw=points, points=points, strata={}, panel={},
            notes=(*taken[key].notes, note), noted={},
        )  # fmt: skip
    return found


def _most(
    declared: Consolidation, taken: Mapping[str, Taken], weights: Mapping[str, Fraction]
) -> Fraction | None:
    most = Fraction(0)
    for one in declared.components:
        weight, top = weights.get(one.key), taken[one.key].out_of
        if weight is None:
            continue
        if declared.adds == "percent" and one.kind != "bonus":
            most += weight
        elif weight > 0:
            if top is None:
                return None
            most += weight * top
    return most


def _nominees_in(given: Given) -> set[str]:
    found = set(given.numbers)
    for votes in given.strata.values():
        found.update(votes)
    for marks in (given.marks, *given.sheets.values()):
        for own in marks.values():
            found.update(own)
    return found


def _known(
    what: str, names: Iterable[str], known: Collection[str], code: str = "unknown", *about: str
) -> None:
    if unknown := sorted(set(names) - set(known)):
        text = f"unknown {what}: {', '.join(unknown)}"
        raise NoResult(code, text, *(about or unknown))
