"""``reconcile``."""

import sys
from argparse import ArgumentParser
from typing import Any

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.reconciling import NotCopied, reconcile
from voting.ballots.stores import vote_store


class Command(ActingCommand):
    """Changes nothing, and works while voting is open. Exit code 1 when anything differs."""

    help = "Compare the live tallies, the ledger and the stream at one position."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the season's short name in addresses")
        parser.add_argument(
            "--wait", type=float, default=30.0, help="seconds to let the ledger catch up"
        )

    def handle(self, *, slug: str, wait: float, **options: Any) -> None:
        try:
            found = self.carry_out(
                lambda: reconcile(slug=slug, client=vote_store(), wait_seconds=wait)
            )
        except NotCopied as error:
            self.stderr.write(str(error))
            sys.exit(1)
        self.stdout.write(
            f"{found.ballots} ballots with {found.choices} choices for {found.nominees} nominees; "
            f"{found.entries} of the ballots still in the stream; position "
            f"{', '.join(found.positions)}"
        )
        for difference in found.differences:
            self.stderr.write(f"DIFFERS  {difference}")
        if found.differences:
            sys.exit(1)
        self.stdout.write("Vote store, ledger and stream agree.")
