"""How far the judges of a panel agree: figures and pictures for a committee."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from tablib import Dataset

from voting.audit.services import record
from voting.console.downloads import csv_response
from voting.judging.models import Panel
from voting.judging.queries.ending import stands_still
from voting.judging.queries.forms import form_of
from voting.judging.queries.results import marks_of_panel
from voting.nominations.sheets.cells import escaped
from voting.results.explaining import shown
from voting.results.wording import agreement_word
from voting.roles.access import actor_of, for_season
from voting.roles.permissions import Permission
from voting.rules import agreement as figures
from voting.rules import blocs, rubrics, severity
from voting.rules.mark_tables import Figure
from voting.rules.panels import Marks
from voting.seasons.models import Nominee, Season
from voting.seasons.page_context import content

Values = dict[str, Any]
# A standard deviation of a tenth of the range of marks is looked at again.
THRESHOLD_SHARE: Final = Decimal("0.1")
MOST_SHOWN: Final = 12
MOST_FAVOURED: Final = 3


@for_season(Permission.RESULTS_SEE)
@require_safe
def agreement(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Show how strict each judge is, how far they agree, and where they do not.

    Only when nobody marks any more: an organiser who saw marks before could steer them.
    """
    panel = get_object_or_404(Panel.objects.select_related("season"), season=season, pk=pk)
    waiting = _is_waiting(panel)
    context: Values = {
        "nav": "panels",
        "season": season,
        "name": content(season.name, season.name_en),
        "panel": panel,
        "panel_name": content(panel.name or panel.component, panel.name_en),
        "waiting": waiting,
    }
    if not waiting:
        context |= _context(panel)
    return render(request, "console/agreement.html", context)


@for_season(Permission.RESULTS_SEE)
@require_safe
def sheets(request: HttpRequest, season: Season, pk: str) -> HttpResponse:
    """Hand out the marks that count as a file that ``scores_import`` reads again."""
    panel = get_object_or_404(Panel.objects.select_related("season"), season=season, pk=pk)
    if _is_waiting(panel):
        raise Http404
    table = Dataset(headers=["component", "judge", "nominee", "criterion", "points"])
    for criterion, by_judge in sorted(marks_of_panel(panel).items()):
        for judge, own in sorted(by_judge.items()):
            for number, points in sorted(own.items()):
                cells = (panel.component, judge, number, criterion)
                table.append([*map(escaped, cells), format(points.normalize(), "f")])
    record(actor=actor_of(request), action="judging.export", season=season.slug, target=str(panel))
    return csv_response(table, f"{season.slug}-{panel.pk}-scores.csv")


def _is_waiting(panel: Panel) -> bool:
    """Return whether votes or marks can still come in: who saw these could steer them."""
    return not stands_still(panel.season)


def _context(panel: Panel) -> Values:
    component = form_of(panel).component
    by_criterion = marks_of_panel(panel)
    rule = component.panel
    if component.rubric and rule:
        marks: Marks = rubrics.judge_sums(
            {key: own for key, own in by_criterion.items() if key}, component.rubric
        )
        span = rubrics.panel_of_sums(component.rubric, rule)
    else:
        marks, span = by_criterion.get("", {}), rule  # type: ignore[assignment] # a panel has a rule
    # Whom no whole sheet is of has no sums: there is nothing to compare.
    marks = {judge: own for judge, own in marks.items() if own}
    if len(marks) < 2 or span is None:
        return {"too_few": True}
    names = dict(
        Nominee.objects.filter(season=panel.season_id).values_list("ballot_number", "name")
    )
    scale = _Scale(marks)
    threshold = (span.highest - span.lowest) * THRESHOLD_SHARE
    return {
        "judges": _judges(marks, scale),
        "nominees": _nominees(marks, scale, threshold, names),
        "threshold": shown(Fraction(threshold)),
        "headline": _headline(marks),
        "icc": [(form, _figure(own)) for form, own in figures.icc(marks).items()],
        "alphas": [
            (level, _figure(figures.alpha(marks, level)))
            for level in ("nominal", "ordinal", "interval", "ratio")
        ],
        "blocs": _blocs(marks, names),
        "low": shown(scale.low),
        "high": shown(scale.high),
    }


class _Scale:
    """From marks to per cent of a picture's width; only the range that was used is shown."""

    def __init__(self, marks: Marks) -> None:
        given = [Fraction(mark) for own in marks.values() for mark in own.values()]
        self.low, self.high = min(given), max(given)

    def at(self, mark: Fraction) -> str:
        wide = self.high - self.low
        share = (mark - self.low) / wide if wide else Fraction(1, 2)
        return f"{float(2 + share * 96):.2f}"


def _headline(marks: Marks) -> Values:
    figure = figures.icc(marks)["ICC(2,k)"]
    value = figure.value
    if value is None:
        return {"value": "–", "word": _("cannot be said"), "x": "0", "level": 0}
    word, level = agreement_word(value)
    return {
        "value": shown(value), "word": word, "level": level,
        "x": f"{max(0.0, min(1.0, float(value))) * 100:.1f}",
        "w": _figure(figures.kendall_w(marks)),
    }  # fmt: skip


def _figure(figure: Figure) -> str:
    return shown(figure.value, 3) if figure.value is not None else "–"


def _judges(marks: Marks, scale: _Scale) -> list[Values]:
    found = []
    for judge, own in severity.judge_figures(marks).items():
        strict = own.severity.value
        mean = sum(map(Fraction, marks[judge].values()), Fraction(0)) / len(marks[judge])
        if strict is None or not strict:
            word = _("as the panel")
        elif strict > 0:
            word = _("%(n)s stricter") % {"n": shown(strict)}
        else:
            word = _("%(n)s more lenient") % {"n": shown(-strict)}
        low, high = scale.at(own.lowest), scale.at(own.highest)
        found.append(
            {
                "judge": judge, "word": word, "spread": _figure(own.spread),
                "correlation": _figure(own.pearson), "low": low, "high": high,
                "width": f"{float(high) - float(low):.2f}", "mean": scale.at(mean),
                "mean_text": shown(mean), "strict": float(strict or 0),
            }
        )  # fmt: skip
    return sorted(found, key=lambda one: -one["strict"])


def _nominees(
    marks: Marks, scale: _Scale, threshold: Decimal, names: dict[str, str]
) -> list[Values]:
    found = severity.disagreements(marks, threshold=threshold)
    rows = sorted(
        (item for item in found.items() if item[1].deviation is not None),
        key=lambda item: -(item[1].deviation or 0),
    )
    return [
        {
            "number": number, "name": names.get(number, ""), "flagged": own.flagged,
            "deviation": shown(own.deviation),
            "dots": [
                scale.at(Fraction(given[number])) for given in marks.values() if number in given
            ],
            "low": shown(own.lowest), "high": shown(own.highest),
        }
        for number, own in rows[:MOST_SHOWN]
    ]  # fmt: skip


def _blocs(marks: Marks, names: dict[str, str]) -> list[Values]:
    return [
        {
            "judges": list(one.judges),
            "within": shown(one.within),
            "between": shown(one.between),
            "favours": [
                {"name": names.get(number, number), "by": shown(by)}
                for number, by in list(one.favours.items())[:MOST_FAVOURED]
                if by > 0
            ],
        }
        for one in blocs.blocs(marks).found
    ]
