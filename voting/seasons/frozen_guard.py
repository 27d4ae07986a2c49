"""Triggers that keep the rules of an opened season as they were, in both databases.

Once ``RuleSheet.frozen_at`` is set, the database refuses to change what
``services.canonical_rules`` covers, whoever asks; texts, phases and withdrawals go on. Season
events are only ever added. Rules cannot be frozen over a nominee without a ballot number.

There is one way to change a frozen rule: first a row of ``seasons_ruleamendment``, which is on
record for good, then the sheet's next version with the fingerprints that the row names, then the
values that the row names. A row of another number, another value, or no row at all: refused.

SQLite makes a new table when a migration alters a column, and triggers stay behind with the old
one: such a migration of these tables must run ``remove`` before and ``install`` after it. Only a
rehearsal's sheet can be thawed, to wipe it (``rehearsal_guard``). What
does not exist yet when an early migration installs the guard is left out, and added by the later
one that makes it.
"""

from typing import Final, NamedTuple

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from voting.audit import append_only
from voting.seasons import rehearsal_guard

MESSAGE: Final = "the rules are frozen"
EVENT_MESSAGE: Final = rehearsal_guard.EVENT_MESSAGE
NUMBER_MESSAGE: Final = "a nominee has no ballot number"
AMENDMENT_MESSAGE: Final = "an amendment must follow the rules in force"

SHEET: Final = "seasons_rulesheet"
EVENTS: Final = "seasons_seasonevent"
AMENDMENTS: Final = "seasons_ruleamendment"


class _Guard(NamedTuple):
    """A table, how its rows lead to their rule sheet, and what is refused once that is frozen."""

    table: str
    # Condition on seasons_rulesheet; {row} is OLD or NEW.
    sheet: str
    # Columns that must not change.
    columns: tuple[str, ...]
    # Whether rows may neither come nor go.
    rows: bool
    # Columns that an amendment may change, and the condition that one does.
    movable: tuple[str, ...] = ()
    amended: str = "1 = 0"


_OF_SEASON: Final = "season_id = {row}.season_id"
_NUMBERED: Final = "seasons_rulesheet_numbered"
_FREEZING: Final = "OLD.frozen_at IS NULL AND NEW.frozen_at IS NOT NULL"
_UNNUMBERED: Final = (
    "EXISTS (SELECT 1 FROM seasons_nominee WHERE season_id = NEW.season_id AND ballot_number = '')"
)
# The sheet's own columns: those that nothing changes any more, and those that an amendment may.
_FIXED: Final = (
    "season_id", "min_choices", "public_weight", "panel_weight", "conversion", "panel", "ties",
    "consolidation", "honours", "shortlisting", "notice_working_days", "rate_interval_ms",
    "rate_burst", "fresh_per_minute", "fresh_burst", "token_minutes", "frozen_at",
    "fingerprint_format",
)  # fmt: skip
_AMENDABLE: Final = (
    "display", "display_delay_minutes", "display_hour", "turnout_public",
    "candidate_notice_days", "result_notice_days",
)  # fmt: skip
_NAMED: Final = " AND ".join(
    f"NEW.{column} = COALESCE(a.{column}, OLD.{column})" for column in _AMENDABLE
)
_SHEET_AMENDED: Final = (
    f"EXISTS (SELECT 1 FROM {AMENDMENTS} a WHERE a.season_id = OLD.season_id "  # noqa: S608 -- our names
    "AND a.number = OLD.version + 1 AND NEW.version = a.number "
    "AND a.fingerprint_before = OLD.fingerprint AND a.fingerprint_after = NEW.fingerprint "
    f"AND {_NAMED})"
)
_END_AMENDED: Final = (
    f"EXISTS (SELECT 1 FROM {AMENDMENTS} a JOIN {SHEET} s ON s.season_id = a.season_id "  # noqa: S608 -- our names
    "WHERE a.season_id = NEW.id AND a.number = s.version AND a.closes_at = NEW.closes_at "
    "AND NEW.closes_at > OLD.closes_at)"
)
# A new amendment follows the version and the fingerprint that are in force, and only lengthens
# voting that is not over.
_FOLLOWS: Final = (
    f"EXISTS (SELECT 1 FROM {SHEET} s JOIN seasons_season e ON e.id = s.season_id "  # noqa: S608 -- our names
    "WHERE s.season_id = NEW.season_id AND s.frozen_at IS NOT NULL "
    "AND NEW.number = s.version + 1 AND NEW.fingerprint_before = s.fingerprint "
    "AND e.phase <> 'announced' AND (NEW.closes_at IS NULL "
    "OR (NEW.closes_at > e.closes_at AND e.phase IN ('open', 'paused'))))"
)

GUARDS: Final = (
    _Guard(
        "seasons_season",
        "season_id = {row}.id",
        ("slug", "opens_at", "time_zone", "identity_level", "slices"),
        rows=False,
        movable=("closes_at",),
        amended=_END_AMENDED,
    ),
    _Guard("seasons_cap", "id = {row}.sheet_id",
           ("sheet_id", "scope", "period", "counts", "max"), rows=True),
    _Guard("seasons_votingwindow", _OF_SEASON, ("season_id", "starts_at"), rows=True),
    _Guard("seasons_category", _OF_SEASON, ("season_id", "position", "name", "places"), rows=True),
    # Quotas ask for unit, kind and traits, and for who has won before.
    _Guard("seasons_nominee", _OF_SEASON,
           ("season_id", "category_id", "ballot_number", "name", "kind", "unit", "traits"),
           rows=True),
    _Guard("seasons_pastwinner", _OF_SEASON, ("season_id", "name"), rows=True),
)  # fmt: skip


def columns_of(model: type[models.Model]) -> list[str]:
    """Return the fields of a model that stand still once its season's rules are frozen."""
    table = model._meta.db_table  # noqa: SLF001 -- Django's documented way to ask
    columns: tuple[str, ...] = ()
    if table == SHEET:
        columns = (*_FIXED, *_AMENDABLE, "fingerprint", "version")
    for guard in GUARDS:
        if guard.table == table:
            columns = (*guard.columns, *guard.movable)
    return [column.removesuffix("_id") for column in columns]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in, for the tables and columns that exist."""
    present = _present(connection)
    statements = (_postgresql if connection.vendor == "postgresql" else _sqlite)(present)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    if AMENDMENTS in present:
        append_only.install(connection, AMENDMENTS)
    rehearsal_guard.install(connection)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them out: for unapplying the migration, and for emptying a test database."""
    rehearsal_guard.remove(connection)
    present = _present(connection)
    tables = [SHEET, EVENTS, AMENDMENTS, *(guard.table for guard in GUARDS)]
    with connection.cursor() as cursor:
        for table in tables:
            if table not in present:
                continue
            for event in ("insert", "update", "delete", "truncate"):
                of_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{event}{of_table}")
        of_table = " ON seasons_rulesheet" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER IF EXISTS {_NUMBERED}{of_table}")
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"DROP FUNCTION IF EXISTS {table}_stays()")
            cursor.execute(f"DROP FUNCTION IF EXISTS {_NUMBERED}()")
            cursor.execute("DROP FUNCTION IF EXISTS seasons_frozen_truncate()")
    if AMENDMENTS in present:
        append_only.remove(connection, AMENDMENTS)


def _present(connection: BaseDatabaseWrapper) -> dict[str, frozenset[str]]:
    """Return the columns of our tables as they are at this migration."""
    names = {SHEET, EVENTS, AMENDMENTS, *(guard.table for guard in GUARDS)}
    with connection.cursor() as cursor:
        there = names & set(connection.introspection.table_names(cursor))
        return {
            table: frozenset(
                column.name
                for column in connection.introspection.get_table_description(cursor, table)
            )
            for table in there
        }


def _guards(present: dict[str, frozenset[str]]) -> list[_Guard]:
    """Return the guards of what exists; before there are amendments nothing is movable."""
    there = [
        guard._replace(columns=tuple(one for one in guard.columns if one in present[guard.table]))
        for guard in GUARDS
        if guard.table in present
    ]
    if AMENDMENTS in present:
        return there
    return [
        guard._replace(columns=(*guard.columns, *guard.movable), movable=(), amended="1 = 0")
        for guard in there
    ]


def _sheet_columns(present: dict[str, frozenset[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what nothing may change in a frozen sheet, and what an amendment may."""
    movable = (*_AMENDABLE, "fingerprint", "version")
    there = present[SHEET]
    if AMENDMENTS not in present:
        return tuple(name for name in (*_FIXED, *movable) if name in there), ()
    return tuple(name for name in _FIXED if name in there), movable


def _unless_thawing(present: dict[str, frozenset[str]]) -> str:
    """Return what else must hold for a refusal: that it is not a rehearsal that is being wiped."""
    if "rehearsal_of_id" not in present[rehearsal_guard.SEASON]:
        return ""
    return f" AND NOT (NEW.frozen_at IS NULL AND {rehearsal_guard.REHEARSES})"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns) or "1 = 0"


def _breaks(columns: tuple[str, ...], movable: tuple[str, ...], amended: str, differs: str) -> str:
    """Return the condition that an update changes what it must not."""
    found = f"({_changed(columns, differs)})"
    return f"({found} OR (({_changed(movable, differs)}) AND NOT {amended}))" if movable else found


def _events(guard: _Guard) -> list[tuple[str, list[str]]]:
    """Return each refused event with the rows (OLD, NEW) whose rule sheets count."""
    update = [("UPDATE", ["OLD", "NEW"])]
    return [("INSERT", ["NEW"]), ("DELETE", ["OLD"]), *update] if guard.rows else update


def _sqlite(present: dict[str, frozenset[str]]) -> list[str]:
    def trigger(table: str, event: str, condition: str, message: str) -> str:
        return (
            f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} "
            f"{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    statements = [trigger(EVENTS, event, "", EVENT_MESSAGE) for event in ("UPDATE", "DELETE")]
    frozen = "OLD.frozen_at IS NOT NULL"
    fixed, movable = _sheet_columns(present)
    # A row that is saved without any change is no change.
    breaks = _breaks(fixed, movable, _SHEET_AMENDED, "IS NOT")
    statements += [
        trigger(SHEET, "DELETE", f"WHEN {frozen}", MESSAGE),
        trigger(SHEET, "UPDATE", f"WHEN {frozen} AND {breaks}{_unless_thawing(present)}", MESSAGE),
        (
            f"CREATE TRIGGER {_NUMBERED} BEFORE UPDATE ON seasons_rulesheet "
            f"WHEN {_FREEZING} AND {_UNNUMBERED} BEGIN SELECT RAISE(ABORT, '{NUMBER_MESSAGE}'); END"
        ),
    ]
    if AMENDMENTS in present:
        statements.append(trigger(AMENDMENTS, "INSERT", f"WHEN NOT {_FOLLOWS}", AMENDMENT_MESSAGE))
    for guard in _guards(present):
        for event, rows in _events(guard):
            sheets = " OR ".join(guard.sheet.format(row=row) for row in rows)
            changed = (
                f"{_breaks(guard.columns, guard.movable, guard.amended, 'IS NOT')} AND "
                if event == "UPDATE"
                else ""
            )
            condition = (
                f"WHEN {changed}EXISTS (SELECT 1 FROM {SHEET} "  # noqa: S608 -- our names
                f"WHERE frozen_at IS NOT NULL AND ({sheets}))"
            )
            statements.append(trigger(guard.table, event, condition, MESSAGE))
    return statements


def _postgresql(present: dict[str, frozenset[str]]) -> list[str]:
    def function(table: str, body: str) -> str:
        return (
            f"CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"{body} $$"
        )

    def trigger(table: str, event: str, condition: str = "") -> str:
        return (
            f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} "
            f"FOR EACH ROW {condition} EXECUTE FUNCTION {table}_stays()"
        )

    def refuse(message: str) -> str:
        return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"

    different = "IS DISTINCT FROM"
    statements = [function(EVENTS, f"BEGIN {refuse(EVENT_MESSAGE)} END")]
    statements += [trigger(EVENTS, event) for event in ("UPDATE", "DELETE")]
    frozen = "OLD.frozen_at IS NOT NULL"
    fixed, movable = _sheet_columns(present)
    # No subquery may stand in a trigger's WHEN: whether an amendment allows it, the body asks.
    breaks = _breaks(fixed, movable, _SHEET_AMENDED, different)
    body = (
        f"BEGIN IF TG_OP = 'DELETE' THEN {refuse(MESSAGE)} END IF; "
        f"IF {breaks}{_unless_thawing(present)} THEN {refuse(MESSAGE)} END IF; RETURN NEW; END"
    )
    statements += [
        function(SHEET, body),
        trigger(SHEET, "DELETE", f"WHEN ({frozen})"),
        trigger(
            SHEET, "UPDATE", f"WHEN ({frozen} AND ({_changed((*fixed, *movable), different)}))"
        ),
        (
            f"CREATE OR REPLACE FUNCTION {_NUMBERED}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF {_UNNUMBERED} THEN {refuse(NUMBER_MESSAGE)} END IF; RETURN NEW; END $$"
        ),
        (
            f"CREATE TRIGGER {_NUMBERED} BEFORE UPDATE ON seasons_rulesheet FOR EACH ROW "
            f"WHEN ({_FREEZING}) EXECUTE FUNCTION {_NUMBERED}()"
        ),
    ]
    if AMENDMENTS in present:
        statements += [
            function(
                AMENDMENTS,
                f"BEGIN IF NOT {_FOLLOWS} THEN {refuse(AMENDMENT_MESSAGE)} END IF; RETURN NEW; END",
            ),
            trigger(AMENDMENTS, "INSERT"),
        ]
    # What no row trigger sees: emptying a whole table.
    statements.append(
        "CREATE OR REPLACE FUNCTION seasons_frozen_truncate() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN {refuse(MESSAGE)} END $$"
    )
    statements += [
        f"CREATE TRIGGER {table}_frozen_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION seasons_frozen_truncate()"
        for table in (SHEET, EVENTS, *(guard.table for guard in _guards(present)))
    ]
    for guard in _guards(present):
        statements.append(function(guard.table, _sheet_check(guard, refuse(MESSAGE))))
        for event, _rows in _events(guard):
            columns = (*guard.columns, *guard.movable)
            changed = f"WHEN ({_changed(columns, different)})" if event == "UPDATE" else ""
            statements.append(trigger(guard.table, event, changed))
    return statements


def _sheet_check(guard: _Guard, refusal: str) -> str:
    """Return the body of a trigger function that looks at the sheets of OLD and NEW.

    The lock makes whoever freezes the sheet at this moment wait for us, or us for them; without
    it, both could pass each other unseen.
    """
    # A trigger's WHEN has seen that something changes; a row that comes or goes is always refused.
    breaks = _breaks(guard.columns, guard.movable, guard.amended, "IS DISTINCT FROM")
    refused = f"IF {breaks} THEN {refusal} END IF;" if guard.movable else refusal
    checks = "".join(
        f" IF TG_OP <> '{absent}' THEN "  # noqa: S608 -- our names
        f"FOR sheet_frozen_at IN SELECT frozen_at FROM {SHEET} "
        f"WHERE {guard.sheet.format(row=row)} FOR SHARE LOOP "
        f"IF sheet_frozen_at IS NOT NULL THEN {refused} END IF; END LOOP; END IF;"
        for row, absent in (("OLD", "INSERT"), ("NEW", "DELETE"))
    )
    return (
        f"DECLARE sheet_frozen_at timestamptz; BEGIN{checks} "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
    )
