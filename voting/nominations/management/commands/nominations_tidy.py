"""Remove what nominations leave behind.

Answers of offices and contacts after the season, old drafts, orphaned files.
"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from voting.nominations.services.erasing import erase_old
from voting.nominations.services.files import sweep_files
from voting.nominations.sheets import waiting


class Command(BaseCommand):
    """Meant to run once a day; running it more often changes nothing."""

    help = "Erase contacts of past seasons, forgotten drafts, and files that belong to nothing."

    def handle(self, **_options: Any) -> None:
        erased = erase_old(days=settings.NOMINATION_CONTACT_DAYS, actor="nominations_tidy")
        swept = sweep_files() + waiting.sweep()
        self.stdout.write(f"{erased} nominations erased or forgotten, {swept} files removed")
