"""Triggers for tables whose rows are added and never changed, in both databases.

It stands in the lowest topic with tables, so that every topic with a history can use it. SQLite
makes a new table when a migration alters a column, and triggers stay behind with the old one: such
a migration must run ``remove`` before and ``install`` after it.
"""

from django.db.backends.base.base import BaseDatabaseWrapper


def message(table: str) -> str:
    """Return what the database says when it refuses."""
    return f"{table} is append-only"


def install(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Refuse UPDATE and DELETE (on PostgreSQL TRUNCATE too) on these tables."""
    with connection.cursor() as cursor:
        for table in tables:
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper, *tables: str) -> None:
    """Take the triggers away: for unapplying a migration."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
                cursor.execute(f"DROP FUNCTION IF EXISTS {table}_refuses()")
                continue
            for event in ("update", "delete"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{event}")


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "postgresql":
        refuse = f"RAISE EXCEPTION '{message(table)}' USING ERRCODE = 'restrict_violation';"
        function = (
            f"CREATE OR REPLACE FUNCTION {table}_refuses() RETURNS trigger "
            f"LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"
        )
        trigger = (
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE "
            f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuses()"
        )
        return [function, trigger]
    return [
        f"CREATE TRIGGER {table}_no_{event} BEFORE {event.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{message(table)}'); END"
        for event in ("update", "delete")
    ]
