"""Triggers that keep proposals as they were signed, in both databases.

What the first person signed cannot be exchanged before the second one does, a decision cannot be
undone, and nothing is deleted. SQLite makes a new table when a migration alters a column, and
triggers stay behind with the old one: such a migration of this table must run ``remove`` before
and ``install`` after it.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE: Final = "approvals_proposal"
SIGNED: Final = "what was signed cannot change"
DECIDED: Final = "a decided proposal cannot change"
KEPT: Final = "proposals are kept"
_SIGNED_COLUMNS: Final = (
    "season_id", "kind", "payload", "difference", "reason", "seen", "proposed_by_id",
    "proposed_at",
)  # fmt: skip


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers in."""
    statements = _postgresql() if connection.vendor == "postgresql" else _sqlite()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take them out: for unapplying the migration."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_signed ON {TABLE}")
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_kept ON {TABLE}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_stays()")
            cursor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_is_kept()")
            return
        for name in ("signed", "decided", "kept"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_{name}")


def _sqlite() -> list[str]:
    changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _SIGNED_COLUMNS)

    def trigger(name: str, event: str, condition: str, message: str) -> str:
        return (
            f"CREATE TRIGGER {TABLE}_{name} BEFORE {event} ON {TABLE} {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    return [
        trigger("signed", "UPDATE", f"WHEN {changed}", SIGNED),
        trigger("decided", "UPDATE", "WHEN OLD.state <> 'waiting'", DECIDED),
        trigger("kept", "DELETE", "", KEPT),
    ]


def _postgresql() -> list[str]:
    # JSON as text: jsonb keeps one text for one value.
    changed = " OR ".join(
        f"OLD.{column}{cast} IS DISTINCT FROM NEW.{column}{cast}"
        for column in _SIGNED_COLUMNS
        for cast in ("::text" if column in {"payload", "difference"} else "",)
    )

    def refuse(message: str) -> str:
        return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation';"

    stays = (
        f"CREATE OR REPLACE FUNCTION {TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {changed} THEN {refuse(SIGNED)} END IF; "
        f"IF OLD.state <> 'waiting' THEN {refuse(DECIDED)} END IF; RETURN NEW; END $$"
    )
    kept = (
        f"CREATE OR REPLACE FUNCTION {TABLE}_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {refuse(KEPT)} END $$"
    )
    return [
        stays,
        (
            f"CREATE TRIGGER {TABLE}_signed BEFORE UPDATE ON {TABLE} "
            f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_stays()"
        ),
        kept,
        (
            f"CREATE TRIGGER {TABLE}_kept BEFORE DELETE OR TRUNCATE ON {TABLE} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_is_kept()"
        ),
    ]
