"""Whether the vote store holds what the season's record says."""

from enum import StrEnum

import redis
from redis.exceptions import RedisError

from voting.hotpath.epoch import read_directory
from voting.hotpath.keys import DIRECTORY, slice_keys
from voting.seasons.models import Season


class StoreState(StrEnum):
    """What the vote store holds of an opened season."""

    RIGHT = "right"  # it takes ballots as the record says
    OTHER_PHASE = "other_phase"  # paused here and open there, or the like
    EMPTY = "empty"  # not loaded, in part or as a whole: it takes none until it is
    AWAY = "away"  # it does not answer


def store_state(season: Season, client: redis.Redis) -> StoreState:
    """Look at every slice of a season that has been opened. Never raises for a store in trouble."""
    try:
        entry = read_directory(client.hgetall(DIRECTORY)).get(season.slug)  # type: ignore[arg-type]  # synchronous
        phases = {
            client.hget(slice_keys(season.slug, number, season.epoch).meta, "phase")
            for number in range(season.slices)
        }
    except RedisError:
        return StoreState.AWAY
    if entry is None or entry.epoch != season.epoch or None in phases:
        return StoreState.EMPTY
    wanted = "closed" if season.phase == Season.Phase.ANNOUNCED else season.phase
    return StoreState.RIGHT if phases == {wanted.encode()} else StoreState.OTHER_PHASE
