"""``units_import``."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils.translation import gettext as _

from voting.units.services import import_units
from voting.units.unit_file import MAX_BYTES, UnitFileInvalid


class Command(BaseCommand):
    """Nothing is written unless the whole file is right."""

    help = "Add units from a CSV file, and rename those that are there under another name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="columns: code, name, tier, parent, kind, ...")
        parser.add_argument("--actor", required=True, help="who does it")
        parser.add_argument("--reason", required=True, help="why, for the history")

    @no_translations  # in English, as everything that commands say
    def handle(self, *, file: Path, actor: str, reason: str, **options: Any) -> None:
        try:
            with file.open("rb") as source:
                raw = source.read(MAX_BYTES + 1)
            summary = import_units(raw=raw, actor=actor, reason=reason)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except UnitFileInvalid as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("Units added: %(added)d, renamed: %(renamed)d, unchanged: %(unchanged)d")
            % {
                "added": summary.added,
                "renamed": summary.renamed,
                "unchanged": summary.unchanged,
            }
        )
