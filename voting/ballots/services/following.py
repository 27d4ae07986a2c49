"""Following the streams: what the writer's command does again and again."""

import json
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from copy import copy
from typing import NamedTuple

import redis
import structlog
from redis.exceptions import RedisError

from voting.ballots.models import LedgerCursor
from voting.ballots.services.writer import (
    Batch,
    CursorLost,
    SeasonFacts,
    advance,
    prepare,
    write,
)
from voting.ballots.stores import keyring
from voting.hotpath import gate, stream
from voting.hotpath.keyfiles import KeyMissing
from voting.hotpath.keys import slice_keys
from voting.seasons.models import Nominee, Season

log = structlog.get_logger(__name__)

BLOCK_MS = 200
LAG_SECONDS = 0.5
TRIM_SECONDS = 10.0
SEASONS_SECONDS = 2.0


# Where a cursor stands: milliseconds and number of the entry behind it, running number.
Position = tuple[int, int, int]


class _Look(NamedTuple):
    """What stood in the streams behind some cursors at a moment of the store's clock."""

    asked_ms: int
    positions: dict[str, Position]
    found: dict[str, tuple[int, Batch]]  # entries read, and what is to be written for them


class Follower:
    """Copies every opened season's streams into the ledger, approving the store when it starts."""

    def __init__(
        self, client: redis.Redis, cache: redis.Redis, *, batch: int = 2000, only: str | None = None
    ) -> None:
        self.client = client
        self.cache = cache
        self.batch = batch
        self.only = only  # the one season to follow; by default all that have been opened
        self.copied = 0
        self._cursors: dict[str, LedgerCursor] = {}
        self._slugs: dict[int, str] = {}
        self._facts: dict[int, SeasonFacts] = {}
        self._run = ""
        self._warned: set[tuple[str, str]] = set()
        # While the database takes one full batch, the next is read and made ready: together they
        # take little longer than the slower of the two.
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="read ahead")
        self._ahead: Future[_Look] | None = None
        self._looked = self._told = self._trimmed = 0.0
        self._backlog: dict[str, int] = {}
        # Up to here every ballot is in the ledger, by the store's clock.
        self._complete_ms: dict[str, int] = {}

    def positions(self) -> dict[str, str]:
        """Return the id behind which each stream is copied."""
        return {name: cursor.last_id for name, cursor in self._cursors.items()}

    def refresh(self) -> None:
        """Look which seasons are followed, from the ledger's own cursors."""
        opened = Season.objects.exclude(phase=Season.Phase.DRAFT)
        if self.only is not None:
            opened = opened.filter(slug=self.only)
        slugs = dict(opened.values_list("pk", "slug"))
        epochs = dict(Season.objects.values_list("pk", "epoch"))
        wanted = {}
        for cursor in LedgerCursor.objects.filter(season_id__in=slugs):
            if cursor.epoch != epochs[cursor.season_id]:
                continue
            keys = slice_keys(slugs[cursor.season_id], cursor.slice, cursor.epoch)
            if self._knows(cursor.season_id, slugs[cursor.season_id]):
                wanted[keys.stream] = self._cursors.get(keys.stream, cursor)
        if set(wanted) != set(self._cursors):
            self._run = ""
        self._cursors, self._slugs = wanted, slugs

    def _knows(self, season_id: int, slug: str) -> bool:
        """Return whether the season's facts are there; one lost key must not stop the others."""
        if season_id in self._facts:
            return True
        try:
            key = keyring().season(slug)
        except KeyMissing as error:
            log.error("a season is not followed", season=slug, error=str(error))
            return False
        nominees = Nominee.objects.filter(season_id=season_id)
        self._facts[season_id] = SeasonFacts(
            nominees=dict(nominees.values_list("ballot_number", "pk")), key=key
        )
        return True

    def approve(self) -> None:
        """Let the store's present run take ballots, slice by slice, unless it has forgotten."""
        run = gate.run_id(self.client)
        if run == self._run:
            return
        approved = True
        for name, cursor in self._cursors.items():
            keys = slice_keys(self._slugs[cursor.season_id], cursor.slice, cursor.epoch)
            # The ledger's own cursor, not the remembered one: another writer may have moved it.
            known = LedgerCursor.objects.filter(pk=cursor.pk).first()
            if known is None:  # a rehearsal that was wiped meanwhile
                continue
            answer = gate.approve(self.client, keys, last_ms=known.last_ms, last_seq=known.last_seq)
            if answer is gate.Approval.APPROVED:
                continue
            approved = False
            if (name, run) not in self._warned:
                self._warned.add((name, run))
                log.error(
                    "the vote store has forgotten ballots and takes none until it is rebuilt",
                    stream=name,
                    answer=answer.name,
                    command=f"manage.py rebuild {self._slugs[cursor.season_id]}",
                )
        if approved:
            self._run = run

    def step(self, *, block_ms: int | None = BLOCK_MS) -> int:
        """Copy what stands behind the cursors, one batch at most a stream; return ballots copied.

        Raises CursorLost when another writer works on the same stream, RedisError when the store
        cannot be asked.
        """
        now = time.monotonic()
        if now - self._looked >= SEASONS_SECONDS:
            self.refresh()
            self.approve()
            self._looked = now
        copied = 0
        if self._cursors:
            try:
                look = self._next(block_ms)
            except RedisError:
                # A new connection may reach a new run of the server: look at it again.
                self._run, self._looked = "", 0.0
                raise
            for name, cursor in self._cursors.items():
                entries, batch = look.found.get(name, (0, None))
                if batch is not None:
                    copied += self._write(cursor, batch)
                # A full batch: more may stand behind it, of the same millisecond too.
                is_full = entries == self.batch
                self._backlog[name] = entries if is_full else 0
                self._complete_ms[name] = cursor.last_ms - 1 if is_full else look.asked_ms - 1
        elif block_ms:
            time.sleep(block_ms / 1000)
        self.copied += copied
        if now - self._told >= LAG_SECONDS:
            self.tell()
            self._told = now
        if now - self._trimmed >= TRIM_SECONDS:
            self.trim()
            self._trimmed = now
        return copied

    def _write(self, cursor: LedgerCursor, batch: Batch) -> int:
        """Write a batch; return ballots copied. Raises CursorLost if another writer is at work."""
        try:
            return write(cursor, batch)
        except CursorLost:
            if LedgerCursor.objects.filter(pk=cursor.pk).exists():
                raise
        # A rehearsal that was wiped meanwhile: look again which seasons are followed.
        self._looked = 0.0
        return 0

    def _read(self, cursors: dict[str, LedgerCursor], block_ms: int | None) -> _Look:
        # The time first: every ballot that was accepted before it is among what is found.
        seconds, microseconds = self.client.time()
        found = stream.read(
            self.client,
            {name: cursor.last_id for name, cursor in cursors.items()},
            count=self.batch,
            block_ms=block_ms,
        )
        return _Look(
            seconds * 1000 + microseconds // 1000,
            _positions(cursors),
            {
                name: (
                    len(entries),
                    prepare(cursors[name], entries, self._facts[cursors[name].season_id]),
                )
                for name, entries in found.items()
                if entries
            },
        )

    def _next(self, block_ms: int | None) -> _Look:
        """Return what stands behind the cursors, read ahead or read now, and read on."""
        ahead, self._ahead = self._ahead, None
        look = ahead.result() if ahead is not None else None
        if look is None or look.positions != _positions(self._cursors):
            look = self._read(self._cursors, block_ms)
        if any(entries == self.batch for entries, _batch in look.found.values()):
            # Where the cursors will stand, unless a write fails; then this is read for nothing.
            cursors = {name: copy(cursor) for name, cursor in self._cursors.items()}
            for name, (_entries, batch) in look.found.items():
                advance(cursors[name], batch)
            self._ahead = self._reader.submit(self._read, cursors, None)
        return look

    def tell(self) -> None:
        """Leave in the cache how far behind the ledger is, for the ticker and for /readyz."""
        seconds, microseconds = self.client.time()
        now_ms = seconds * 1000 + microseconds // 1000
        behind: dict[str, tuple[int, int, int]] = {}
        for name, cursor in self._cursors.items():
            slug = self._slugs[cursor.season_id]
            waiting = self._backlog.get(name, 0)
            lag = now_ms - cursor.last_ms if waiting else 0
            complete_ms = self._complete_ms.get(name, cursor.last_ms - 1)
            known = behind.get(slug, (0, 0, complete_ms))
            behind[slug] = (max(known[0], lag), known[1] + waiting, min(known[2], complete_ms))
        at_ms = int(time.time() * 1000)
        with suppress(RedisError):  # the cache is no part of the promise
            for slug, (lag, waiting, complete_ms) in behind.items():
                told = {"lag_ms": lag, "backlog": waiting, "at_ms": at_ms}
                self.cache.set(
                    f"ledger:lag:{slug}", json.dumps(told | {"complete_ms": complete_ms}), ex=60
                )
            self.cache.set("ledger:alive", at_ms, ex=60)

    def trim(self) -> None:
        """Forget stream entries that stand behind the durable cursor, and only those."""
        for name, cursor in self._cursors.items():
            if cursor.last_ms:
                self.client.xtrim(name, minid=cursor.last_id, approximate=True)


def _positions(cursors: dict[str, LedgerCursor]) -> dict[str, Position]:
    return {
        name: (cursor.last_ms, cursor.last_seq, cursor.entries) for name, cursor in cursors.items()
    }


def copy_all(client: redis.Redis, cache: redis.Redis, *, only: str | None = None) -> int:
    """Copy until nothing is left, of all seasons or of one; return how many ballots were added."""
    copied = 0
    follower = Follower(client, cache, only=only)
    follower.refresh()
    while True:
        before = follower.positions()
        try:
            copied += follower.step(block_ms=None)
        except CursorLost:
            # Another writer is at work; begin where it has got to.
            follower = Follower(client, cache, only=only)
            follower.refresh()
            continue
        if follower.positions() == before:
            return copied
