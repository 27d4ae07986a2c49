"""Triggers that refuse to change or delete what is in the ledger, in both databases."""

from django.db.backends.base.base import BaseDatabaseWrapper

# Evidence is not among them: it is destroyed when its retention time is over.
GUARDED_TABLES = ("ballots_ballot", "ballots_choice", "ballots_slot", "ballots_ledgerconflict")
EVENTS = ("UPDATE", "DELETE")


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        return [
            (
                f"CREATE TRIGGER {table}_append_only "
                f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()"
            )
        ]
    return [
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for event in EVENTS
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    """Guard the ledger's tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION ledger_is_append_only() RETURNS trigger "
                "LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation'; "
                "END $$"
            )
        for table in GUARDED_TABLES:
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the guard away: for unapplying the migration, and for emptying a test database."""
    with connection.cursor() as cursor:
        for table in GUARDED_TABLES:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
                continue
            for event in EVENTS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event.lower()}")
