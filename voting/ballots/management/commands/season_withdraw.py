"""``season_withdraw``."""

from argparse import ArgumentParser
from typing import Any

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.opening import withdraw_nominee
from voting.ballots.stores import vote_store


class Command(ActingCommand):
    """Choices received before stay, and are shown as those of a withdrawn nominee."""

    help = "Let a nominee get no new choices."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("number", help="ballot number")

    def handle(
        self, *, slug: str, number: str, reason: str, by: str | None, **options: Any
    ) -> None:
        nominee = self.carry_out(
            lambda: withdraw_nominee(
                slug=slug,
                number=number,
                actor=self.actor(by),
                reason=reason,
                client=vote_store(),
            )
        )
        self.stdout.write(f"{nominee} has withdrawn.")
