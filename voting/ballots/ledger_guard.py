"""Triggers that refuse to change or delete what is in the ledger, in both databases."""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

from voting.audit import append_only

# Evidence is not among them: it is destroyed when its retention time is over.
GUARDED_TABLES: Final = (
    "ballots_ballot", "ballots_choice", "ballots_slot", "ballots_ledgerconflict",
)  # fmt: skip


def install(connection: BaseDatabaseWrapper) -> None:
    """Guard the ledger's tables."""
    append_only.install(connection, *GUARDED_TABLES)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the guard away: for unapplying the migration, and for emptying a test database."""
    append_only.remove(connection, *GUARDED_TABLES)
