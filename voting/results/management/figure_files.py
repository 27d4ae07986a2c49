"""What the commands that bring figures have in common."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from voting.judging.tables import BOUNDS
from voting.nominations import documents
from voting.results.evidence import checked
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
        parser.add_argument(
            "--evidence", type=Path, help="a scan of the count (PDF, JPEG, PNG, at most 10 MB)"
        )

    @no_translations
    def handle(
        self, *, slug: str, file: Path, source: str, evidence: Path | None, **options: Any
    ) -> None:
        """Bring the file in, and say what became of it."""
        raw = _read(file, BOUNDS.file)
        scan = _read(evidence, documents.MOST_BYTES) if evidence else b""
        try:
            batches = type(self).bring(
                season=season_by_slug(slug), raw=raw, file_name=file.name, source=source,
                evidence=checked(evidence.name, scan) if evidence else None,
            )  # fmt: skip
        except Season.DoesNotExist as error:
            raise CommandError(f"There is no season {slug}.") from error
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        for batch in batches:
            state = "counted" if batch.state == FigureBatch.State.COUNTED else "waiting"
            self.stdout.write(f"{batch.component}: {batch.figures.count()} figures, {state}")
            if state == "waiting":
                self.stdout.write("They count once somebody has confirmed them in the console.")


def _read(path: Path, most: int) -> bytes:
    """Read no more than is needed to see that a file is too large."""
    try:
        with path.open("rb") as opened:
            return opened.read(most + 1)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
