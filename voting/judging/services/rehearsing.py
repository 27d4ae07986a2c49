"""Judging in a rehearsal: the same panels, judges and forms, on a copy that is wiped afterwards.

Invented marks and judges are made for rehearsals alone; everything here refuses a real season.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from voting.audit.services import name_of, record
from voting.judging.models import (
    Assignment,
    Calibration,
    Judge,
    Mark,
    Panel,
    Recusal,
    ScoreSheet,
    Seat,
)
from voting.judging.queries.forms import form_of, panel_components, shown
from voting.judging.queries.seats import SITTING, nominees_of
from voting.judging.queries.sharing import counting_panels
from voting.judging.queries.sheets import marks_of
from voting.judging.services.errors import JudgingRefused
from voting.rules.rubrics import Criterion
from voting.seasons.models import Nominee, Season

INVENTED: Final = 5  # judges of a panel that has none yet

_OF_JUDGE = (
    "key", "name", "name_en", "seat_type", "unit_id", "organisation", "related", "email", "user_id",
)  # fmt: skip
_OF_PANEL = (
    "component", "name", "name_en", "per_nominee", "hidden", "shows_marks",
)  # fmt: skip
_OF_CALIBRATION = ("name", "name_en", "deeds", "deeds_en")
_OF_RECUSAL = ("reason", "source", "note")


@transaction.atomic
def copy_panels(*, rehearsal_id: int, by: User) -> list[Panel]:
    """Give a rehearsal the judges, panels and seats of its season; nobody has answered yet.

    Who may judge there is who may judge in the season. For a part of the result for which the
    rules want a panel and there is none yet, or nobody sits on it, there are invented judges.
    Whoever keeps out of a nominee does so here too: the files are the same. What the committee
    gives an example is invented: whoever learned it here would mark by it there.
    Raises JudgingRefused for a real season, or for a rehearsal that has panels already.
    """
    rehearsal = _locked(rehearsal_id)
    original = rehearsal.rehearsal_of
    if Panel.objects.filter(season=rehearsal).exists():
        raise JudgingRefused(_("The rehearsal has its panels already."))
    judges = {}
    for one in Judge.objects.filter(season=rehearsal.rehearsal_of_id):
        columns = {name: getattr(one, name) for name in _OF_JUDGE}
        judges[one.pk] = Judge.objects.create(season=rehearsal, **columns)
    places = {one.position: one for one in rehearsal.categories.all()}
    copies = dict(rehearsal.nominees.values_list("copied_from", "pk"))
    made = []
    for panel in counting_panels(original) if original else ():
        columns = {name: getattr(panel, name) for name in _OF_PANEL}
        copied = Panel.objects.create(season=rehearsal, **columns)
        copied.categories.set(
            places[one.position] for one in panel.categories.all() if one.position in places
        )
        _copy_example(panel, copied)
        for seat in panel.seats.exclude(state__in=[Seat.State.DECLINED, Seat.State.LEFT]):
            own = Seat.objects.create(panel=copied, judge=judges[seat.judge_id], how=seat.how)
            _copy_duties(seat, own, copies)
        made.append(copied)
    known = {one.component for one in made}
    made += [
        Panel.objects.create(season=rehearsal, component=one.key, name=one.name[:60])
        for one in panel_components(rehearsal)
        if one.key not in known
    ]
    _invent_judges([one for one in made if not one.seats.exists()])
    record(
        actor=name_of(by), action="judging.rehearse", season=rehearsal.slug,
        after={"panels": str(len(made))},
    )  # fmt: skip
    return made


@transaction.atomic
def invent_marks(*, rehearsal_id: int, by: User) -> int:
    """Fill in and submit all sheets of a rehearsal's open panels that are not submitted yet.

    As if their judges had done so, by invented marks. Returns how many were submitted.
    Raises JudgingRefused for a real season.
    """
    rehearsal = _locked(rehearsal_id)
    seats = Seat.objects.filter(
        panel__season=rehearsal, panel__opened_at__isnull=False, panel__closed_at=None,
        state__in=SITTING, submitted_at=None,
    )  # fmt: skip
    done = 0
    for seat in seats.select_related("panel__season", "judge").order_by("pk"):
        nominees = nominees_of(seat).marked
        if not nominees:
            continue
        _invent_sheets(seat, nominees)
        done += 1
    record(
        actor=name_of(by), action="judging.rehearse_marks", season=rehearsal.slug,
        after={"sheets": str(done)},
    )  # fmt: skip
    return done


def _copy_example(panel: Panel, copied: Panel) -> None:
    example = Calibration.objects.filter(panel=panel).first()
    if example is None:
        return
    chance = Random(copied.pk)  # noqa: S311 -- invented marks, not a draw
    given = {one.key: shown(_invented(one, chance)) for one in form_of(copied).criteria}
    texts = {name: getattr(example, name) for name in _OF_CALIBRATION}
    with override("en"):
        invented = _("Invented for the rehearsal; the committee's own marks stand in the season.")
    with override("zh-hans"):
        invented_zh = _(
            "Invented for the rehearsal; the committee's own marks stand in the season."
        )
    Calibration.objects.create(
        panel=copied, marks=given, explanation=invented_zh, explanation_en=invented, **texts
    )


def _copy_duties(seat: Seat, own: Seat, copies: Mapping[int | None, int]) -> None:
    """Copy what a judge marks and keeps out of. copies: nominee -> the one of the rehearsal."""
    for one in seat.recusals.filter(lifted_at=None, nominee__in=copies):
        columns = {name: getattr(one, name) for name in _OF_RECUSAL}
        Recusal.objects.create(seat=own, nominee_id=copies[one.nominee_id], **columns)
    Assignment.objects.bulk_create(
        Assignment(seat=own, nominee_id=copies[one.nominee_id], by_hand=one.by_hand)
        for one in seat.assignments.filter(nominee__in=copies)
    )


def _locked(rehearsal_id: int) -> Season:
    rehearsal = Season.objects.select_for_update(of=("self",), no_key=True).get(pk=rehearsal_id)
    if rehearsal.rehearsal_of_id is None:
        raise JudgingRefused(_("This is no rehearsal."))
    return rehearsal


def _invent_judges(panels: list[Panel]) -> None:
    for panel in panels:
        for number in range(1, INVENTED + 1):
            key = _("Rehearsal %(number)d") % {"number": number}
            judge, _made = Judge.objects.get_or_create(season=panel.season, key=key)
            Seat.objects.create(panel=panel, judge=judge)


def _invent_sheets(seat: Seat, nominees: Sequence[Nominee]) -> None:
    """Write a whole sheet for each nominee; whatever was entered by hand stays."""
    form = form_of(seat.panel)
    chance = Random(seat.pk)  # noqa: S311 -- invented marks, not a draw
    there = marks_of(seat)
    ranks: dict[int, list[Nominee]] = {}
    for one in nominees:
        ranks.setdefault(one.category_id, []).append(one)
    for group in ranks.values():
        chance.shuffle(group)
        for place, one in enumerate(group, start=1):
            if form.mode == "points":
                given = {line.key: _invented(line, chance) for line in form.criteria}
            elif form.mode == "ranks":
                given = {"": Decimal(place)}
            else:
                given = {"": Decimal(1)} if place <= form.most_picks else {}
            own = there.get(one.pk, {})
            if form.mode != "points" and any(there.get(other.pk) for other in group):
                given = {}  # a ranking that somebody has begun is not mixed with another
            sheet, _made = ScoreSheet.objects.get_or_create(seat=seat, nominee=one)
            Mark.objects.bulk_create(
                Mark(sheet=sheet, criterion=key, points=points)
                for key, points in given.items()
                if key not in own
            )
    now = timezone.now()
    seat.state, seat.submitted_at = Seat.State.READY, now
    seat.declared_at = seat.declared_at or now
    seat.declaration = seat.declaration or _("rehearsal")
    seat.save()


def _invented(line: Criterion, chance: Random) -> Decimal:
    """Return a mark between the middle and the top."""
    step = line.step or Decimal(1)
    steps = int((line.highest - line.lowest) / step)
    return line.lowest + step * chance.randint((steps + 1) // 2, steps)
