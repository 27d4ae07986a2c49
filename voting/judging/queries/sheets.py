"""Marks as they stand: of one sheet, of one seat, and what is still missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from statistics import median
from typing import Any, Final

import msgspec
from django.db.models import Count, Q, QuerySet

from voting.judging.models import Mark, Panel, ScoreSheet, Seat
from voting.judging.queries.forms import Form, shown
from voting.judging.queries.results import counting
from voting.judging.queries.seats import Nominees
from voting.seasons.models import Nominee

# With fewer submitted sheets a lowest and a highest would be single people.
FEWEST_SHOWN: Final = 3

Marks = dict[int, dict[str, Decimal]]  # nominee -> criterion -> points


def sheet_of(seat: Seat, nominee_id: int | None) -> ScoreSheet | None:
    """Return a seat's sheet for a nominee, or for the calibration nominee if None."""
    return ScoreSheet.objects.filter(seat=seat, nominee=nominee_id).first()


def marks_on(sheet: ScoreSheet | None) -> list[Mark]:
    """Return the marks on a sheet."""
    return list(sheet.marks.all()) if sheet is not None else []


def marks_of(seat: Seat) -> Marks:
    """Return all that a seat has marked, without the calibration nominee. One query."""
    rows = Mark.objects.filter(sheet__seat=seat, sheet__nominee__isnull=False).values_list(
        "sheet__nominee", "criterion", "points"
    )
    found: Marks = {}
    for nominee, criterion, points in rows:
        found.setdefault(nominee, {})[criterion] = points
    return found


def counts_of(seat: Seat, form: Form) -> dict[int, int]:
    """Return by nominee how many of the needed marks are there. One query."""
    rows = (
        ScoreSheet.objects.filter(seat=seat, nominee__isnull=False)
        .order_by()
        .values_list("nominee")
        .annotate(n=Count("marks", filter=Q(marks__criterion__in=form.needed)))
    )
    return dict(rows)


def counting_marks(panel: Panel) -> QuerySet[Mark]:
    """Return the marks of a panel that count: submitted, and of nobody whom the judge keeps out of.

    Whoever is recused after submitting leaves marks behind that must not count.
    """
    return counting(panel.season_id).filter(sheet__seat__panel=panel)


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps a sheet from being submitted.

    marks: how many are missing in all. nominees: whose, with the keys of the criteria.
    problems: codes of what is wrong with a ranking or picks, with the category's key.
    """

    marks: int
    nominees: Mapping[int, tuple[str, ...]]
    problems: tuple[tuple[str, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.marks or self.problems)


def missing(form: Form, nominees: Nominees, marks: Marks) -> Missing:
    """Return what is missing before a seat can submit."""
    if form.mode == "picks":
        return Missing(0, {}, _pick_problems(form.most_picks, nominees.marked, marks))
    lacking = {
        one.pk: tuple(key for key in form.needed if key not in marks.get(one.pk, {}))
        for one in nominees.marked
    }
    lacking = {pk: keys for pk, keys in lacking.items() if keys}
    problems = _rank_problems(nominees.marked, marks) if form.mode == "ranks" else ()
    return Missing(sum(map(len, lacking.values())), lacking, problems)


def _by_category(nominees: Iterable[Nominee]) -> dict[int, list[Nominee]]:
    found: dict[int, list[Nominee]] = {}
    for one in nominees:
        found.setdefault(one.category_id, []).append(one)
    return found


def _pick_problems(
    most: int, nominees: Iterable[Nominee], marks: Marks
) -> tuple[tuple[str, int], ...]:
    found = []
    for category, own in _by_category(nominees).items():
        picked = sum(1 for one in own if marks.get(one.pk))
        if picked > most:
            found.append(("too-many", category))
    return tuple(found)


def _rank_problems(nominees: Iterable[Nominee], marks: Marks) -> tuple[tuple[str, int], ...]:
    """Return the categories whose ranks are not 1, 2, 3 ... without gaps and without equals."""
    found = []
    for category, own in _by_category(nominees).items():
        ranks = sorted(marks[one.pk][""] for one in own if "" in marks.get(one.pk, {}))
        if ranks != [Decimal(number) for number in range(1, len(ranks) + 1)]:
            found.append(("ranks", category))
    return tuple(found)


def fingerprint(seat: Seat, form: Form, nominees: Nominees, marks: Marks) -> str:
    """Return SHA-256 of a seat's marks in canonical JSON, to recognise them by later."""
    by_nominee: dict[str, Any] = {
        str(one.pk): {key: shown(points) for key, points in marks.get(one.pk, {}).items()}
        for one in nominees.marked
    }
    whole = {
        "panel": seat.panel_id, "judge": seat.judge.key, "mode": form.mode, "marks": by_nominee,
    }  # fmt: skip
    return sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()


def revisions_of(seat: Seat) -> dict[int, int]:
    """Return by nominee the revision of the one mark that rankings and picks have. One query."""
    rows = Mark.objects.filter(sheet__seat=seat, criterion="", sheet__nominee__isnull=False)
    return dict(rows.values_list("sheet__nominee", "revision"))


def others_of(panel: Panel, form: Form, nominee_id: int) -> list[dict[str, str]]:
    """Return what the panel has given a nominee: lowest, middle and highest by criterion.

    Never by whom, and not how many: a number would tell that somebody keeps out. One query.
    """
    found: dict[str, list[Decimal]] = {}
    rows = counting_marks(panel).filter(sheet__nominee=nominee_id)
    for criterion, points in rows.values_list("criterion", "points"):
        found.setdefault(criterion, []).append(points)
    return [
        {
            "key": one.key,
            "lowest": shown(min(found[one.key])),
            "middle": shown(Decimal(median(found[one.key]))),
            "highest": shown(max(found[one.key])),
        }
        for one in form.criteria
        if len(found.get(one.key, [])) >= FEWEST_SHOWN
    ]
