"""What the commands that bring figures have in common."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from voting.judging.tables import BOUNDS
from voting.results.models import FigureBatch
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken


class FiguresCommand(BaseCommand):
    """Nothing is written unless the whole file is right."""

    bring: Callable[..., list[FigureBatch]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for season and file."""
        parser.add_argument("slug", help="the season")
        parser.add_argument("file", type=Path, help="CSV or XLSX (docs/results.md)")
        parser.add_argument(
            "--source", default="", help="who counted what, when and where; published"
        )

    @no_translations
    def handle(self, *, slug: str, file: Path, source: str, **options: Any) -> None:
        """Bring the file in, and say what became of it."""
        try:
            with file.open("rb") as opened:
                raw = opened.read(BOUNDS.file + 1)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            batches = type(self).bring(
                season=season_by_slug(slug), raw=raw, file_name=file.name, source=source
            )
        except Season.DoesNotExist as error:
            raise CommandError(f"There is no season {slug}.") from error
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        for batch in batches:
            state = "counted" if batch.state == FigureBatch.State.COUNTED else "waiting"
            self.stdout.write(f"{batch.component}: {batch.figures.count()} figures, {state}")
            if state == "waiting":
                self.stdout.write("They count once somebody has confirmed them in the console.")
