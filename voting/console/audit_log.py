"""What was done, read from three histories as one: the audit log, seasons' and units' events.

Each page costs one query for each history, however long they are: a page begins behind the last
line of the one before it, not after so many lines.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Concat
from django.utils import timezone

from accounts.models import User
from voting.audit.models import AuditEntry
from voting.console import audit_words
from voting.console.dates import FIRST_YEAR, LAST_YEAR
from voting.notices.models import Objection
from voting.notices.queries.ties import covered
from voting.seasons.models import SeasonEvent
from voting.units.models import Unit, UnitEvent

PAGE: Final = 50
BATCH: Final = 1000  # lines that an export reads at once
TWIN: Final = timedelta(seconds=2)  # two lines of one transaction are not further apart
UNIT_FIELDS: Final = frozenset({"unit", "parent", "merged_into"})  # hold the code of a unit
_ACCOUNT: Final = re.compile(r"#[0-9]{1,9}")  # as audit.services.name_of writes it
SOURCES: Final = ("log", "season", "unit")  # at the same moment, in this order


class Key(NamedTuple):
    """Where a line stands: rises with time."""

    at: datetime
    rank: int
    pk: int

    def written(self) -> str:
        """Return it as it stands in an address."""
        return f"{self.at.isoformat()}_{self.rank}_{self.pk}"


class Line(NamedTuple):
    """One thing that somebody did."""

    key: Key
    actor: str
    action: str  # topic and verb, such as role.grant
    season: str  # slug, or ""
    unit: str  # code, or ""
    target: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reason: str

    @property
    def what(self) -> str:
        """What was done, in words."""
        return audit_words.action(self.action)

    @property
    def who(self) -> str:
        """Who did it, in words."""
        return audit_words.person(self.actor)

    @property
    def about(self) -> str:
        """What it was done to, in words."""
        return audit_words.target(self.action, self.target)

    def units(self) -> set[str]:
        """Return the codes of all units that the line names."""
        named = {one.get(name) for one in (self.before, self.after) for name in UNIT_FIELDS}
        return {code for code in (self.unit, *named) if isinstance(code, str) and code}

    def difference(
        self, units: Mapping[str, str] | None = None, entries: Mapping[str, str] | None = None
    ) -> list[tuple[str, str, str]]:
        """Return label, before and after of what is not the same.

        units: how units are called, by code, as ``unit_words`` has it. entries: whom objections
        are about, as ``entry_words`` has it.
        """
        found = []
        signed = (
            audit_words.signed_labels(self.target) if self.action.startswith("approval.") else {}
        )
        for name in dict.fromkeys([*self.before, *self.after]):
            if self.action == "nomination.check":
                old, new = (audit_words.answered(str(one.get(name) or ""))
                            for one in (self.before, self.after))  # fmt: skip
                found.append((audit_words.question(name), old, new))
                continue
            before = audit_words.value(self.action, name, self.before.get(name))
            after = audit_words.value(self.action, name, self.after.get(name))
            if units and name in UNIT_FIELDS:
                before, after = units.get(before, before), units.get(after, after)
            if entries and name == "ref":
                after = entries.get(self.target, after)
            if before != after:
                found.append((signed.get(name) or audit_words.field(name), before, after))
        return found


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for. seasons: slugs, None for all that there are and what belongs to none.

    covered: numbers of objections of which the reader must see nothing.
    """

    seasons: tuple[str, ...] | None = None
    season: str = ""
    actor: str = ""
    topic: str = ""
    words: str = ""
    first: date | None = None
    last: date | None = None
    covered: frozenset[str] = frozenset()


def search_for(reader: User, season: str = "") -> Search:
    """Return the search for all that a reader may see, of one season or of everything.

    season: slug. Whoever is tied to an objection must not read its history here, where the inbox
    hides it; nor may a search find what it says, so the lines are left out before searching.
    """
    seasons = (season,) if season else None
    return Search(seasons=seasons, covered=covered(reader, seasons=seasons))


def lines(search: Search, *, behind: Key | None = None, limit: int = PAGE) -> list[Line]:
    """Return so many lines, the latest first. behind: the last line of the page before."""
    found: list[Line] = []
    for rank, source in enumerate(SOURCES):
        rows = _READERS[source](search)
        if rows is None:
            continue
        if behind is not None:
            earlier = Q(at__lt=behind.at)
            if rank < behind.rank:
                earlier |= Q(at=behind.at)
            elif rank == behind.rank:
                earlier |= Q(at=behind.at, pk__lt=behind.pk)
            rows = rows.filter(earlier)
        found += [_LINES[source](row, rank) for row in rows.order_by("-at", "-pk")[:limit]]
    found.sort(key=lambda line: line.key, reverse=True)
    return found[:limit]


def unit_words(found: Iterable[Line]) -> dict[str, str]:
    """Return the units that lines name, by code: the name of today with the code. One query."""
    codes = {code for line in found for code in line.units()}
    named = Unit.objects.filter(code__in=codes).values_list("code", "name")
    return {code: f"{name} ({code})" for code, name in named}


def people_words(found: Iterable[Line]) -> dict[str, str]:
    """Return people whom lines know by the number of their account, with their name. One query."""
    marks = {line.target for line in found if _ACCOUNT.fullmatch(line.target)}
    rows = User.objects.filter(pk__in=[int(mark[1:]) for mark in marks]).exclude(name="")
    return {f"#{pk}": f"{name} (#{pk})" for pk, name in rows.values_list("pk", "name")}


def entry_words(found: Iterable[Line]) -> dict[str, str]:
    """Return whom objections are about, by their numbers: the name in the notice. One query."""
    numbers = {line.target for line in found if line.after.get("ref")}
    rows = Objection.objects.filter(number__in=numbers).exclude(entry=None)
    return dict(rows.values_list("number", "entry__name"))


def every_line(search: Search) -> Iterator[Line]:
    """Yield all lines, the latest first, a batch at a time."""
    behind: Key | None = None
    while batch := lines(search, behind=behind, limit=BATCH):
        yield from batch
        behind = batch[-1].key


def key_of(written: str) -> Key | None:
    """Return the place that an address names; None if it names none."""
    try:
        at, rank, pk = written.rsplit("_", 2)
        key = Key(datetime.fromisoformat(at), int(rank), int(pk))
    except ValueError:
        return None
    # Neither database compares what lies at the ends of time or of its numbers.
    known = timezone.is_aware(key.at) and FIRST_YEAR <= key.at.year <= LAST_YEAR
    return key if known and key.pk < 2**63 else None


def _log(search: Search) -> QuerySet[Any]:
    rows = AuditEntry.objects.filter(_times(search), actor__icontains=search.actor)
    if search.covered:
        rows = rows.exclude(action__startswith="objection.", target__in=search.covered)
    if search.seasons is not None:
        rows = rows.filter(season__in=search.seasons)
    if search.season:
        rows = rows.filter(season=search.season)
    if search.topic:
        rows = rows.filter(audit_words.of_topic(search.topic))
    return rows.filter(
        _holds(search.words, "action", "target", "reason", "unit", "actor")
        | _holds_json(search.words, "before", "after")
    )


def _season_events(search: Search) -> QuerySet[Any] | None:
    if search.topic not in {"", "season"}:
        return None
    # Most of what happens to a season is written into both; it is one thing, and shown once.
    around = ExpressionWrapper(OuterRef("at") - TWIN, output_field=DateTimeField())
    until = ExpressionWrapper(OuterRef("at") + TWIN, output_field=DateTimeField())
    twins = AuditEntry.objects.filter(
        season=OuterRef("season__slug"), actor=OuterRef("actor"), reason=OuterRef("reason"),
        action__endswith=Concat(Value("."), OuterRef("action")), at__gte=around, at__lte=until,
    )  # fmt: skip
    rows = SeasonEvent.objects.filter(~Exists(twins), _times(search), actor__icontains=search.actor)
    if search.seasons is not None:
        rows = rows.filter(season__slug__in=search.seasons)
    if search.season:
        rows = rows.filter(season__slug=search.season)
    return rows.select_related("season").filter(
        _holds(search.words, "action", "reason", "actor") | _holds_json(search.words, "detail")
    )


def _unit_events(search: Search) -> QuerySet[Any] | None:
    # Units belong to no season: their history stands in the log of all seasons alone.
    if search.topic not in {"", "unit"} or search.season or search.seasons is not None:
        return None
    rows = UnitEvent.objects.filter(_times(search), actor__icontains=search.actor)
    return rows.select_related("unit").filter(
        _holds(search.words, "action", "reason", "actor", "unit__name", "unit__code")
        | _holds_json(search.words, "before", "after")
    )


def _times(search: Search) -> Q:
    condition = Q()
    if search.first is not None:
        condition &= Q(at__gte=_midnight(search.first))
    if search.last is not None:
        condition &= Q(at__lt=_midnight(search.last + timedelta(days=1)))
    return condition


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _holds(words: str, *fields: str) -> Q:
    condition = Q()
    if words:
        for name in fields:
            condition |= Q(**{f"{name}__icontains": words})
    return condition


def _holds_json(words: str, *fields: str) -> Q:
    # SQLite keeps the text with \u escapes, PostgreSQL without.
    escaped = json.dumps(words)[1:-1]
    return _holds(words, *fields) | (_holds(escaped, *fields) if escaped != words else Q())


def _log_line(row: AuditEntry, rank: int) -> Line:
    return Line(
        Key(row.at, rank, row.pk), row.actor, row.action, row.season, row.unit, row.target,
        row.before, row.after, row.reason,
    )  # fmt: skip


def _season_line(row: SeasonEvent, rank: int) -> Line:
    return Line(
        Key(row.at, rank, row.pk), row.actor, f"season.{row.action}", row.season.slug, "",
        row.season.name, {}, row.detail, row.reason,
    )  # fmt: skip


def _unit_line(row: UnitEvent, rank: int) -> Line:
    return Line(
        Key(row.at, rank, row.pk), row.actor, f"unit.{row.action}", "", row.unit.code,
        row.unit.name, row.before, row.after, row.reason,
    )  # fmt: skip


_READERS: Final[Mapping[str, Any]] = {
    "log": _log, "season": _season_events, "unit": _unit_events,
}  # fmt: skip
_LINES: Final[Mapping[str, Any]] = {
    "log": _log_line, "season": _season_line, "unit": _unit_line,
}  # fmt: skip
