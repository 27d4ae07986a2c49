"""The part of a measurement that needs the site's models: one command a line, as JSON.

Started as ``python -m loadtests.season_work`` in the environment of the measured site; commands
come on standard input, one answer a line goes to standard output.
"""

import asyncio
import json
import os
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from channels.layers import get_channel_layer  # noqa: E402 -- after the apps are loaded
from django.conf import settings  # noqa: E402 -- after the apps are loaded
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from loadtests.ballots_made import category_of, choose, make, numbers, script_arguments  # noqa: E402
from realtime import published  # noqa: E402
from realtime.hub import GROUP as HUB  # noqa: E402
from voting.ballots.models import LedgerCursor  # noqa: E402
from voting.ballots.services import opening, rebuilding, reconciling  # noqa: E402
from voting.ballots.services.following import Follower  # noqa: E402
from voting.ballots.services.rows import insert, rows_for  # noqa: E402
from voting.ballots.stores import cache_store, keyring, vote_store  # noqa: E402
from voting.hotpath import gate  # noqa: E402
from voting.hotpath.evidence import Evidence  # noqa: E402
from voting.hotpath.memory import settle  # noqa: E402
from voting.hotpath.stream import Accepted  # noqa: E402
from voting.rules import display  # noqa: E402
from voting.seasons.models import Cap, Category, Nominee, RuleSheet, Season  # noqa: E402

ZONE = "Asia/Shanghai"
CHUNK = 10_000
Answer = dict[str, Any]


def open_season(*, slug: str, nominees: int, most: int = 10) -> Answer:
    """Make a season with the demo's limits and open it. most: choices on a ballot."""
    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    season = Season.objects.create(
        slug=slug,
        name=slug,
        organiser="-",
        opens_at=now - timedelta(hours=3),
        closes_at=now + timedelta(days=2),
        time_zone=ZONE,
    )
    sheet = RuleSheet.objects.create(
        season=season, fresh_per_minute=1_000_000_000, fresh_burst=1_000_000_000
    )
    limits = (
        ("season", "day", "ballots", 1),
        ("season", "ballot", "choices", most),
        ("category", "ballot", "choices", max(4, most)),
    )
    for scope, period, counts, limit in limits:
        Cap.objects.create(sheet=sheet, scope=scope, period=period, counts=counts, max=limit)
    names = numbers(nominees)
    categories = {
        position: Category.objects.create(season=season, position=position, name=str(position))
        for position in sorted({category_of(place) for place in range(nominees)})
    }
    Nominee.objects.bulk_create(
        Nominee(
            season=season, category=categories[category_of(place)], ballot_number=name, name=name
        )
        for place, name in enumerate(names)
    )
    opening.open_voting(
        slug=slug, actor="measurement", approver="measured", reason="measurement",
        client=vote_store(),
    )  # fmt: skip
    return {"epoch": 1}


def prefill(*, slug: str, ballots: int, choices: int = 3) -> Answer:
    """Fill the ledger with ballots of the last hours, by the writer's own rows and COPY."""
    season = Season.objects.get(slug=slug)
    cursor = LedgerCursor.objects.get(season=season, epoch=season.epoch)
    nominees = dict(Nominee.objects.filter(season=season).values_list("ballot_number", "pk"))
    key = keyring().season(slug)
    began = time.perf_counter()
    first_ms = int((season.opens_at + timedelta(minutes=1)).timestamp() * 1000)
    number = 0
    for entries in _earlier_ballots(list(nominees), first_ms, ballots, choices):
        with transaction.atomic():
            insert(
                [
                    rows_for(cursor, number + place, entry, nominees=nominees, season_key=key)
                    for place, entry in enumerate(entries)
                ]
            )
            number += len(entries)
            cursor.last_ms, cursor.last_seq = entries[-1].ms, entries[-1].seq
            cursor.entries = number
            cursor.save()
    with connection.cursor() as sql:
        sql.execute("ANALYZE")
    return {"seconds": time.perf_counter() - began}


def _earlier_ballots(
    names: list[str], first_ms: int, count: int, choices: int
) -> Iterator[list[Accepted]]:
    """Yield entries, 100 in each millisecond, as the stream would have held them."""
    chance = random.Random(1)
    entries = []
    for place in range(count):
        at_ms = first_ms + place // 100
        day = f"{datetime.fromtimestamp(at_ms / 1000, ZoneInfo(ZONE)):%Y%m%d}"
        voter, vote = secrets.token_bytes(16), secrets.token_bytes(16)
        seen = Evidence(
            voter, voter, b"p" * 16, at_ms // 86_400_000, False, False, 9000, "wechat", "own", None
        )  # fmt: skip
        entries.append(
            Accepted(
                at_ms, place % 100, vote, at_ms, choose(names, choices, chance),
                f"sdb::d{day}:1", False, seen,
            )
        )  # fmt: skip
        if len(entries) == CHUNK or place == count - 1:
            yield entries
            entries = []


def rebuild(*, slug: str) -> Answer:
    """Load the vote store from the ledger."""
    began = time.perf_counter()
    season = rebuilding.rebuild(
        slug=slug,
        actor="measurement",
        reason="measurement",
        client=vote_store(read_seconds=60.0),
        cache=cache_store(),
    )
    return {"seconds": time.perf_counter() - began, "epoch": season.epoch}


def fill(*, slug: str, ballots: int, choices: int = 3) -> Answer:
    """Put real entries into the stream: ballots accepted by the vote script itself."""
    season = Season.objects.get(slug=slug)
    client = vote_store(read_seconds=60.0)
    run = gate.run_id(client).encode()
    names = list(Nominee.objects.filter(season=season).values_list("ballot_number", flat=True))
    client.script_load(gate.CAST.source)
    accepted = 0
    pipeline = client.pipeline(transaction=False)
    made = make(keyring(), slug=slug, names=names, choices=choices, count=ballots)
    for place, one in enumerate(made, 1):
        arguments = script_arguments(one, keyring=keyring(), slug=slug, epoch=season.epoch, run=run)
        pipeline.evalsha(gate.CAST.sha, *arguments)
        if place % 1000 == 0 or place == ballots:
            accepted += sum(answer[0] == 1 for answer in pipeline.execute())
    return {"accepted": accepted}


def copy(*, batch: int = 2000) -> Answer:
    """Copy what stands in the streams as the writer's command does, and time it."""
    settle()
    follower = Follower(vote_store(), cache_store(), batch=batch)
    follower.refresh()
    copied, began, own = 0, time.perf_counter(), time.process_time()
    while True:
        before = follower.positions()
        copied += follower.step(block_ms=None)
        if follower.positions() == before:
            break
    seconds, own = time.perf_counter() - began, time.process_time() - own
    return {"ballots": copied, "seconds": seconds, "cpu": own}


def reconcile(*, slug: str) -> Answer:
    """Compare vote store, ledger and stream."""
    found = reconciling.reconcile(slug=slug, client=vote_store(), wait_seconds=60)
    return {"ballots": found.ballots, "differences": found.differences}


def no_rewrites() -> Answer:
    """Keep the store from writing its log anew while it is compared with another one.

    When that happens depends on the log's size; what it costs would fall on one of the two.
    """
    client = vote_store(read_seconds=60.0)
    client.config_set("auto-aof-rewrite-percentage", 0)
    facts: Any = client.info("persistence")
    while facts["aof_rewrite_in_progress"] or facts["aof_rewrite_scheduled"]:
        time.sleep(0.2)
        facts = client.info("persistence")
    return {"log_mib": facts["aof_current_size"] / 2**20}


class Publisher:
    """Says what the ticker would say: frames of a few nominees, at a steady rate."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        text = cache_store().get(published.state_key(slug))
        if not isinstance(text, bytes):
            raise TypeError(f"{slug} has no published state")
        self.state = published.decode(text)
        self.chance = random.Random(1)

    def frame(self) -> str:
        """Return the next frame, encoded."""
        state = self.state
        known: dict[str, dict[str, int | None]] = state["nominees"]
        changed = {
            number: known[number] | {"votes": (known[number]["votes"] or 0) + 3}
            for number in self.chance.sample(sorted(known), 8)
        }
        now_ms = int(time.time() * 1000)
        following = state | {
            "version": state["version"] + 1, "updated_ms": now_ms, "taken_ms": now_ms,
            "turnout": (state["turnout"] or 0) + 8, "nominees": known | changed,
        }  # fmt: skip
        told = display.frame(state, following)
        self.state = following
        return published.encode(told)

    async def publish(self, group: str, ticks: int, per_second: float) -> list[int]:
        """Send frames; return their versions."""
        layer, versions = get_channel_layer(), []
        began = asyncio.get_running_loop().time()
        for tick in range(ticks):
            due = began + tick / per_second - asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, due))
            text = self.frame()
            versions.append(int(self.state["version"]))
            message = {"type": "tallies", "slug": self.slug, "text": text}
            await layer.group_send(group, message)
        await asyncio.sleep(1.5)  # for what is still on its way
        # A word to the hub, which takes a long silence for a dead subscription.
        await layer.group_send(HUB, {"type": "tallies", "slug": "", "text": ""})
        return versions


@cache
def _publisher(slug: str, _group: str) -> Publisher:
    # One for each group: the frames of a group follow each other without a gap.
    return Publisher(slug)


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()  # the layer's connection belongs to one loop


def publish(*, slug: str, group: str, ticks: int, per_second: float) -> Answer:
    """Tick for a while."""
    work = _publisher(slug, group).publish(group, ticks, per_second)
    return {"versions": _runner().run(work)}


def pin(*, cpus: list[int]) -> Answer:
    """Keep this process on some processors."""
    os.sched_setaffinity(0, cpus)
    return {}


COMMANDS: dict[str, Callable[..., Answer]] = {
    each.__name__: each
    for each in (
        open_season,
        prefill,
        rebuild,
        no_rewrites,
        fill,
        copy,
        reconcile,
        publish,
        pin,
    )
}


def main() -> None:
    """Carry out commands until standard input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not stand between the answers
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    for line in sys.stdin:
        words = json.loads(line)
        answers.write(json.dumps(COMMANDS[words.pop("command")](**words)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
