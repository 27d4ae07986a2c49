"""``season_tell_store``."""

from argparse import ArgumentParser
from typing import Any

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.amending import tell_store
from voting.ballots.stores import vote_store


class Command(ActingCommand):
    """Repair what an amendment could not do when the vote store was out of reach."""

    help = "Write the end of voting, as the rules have it, into the vote store. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the season's short name in addresses")

    def handle(self, *, slug: str, **options: Any) -> None:
        self.carry_out(lambda: tell_store(slug=slug, client=vote_store()))
        self.stdout.write(f"{slug}: the vote store knows the end of voting")
