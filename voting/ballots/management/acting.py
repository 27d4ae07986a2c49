"""What the commands that act on a season have in common: who, why, and kind refusals."""

import getpass
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from redis.exceptions import RedisError

from voting.ballots.services.errors import RuleBroken
from voting.hotpath.gate import NotReady
from voting.seasons.models import Nominee, Season


class ActingCommand(BaseCommand):
    """A command that changes a season, on record with who and why."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for season, reason and person."""
        parser.add_argument("slug", help="the season's short name in addresses")
        parser.add_argument("--reason", required=True, help="why; goes on public record")
        parser.add_argument(
            "--by", "--actor", dest="by", default=None,
            help="who; by default the user name at this machine",
        )  # fmt: skip

    def actor(self, by: str | None) -> str:
        """Return who acts."""
        return by or f"{getpass.getuser()} (command line)"

    def carry_out(self, work: Callable[[], Any]) -> Any:
        """Do it; a refusal is told in one sentence, and nothing has been changed then."""
        try:
            return work()
        except Season.DoesNotExist as error:
            known = ", ".join(Season.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no such season. Known: {known}.") from error
        except Nominee.DoesNotExist as error:
            raise CommandError("There is no nominee with that number.") from error
        except (RuleBroken, NotReady) as error:
            raise CommandError(str(error)) from error
        except RedisError as error:
            raise CommandError(f"The vote store cannot be reached: {error}") from error
