"""What is kept no longer than needed: who objected, and files that belong to nothing."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from voting.notices import evidence, services


class Command(BaseCommand):
    """Erase objectors whose time is over, and delete files that no objection names."""

    help = "Erase who made objections that are settled for long; delete files left behind."

    def handle(self, **options: Any) -> None:
        """Tidy up once; run it daily."""
        before = timezone.now() - timedelta(days=settings.OBJECTION_CONTACT_DAYS)
        erased = services.erase_settled(before=before, actor="notices_tidy")
        self.stdout.write(f"objectors erased: {erased}, files deleted: {evidence.sweep()}")
