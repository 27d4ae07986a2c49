#!/usr/bin/env python
"""Run a management command of this project."""

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line
from django.db import OperationalError, connection


def without_database() -> str:
    """Return what to say where DATA_DIR holds no database of the site; "" where it does.

    Whoever runs the site with a DATA_DIR of its own forgets it easily with the next command, which
    then looks into another folder. A database elsewhere (DATABASE_URL) is not meant here.
    """
    from django.conf import settings  # noqa: PLC0415 -- there are none before a command has run

    if connection.vendor != "sqlite":
        return ""
    if Path(connection.settings_dict["NAME"]).parent != Path(settings.DATA_DIR):
        return ""
    if connection.introspection.table_names():
        return ""
    return (
        f"There is no database of the site in DATA_DIR, which is {settings.DATA_DIR}. Set DATA_DIR "
        "to the same folder as for `run`; `run` makes the database when it starts for the first "
        "time."
    )


def main() -> None:
    """Run the command of the command line."""
    # First of all: ledger, evidence, keys and mails are nobody else's on this machine, whichever
    # library or database makes the file.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        said = without_database() if "no such table" in str(error) else ""
        if not said:
            raise
        sys.exit(said)


if __name__ == "__main__":
    main()
