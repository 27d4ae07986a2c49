"""Marks as they stand: of one sheet, of one seat, and what is still missing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from statistics import median
from typing import Any, Final

import msgspec
from django.db.models import Count, Q, QuerySet
from django.utils.crypto import salted_hmac

from voting.judging.models import Mark, Panel, ScoreSheet, Seat, SeatEvent
from voting.judging.queries.forms import Form, form_of, shown
from voting.judging.queries.results import counting
from voting.judging.queries.seats import Nominees, nominees_of
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


def comments_of(seat: Seat) -> dict[int, str]:
    """Return by nominee what a judge wrote for the committee. One query."""
    rows = ScoreSheet.objects.filter(seat=seat, nominee__isnull=False).exclude(comment="")
    return dict(rows.values_list("nominee", "comment"))


def fingerprint(
    seat: Seat, form: Form, nominees: Nominees, marks: Marks, comments: Mapping[int, str]
) -> str:
    """Return SHA-256 of a seat's marks and comments in canonical JSON, to recognise them by later.

    The sheet's number is part of it: fingerprints are seen before marks may be, and without a
    secret whoever has one could try all marks until one fits.
    """
    marked = {one.pk for one in nominees.marked}
    by_nominee: dict[str, Any] = {
        str(pk): {key: shown(points) for key, points in marks.get(pk, {}).items()} for pk in marked
    }
    whole = {
        "sheet": number_of(seat), "panel": seat.panel_id, "judge": seat.judge.key,
        "mode": form.mode, "marks": by_nominee,
        "comments": {str(pk): text for pk, text in comments.items() if pk in marked},
    }  # fmt: skip
    return sha256(msgspec.json.encode(whole, order="sorted")).hexdigest()


def number_of(seat: Seat) -> str:
    """Return the number that stands on a judge's sheet, and nowhere else: 16 digits in fours."""
    return in_fours(salted_hmac("judging.sheet", str(seat.pk), algorithm="sha256").hexdigest())


def in_fours(digits: str) -> str:
    """Return the first 16 digits in groups of four, as paper has them."""
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


def fingerprint_now(seat: Seat) -> str:
    """Return the fingerprint of a seat's sheet as it stands. Six queries at most.

    seat: with its judge and its panel's season.
    """
    form, nominees = form_of(seat.panel), nominees_of(seat)
    return fingerprint(seat, form, nominees, marks_of(seat), comments_of(seat))


def fingerprint_submitted(seat: Seat) -> str:
    """Return the fingerprint of what was submitted last; "" before. One query."""
    rows = seat.events.filter(action=SeatEvent.Action.SUBMITTED).order_by("-pk")
    return rows.values_list("fingerprint", flat=True).first() or ""


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
