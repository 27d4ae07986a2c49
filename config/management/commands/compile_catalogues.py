"""Compile the translations."""

from typing import Any

from django.core.management.base import BaseCommand

from config import catalogues


class Command(BaseCommand):
    """Write the .mo file that Django reads from the .po file that people write."""

    help = "Compile the Chinese texts (no system gettext needed)."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        """Compile if the source is newer."""
        if catalogues.is_stale():
            catalogues.compile_all()
            self.stdout.write(f"compiled {catalogues.COMPILED.name}")
