"""``demo_traffic``."""

import asyncio
import signal
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from voting.ballots.crowd import Crowd
from voting.ballots.http_voter import GaveUp, HttpVoter, new_session
from voting.rules.ballots import BallotRules, Cap
from voting.seasons.models import Nominee, Season

TELL_SECONDS = 10.0
MOST_AT_ONCE = 500  # voters who have the page open


class Command(BaseCommand):
    """A crowd that can be watched on the pages: it uses the same way in as everybody."""

    help = "Let a simulated crowd vote in a demonstration season through HTTP."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--season", help="short name; by default the demonstration season")
        parser.add_argument("--url", default=settings.SITE_ORIGIN, help="the running site")
        parser.add_argument(
            "--rate", type=float, default=60.0, help="ballots a minute, as the day's mean"
        )
        parser.add_argument(
            "--minutes", type=float, help="stop after so many; by default with Ctrl-C"
        )
        parser.add_argument(
            "--any-season", action="store_true", help="also one that is no demonstration"
        )
        parser.add_argument("--seed", type=int, help="the same number is the same crowd")

    def handle(
        self, *, season: str | None, url: str, rate: float, minutes: float | None, **options: Any
    ) -> None:
        """Vote until the time is over or somebody says stop."""
        if rate <= 0:
            raise CommandError("--rate must be more than 0.")
        chosen = self._season(season, any_season=options["any_season"])
        crowd = Crowd(_rules(chosen), _categories(chosen), seed=options["seed"])
        if not crowd.categories:
            raise CommandError(f"{chosen.slug} has nobody to vote for.")
        traffic = Traffic(self, crowd, url=url.rstrip("/"), season=chosen, per_minute=rate)
        try:
            asyncio.run(traffic.run(None if minutes is None else minutes * 60))
        except SiteAway as error:
            raise CommandError(str(error)) from error

    def _season(self, slug: str | None, *, any_season: bool) -> Season:
        seasons = Season.objects.order_by("-pk")
        demos = seasons.filter(is_demo=True, rehearsal_of=None)
        # Of several demonstrations, one that is being voted on.
        open_one = demos.filter(phase=Season.Phase.OPEN).first()
        found = seasons.filter(slug=slug).first() if slug else open_one or demos.first()
        if found is None:
            known = ", ".join(seasons.values_list("slug", flat=True)) or "none"
            raise CommandError(
                f"There is no season {slug}. Known: {known}."
                if slug
                else "There is no demonstration season. Make one: manage.py seed_demo"
            )
        if not (found.is_demo or found.rehearsal_of_id or any_season):
            raise CommandError(
                f"{found.slug} is a real season, and these would be made-up ballots. "
                "If that is wanted: --any-season"
            )
        return found


class SiteAway(Exception):
    """The site cannot be voted on; says why and what to do."""


class Traffic:
    """Voters who come and go."""

    def __init__(
        self, command: BaseCommand, crowd: Crowd, *, url: str, season: Season, per_minute: float
    ) -> None:
        self.command = command
        self.crowd = crowd
        self.url = url
        self.slug = season.slug
        self.zone = ZoneInfo(season.time_zone)
        self.per_minute = per_minute
        self.outcomes: Counter[str] = Counter()
        self.voting: set[asyncio.Task[None]] = set()
        self.began = self.told = time.monotonic()

    async def run(self, seconds: float | None) -> None:
        """Let voters come until the time is over. Raises SiteAway."""
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(ValueError, NotImplementedError, RuntimeError):  # not the main thread
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
        async with new_session() as session:
            await self._look(session)
            self.command.stdout.write(
                f"Made-up voters on {self.url}/zh-hans/s/{self.slug}/, "
                f"{self.per_minute:g} ballots a minute. Ctrl-C ends it."
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._come(session, stop)
            for task in self.voting:
                task.cancel()
            await asyncio.gather(*self.voting, return_exceptions=True)
        self._tell(last=True)

    async def _look(self, session: aiohttp.ClientSession) -> None:
        try:
            async with session.get(f"{self.url}/api/seasons/{self.slug}/tallies") as response:
                status = response.status
                phase = (
                    (await response.json(content_type=None)).get("phase") if status == 200 else ""
                )
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise SiteAway(
                f"No site answers at {self.url}. Start it with `make run`, or name it with --url."
            ) from error
        if status == 404:
            raise SiteAway(f"The site at {self.url} does not publish {self.slug}.")
        if phase not in {"open", ""}:
            raise SiteAway(f"{self.slug} takes no ballots now: {phase}.")

    async def _come(self, session: aiohttp.ClientSession, stop: asyncio.Event) -> None:
        last = time.monotonic()
        while not stop.is_set():
            moment = datetime.now(self.zone)
            hour = moment.hour + moment.minute / 60
            pause = self.crowd.pause_seconds(per_minute=self.per_minute, hour=hour)
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()
                    return
            now = time.monotonic()
            self.crowd.drift((now - last) / 3600)
            last = now
            if len(self.voting) < MOST_AT_ONCE:
                task = asyncio.create_task(self._vote(session))
                self.voting.add(task)
                task.add_done_callback(self.voting.discard)
            self._tell()

    async def _vote(self, session: aiohttp.ClientSession) -> None:
        voter = HttpVoter(session, self.url, self.slug, patience_seconds=30)
        choices = self.crowd.choices()
        try:
            token = str((await voter.token())["token"])
            await asyncio.sleep(self.crowd.thinking_seconds())
            answer = await voter.cast(token, choices)
        except GaveUp:
            self.outcomes["no answer"] += 1
            return
        if answer.outcome == "withdrawn":
            for number in answer.members.get("nominees", []):
                self.crowd.withdraw(number)
        self.outcomes["accepted" if answer.counted else answer.outcome] += 1

    def _tell(self, *, last: bool = False) -> None:
        now, terminal = time.monotonic(), sys.stdout.isatty()
        if not last and now - self.told < (1.0 if terminal else TELL_SECONDS):
            return
        self.told = now
        counts = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        line = (
            f"{now - self.began:6.0f} s  {counts or 'nobody yet'}; on the page {len(self.voting)}"
        )
        ending = "\n" if last or not terminal else ""
        self.command.stdout.write(f"\r{line}" if terminal else line, ending=ending)
        self.command.stdout.flush()


def _rules(season: Season) -> BallotRules:
    sheet = season.rule_sheet
    return BallotRules(
        sheet.min_choices,
        tuple(Cap(cap.scope, cap.period, cap.counts, cap.max) for cap in sheet.caps.all()),
    )


def _categories(season: Season) -> dict[str, int]:
    rows = Nominee.objects.filter(season=season, withdrawn_at__isnull=True).values_list(
        "ballot_number", "category__position"
    )
    return dict(rows)
