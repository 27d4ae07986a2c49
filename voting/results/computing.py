"""A season's result, computed from what the tables hold: inputs first, then one order or several.

Everything that decides is in ``Inputs``, so the same inputs give the same result on any machine.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from voting.results import queries, refusals
from voting.rules import components, consolidation, places
from voting.rules.components import Consolidation, Disqualified, Given
from voting.rules.consolidation import Consolidated
from voting.rules.honours import Honours, quotas_of
from voting.rules.panels import Marks
from voting.rules.places import Awarded
from voting.rules.robustness import Robustness, Setting, robustness
from voting.rules.tie_figures import applying
from voting.rules.ties import Decided, Figures, Ties
from voting.seasons.counting import counting_of, declared_components
from voting.seasons.models import Nominee, Season
from voting.seasons.services import RuleBroken

V = TypeVar("V")


class NotComputable(RuleBroken):
    """The result cannot be computed as things are; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a result depends on. Nominees are their ballot numbers, categories their names.

    withdrawn: who withdrew, and who was taken off the list by an upheld objection; ranks close.
    categories: number -> category. places: category -> places. jury_vote: votes of the panel about
    those who are equal. seed: of the drawn lot; "" while there is none. disqualified: what must
    not count, and what then. held: what is held back while it is in doubt, by name: component ->
    what it would have; it decides nothing and is for the report on firmness.
    """

    declared: Consolidation
    ties: Ties
    honours: Honours
    categories: Mapping[str, str]
    places: Mapping[str, int]
    given: Mapping[str, Given]
    traits: Mapping[str, Mapping[str, str]]
    withdrawn: frozenset[str] = frozenset()
    jury_vote: Mapping[str, Decimal] = field(default_factory=dict)
    seed: str = ""
    disqualified: tuple[Disqualified, ...] = ()
    held: Mapping[str, Mapping[str, Given]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """One order of nominees. category: whose; "" where one order holds for all."""

    category: str
    declared: Consolidation
    result: Consolidated
    decided: Decided
    awarded: Awarded


def inputs_of(season: Season, *, seed: str = "") -> Inputs:
    """Return what a season's result is computed from. Raises NotComputable.

    seed: of a drawn lot; without one it is the fingerprint of the frozen rules, which is public
    before anybody knows who will be level, so nobody can choose it.

    season: as ``seasons.queries.season_by_slug`` returns it.
    """
    counting = counting_of(season.rule_sheet)
    declared = declared_components(season)
    rows = list(
        Nominee.objects.filter(season=season).values_list(
            "ballot_number", "category__name", "withdrawn_at"
        )
    )
    if not rows:
        raise NotComputable(_("This season has no nominees yet."))
    if not all(number for number, _name, _at in rows):
        raise NotComputable(
            _("Nominees have no ballot numbers yet. Results name nominees by their numbers.")
        )
    categories = {number: name for number, name, _at in rows}
    figures = queries.figures_given(season)
    return Inputs(
        declared,
        counting.ties,
        counting.honours,
        categories,
        queries.places_of(season),
        queries.given_to(declared, season, categories, figures),
        queries.traits_of(season),
        frozenset(number for number, _name, at in rows if at) | queries.struck_numbers(season),
        figures.get(queries.JURY_VOTE, {}).get("", {}),
        seed or queries.seed_of(season),
        queries.rulings_of(season),
        queries.held_to(declared, season, categories),
    )


def _running(number: str) -> tuple[list[str | int], str]:
    """Return by what ballot numbers stand in order: 9 before 10, A1 before A2 before B1."""
    parts = re.split(r"([0-9]+)", number)  # letters, digits, letters ...: alike is beside alike
    return [int(part) if at % 2 else part for at, part in enumerate(parts)], number


def settings_of(inputs: Inputs) -> dict[str, Setting]:
    """Return what each order is computed from, by category; under "" where there is one order."""
    if inputs.honours.order == "all":
        return {"": _setting(inputs, "", inputs.declared, inputs.places)}
    return {
        name: _setting(
            inputs, name, components.of_category(inputs.declared, name), {name: places_there}
        )
        for name, places_there in inputs.places.items()
        if name in inputs.categories.values()
    }


def _setting(
    inputs: Inputs, category: str, declared: Consolidation, own_places: Mapping[str, int]
) -> Setting:
    nominees = [
        number for number, name in inputs.categories.items() if not category or name == category
    ]
    here = set(nominees)
    keys = {one.key for one in declared.components}
    return Setting(
        declared,
        nominees,
        {key: _restricted(given, here) for key, given in inputs.given.items() if key in keys},
        # A step can name a component or criterion that only other categories have.
        applying(inputs.ties, declared) if category else inputs.ties,
        quotas_of(inputs.honours, own_places),
        {number: inputs.traits[number] for number in nominees},
        inputs.withdrawn & here,
        _ruled_out(inputs, declared, here),
        _more(inputs, here),
        inputs.seed,
        {number: inputs.categories[number] for number in nominees},
    )


def _ruled_out(inputs: Inputs, declared: Consolidation, here: set[str]) -> tuple[Disqualified, ...]:
    """Return what is disqualified of these components; a judge only where one has marked."""
    keys = {one.key: one for one in declared.components}
    return tuple(
        one
        for one in inputs.disqualified
        if one.component in keys
        and (
            not one.part
            or one.part in keys[one.component].strata
            or _has_marked(inputs.given[one.component], one.part, here)
        )
    )


def _has_marked(given: Given, judge: str, here: set[str]) -> bool:
    tables = [given.marks, *given.sheets.values()]
    return any(not here.isdisjoint(table.get(judge, {})) for table in tables)


def _more(inputs: Inputs, here: set[str]) -> Figures:
    """Return what the steps compare that marks and votes do not hold."""
    # Of figures the larger stands first, so the first number has the largest.
    order = sorted(here, key=_running)
    more: dict[str, Mapping[str, object]] = {"number": {one: -n for n, one in enumerate(order)}}
    if votes := _only(inputs.jury_vote, here):
        more[queries.JURY_VOTE] = votes
    return more


def _restricted(given: Given, here: set[str]) -> Given:
    def judges(marks: Marks) -> Marks:
        kept = {judge: _only(own, here) for judge, own in marks.items()}
        return {judge: own for judge, own in kept.items() if own}

    return Given(
        _only(given.numbers, here),
        {name: _only(own, here) for name, own in given.strata.items()},
        judges(given.marks),
        {key: judges(marks) for key, marks in given.sheets.items()},
    )


def _only(by_nominee: Mapping[str, V], here: set[str]) -> dict[str, V]:
    return {one: value for one, value in by_nominee.items() if one in here}


def compute(inputs: Inputs) -> list[Ranking]:
    """Return the result of each order, in the order of the categories. Raises NotComputable."""
    found = []
    for category, setting in settings_of(inputs).items():
        try:
            found.append(_ranking(category, setting))
        except ValueError as error:
            raise _not_computable(error, inputs) from error
    return found


def _ranking(category: str, setting: Setting) -> Ranking:
    result = consolidation.consolidate(
        setting.declared,
        setting.nominees,
        setting.given,
        withdrawn=setting.withdrawn,
        disqualified=setting.disqualified,
        groups=setting.groups,
    )
    decided, awarded = places.decide_and_award(
        setting.declared,
        result,
        setting.ties,
        setting.traits,
        setting.quotas,
        more=setting.more,
        seed=setting.seed,
    )
    return Ranking(category, setting.declared, result, decided, awarded)


def robustness_of(inputs: Inputs) -> dict[str, Robustness]:
    """Return how firm each order is, by category. Raises NotComputable."""
    try:
        return {
            name: robustness(setting, _held(inputs, setting))
            for name, setting in settings_of(inputs).items()
        }
    except ValueError as error:
        raise _not_computable(error, inputs) from error


def _not_computable(error: ValueError, inputs: Inputs) -> NotComputable:
    why = refusals.reason(error, inputs.declared)
    return NotComputable(_("The result cannot be computed: %(why)s.") % {"why": why})


def _held(inputs: Inputs, setting: Setting) -> dict[str, dict[str, Given]]:
    """Return what is held back of the components and nominees of one order."""
    here, keys = set(setting.nominees), {one.key for one in setting.declared.components}
    found = {
        name: {key: _restricted(given, here) for key, given in others.items() if key in keys}
        for name, others in inputs.held.items()
    }
    return {name: others for name, others in found.items() if others}
