"""What a result asks of judging: the marks that count."""

import json
from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from voting.judging.models import Mark, Panel, Recusal, Seat
from voting.seasons.models import Season

# component -> criterion ("" without a rubric) -> judge -> ballot number -> points
MarksGiven = dict[str, dict[str, dict[str, dict[str, Decimal]]]]


def counting(season_id: int) -> QuerySet[Mark]:
    """Return the marks that count: submitted, and of nobody whom the judge keeps out of."""
    recused = Recusal.objects.filter(
        seat=OuterRef("sheet__seat"), nominee=OuterRef("sheet__nominee"), lifted_at=None
    )
    return Mark.objects.filter(
        ~Exists(recused),
        sheet__seat__panel__season=season_id,
        sheet__seat__submitted_at__isnull=False,
        sheet__nominee__isnull=False,
    )


def marks_given(season: Season) -> MarksGiven:
    """Return the marks of all submitted sheets in one query; judges are named by key.

    The calibration nominee's do not count, and are not among them.
    """
    rows = counting(season.pk).values_list(
        "sheet__seat__panel__component",
        "criterion",
        "sheet__seat__judge__key",
        "sheet__nominee__ballot_number",
        "points",
    )
    found: MarksGiven = {}
    for component, criterion, judge, number, points in rows.iterator(chunk_size=5_000):
        by_criterion = found.setdefault(component, {}).setdefault(criterion, {})
        by_criterion.setdefault(judge, {})[number] = points.normalize()
    return found


def marks_of_panel(panel: Panel) -> dict[str, dict[str, dict[str, Decimal]]]:
    """Return the marks of one panel that count: criterion -> judge -> ballot number -> points."""
    rows = counting(panel.season_id).filter(sheet__seat__panel=panel)
    found: dict[str, dict[str, dict[str, Decimal]]] = {}
    named = rows.values_list(
        "criterion", "sheet__seat__judge__key", "sheet__nominee__ballot_number", "points"
    )
    for criterion, judge, number, points in named:
        found.setdefault(criterion, {}).setdefault(judge, {})[number] = points
    return found


def sheets_facts(season: Season) -> list[dict[str, Any]]:
    """Return for each submitted seat its judge, sheets, marks, and a fingerprint of them."""
    rows = counting(season.pk).values_list(
        "sheet__seat__panel__component",
        "sheet__seat__judge__key",
        "sheet__nominee__ballot_number",
        "criterion",
        "points",
    )
    of_seat: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    for component, judge, number, criterion, points in rows.iterator(chunk_size=5_000):
        marks = of_seat.setdefault((component, judge), [])
        marks.append((number, criterion, str(points.normalize())))
    return [
        {
            "component": component,
            "judge": judge,
            "marks": len(marks),
            "sha256": sha256(json.dumps(sorted(marks), ensure_ascii=False).encode()).hexdigest(),
        }
        for (component, judge), marks in sorted(of_seat.items())
    ]


def judges_by_component(season: Season) -> dict[str, list[str]]:
    """Return the keys of the judges whose sheets count, by component."""
    rows = Seat.objects.filter(panel__season=season, submitted_at__isnull=False)
    found: dict[str, set[str]] = defaultdict(set)
    for component, judge in rows.values_list("panel__component", "judge__key"):
        found[component].add(judge)
    return {component: sorted(judges) for component, judges in found.items()}
