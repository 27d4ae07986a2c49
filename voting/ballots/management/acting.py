"""What the commands that act on a season have in common: who, why, and kind refusals."""

import getpass
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from redis.exceptions import RedisError

from voting.ballots.services.errors import RuleBroken
from voting.hotpath.gate import NotReady
from voting.seasons.models import Nominee, Season


@contextmanager
def needing_the_store() -> Iterator[None]:
    """Tell in a sentence, and not in a traceback, that there is no vote store."""
    try:
        yield
    except ImproperlyConfigured as error:
        raise CommandError(str(error)) from error
    except RedisError as error:
        raise CommandError(f"The vote store cannot be reached: {error}") from error


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
        """Do it; a refusal is told in one sentence, and nothing has been changed then.

        In English, as everything that commands say.
        """
        try:
            with needing_the_store(), translation.override(None):
                return work()
        except Season.DoesNotExist as error:
            known = ", ".join(Season.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no such season. Known: {known}.") from error
        except Nominee.DoesNotExist as error:
            raise CommandError("There is no nominee with that number.") from error
        except (RuleBroken, NotReady) as error:
            raise CommandError(str(error)) from error
