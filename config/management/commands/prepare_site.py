"""Make everything ready that a site needs before its processes start."""

import hashlib
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from config import catalogues
from voting.ballots.stores import keyring
from voting.seasons.models import Season


class Command(BaseCommand):
    """Texts, static files, tables, keys, an administrator, a season: each only if needed."""

    help = "Compile texts, collect static files, migrate, make the first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty site with the demo")

    def handle(self, *, demo: bool, **options: Any) -> None:
        """Take each step that is due, and name it before it takes its time."""
        if catalogues.is_stale():
            self.stdout.write("· texts")
            catalogues.compile_all()
        digest = _static_digest()
        stamp = settings.DATA_DIR / "static.digest"
        if not stamp.exists() or stamp.read_text(encoding="ascii") != digest:
            self.stdout.write("· static files")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(digest, encoding="ascii")
        self.stdout.write("· database")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("ensure_superuser", stdout=self.stdout)
        if Season.objects.exists():
            return
        # Only now: where there are seasons, a key that is gone must be missed, not replaced.
        keyring().make()
        if demo:
            self.stdout.write("· demo season")
            call_command("seed_demo", stdout=self.stdout)


def _static_digest() -> str:
    """Return a fingerprint of all static files as they lie in the source, and of their names."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path}\0{storage.size(path)}\0".encode())
            digest.update(str(storage.get_modified_time(path)).encode())
    return digest.hexdigest()
