"""``find_duplicates``."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from voting.nominations.services import likening
from voting.seasons.models import Season


class Command(BaseCommand):
    """It compares all with each other; what people have decided about a pair stays."""

    help = "Search the nominations of a season for those that may be the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("season", help="the address of the season, such as longhui-2026")

    def handle(self, *, season: str, **options: Any) -> None:
        try:
            found = Season.objects.get(slug=season)
        except Season.DoesNotExist as error:
            raise CommandError(f"There is no season {season}.") from error
        number = likening.search(season_id=found.pk)
        self.stdout.write(f"Pairs that may be the same: {number}")
