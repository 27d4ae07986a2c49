"""How firm a result is: what would change if one thing were a little different.

Everything is computed again without each judge, with each weight five points up and down, with
trimming the other way, and with other figures that are given, such as votes that are held. A
nominee who is honoured every time, or never, stands firm. This describes the result and changes
nothing in it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Final, Literal

import msgspec

from voting.rules import panels, rubrics
from voting.rules.components import Component, Consolidation, Disqualified, Given
from voting.rules.consolidation import take_all, weigh, weights_used
from voting.rules.conversions import FULL
from voting.rules.later import Later
from voting.rules.measures import NO_PICK, Taken, kept_sheets, points_of, take
from voting.rules.no_result import NoResult
from voting.rules.panels import Groups, Panel
from voting.rules.places import State, decide_and_award
from voting.rules.quotas import Limit, Quotas, Traits
from voting.rules.rubrics import Fewer, PanelValue
from voting.rules.tie_figures import Panels
from voting.rules.ties import Figures, Ties

STEP: Final = 5  # points by which a weight moves; of factors, per cent

# A change, the components that it touches, and how their panels' values came about, if that is
# not with them.
Points = tuple["Change", dict[str, Taken], Panels]

Kind = Literal["judge", "weight", "trimming", "figures"]


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that a result is computed from: as for ``consolidate`` and ``places``.

    groups: nominee -> category, within which judges rank and pick; none: all are of one.
    """

    declared: Consolidation
    nominees: Collection[str]
    given: Mapping[str, Given]
    ties: Ties
    quotas: Quotas
    traits: Traits = field(default_factory=dict)
    withdrawn: Collection[str] = ()
    disqualified: Sequence[Disqualified] = ()
    more: Figures = field(default_factory=dict)
    seed: str = ""
    groups: Groups = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different.

    component: of which. detail: the judge who is left out, by how much the weight moves ("+5"),
    "on" or "off" for trimming, the name of the other figures.
    """

    kind: Kind
    component: str
    detail: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """What a change would do.

    gained, lost: who would be honoured, or not any more. opened: of whom it could not be said, for
    a tie. conflict: limits that could not hold together then; nobody would be honoured.
    """

    change: Change
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    conflict: tuple[Limit, ...] = ()


@dataclass(frozen=True, slots=True)
class Firmness:
    """How firm a nominee stands.

    state: honoured or not as things are. place: by merit; best, worst: of all changes; None without
    a total. moved_by: the changes that would make another state of it; none: firm.
    """

    state: State
    place: int | None
    best: int | None
    worst: int | None
    moved_by: tuple[Change, ...] = ()

    @property
    def firm(self) -> bool:
        """Whether no change moves the nominee across the line, and none is needed to decide."""
        return not self.moved_by and self.state != "open"


@dataclass(frozen=True, slots=True)
class Robustness:
    """The report: every change that was tried, and every nominee."""

    scenarios: tuple[Scenario, ...]
    nominees: Mapping[str, Firmness]

    @property
    def fragile(self) -> tuple[str, ...]:
        """Those who do not stand firm, the best first."""
        return tuple(one for one, own in self.nominees.items() if not own.firm)


@dataclass(frozen=True, slots=True)
class _Run:
    states: Mapping[str, State]
    places: Mapping[str, int]
    conflict: tuple[Limit, ...]


def robustness(
    setting: Setting, figures: Mapping[str, Mapping[str, Given]] | None = None
) -> Robustness:
    """Return what each single change would do.

    figures: name -> component -> other figures, for instance with held ballots counted.
    Raises ValueError as ``consolidate`` and ``award`` do, and for limits that cannot hold together
    as things are.
    """
    taken = take_all(
        setting.declared,
        setting.nominees,
        setting.given,
        withdrawn=setting.withdrawn,
        disqualified=setting.disqualified,
        groups=setting.groups,
    )
    weights = weights_used(setting.declared, setting.disqualified)
    base = _run(setting, taken, weights)
    if base.conflict:
        raise NoResult("quotas-conflict", "the limits cannot hold together")
    runs: list[tuple[Change, _Run]] = []
    for change, other, how in _other_points(setting, taken, weights, figures or {}):
        runs.append((change, _run(setting, {**taken, **other}, weights, how)))
    for change, moved in _other_weights(setting.declared, weights):
        runs.append((change, _run(setting, taken, moved)))
    return Robustness(
        tuple(_scenario(change, base, run) for change, run in runs),
        {
            one: _firmness(one, base, runs)
            for one in sorted(
                base.states, key=lambda one: (base.places.get(one, len(base.states) + 1), one)
            )
        },
    )


def _run(
    setting: Setting,
    taken: Mapping[str, Taken],
    weights: Mapping[str, Fraction],
    panels: Panels | None = None,
) -> _Run:
    result = weigh(
        setting.declared,
        setting.nominees,
        taken,
        withdrawn=setting.withdrawn,
        disqualified=setting.disqualified,
        weights=weights,
    )
    decided, awarded = decide_and_award(
        setting.declared, result, setting.ties, setting.traits, setting.quotas,
        more=setting.more, seed=setting.seed, panels=panels,
    )  # fmt: skip
    states: dict[str, State] = dict.fromkeys(sorted(setting.nominees), "out")
    states |= {one: own.state for one, own in awarded.outcomes.items()}
    places = {one: place.place for place in decided.places for one in place.nominees}
    return _Run(states, places, awarded.conflict)


def _other_points(
    setting: Setting,
    taken: Mapping[str, Taken],
    weights: Mapping[str, Fraction],
    figures: Mapping[str, Mapping[str, Given]],
) -> Iterator[Points]:
    """Yield changes of what a component is given, with its points then."""
    out = {one.component for one in setting.disqualified if not one.part}
    for one in setting.declared.components:
        if one.panel and one.key in weights and one.key not in out:
            yield from _other_panels(one, one.panel, setting, taken[one.key])
    for name, others in sorted(figures.items()):
        whole = take_all(
            setting.declared, setting.nominees, {**setting.given, **others},
            withdrawn=setting.withdrawn, disqualified=setting.disqualified, groups=setting.groups,
        )  # fmt: skip
        change = Change("figures", ", ".join(sorted(others)), name)
        yield change, {key: whole[key] for key in others}, {}


def _other_panels(one: Component, panel: Panel, setting: Setting, taken: Taken) -> Iterator[Points]:
    staying = set(setting.nominees) - set(setting.withdrawn)
    own = setting.given.get(one.key, Given())
    parts = [part for part in setting.disqualified if part.component == one.key and part.part]
    sheets = kept_sheets(one, staying, own, parts, setting.groups)
    if len({judge for marks in sheets.values() for judge in marks}) > 1:
        for judge, fewer in rubrics.without_each_judge(sheets, panel, one.rubric):
            raw, value = fewer.raw, fewer.value
            if panel.method == "votes" and raw:
                raw = dict.fromkeys(staying, Fraction(0)) | dict(raw)
                value = _picked(fewer)
            other = replace(taken, raw=raw, points=points_of(raw, one), panel={})
            # How a value came about matters only between equals, and takes longer than the value.
            how = {one.key: Later(raw, value)}
            yield Change("judge", one.key, judge), {one.key: other}, how
    if panel.method not in {"mean", "trimmed"}:
        return
    off = panel.method == "trimmed"
    turned = msgspec.structs.replace(panel, method="mean" if off else "trimmed")
    if not panels.problems(turned):
        changed = msgspec.structs.replace(one, panel=turned)
        change = Change("trimming", one.key, "off" if off else "on")
        yield change, {one.key: take(changed, staying, own, parts)}, {}


def _picked(fewer: Fewer) -> Callable[[str], PanelValue]:
    return lambda one: fewer.value(one) if one in fewer.raw else NO_PICK


def _other_weights(
    declared: Consolidation, weights: Mapping[str, Fraction]
) -> Iterator[tuple[Change, dict[str, Fraction]]]:
    """Yield each weight a step up and a step down; the others keep their proportion."""
    bonuses = {one.key for one in declared.components if one.kind == "bonus"}
    moving = [
        one.key for one in declared.components if one.key in weights and one.key not in bonuses
    ]
    for key in moving:
        for step in (STEP, -STEP):
            moved = dict(weights)
            if declared.adds == "sum":
                moved[key] *= 1 + Fraction(step, FULL)
            else:
                rest = FULL - weights[key]
                new = min(max(weights[key] + step, Fraction(0)), Fraction(FULL))
                if not rest or new == weights[key]:
                    continue
                others = (one for one in moving if one != key)
                moved |= {one: weights[one] * (FULL - new) / rest for one in others}
                moved[key] = new
            yield Change("weight", key, f"{step:+}"), moved


def _scenario(change: Change, base: _Run, run: _Run) -> Scenario:
    def now(state: State) -> tuple[str, ...]:
        return tuple(
            one for one, own in run.states.items() if own == state and base.states[one] != state
        )

    return Scenario(change, now("in"), now("out"), now("open"), run.conflict)


def _firmness(one: str, base: _Run, runs: Sequence[tuple[Change, _Run]]) -> Firmness:
    places = [
        run.places[one] for run in (base, *(run for _change, run in runs)) if one in run.places
    ]
    return Firmness(
        base.states[one],
        base.places.get(one),
        min(places, default=None),
        max(places, default=None),
        tuple(change for change, run in runs if run.states[one] != base.states[one]),
    )
