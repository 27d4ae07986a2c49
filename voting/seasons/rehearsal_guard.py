"""What lets a rehearsal be wiped, and nothing else: triggers in both databases.

A season is a rehearsal from its first row on, or never: ``rehearsal_of_id`` does not change. From
tables whose rows are never deleted, rows of a rehearsal may be; those of all other seasons stay as
they were. And the frozen rules of a rehearsal may be thawed (``frozen_guard``), as the first step
of wiping it.

``frozen_guard`` calls these: whatever migration takes its triggers off takes off these too, since
on SQLite no trigger may name a table that is being made anew.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from voting.audit import append_only

MESSAGE: Final = "a season is a rehearsal from its first row on, or never"
EVENT_MESSAGE: Final = "season events are append-only"
SEASON: Final = "seasons_season"
EVENTS: Final = "seasons_seasonevent"
# Tables with the column season_id that are otherwise only added to; ledger, sealed results and what
# was done to score sheets are among them.
ERASABLE: Final = (
    EVENTS, "seasons_ruleamendment", "ballots_ballot", "ballots_choice", "ballots_slot",
    "ballots_ledgerconflict", "results_resultsnapshot", "judging_seatevent",
)  # fmt: skip
REHEARSES: Final = (
    "EXISTS (SELECT 1 FROM seasons_season WHERE id = OLD.season_id AND rehearsal_of_id IS NOT NULL)"
)
_STAYS: Final = f"{SEASON}_rehearsal_stays"


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in, once there are rehearsals at all."""
    if not _known(connection):
        return
    statements: list[str] = []
    for table in _present(connection):
        text = EVENT_MESSAGE if table == EVENTS else append_only.message(table)
        statements += _erasable(connection.vendor, table, text)
    _run(connection, [*_removal(connection), *statements, *_stays(connection.vendor)])


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them out, and let no row of the ledger be deleted until they are back."""
    if not _known(connection):
        return
    plain: list[str] = []
    for table in _present(connection):
        if not table.startswith(("ballots_", "results_", "judging_")):
            continue  # frozen_guard sees to those
        if connection.vendor == "postgresql":
            plain.append(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            plain.append(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()"
            )
        else:
            plain.append(f"DROP TRIGGER IF EXISTS {table}_no_delete")
            plain.append(_abort(table, "no_delete", "DELETE", "", append_only.message(table)))
    _run(connection, [*_removal(connection), *plain])


def _known(connection: BaseDatabaseWrapper) -> bool:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, SEASON)
    return any(column.name == "rehearsal_of_id" for column in columns)


def _present(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the tables that exist and have their guard already."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
            )
        else:
            cursor.execute("SELECT DISTINCT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        guarded = {table for (table,) in cursor.fetchall()}
    return [table for table in ERASABLE if table in guarded]


def _erasable(vendor: str, table: str, message: str) -> list[str]:
    if vendor != "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_no_delete",
            f"DROP TRIGGER IF EXISTS {table}_frozen_delete",
            _abort(table, "keeps", "DELETE", f"WHEN NOT {REHEARSES}", message),
        ]
    refuse = f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"
    statements = [f"DROP TRIGGER IF EXISTS {table}_frozen_delete ON {table}"]
    if table != EVENTS:
        statements += [
            f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
            (
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR TRUNCATE "
                f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()"
            ),
        ]
    return [
        *statements,
        (
            f"CREATE OR REPLACE FUNCTION {table}_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF NOT {REHEARSES} THEN {refuse} END IF; RETURN OLD; END $$"
        ),
        (
            f"CREATE TRIGGER {table}_keeps BEFORE DELETE ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION {table}_keeps()"
        ),
    ]


def _stays(vendor: str) -> list[str]:
    if vendor != "postgresql":
        condition = "WHEN OLD.rehearsal_of_id IS NOT NEW.rehearsal_of_id"
        return [
            (
                f"CREATE TRIGGER {_STAYS} BEFORE UPDATE ON {SEASON} {condition} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        ]
    refuse = f"RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'restrict_violation';"
    return [
        (
            f"CREATE OR REPLACE FUNCTION {_STAYS}() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN {refuse} END $$"
        ),
        (
            f"CREATE TRIGGER {_STAYS} BEFORE UPDATE ON {SEASON} FOR EACH ROW "
            "WHEN (OLD.rehearsal_of_id IS DISTINCT FROM NEW.rehearsal_of_id) "
            f"EXECUTE FUNCTION {_STAYS}()"
        ),
    ]


def _removal(connection: BaseDatabaseWrapper) -> list[str]:
    on_postgresql = connection.vendor == "postgresql"
    of_season = f" ON {SEASON}" if on_postgresql else ""
    statements = [f"DROP TRIGGER IF EXISTS {_STAYS}{of_season}"]
    if on_postgresql:
        statements.append(f"DROP FUNCTION IF EXISTS {_STAYS}()")
    for table in _present(connection):
        of_table = f" ON {table}" if on_postgresql else ""
        statements.append(f"DROP TRIGGER IF EXISTS {table}_keeps{of_table}")
        if on_postgresql:
            statements.append(f"DROP FUNCTION IF EXISTS {table}_keeps()")
    return statements


def _abort(table: str, name: str, event: str, condition: str, message: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
