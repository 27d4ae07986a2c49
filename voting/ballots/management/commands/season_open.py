"""``season_open``."""

from typing import Any

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.opening import open_voting
from voting.ballots.stores import vote_store


class Command(ActingCommand):
    """Say who and why; the season's record keeps both."""

    help = "Freeze a draft's rules and open voting at its opening time."

    def handle(self, *, slug: str, reason: str, by: str | None, **options: Any) -> None:
        season = self.carry_out(
            lambda: open_voting(slug=slug, actor=self.actor(by), reason=reason, client=vote_store())
        )
        self.stdout.write(f"{season.slug}: {season.phase}")
