"""``season_open``."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.opening import open_voting
from voting.ballots.stores import vote_store


class Command(ActingCommand):
    """For whoever runs the server. It names two people, and the record says that it was this way.

    In the console each of the two signs for herself; here nobody has seen them do so.
    """

    help = "Freeze a draft's rules and open voting at its opening time, in the name of two people."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--approver", required=True, help="who has agreed: somebody else")

    def handle(
        self, *, slug: str, reason: str, by: str | None, approver: str, **options: Any
    ) -> None:
        if by is None:
            raise CommandError("Say who opens: --actor NAME, and somebody else as --approver NAME.")
        season = self.carry_out(
            lambda: open_voting(
                slug=slug,
                actor=self.actor(by),
                approver=approver,
                reason=reason,
                client=vote_store(),
            )
        )
        self.stdout.write(f"{season.slug}: {season.phase}")
