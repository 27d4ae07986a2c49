"""Score sheets from a file: judge, nominee, criterion, points. Empty points mean absent."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voting.audit.services import record
from voting.judging.models import (
    LONGEST_KEY,
    Judge,
    Mark,
    Panel,
    ScoreSheet,
    Seat,
    SeatEvent,
    key_validator,
)
from voting.judging.queries.draws import undrawn_of
from voting.judging.queries.sharing import counting_panels
from voting.judging.services.choices import CHOSEN, Choice, check_choices
from voting.judging.services.locking import locked_panel
from voting.judging.tables import NOMINEE, Column, Nominees, Table
from voting.rules import panels
from voting.rules.components import Component
from voting.rules.rubrics import Criterion
from voting.seasons.counting import declared_components
from voting.seasons.models import Category, Nominee, Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

COLUMNS: Final = (
    Column("judge", gettext_lazy("Judge")),
    NOMINEE,
    Column("criterion", gettext_lazy("Criterion"), needed=False),
    Column("points", gettext_lazy("Points")),
    Column("component", gettext_lazy("Part of the result"), needed=False),
)
BATCH: Final = 2_000  # rows in one INSERT


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in."""

    judges: int
    sheets: int
    marks: int
    absent: int


@dataclass(frozen=True, slots=True)
class _Row:
    component: str
    judge: str
    nominee: Nominee
    criterion: str
    points: Decimal


def import_scores(
    *, season: Season, raw: bytes, file_name: str, actor: str, replace: bool = False,
    approved_by: str = "", reason: str = "",
) -> Imported:  # fmt: skip
    """Bring in score sheets as submitted; judges whom the season does not have yet are added.

    season: as ``seasons.queries.season_by_slug`` returns it. raw: CSV or XLSX. replace: whether
    sheets that earlier files brought for the same component are taken out first; what judges have
    marked themselves is never touched. approved_by, reason: who answers for it besides, and where
    the sheets come from; an award takes none without.
    Raises TableInvalid with all that is wrong, RuleBroken. Nothing is written then.
    """
    table = Table(raw, file_name, COLUMNS)
    fingerprint = sha256(raw).hexdigest()
    with transaction.atomic():
        # Phase and rules as they are now: an announcement or an amendment may have come first.
        Season.objects.select_for_update().get(pk=season.pk)
        season = season_by_slug(season.slug)
        if season.phase == Season.Phase.ANNOUNCED:
            raise RuleBroken(_("The result has been announced. Score sheets stand as they are."))
        alone = not approved_by.strip() or approved_by.strip() == actor.strip()
        if not season.is_showcase and (alone or not reason.strip()):
            raise RuleBroken(
                _(
                    "A title depends on these marks: name two different people who answer for the "
                    "file, and say where the sheets come from (--actor, --approver, --reason)."
                )
            )
        rows, absent = _read(table, season, replace=replace)
        table.finish()
        if replace:
            _take_out(season, {row.component for row in rows})
        found = _write(season, rows, actor, fingerprint)
        record(
            actor=actor, action="judging.import", season=season.slug, target=file_name,
            after={"sha256": fingerprint, "sheets": found.sheets, "marks": found.marks,
                   "approved_by": approved_by}, reason=reason,
        )  # fmt: skip
    return Imported(found.judges, found.sheets, found.marks, absent)


def _read(table: Table, season: Season, *, replace: bool) -> tuple[list[_Row], int]:
    marked = {one.key: one for one in declared_components(season).components if one.panel}
    if not marked:
        raise RuleBroken(_("The rules of this season declare no panel of judges."))
    nominees = Nominees(season)
    seen: dict[tuple[str, str, int, str], int] = {}
    rows: list[_Row] = []
    choices: list[Choice] = []
    absent = 0
    for number, cells in table.rows():
        before = len(table.problems)
        component = _component(table, number, cells.get("component", ""), marked)
        nominee = nominees.find(table, number, cells["nominee"])
        judge = _judge(table, number, cells["judge"])
        if component is None or nominee is None:
            continue
        category = nominees.category_of[nominee.pk]
        if component.categories and category not in component.categories:
            table.add(
                number, "nominee",
                _("“%(category)s” is not among the categories of this panel.")
                % {"category": category},
            )  # fmt: skip
            continue
        criterion = _criterion(table, number, cells.get("criterion", ""), component)
        if len(table.problems) > before:
            continue
        place = (component.key, judge, nominee.pk, criterion)
        if place in seen:
            table.add(
                number, "judge",
                _("The same judge, nominee and criterion as in row %(row)d.")
                % {"row": seen[place]},
            )  # fmt: skip
            continue
        seen[place] = number
        if not cells["points"]:
            absent += 1
            continue
        points = table.number(number, "points", cells["points"])
        if points is None or not _fits(table, number, points, component, criterion):
            continue
        rows.append(_Row(component.key, judge, nominee, criterion, points))
        if component.panel and component.panel.method in CHOSEN:
            choices.append(Choice(number, component, judge, category, points))
    check_choices(table, season, choices, replace=replace)
    return rows, absent


def _component(
    table: Table, row: int, text: str, marked: Mapping[str, Component]
) -> Component | None:
    if text in marked:
        return marked[text]
    keys = ", ".join(marked)
    if not text and len(marked) == 1:
        return next(iter(marked.values()))
    if text:
        said = _("There is no panel “%(text)s”. There are: %(keys)s.")
    else:
        said = _("Say of which panel the marks are; there are: %(keys)s.")
    table.add(row, "component", said % {"text": text[:40], "keys": keys})
    return None


def _judge(table: Table, row: int, text: str) -> str:
    try:
        key_validator(text)
    except ValidationError as error:
        table.add(row, "judge", " ".join(error.messages))
    if len(text) > LONGEST_KEY:
        table.add(row, "judge", _("At most %(most)d characters.") % {"most": LONGEST_KEY})
    return text


def _criterion(table: Table, row: int, text: str, component: Component) -> str:
    """Return the key of the criterion that is meant, by key or name; "" without a rubric."""
    if not component.rubric:
        if text:
            table.add(row, "criterion", _("This panel has no criteria: leave the cell empty."))
        return ""
    for one in component.rubric.criteria:
        if text and text in {one.key, one.name, one.name_en}:
            return one.key
    keys = ", ".join(one.key for one in component.rubric.criteria)
    if text:
        said = _("There is no criterion “%(text)s”. There are: %(keys)s.")
    else:
        said = _("Say for which criterion the points are; there are: %(keys)s.")
    table.add(row, "criterion", said % {"text": text[:40], "keys": keys})
    return ""


def _fits(table: Table, row: int, points: Decimal, component: Component, key: str) -> bool:
    criteria = {one.key: one for one in component.rubric.criteria} if component.rubric else {}
    said = fault(points, component, criteria.get(key))
    if said:
        table.add(row, "points", said)
    return not said


def fault(points: Decimal, component: Component, criterion: Criterion | None) -> str:
    """Return why points cannot be given, as a sentence; "" if they can."""
    rule = component.panel or panels.Panel()
    if rule.method == "votes":
        return "" if points in {0, 1} else _("A pick is 1; 0 or an empty cell is none.")
    low, high = rule.lowest, rule.highest
    if criterion:
        low, high = criterion.lowest, criterion.highest
    if rule.method == "exponential":
        if points < 1 or points != points.to_integral_value():
            return _("A rank is 1, 2, 3 and so on.")
        return ""
    if not low <= points <= high:
        return _("Points go from %(low)s to %(high)s.") % {"low": low, "high": high}
    if criterion and criterion.step and (points - low) % criterion.step:
        return _("Points go in steps of %(step)s, from %(low)s on.") % {
            "step": criterion.step, "low": low,
        }  # fmt: skip
    return ""


def _take_out(season: Season, components: set[str]) -> None:
    """Delete the sheets that files have brought for these components."""
    sheets = ScoreSheet.objects.filter(
        seat__panel__season=season, seat__panel__component__in=components,
        seat__how=Seat.How.IMPORTED,
    )  # fmt: skip
    Mark.objects.filter(sheet__in=sheets).delete()
    sheets.delete()


def _write(season: Season, rows: list[_Row], actor: str, fingerprint: str) -> Imported:
    now = timezone.now()
    judges = _judges(season, sorted({row.judge for row in rows}))
    panel_of = _Panels(season)
    seats: dict[tuple[int, str], Seat] = {}
    pools: dict[int, Collection[str]] = {}
    sheets: dict[tuple[int, int], ScoreSheet] = {}
    waiting: list[tuple[tuple[int, int], _Row]] = []
    for row in rows:
        panel = panel_of.find(row.component, row.nominee)
        place = (panel.pk, row.judge)
        if panel.pk not in pools:
            undrawn = undrawn_of(locked_panel(panel.pk))
            pools[panel.pk] = dict(undrawn.pool) if undrawn is not None else ()
        if place not in seats:
            seats[place] = _seat(panel, judges[row.judge], now, pools[panel.pk])
        seat = seats[place]
        here = (seat.pk, row.nominee.pk)
        if here not in sheets:
            sheets[here] = ScoreSheet(seat=seat, nominee=row.nominee, changed_at=now)
        waiting.append((here, row))
    _refuse_known(sheets)
    ScoreSheet.objects.bulk_create(sheets.values(), batch_size=BATCH)
    Mark.objects.bulk_create(
        (
            Mark(
                sheet=sheets[here], criterion=row.criterion, points=row.points, changed_at=now
            )
            for here, row in waiting
        ),
        batch_size=BATCH,
    )  # fmt: skip
    SeatEvent.objects.bulk_create(
        SeatEvent(
            seat=seat, season=season, action=SeatEvent.Action.IMPORTED, actor=actor,
            fingerprint=fingerprint,
        )
        for seat in seats.values()
    )  # fmt: skip
    return Imported(len(judges), len(sheets), len(waiting), 0)


def _judges(season: Season, keys: list[str]) -> dict[str, Judge]:
    known = {one.key: one for one in Judge.objects.filter(season=season, key__in=keys)}
    new = [Judge(season=season, key=key) for key in keys if key not in known]
    return known | {one.key: one for one in Judge.objects.bulk_create(new)}


class _Panels:
    """The panel that marks a nominee for a component; made where there is none."""

    def __init__(self, season: Season) -> None:
        self.season = season
        self._known: dict[str, list[tuple[Panel, set[int]]]] = {}
        counting = set(counting_panels(season).values_list("pk", flat=True))
        rows = Panel.objects.filter(season=season).prefetch_related("categories")
        # One that was closed before anybody had submitted comes last: another has its place.
        for panel in sorted(rows, key=lambda one: (one.pk not in counting, one.pk)):
            of = {category.pk for category in panel.categories.all()}
            self._known.setdefault(panel.component, []).append((panel, of))

    def find(self, component: str, nominee: Nominee) -> Panel:
        for panel, of in self._known.get(component, []):
            if not of or nominee.category_id in of:
                return panel
        if component in self._known:
            name = Category.objects.get(pk=nominee.category_id).name
            raise RuleBroken(
                _("No panel marks “%(category)s” for %(component)s.")
                % {"category": name, "component": component}
            )
        declared = declared_components(self.season).components
        part = next(one for one in declared if one.key == component)
        panel = Panel.objects.create(
            season=self.season, component=component, name=part.name[:60], name_en=part.name_en[:120]
        )
        self._known[component] = [(panel, set())]
        return panel


def _seat(panel: Panel, judge: Judge, now: datetime, pool: Collection[str]) -> Seat:
    """Return the judge's seat. pool: who can be drawn for the panel, and waits for it."""
    if judge.key in pool:
        raise RuleBroken(
            _(
                "Judge %(judge)s is in the pool of an announced draw, which stands. Bring the "
                "sheets in once it has been drawn."
            )
            % {"judge": judge.key}
        )
    seat, _made = Seat.objects.get_or_create(
        panel=panel,
        judge=judge,
        defaults={
            "how": Seat.How.IMPORTED, "state": Seat.State.READY, "submitted_at": now,
        },
    )  # fmt: skip
    if seat.how != Seat.How.IMPORTED:
        raise RuleBroken(
            _("Judge %(judge)s marks on the platform; a file cannot do so as well.")
            % {"judge": judge.key}
        )
    return seat


def _refuse_known(sheets: Mapping[tuple[int, int], ScoreSheet]) -> None:
    seats = {seat for seat, _nominee in sheets}
    known = ScoreSheet.objects.filter(seat_id__in=seats).values_list(
        "seat_id", "nominee_id", "seat__judge__key", "nominee__ballot_number"
    )
    for seat, nominee, judge, number in known:
        if (seat, nominee) in sheets:
            raise RuleBroken(
                _(
                    "Judge %(judge)s has a sheet for %(number)s already. Use --replace to take out "
                    "what earlier files brought."
                )
                % {"judge": judge, "number": number}
            )
