"""Where a ballot stands, by its receipt code."""

from typing import Literal

import redis
from redis.exceptions import RedisError

from voting.ballots import queries
from voting.ballots.models import LedgerCursor
from voting.hotpath import stream
from voting.hotpath.keys import slice_keys
from voting.hotpath.tokens import receipt_code
from voting.seasons.models import Season

# So many waiting ballots are looked through; with more, a recent code may read as unknown.
MOST_WAITING = 20_000

State = Literal["recorded", "received", "unknown"]


def receipt_state(season: Season, code: str, *, client: redis.Redis) -> tuple[State, int | None]:
    """Return whether a ballot is in the ledger, accepted but not there yet, or not known.

    Also returns when it was accepted (Unix ms). What has just been accepted stands in the
    stream behind the ledger's cursor for a moment; that is looked through, ballot by ballot.
    """
    accepted_ms = queries.receipt_time(season.pk, code)
    if accepted_ms is not None:
        return "recorded", accepted_ms
    for cursor in LedgerCursor.objects.filter(season=season, epoch=season.epoch):
        key = slice_keys(season.slug, cursor.slice, cursor.epoch).stream
        try:
            waiting = stream.read(client, {key: cursor.last_id}, count=MOST_WAITING, block_ms=None)
        except (RedisError, OSError):
            continue
        for entry in waiting.get(key, []):
            if isinstance(entry, stream.Accepted) and receipt_code(entry.vote_id) == code:
                return "received", entry.accepted_ms
    # It may have been copied between the two looks.
    accepted_ms = queries.receipt_time(season.pk, code)
    return ("unknown" if accepted_ms is None else "recorded"), accepted_ms
