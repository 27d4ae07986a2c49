"""``season_close``."""

from typing import Any

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.opening import close_voting
from voting.ballots.stores import vote_store


class Command(ActingCommand):
    """Say who and why; the season's record keeps both."""

    help = "End voting; what was accepted before counts."

    def handle(self, *, slug: str, reason: str, by: str | None, **options: Any) -> None:
        season = self.carry_out(
            lambda: close_voting(
                slug=slug, actor=self.actor(by), reason=reason, client=vote_store()
            )
        )
        self.stdout.write(f"{season.slug}: {season.phase}")
