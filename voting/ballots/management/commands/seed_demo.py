"""``seed_demo``."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

import voting.seasons
import voting.units
from voting.ballots.management.acting import needing_the_store
from voting.ballots.services.opening import open_voting
from voting.ballots.stores import vote_store
from voting.nominations.services.demo import demo_reason, seed_nominations
from voting.seasons.models import Season
from voting.seasons.services import import_season
from voting.units.models import Unit
from voting.units.services import import_units

DEMO_FILE = Path(voting.seasons.__file__).parent / "demo" / "longhui-2026.yaml"
UNITS_FILE = Path(voting.units.__file__).parent / "demo" / "longhui-units.csv"


class Command(BaseCommand):
    """Invented people and deeds in real places; does nothing when it is there already."""

    help = "Import the demo season, open its vote, and add a season that takes nominations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only-import", action="store_true", help="leave it a draft")

    def handle(self, *, only_import: bool, **options: Any) -> None:
        now: datetime = timezone.now()
        if not Unit.objects.exists():
            import_units(raw=UNITS_FILE.read_bytes(), actor="seed_demo", reason=demo_reason())
        season = Season.objects.filter(is_demo=True).first()
        if season is None:
            season = import_season(
                raw=DEMO_FILE.read_bytes(), file_name=DEMO_FILE.name, shift_to=now
            )
        if season.phase == Season.Phase.DRAFT and not only_import:
            with needing_the_store():
                season = open_voting(
                    slug=season.slug,
                    actor="seed_demo",
                    approver=demo_reason(),
                    reason=demo_reason(),
                    client=vote_store(),
                )
        self.stdout.write(f"{season.slug}: {season.phase}")
        coming = seed_nominations(now=now)
        if coming is not None:
            self.stdout.write(f"{coming.slug}: {coming.nominations.count()} nominations")
