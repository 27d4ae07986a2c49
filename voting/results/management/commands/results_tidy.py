"""``results_tidy``: scans that belong to nothing."""

from typing import Any

from django.core.management.base import BaseCommand

from voting.results import evidence


class Command(BaseCommand):
    """Delete scans that no file of figures names: a server that was killed may leave one."""

    help = "Delete scans of figures that belong to nothing."

    def handle(self, **options: Any) -> None:
        """Tidy up once; run it daily."""
        self.stdout.write(f"files deleted: {evidence.sweep()}")
