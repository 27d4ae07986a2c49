"""Triggers that keep the rules of an opened season as they were, in both databases.

Once ``RuleSheet.frozen_at`` is set, the database refuses to change what
``services.canonical_rules`` covers, whoever asks; texts, phases and withdrawals go on. Season
events are only ever added. Rules cannot be frozen over a nominee without a ballot number.

SQLite makes a new table when a migration alters a column, and triggers stay behind with the old
one: such a migration of these tables must run ``remove`` before and ``install`` after it.
"""

from typing import Final, NamedTuple

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

MESSAGE: Final = "the rules are frozen"
EVENT_MESSAGE: Final = "season events are append-only"
NUMBER_MESSAGE: Final = "a nominee has no ballot number"


class _Guard(NamedTuple):
    """A table, how its rows lead to their rule sheet, and what is refused once that is frozen."""

    table: str
    # Condition on seasons_rulesheet; {row} is OLD or NEW.
    sheet: str
    # Columns that must not change; ("*",) for all.
    columns: tuple[str, ...]
    # Whether rows may neither come nor go.
    rows: bool


_OF_SEASON: Final = "season_id = {row}.season_id"
_NUMBERED: Final = "seasons_rulesheet_numbered"
_FREEZING: Final = "OLD.frozen_at IS NULL AND NEW.frozen_at IS NOT NULL"
_UNNUMBERED: Final = (
    "EXISTS (SELECT 1 FROM seasons_nominee WHERE season_id = NEW.season_id AND ballot_number = '')"
)
_RULE_COLUMNS: Final = (
    "season_id", "min_choices", "display", "display_delay_minutes", "display_hour",
    "turnout_public", "public_weight", "panel_weight", "rate_interval_ms", "rate_burst",
    "fresh_per_minute", "fresh_burst", "token_minutes", "frozen_at", "fingerprint",
)  # fmt: skip

GUARDS: Final = (
    _Guard(
        "seasons_season",
        "season_id = {row}.id",
        ("slug", "opens_at", "closes_at", "time_zone", "identity_level", "slices"),
        rows=False,
    ),
    _Guard("seasons_cap", "id = {row}.sheet_id",
           ("sheet_id", "scope", "period", "counts", "max"), rows=True),
    _Guard("seasons_votingwindow", _OF_SEASON, ("season_id", "starts_at"), rows=True),
    _Guard("seasons_category", _OF_SEASON, ("season_id", "position", "name", "places"), rows=True),
    _Guard("seasons_nominee", _OF_SEASON,
           ("season_id", "category_id", "ballot_number", "name"), rows=True),
)  # fmt: skip


def columns_of(model: type[models.Model]) -> list[str]:
    """Return the fields of a model that stand still once its season's rules are frozen."""
    columns: tuple[str, ...] = ()
    if model._meta.db_table == "seasons_rulesheet":  # noqa: SLF001 -- Django's documented way to ask
        columns = _RULE_COLUMNS
    for guard in GUARDS:
        if guard.table == model._meta.db_table:  # noqa: SLF001 -- likewise
            columns = guard.columns
    return [column.removesuffix("_id") for column in columns]


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in."""
    statements = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them out: for unapplying the migration, and for emptying a test database."""
    tables = ["seasons_rulesheet", "seasons_seasonevent", *(guard.table for guard in GUARDS)]
    with connection.cursor() as cursor:
        for table in tables:
            for event in ("insert", "update", "delete"):
                of_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_frozen_{event}{of_table}")
        of_table = " ON seasons_rulesheet" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER IF EXISTS {_NUMBERED}{of_table}")
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"DROP FUNCTION IF EXISTS {table}_stays()")
            cursor.execute(f"DROP FUNCTION IF EXISTS {_NUMBERED}()")


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def _events(guard: _Guard) -> list[tuple[str, list[str]]]:
    """Return each refused event with the rows (OLD, NEW) whose rule sheets count."""
    update = [("UPDATE", ["OLD", "NEW"])]
    return [("INSERT", ["NEW"]), ("DELETE", ["OLD"]), *update] if guard.rows else update


def _sqlite() -> list[str]:
    def trigger(table: str, event: str, condition: str, message: str) -> str:
        return (
            f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} "
            f"{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    statements = [
        trigger("seasons_seasonevent", event, "", EVENT_MESSAGE) for event in ("UPDATE", "DELETE")
    ]
    frozen = "OLD.frozen_at IS NOT NULL"
    statements += [
        trigger("seasons_rulesheet", "DELETE", f"WHEN {frozen}", MESSAGE),
        trigger(
            "seasons_rulesheet",
            "UPDATE",
            # A row that is saved without any change is no change.
            f"WHEN {frozen} AND ({_changed(_RULE_COLUMNS, 'IS NOT')})",
            MESSAGE,
        ),
        (
            f"CREATE TRIGGER {_NUMBERED} BEFORE UPDATE ON seasons_rulesheet "
            f"WHEN {_FREEZING} AND {_UNNUMBERED} BEGIN SELECT RAISE(ABORT, '{NUMBER_MESSAGE}'); END"
        ),
    ]
    for guard in GUARDS:
        for event, rows in _events(guard):
            sheets = " OR ".join(guard.sheet.format(row=row) for row in rows)
            changed = f"({_changed(guard.columns, 'IS NOT')}) AND " if event == "UPDATE" else ""
            condition = (
                f"WHEN {changed}EXISTS (SELECT 1 FROM seasons_rulesheet "  # noqa: S608 -- our names
                f"WHERE frozen_at IS NOT NULL AND ({sheets}))"
            )
            statements.append(trigger(guard.table, event, condition, MESSAGE))
    return statements


def _postgresql() -> list[str]:
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

    statements = [function("seasons_seasonevent", f"BEGIN {refuse(EVENT_MESSAGE)} END")]
    statements += [trigger("seasons_seasonevent", event) for event in ("UPDATE", "DELETE")]
    frozen = "OLD.frozen_at IS NOT NULL"
    different = "IS DISTINCT FROM"
    statements += [
        function("seasons_rulesheet", f"BEGIN {refuse(MESSAGE)} END"),
        trigger("seasons_rulesheet", "DELETE", f"WHEN ({frozen})"),
        trigger(
            "seasons_rulesheet",
            "UPDATE",
            f"WHEN ({frozen} AND ({_changed(_RULE_COLUMNS, different)}))",
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
    for guard in GUARDS:
        statements.append(function(guard.table, _sheet_check(guard, refuse(MESSAGE))))
        for event, _rows in _events(guard):
            changed = f"WHEN ({_changed(guard.columns, different)})" if event == "UPDATE" else ""
            statements.append(trigger(guard.table, event, changed))
    return statements


def _sheet_check(guard: _Guard, refusal: str) -> str:
    """Return the body of a trigger function that looks at the sheets of OLD and NEW.

    The lock makes whoever freezes the sheet at this moment wait for us, or us for them; without
    it, both could pass each other unseen.
    """
    checks = "".join(
        f" IF TG_OP <> '{absent}' THEN "  # noqa: S608 -- our names
        f"FOR sheet_frozen_at IN SELECT frozen_at FROM seasons_rulesheet "
        f"WHERE {guard.sheet.format(row=row)} FOR SHARE LOOP "
        f"IF sheet_frozen_at IS NOT NULL THEN {refusal} END IF; END LOOP; END IF;"
        for row, absent in (("OLD", "INSERT"), ("NEW", "DELETE"))
    )
    return (
        f"DECLARE sheet_frozen_at timestamptz; BEGIN{checks} "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END"
    )
