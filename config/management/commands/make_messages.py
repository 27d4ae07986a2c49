"""Bring the catalogue of texts up to date with the program."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config import catalogues


class Command(BaseCommand):
    """Find all texts in Python and templates; keep every translation there is."""

    help = "Update the catalogue of Chinese texts from Python and templates."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if a translation is missing"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        """Update or check, and say what is missing."""
        if not check:
            changes = catalogues.update()
            for text in changes.retired:
                self.stdout.write(f"retired: {text!r}")
        missing = catalogues.missing()
        for text in missing:
            self.stdout.write(f"missing: {text!r}")
        if check and missing:
            raise CommandError(f"{len(missing)} texts have no Chinese translation")
