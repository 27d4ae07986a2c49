"""``write_ledger``."""

import signal
import sys
import threading
import time
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from redis.exceptions import RedisError

from voting.ballots.management.acting import needing_the_store
from voting.ballots.services.durability import require_durable
from voting.ballots.services.errors import StoreUnsafe
from voting.ballots.services.following import Follower, copy_all
from voting.ballots.services.writer import CursorLost
from voting.ballots.stores import cache_store, vote_store
from voting.hotpath.memory import settle

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 5.0


class Command(BaseCommand):
    """Run until told to stop; a batch in hand is finished first. One at a time does the work."""

    help = "Copy accepted ballots from the vote store into the ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is left to copy")
        parser.add_argument("--batch", type=int, default=2000, help="most ballots in a transaction")

    def handle(self, *, once: bool, batch: int, **options: Any) -> None:
        if once:
            with needing_the_store():
                copied = copy_all(vote_store(), cache_store())
            self.stdout.write(f"{copied} ballots copied.")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        with needing_the_store():
            follower = Follower(vote_store(), cache_store(), batch=batch)
        settle()
        pause = 0.2
        checked = False
        while not stop.is_set():
            try:
                if not checked:
                    require_durable(vote_store())
                    checked = True
                follower.step()
                pause = 0.2
            except StoreUnsafe as error:
                log.critical(str(error))
                sys.exit(2)
            except CursorLost as error:
                log.error("another writer is at work; leaving it to that one", cursor=str(error))
                sys.exit(3)
            except RedisError as error:
                log.warning("vote store cannot be reached", error=str(error), pause=pause)
                checked = False
                pause = self._wait(stop, pause)
            except DatabaseError as error:
                # Nothing is lost: what is not committed is read from the stream again.
                log.error("ledger cannot be written", error=str(error), pause=pause)
                connection.close()
                follower = Follower(vote_store(), cache_store(), batch=batch)
                pause = self._wait(stop, pause)
        log.info("writer stops", copied=follower.copied, at=time.time())

    @staticmethod
    def _wait(stop: threading.Event, pause: float) -> float:
        stop.wait(pause)
        return min(pause * 2, LONGEST_PAUSE)
