"""``season_export``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from voting.seasons.models import Season
from voting.seasons.services import export_season


class Command(BaseCommand):
    """The file can be edited and imported again, here or elsewhere."""

    help = "Write a season as a season file (docs/season-file.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the season's short name in addresses")
        parser.add_argument("--output", type=Path, help="the file to write; else it is printed")

    @no_translations  # in English, as everything that commands say
    def handle(self, *, slug: str, output: Path | None, **options: Any) -> None:
        try:
            text = export_season(slug=slug)
        except Season.DoesNotExist as error:
            known = ", ".join(Season.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no such season. Known: {known or 'none'}.") from error
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            output.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
