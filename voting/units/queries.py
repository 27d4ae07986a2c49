"""What other parts ask about units. Each question is one query, however deep the tree is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL

from voting.units.models import ResponsiblePerson, Unit, UnitEvent

# A unit and all below it, closed ones too: what they did still belongs there. One that was merged
# stands below the unit that it went into, and no longer where it had been: what it left open, that
# unit's people go on with. Its row keeps its old parent, as history.
_BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT id FROM units_unit WHERE id = %s
        UNION SELECT u.id FROM units_unit u
            JOIN below b ON COALESCE(u.merged_into_id, u.parent_id) = b.id
    ) SELECT id FROM below
"""
_ABOVE = """
    WITH RECURSIVE above(id, up_id) AS (
        SELECT id, COALESCE(merged_into_id, parent_id) FROM units_unit WHERE id = %s
        UNION SELECT u.id, COALESCE(u.merged_into_id, u.parent_id) FROM units_unit u
            JOIN above a ON u.id = a.up_id
    ) SELECT id FROM above
"""
_SAME = """
    WITH RECURSIVE same(id) AS (
        SELECT id FROM units_unit WHERE id = %s
        UNION SELECT u.id FROM same s
            JOIN units_unit v ON v.id = s.id
            JOIN units_unit u ON u.merged_into_id = s.id OR u.id = v.merged_into_id
    ) SELECT id FROM same
"""


@dataclass(slots=True)
class Branch:
    """A unit in the tree, with what is below it."""

    unit: Unit
    children: list["Branch"] = field(default_factory=list)
    below: int = 0  # open units below, at any depth


def subtree(unit_id: int) -> QuerySet[Unit]:
    """Return a unit and all below it, with what was merged into them: what its people may see."""
    return Unit.objects.filter(pk__in=RawSQL(_BELOW, [unit_id]))  # noqa: S611 -- our own text


def same_unit(unit_id: int) -> QuerySet[Unit]:
    """Return a unit with all that are one with it by now: merged into it, or it into them."""
    return Unit.objects.filter(pk__in=RawSQL(_SAME, [unit_id]))  # noqa: S611 -- our own text


def same_units(unit_ids: Collection[int]) -> dict[int, list[Unit]]:
    """Return for each of these units what ``same_unit`` does. Two queries for any number."""
    into = Unit.objects.exclude(merged_into=None).values_list("pk", "merged_into")
    beside: dict[int, set[int]] = {}
    for one, other in into if unit_ids else ():
        beside.setdefault(one, set()).add(other or 0)
        beside.setdefault(other or 0, set()).add(one)
    groups = {one: _reached(one, beside) for one in unit_ids}
    rows = Unit.objects.in_bulk({pk for group in groups.values() for pk in group})
    return {one: [rows[pk] for pk in sorted(group) if pk in rows] for one, group in groups.items()}


def _reached(start: int, beside: Mapping[int, set[int]]) -> set[int]:
    found, waiting = {start}, [start]
    while waiting:
        new = beside.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def is_within(unit_id: int, top_id: int) -> bool:
    """Return whether a unit is another one or stands below it."""
    return subtree(top_id).filter(pk=unit_id).exists()


def ancestors(unit_id: int) -> list[Unit]:
    """Return the units above a unit, the highest first; without the unit itself.

    Above one that was merged stands the unit that it went into.
    """
    found = {
        unit.pk: unit
        for unit in Unit.objects.filter(pk__in=RawSQL(_ABOVE, [unit_id]))  # noqa: S611 -- our own text
    }
    chain: list[Unit] = []
    at = _above(found[unit_id]) if unit_id in found else None
    while at is not None and len(chain) < len(found):
        chain.append(found[at])
        at = _above(found[at])
    return chain[::-1]


def tree(top_id: int | None = None, within: Q | None = None) -> list[Branch]:
    """Return the open units as a tree, by code; below one unit, or all.

    within: a condition that they meet besides. One query for any number of units. A unit whose
    parent is not among them stands at the top.
    """
    units = (Unit.objects.all() if top_id is None else subtree(top_id)).select_related("tier")
    units = units.filter(within or Q())
    branches = {unit.pk: Branch(unit) for unit in units.filter(closed_at=None).order_by("code")}
    tops: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.children if above else tops).append(branch)
    for top in tops:
        _count(top)
    return tops


def matching(words: str, *, limit: int = 100, within: Q | None = None) -> QuerySet[Unit]:
    """Return open units whose name holds these words, or whose code begins with them.

    within: a condition that they meet besides.
    """
    return (
        Unit.objects.filter(
            Q(name__icontains=words) | Q(name_en__icontains=words) | Q(code__startswith=words),
            within or Q(),
            closed_at=None,
        )
        .select_related("tier", "parent")
        .order_by("code")[:limit]
    )


def unit_page(code: str) -> Unit:
    """Return a unit with all that its page shows. Raises Unit.DoesNotExist."""
    return (
        Unit.objects.select_related("tier", "parent", "merged_into")
        .prefetch_related(
            Prefetch("responsible_persons", ResponsiblePerson.objects.order_by("-starts_on")),
            Prefetch("events", UnitEvent.objects.order_by("-at", "-pk")),
            Prefetch("children", Unit.objects.filter(closed_at=None).order_by("code")),
            "merged_units",
        )
        .get(code=code)
    )


def _above(unit: Unit) -> int | None:
    return unit.merged_into_id or unit.parent_id


def _count(top: Branch) -> int:
    # Without recursion: an import may make a tree as deep as it likes.
    order = [top]
    for branch in order:
        order.extend(branch.children)
    for branch in reversed(order):
        branch.below = sum(child.below + 1 for child in branch.children)
    return top.below
