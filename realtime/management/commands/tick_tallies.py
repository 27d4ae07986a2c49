"""The command that runs the ticker."""

import asyncio
import signal
import threading
from argparse import ArgumentParser
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from realtime.hub import GROUP
from realtime.ticker import Ticker
from voting.ballots.management.acting import needing_the_store
from voting.hotpath.stores import connect


class Command(BaseCommand):
    """Tick until told to stop. Any number may be started; one works, the others wait."""

    help = "Publish the live tallies by each season's display rule."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="look at every season once")

    def handle(self, *, once: bool, **options: Any) -> None:
        """Run until SIGTERM or SIGINT; the tick in hand is finished first."""
        if not settings.REDIS_URL or not settings.CACHE_REDIS_URL:
            raise CommandError("REDIS_URL is not set: name the vote store, or use `make run`.")
        with asyncio.Runner() as runner:
            layer = get_channel_layer()

            def announce(slug: str, text: str) -> None:
                runner.run(layer.group_send(GROUP, {"type": "tallies", "slug": slug, "text": text}))

            ticker = Ticker(
                votes=connect(settings.REDIS_URL),
                cache=connect(settings.CACHE_REDIS_URL),
                announce=announce,
                rate=getattr(settings, "TICKS_PER_SECOND", 2),
            )
            if once:
                with needing_the_store():
                    ticker.tick()
                    ticker.store.give_up()
            else:
                stop = threading.Event()
                for number in (signal.SIGTERM, signal.SIGINT):
                    signal.signal(number, lambda *_: stop.set())
                ticker.run(stop)
            runner.run(layer.flush())
