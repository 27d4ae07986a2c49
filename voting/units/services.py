"""Changing the tree of units. Every change leaves an event that says who, why, before and after.

One change at a time: each service locks the highest units first, so that two moves at once cannot
tie the tree into a knot.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.units import queries, unit_file
from voting.units.models import ResponsiblePerson, Tier, Unit, UnitEvent
from voting.units.unit_file import UnitFileInvalid, UnitRow


class UnitRuleBroken(Exception):
    """A change that the tree does not allow; the text is fit to show to a person."""


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """How many units an import added, renamed and left as they were."""

    added: int
    renamed: int
    unchanged: int


@transaction.atomic
def import_units(*, raw: bytes, actor: str, reason: str) -> ImportSummary:
    """Add the units of a file, and rename those that are there under another name.

    raw: see ``unit_file.parse``. Units that the file does not name stay as they are; nothing is
    moved or closed. Raises UnitFileInvalid with all that is wrong; nothing is written then.
    """
    _lock()
    rows = unit_file.parse(raw)
    known = {unit.code: unit for unit in Unit.objects.select_related("tier", "parent")}
    problems = _against(rows, known)
    if problems:
        raise UnitFileInvalid(problems)
    try:
        return _take_in(rows, known, actor, reason)
    except IntegrityError as error:
        # While there is no unit yet there is none to lock, and two imports meet here.
        raise UnitFileInvalid(
            [_("Somebody else has just taken in units. Look at them, then try again.")]
        ) from error


def _take_in(
    rows: list[UnitRow], known: dict[str, Unit], actor: str, reason: str
) -> ImportSummary:  # fmt: skip
    tiers = _tiers(rows)
    added: dict[str, Unit] = {}
    renamed = 0
    events = []
    # Out of the way first: neighbours may take each other's names, unique at every moment.
    changed = [row.code for row in rows if row.code in known and known[row.code].name != row.name]
    Unit.objects.filter(code__in=changed).update(name=Concat(Value("\x1f"), "code"))
    for row in rows:
        unit = known.get(row.code)
        if unit is None:
            parent = added.get(row.parent) or known.get(row.parent)
            # Parents are stored first, level by level.
            added[row.code] = Unit(
                code=row.code, name=row.name, name_en=row.name_en, kind=row.kind,
                tier=tiers[row.tier], parent=parent,
            )  # fmt: skip
        elif (unit.name, unit.name_en) != (row.name, row.name_en or unit.name_en):
            before = _names(unit)
            unit.name, unit.name_en = row.name, row.name_en or unit.name_en
            unit.save(update_fields=["name", "name_en"])
            events.append(_event(unit, UnitEvent.Action.RENAMED, actor, reason, before))
            renamed += 1
    for level in _levels(added):
        Unit.objects.bulk_create(level, batch_size=500)
    events += [_event(unit, UnitEvent.Action.ADDED, actor, reason) for unit in added.values()]
    UnitEvent.objects.bulk_create(events, batch_size=500)
    return ImportSummary(len(added), renamed, len(rows) - len(added) - renamed)


@transaction.atomic
def rename_unit(*, unit_id: int, name: str, name_en: str, actor: str, reason: str) -> Unit:
    """Give a unit another name. Raises UnitRuleBroken if a neighbour has it already."""
    unit = _open_unit(unit_id)
    before = _names(unit)
    unit.name, unit.name_en = name.strip(), name_en.strip()
    _refuse_namesake(unit, unit.parent_id)
    if _names(unit) == before:
        return unit
    unit.save(update_fields=["name", "name_en"])
    _event(unit, UnitEvent.Action.RENAMED, actor, reason, before).save()
    return unit


@transaction.atomic
def move_unit(*, unit_id: int, parent_id: int, actor: str, reason: str) -> Unit:
    """Put a unit below another one. Raises UnitRuleBroken if that stands below it itself."""
    unit, parent = _open_unit(unit_id), _open_unit(parent_id)
    if queries.is_within(parent_id, unit_id):
        raise UnitRuleBroken(
            _("%(parent)s is or belongs to %(unit)s; choose another unit.")
            % {"parent": parent.name, "unit": unit.name}
        )
    _refuse_namesake(unit, parent_id)
    before = _names(unit)
    unit.parent = parent
    unit.save(update_fields=["parent"])
    _event(unit, UnitEvent.Action.MOVED, actor, reason, before).save()
    return unit


@transaction.atomic
def merge_units(*, unit_id: int, into_id: int, actor: str, reason: str) -> Unit:
    """Merge a unit into another one: what is below it moves there, its row stays and is closed.

    Raises UnitRuleBroken if the other stands below it, or if names would clash.
    """
    unit, into = _open_unit(unit_id), _open_unit(into_id)
    if queries.is_within(into_id, unit_id):
        raise UnitRuleBroken(
            _("%(into)s is or belongs to %(unit)s; choose another unit.")
            % {"into": into.name, "unit": unit.name}
        )
    children = list(Unit.objects.filter(parent=unit, closed_at=None))
    taken = set(Unit.objects.filter(parent=into, closed_at=None).values_list("name", flat=True))
    clashes = sorted({child.name for child in children} & (taken - {unit.name}))
    if clashes:
        raise UnitRuleBroken(
            _("Both have a unit called %(names)s. Rename one of them first.")
            % {"names": _(", ").join(clashes)}
        )
    before = _names(unit)
    unit.merged_into, unit.closed_at = into, timezone.now()
    unit.save(update_fields=["merged_into", "closed_at"])
    _end_office(unit, timezone.localdate())
    events = [_event(unit, UnitEvent.Action.MERGED, actor, reason, before)]
    for child in children:
        was = _names(child) | {"parent": unit.code}
        child.parent = into
        child.save(update_fields=["parent"])
        events.append(_event(child, UnitEvent.Action.MOVED, actor, reason, was))
    UnitEvent.objects.bulk_create(events)
    return unit


@transaction.atomic
def close_unit(*, unit_id: int, actor: str, reason: str) -> Unit:
    """Close a unit that has nothing below it any more. Raises UnitRuleBroken."""
    unit = _open_unit(unit_id)
    left = Unit.objects.filter(parent=unit, closed_at=None).count()
    if left:
        raise UnitRuleBroken(
            _("%(n)d units still belong to it. Close, move or merge them first.") % {"n": left}
        )
    before = _names(unit)
    unit.closed_at = timezone.now()
    unit.save(update_fields=["closed_at"])
    _end_office(unit, timezone.localdate())
    _event(unit, UnitEvent.Action.CLOSED, actor, reason, before).save()
    return unit


@transaction.atomic
def appoint(
    *, unit_id: int, name: str, post: str, phone: str, starts_on: date, actor: str, reason: str
) -> ResponsiblePerson:
    """Name who answers for a unit from a day on; whoever did so before ends the day before.

    Raises UnitRuleBroken if that person began on the same day or later.
    """
    unit = _open_unit(unit_id)
    current = ResponsiblePerson.objects.filter(unit=unit, ends_on=None).first()
    if current is not None and current.starts_on >= starts_on:
        raise UnitRuleBroken(
            _("%(name)s has been responsible since %(day)s. Choose a later day.")
            % {"name": current.name, "day": current.starts_on.isoformat()}
        )
    before = {"name": current.name, "post": current.post} if current else {}
    if current is not None:
        current.ends_on = starts_on - timedelta(days=1)
        current.save(update_fields=["ends_on"])
    person = ResponsiblePerson.objects.create(
        unit=unit, name=name.strip(), post=post.strip(), phone=phone.strip(), starts_on=starts_on
    )
    event = _event(unit, UnitEvent.Action.APPOINTED, actor, reason, before)
    event.after = {"name": person.name, "post": person.post, "starts_on": starts_on.isoformat()}
    event.save()
    return person


def _lock() -> None:
    """Let one change of the tree go on at a time."""
    list(Unit.objects.select_for_update().filter(parent=None).values_list("pk"))


def _open_unit(unit_id: int) -> Unit:
    _lock()
    unit = Unit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit_id)
    if unit.closed_at is not None:
        raise UnitRuleBroken(
            _("%(name)s has been closed or merged; it cannot change any more.")
            % {"name": unit.name}
        )
    return unit


def _refuse_namesake(unit: Unit, parent_id: int | None) -> None:
    same = Unit.objects.filter(parent_id=parent_id, name=unit.name, closed_at=None)
    if same.exclude(pk=unit.pk).exists():
        raise UnitRuleBroken(
            _("There is a unit called %(name)s at this place already.") % {"name": unit.name}
        )


def _end_office(unit: Unit, day: date) -> None:
    for person in ResponsiblePerson.objects.filter(unit=unit, ends_on=None):
        person.ends_on = max(day, person.starts_on)
        person.save(update_fields=["ends_on"])


def _against(rows: list[UnitRow], known: dict[str, Unit]) -> list[str]:
    """Return what is wrong with a file beside what is there already."""
    codes = {row.code for row in rows}
    taken = {
        (unit.parent.code if unit.parent else "", unit.name): unit.code
        for unit in known.values()
        if unit.closed_at is None
    }
    # A unit that the same file renames gives its old name free.
    for row in rows:
        unit = known.get(row.code)
        if unit is not None and unit.name != row.name:
            taken.pop((unit.parent.code if unit.parent else "", unit.name), None)
    found = []
    for row in rows:
        where = {"line": row.line, "name": row.name, "code": row.code, "parent": row.parent}
        unit = known.get(row.code)
        if row.parent and row.parent not in codes and row.parent not in known:
            found.append(_("Line %(line)d: there is no unit with the code %(parent)s.") % where)
        elif row.parent in known and known[row.parent].closed_at is not None:
            found.append(_("Line %(line)d: the unit %(parent)s has been closed or merged.") % where)
        if unit is not None and unit.closed_at is not None:
            found.append(_("Line %(line)d: %(code)s has been closed or merged.") % where)
        elif unit is not None and (unit.parent.code if unit.parent else "") != row.parent:
            found.append(
                _(
                    "Line %(line)d: %(name)s belongs elsewhere by now. Files do not move units; "
                    "move it on its own page, or correct the file."
                )
                % where
            )
        elif taken.get((row.parent, row.name), row.code) != row.code:
            found.append(
                _("Line %(line)d: there is another unit called %(name)s at this place.") % where
            )
    return found


def _tiers(rows: list[UnitRow]) -> dict[str, Tier]:
    tiers = {tier.name: tier for tier in Tier.objects.all()}
    position = max((tier.position for tier in tiers.values()), default=0)
    for row in rows:
        if row.tier not in tiers:
            position += 1
            tiers[row.tier] = Tier.objects.create(
                position=position, name=row.tier, name_en=row.tier_en
            )
    return tiers


def _levels(added: dict[str, Unit]) -> list[list[Unit]]:
    """Return new units level by level, so that each is stored after its parent."""
    depth: dict[str, int] = {}
    levels: list[list[Unit]] = []
    for code, unit in added.items():
        above = unit.parent.code if unit.parent else ""
        depth[code] = depth.get(above, -1) + 1
        if depth[code] == len(levels):
            levels.append([])
        levels[depth[code]].append(unit)
    return levels


def _names(unit: Unit) -> dict[str, Any]:
    return {
        "name": unit.name,
        "name_en": unit.name_en,
        "parent": unit.parent.code if unit.parent else None,
    }


def _event(
    unit: Unit, action: UnitEvent.Action, actor: str, reason: str, before: Any = None
) -> UnitEvent:
    after = _names(unit)
    if unit.merged_into is not None:
        after["merged_into"] = unit.merged_into.code
    return UnitEvent(
        unit=unit, action=action, actor=actor, reason=reason, before=before or {}, after=after
    )
