"""Changing of what a draft's result is made: its components, their weights and score sheets.

A season may declare no components; the public vote and one panel are then all, by columns of their
own. Such a season stays one as long as those columns can say what is declared.
"""

from typing import Any

from django.db import transaction

from voting.audit.services import record
from voting.rules.components import Component, Consolidation
from voting.rules.conversions import FULL, Conversion
from voting.rules.panels import Panel
from voting.seasons import counting
from voting.seasons.counting import REPLACED, components_of, counting_of, stored
from voting.seasons.drafting import locked_draft
from voting.seasons.models import RuleSheet, Season, SeasonEvent
from voting.seasons.services import RuleBroken, refuse_while_held


@transaction.atomic
def declare_components(
    *, slug: str, declared: Consolidation, seen: str, actor: str, reason: str
) -> Season:
    """Replace what a draft's result is made of. Without a difference nothing is written.

    seen: ``drafting.state`` when the form was shown. Raises SeasonFrozen, ChangedMeanwhile,
    RulesHeld while judges mark by the present rules, RuleBroken if what is declared means nothing
    or a step between equals would name what is not there any more.
    """
    season = locked_draft(slug, seen)
    sheet = season.rule_sheet
    if declared == counting.declared_components(season):
        return season
    refuse_while_held(season)
    names = (*REPLACED, "consolidation")
    before = {name: getattr(sheet, name) for name in names}
    for name, value in _columns(sheet, declared).items():
        setattr(sheet, name, value)
    if faults := counting.problems_of(sheet):
        raise RuleBroken("\n".join(faults))
    sheet.save()
    SeasonEvent.objects.create(season=season, action="rules", actor=actor, reason=reason, detail={})
    changed = [name for name in names if before[name] != getattr(sheet, name)]
    record(
        actor=actor, action="rules.draft", season=slug, reason=reason,
        before={name: before[name] for name in changed},
        after={name: getattr(sheet, name) for name in changed},
    )  # fmt: skip
    return season


def _columns(sheet: RuleSheet, declared: Consolidation) -> dict[str, Any]:
    """Return the columns that say what is declared."""
    if sheet.consolidation is None:
        plain = _without_components(sheet, declared)
        if plain is not None:
            return plain
    # Where components are declared these mean nothing: as a season file has them, which names none.
    usual = RuleSheet()
    columns = {name: getattr(usual, name) for name in REPLACED}
    return columns | {"consolidation": stored(declared)}


def _without_components(sheet: RuleSheet, declared: Consolidation) -> dict[str, Any] | None:
    """Return the columns if public vote and one panel are all that is declared; else None."""
    of_kind: dict[str, Component] = {one.kind: one for one in declared.components}
    public, panel = of_kind.get("public"), of_kind.get("panel")
    if public is None or public.conversion is None:
        return None
    known = counting_of(sheet)
    conversion: Conversion = public.conversion
    rule: Panel = panel.panel if panel and panel.panel else known.panel
    weight = 0 if public.reference else public.weight
    if weight != int(weight):
        return None
    alone = known._replace(conversion=conversion, panel=rule)
    weights = {"public_weight": int(weight), "panel_weight": FULL - int(weight)}
    if components_of(alone, **weights) != declared:
        return None
    return weights | {"conversion": stored(conversion), "panel": stored(rule)}
