"""``season_close``."""

from argparse import ArgumentParser
from typing import Any

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.opening import close_voting
from voting.ballots.stores import vote_store


class Command(ActingCommand):
    """Say who and why; the season's record keeps both."""

    help = "End voting; what was accepted before counts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--approver", default="", help="who has agreed; needed before the closing time"
        )

    def handle(
        self, *, slug: str, reason: str, by: str | None, approver: str, **options: Any
    ) -> None:
        season = self.carry_out(
            lambda: close_voting(
                slug=slug,
                actor=self.actor(by),
                approver=approver,
                reason=reason,
                client=vote_store(),
            )
        )
        self.stdout.write(f"{season.slug}: {season.phase}")
