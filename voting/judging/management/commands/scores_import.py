"""``scores_import``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from voting.judging.services.importing import import_scores
from voting.judging.tables import BOUNDS
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken


class Command(BaseCommand):
    """Nothing is written unless the whole file is right."""

    help = "Bring score sheets into a season: judge, nominee, criterion, points (CSV or XLSX)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the season")
        parser.add_argument("file", type=Path, help="the sheets (docs/results.md)")
        parser.add_argument(
            "--replace", action="store_true",
            help="take out first what earlier files brought for the same panel",
        )  # fmt: skip
        parser.add_argument("--actor", default="operator", help="who brings them")
        parser.add_argument("--approver", default="", help="who answers for them too (awards)")
        parser.add_argument("--reason", default="", help="where they come from (awards)")

    @no_translations
    def handle(self, *, slug: str, file: Path, replace: bool, **options: Any) -> None:
        try:
            with file.open("rb") as source:
                raw = source.read(BOUNDS.file + 1)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            found = import_scores(
                season=season_by_slug(slug), raw=raw, file_name=file.name, actor=options["actor"],
                replace=replace, approved_by=options["approver"], reason=options["reason"],
            )  # fmt: skip
        except Season.DoesNotExist as error:
            raise CommandError(f"There is no season {slug}.") from error
        except RuleBroken as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{slug}: {found.marks} marks on {found.sheets} sheets of {found.judges} judges; "
            f"{found.absent} absent"
        )
