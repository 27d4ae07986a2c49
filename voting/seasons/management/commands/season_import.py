"""``season_import``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone
from django.utils.translation import gettext as _

from voting.seasons.models import Season
from voting.seasons.season_file import SeasonFileInvalid
from voting.seasons.season_file.nodes import MAX_BYTES
from voting.seasons.season_file.wording import cap_in_words
from voting.seasons.services import RuleBroken, import_season


class Command(BaseCommand):
    """Nothing is written unless the whole file is right."""

    help = "Make a draft of a season file, or replace the draft of that name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a season file (docs/season-file.md)")
        parser.add_argument(
            "--shift-to-now",
            action="store_true",
            help="for demonstrations: as if voting had opened two days ago, with five to go",
        )

    @no_translations  # in English, as everything that commands say
    def handle(self, *, file: Path, shift_to_now: bool, **options: Any) -> None:
        try:
            with file.open("rb") as source:
                raw = source.read(MAX_BYTES + 1)  # one more than allowed is enough to refuse it
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            season = import_season(
                raw=raw, file_name=file.name, shift_to=timezone.now() if shift_to_now else None
            )
        except (SeasonFileInvalid, RuleBroken) as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\n".join(_summary(season)))


def _summary(season: Season) -> list[str]:
    zone = ZoneInfo(season.time_zone)
    categories = list(season.categories.all())
    nominee_count = sum(len(category.nominees.all()) for category in categories)
    caps = [cap_in_words(cap) for cap in season.rule_sheet.caps.all()]
    return [
        _("%(slug)s is a draft: %(name)s") % {"slug": season.slug, "name": season.name},
        _("Voting: %(opens)s to %(closes)s (%(zone)s)")
        % {
            "opens": f"{season.opens_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "closes": f"{season.closes_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "zone": season.time_zone,
        },
        _("Categories: %(categories)d, nominees: %(nominees)d, past winners: %(winners)d")
        % {
            "categories": len(categories),
            "nominees": nominee_count,
            "winners": len(season.past_winners.all()),
        },
        *(f"  {category.position} {category.name}: {len(category.nominees.all())}"
          for category in categories),
        _("Choices on a ballot: %(least)d or more") % {"least": season.rule_sheet.min_choices},
        *(f"  {words}" for words in caps or [_("no limits")]),
    ]  # fmt: skip
