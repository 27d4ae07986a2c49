#!/usr/bin/env python
"""Run a management command of this project."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    # First of all: ledger, evidence, keys and mails are nobody else's on this machine, whichever
    # library or database makes the file.
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    execute_from_command_line(sys.argv)
