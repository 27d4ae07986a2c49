"""``rebuild``."""

from typing import Any

from voting.ballots.management.acting import ActingCommand
from voting.ballots.services.rebuilding import rebuild
from voting.ballots.stores import cache_store, vote_store


class Command(ActingCommand):
    """For a vote store that is empty or behind the ledger; safe to repeat."""

    help = "Load the vote store from the ledger under a new epoch."

    def handle(self, *, slug: str, reason: str, by: str | None, **options: Any) -> None:
        season = self.carry_out(
            lambda: rebuild(
                slug=slug,
                actor=self.actor(by),
                reason=reason,
                client=vote_store(read_seconds=60.0),
                cache=cache_store(),
            )
        )
        self.stdout.write(f"{season.slug}: epoch {season.epoch}")
