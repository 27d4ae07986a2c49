"""Whom the next version of a notice would name: the list as it stands now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Prefetch

from voting.nominations.models import Nomination
from voting.nominations.queries import proposed_nominees
from voting.notices.lists import LISTS
from voting.notices.models import NoticeEntry, NoticeKind, PublicNotice
from voting.notices.queries.notices import struck_entries
from voting.rules.numbering import stroke_order
from voting.seasons.models import Nominee, Season
from voting.units.models import Unit


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: what a notice shows of somebody, and what handlers need to know.

    ref: what it stands for, whatever becomes of the nominee's row: that one is deleted and made
    anew when a decision is taken back and made again. refs: all under which a version published
    before may have it, the surest first.
    """

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
    refs: tuple[str, ...] = ()

    def shown(self) -> dict[str, Any]:
        """Return what a version keeps of the line and covers with its fingerprint."""
        return {name: getattr(self, name) for name in SHOWN}


SHOWN = (
    "ref", "name", "name_en", "kind", "unit", "unit_en", "category_position", "category",
    "category_en", "summary", "summary_en",
)  # fmt: skip
_BY_NOMINEE: Final = "nominee:"  # of nominees without a nomination, and of all in older versions


@dataclass(frozen=True, slots=True)
class Proposed:
    """The list for the next version, beside the one that was published last."""

    lines: tuple[Line, ...]
    struck: tuple[str, ...]  # names that an upheld objection took off
    added: tuple[Line, ...]
    removed: tuple[NoticeEntry, ...]
    changed: tuple[tuple[NoticeEntry, Line], ...]
    back: tuple[Line, ...] = ()  # taken off by an upheld objection, and accepted again since

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
    taken_off = struck_entries(season, kind)
    old = list(before.entries.all()) if before else []
    lines = _lines(season, kind)
    lost = _lost([*taken_off, *old])
    back = [line for line in lines if any(_is_of(one, line, lost) for one in taken_off)]
    kept = [line for line in lines if line not in back]
    found = _paired(kept, old, lost)
    still = {entry.pk for entry in found.values()}
    return Proposed(
        lines=tuple(kept),
        struck=tuple({entry.ref: entry.name for entry in taken_off}.values()),
        added=tuple(line for line in kept if line.ref not in found),
        removed=tuple(entry for entry in old if entry.pk not in still),
        changed=tuple(
            (found[line.ref], line)
            for line in kept
            if line.ref in found and _seen(line) != _seen(found[line.ref])
        ),
        back=tuple(back),
    )


def nominee_of(entry: NoticeEntry) -> int | None:
    """Return the key of the nominee for whom a published line stands now, if still proposed."""
    lost = _lost([entry])
    lines = _lines(entry.notice.season, entry.notice.kind)
    return next((line.nominee_id for line in lines if _is_of(entry, line, lost)), None)


def shown_of(entry: NoticeEntry) -> dict[str, Any]:
    """Return what everybody sees of a published line."""
    return {name: getattr(entry, name) for name in SHOWN}


def _lines(season: Season, kind: str) -> list[Line]:
    rows = proposed_nominees(season)
    if kind != NoticeKind.CANDIDATE:
        rows = rows.filter(pk__in=LISTS[kind].members(season))
    nominees = list(
        rows.prefetch_related(
            Prefetch("nominations", Nomination.objects.select_related("unit").order_by("pk"))
        )
    )
    codes = _codes_by_name({nominee.unit for nominee in nominees})
    return _in_order([_line(nominee, codes.get(nominee.unit, [])) for nominee in nominees])


def _seen(line: Line | NoticeEntry) -> dict[str, Any]:
    """Return what readers see of a line: all but what it is known by inside."""
    return {name: getattr(line, name) for name in SHOWN if name != "ref"}


def _lost(entries: Iterable[NoticeEntry]) -> set[str]:
    """Return the refs of older versions that lead nowhere: rows were deleted and made anew."""
    refs = {entry.ref for entry in entries if entry.ref.startswith(_BY_NOMINEE)}
    keys = {ref.removeprefix(_BY_NOMINEE) for ref in refs}
    asked = [int(key) for key in keys if key.isdecimal()]
    there = set(Nominee.objects.filter(pk__in=asked).values_list("pk", flat=True))
    return {ref for ref in refs if ref not in {f"{_BY_NOMINEE}{pk}" for pk in there}}


def _is_of(entry: NoticeEntry, line: Line, lost: Collection[str]) -> bool:
    """Return whether a published line is of the same nominee as one of the list as it stands.

    Of an older version whose row is gone that is who is called the same, in the same unit and
    category, and was put forward by the same people.
    """
    return entry.ref in line.refs or (entry.ref in lost and _looks(entry) == _looks(line))


def _looks(line: Line | NoticeEntry) -> tuple[Any, ...]:
    return (line.name, line.kind, line.unit, line.category_position, *line.nominators)


def _paired(
    lines: Sequence[Line], entries: Sequence[NoticeEntry], lost: Collection[str]
) -> dict[str, NoticeEntry]:
    """Return the published line of each one that has one, by ref; no published line serves two.

    The surest refs go first: two that were put together may both stand in the version before.
    """
    free = {entry.ref: entry for entry in entries}
    found: dict[str, NoticeEntry] = {}
    for place in range(max((len(line.refs) for line in lines), default=0)):
        for line in lines:
            if line.ref not in found and place < len(line.refs) and line.refs[place] in free:
                found[line.ref] = free.pop(line.refs[place])
    gone = {_looks(entry): ref for ref, entry in free.items() if ref in lost}
    for line in lines:
        ref = None if line.ref in found else gone.pop(_looks(line), None)
        if ref is not None:
            found[line.ref] = free[ref]
    return found


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
    # The one that stands for all first, then what was put together with it.
    nominations = sorted(
        nominee.nominations.all(), key=lambda one: one.state == Nomination.State.MERGED
    )
    by_row = f"{_BY_NOMINEE}{nominee.pk}"
    by_code = [f"nomination:{one.code}" for one in nominations]
    of_nominators = [one.unit.code for one in nominations if one.unit is not None]
    return Line(
        ref=[*by_code, by_row][0],
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
        refs=(*by_code[:1], by_row, *by_code[1:]),
    )
