"""Whom the next version of a notice would name: the list as it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from voting.nominations.models import Nomination
from voting.nominations.queries import proposed_nominees
from voting.notices.models import NoticeEntry, NoticeKind, PublicNotice
from voting.notices.queries.notices import struck_nominees
from voting.rules.numbering import stroke_order
from voting.seasons.models import Nominee, Season
from voting.units.models import Unit


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: what a notice shows of somebody, and what handlers need to know."""

    ref: str
    name: str
    name_en: str
    kind: str
    unit: str
    unit_en: str
    category_position: int
    category: str
    category_en: str
    summary: str
    summary_en: str
    drawing: Mapping[str, Any] = field(default_factory=dict)
    nominee_id: int | None = None
    unit_codes: tuple[str, ...] = ()
    nominators: tuple[int, ...] = ()

    def shown(self) -> dict[str, Any]:
        """Return what everybody sees, for comparing and for the fingerprint."""
        return {name: getattr(self, name) for name in SHOWN}


SHOWN = (
    "ref", "name", "name_en", "kind", "unit", "unit_en", "category_position", "category",
    "category_en", "summary", "summary_en",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposed:
    """The list for the next version, beside the one that was published last."""

    lines: tuple[Line, ...]
    struck: tuple[str, ...]  # names that an upheld objection took off
    added: tuple[Line, ...]
    removed: tuple[NoticeEntry, ...]
    changed: tuple[tuple[NoticeEntry, Line], ...]

    @property
    def differs(self) -> bool:
        """Whether the list is another one than was published last."""
        return bool(self.added or self.removed or self.changed)


def proposed(
    season: Season, kind: str = NoticeKind.CANDIDATE, before: PublicNotice | None = None
) -> Proposed:
    """Return the list as it stands now: by category, then by strokes of the name.

    before: the version to compare with. A fixed number of queries.
    """
    struck = struck_nominees(season, kind)
    nominees = list(
        proposed_nominees(season).prefetch_related(
            Prefetch("nominations", Nomination.objects.select_related("unit").order_by("pk"))
        )
    )
    codes = _codes_by_name({nominee.unit for nominee in nominees})
    lines = [_line(nominee, codes.get(nominee.unit, [])) for nominee in nominees]
    kept = tuple(line for line in _in_order(lines) if line.ref not in struck)
    old = {entry.ref: entry for entry in before.entries.all()} if before else {}
    new = {line.ref: line for line in kept}
    return Proposed(
        lines=kept,
        struck=tuple(struck.values()),
        added=tuple(line for line in kept if line.ref not in old),
        removed=tuple(entry for ref, entry in old.items() if ref not in new),
        changed=tuple(
            (old[line.ref], line)
            for line in kept
            if line.ref in old and line.shown() != shown_of(old[line.ref])
        ),
    )


def shown_of(entry: NoticeEntry) -> dict[str, Any]:
    """Return what everybody sees of a published line."""
    return {name: getattr(entry, name) for name in SHOWN}


def _in_order(lines: list[Line]) -> list[Line]:
    """Return the lines by category, then by the strokes of the whole name."""
    place = {
        ref: at for at, ref in enumerate(stroke_order({one.ref: one.name for one in lines}).keys)
    }
    return sorted(lines, key=lambda line: (line.category_position, place[line.ref]))


def _codes_by_name(names: set[str]) -> dict[str, list[str]]:
    """Return the units of these names. Villages repeat names: then all of them count."""
    found: dict[str, list[str]] = {}
    rows = Unit.objects.filter(name__in=names - {""}).order_by("code")
    for name, code in rows.values_list("name", "code"):
        found.setdefault(name, []).append(code)
    return found


def _line(nominee: Nominee, codes: list[str]) -> Line:
    category = nominee.category
    nominations = list(nominee.nominations.all())
    of_nominators = [one.unit.code for one in nominations if one.unit is not None]
    return Line(
        ref=f"nominee:{nominee.pk}",
        name=nominee.name,
        name_en=nominee.name_en,
        kind=nominee.kind,
        unit=nominee.unit,
        unit_en=nominee.unit_en,
        category_position=category.position,
        category=category.name,
        category_en=category.name_en,
        summary=nominee.summary,
        summary_en=nominee.summary_en,
        drawing=nominee.drawing,
        nominee_id=nominee.pk,
        unit_codes=tuple(dict.fromkeys([*codes, *of_nominators])),
        nominators=tuple(
            dict.fromkeys(one.nominator_id for one in nominations if one.nominator_id is not None)
        ),
    )
