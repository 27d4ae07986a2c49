"""Rebuilding the vote store from the ledger, under a new epoch."""

from contextlib import suppress

import redis
import structlog
from django.db import transaction
from redis.exceptions import LockError

from voting.ballots.models import LedgerCursor
from voting.ballots.services.durability import require_durable
from voting.ballots.services.errors import StillRunning, WrongPhase
from voting.ballots.services.following import copy_all
from voting.ballots.services.loading import load_epoch
from voting.hotpath import gate
from voting.hotpath.epoch import drop_other_epochs
from voting.hotpath.keys import slice_keys
from voting.seasons.models import Season, SeasonEvent

log = structlog.get_logger(__name__)

LONGEST_SECONDS = 3600.0


def rebuild(
    *, slug: str, actor: str, reason: str, client: redis.Redis, cache: redis.Redis
) -> Season:
    """Load the vote store from ledger and evidence, so that it may take ballots again.

    First nobody can cast any more, then what still stands in the old streams is copied, then the
    new epoch is written. What the old streams acknowledged is thus in the new epoch.
    Raises WrongPhase if the season was never opened, StoreUnsafe, StillRunning.
    Source: README, "When the vote store is lost".
    """
    require_durable(client)
    # Two at once would each drop what the other has just written.
    lock = client.lock(f"lock:rebuild:{slug}", timeout=LONGEST_SECONDS, blocking=False)
    if not lock.acquire():
        raise StillRunning(f"{slug} is being rebuilt already")
    try:
        return _rebuild(slug=slug, actor=actor, reason=reason, client=client, cache=cache)
    finally:
        with suppress(LockError):  # it had run out, or went with the store
            lock.release()


def _rebuild(
    *, slug: str, actor: str, reason: str, client: redis.Redis, cache: redis.Redis
) -> Season:
    season = Season.objects.get(slug=slug)
    if season.epoch == 0:
        raise WrongPhase("a draft has nothing to rebuild")
    for number in range(season.slices):
        # Without a phase, cast refuses; what was accepted before stands in the stream. To take
        # the run alone away is not enough: the writer, here or elsewhere, would approve it again.
        client.hdel(slice_keys(slug, number, season.epoch).meta, "phase", "run")
    copied = copy_all(client, cache, only=slug)
    log.info("copied what was left in the old streams", ballots=copied)
    with transaction.atomic():
        season = Season.objects.select_for_update().get(slug=slug)
        season.epoch += 1
        season.save()
        for number in range(season.slices):
            LedgerCursor.objects.create(season=season, slice=number, epoch=season.epoch)
        SeasonEvent.objects.create(
            season=season,
            action="rebuild",
            actor=actor,
            reason=reason,
            detail={"epoch": season.epoch},
        )
    load_epoch(season, client, run=gate.run_id(client))
    for number in range(season.slices):
        drop_other_epochs(client, slug, number, keep=season.epoch)
    return season
