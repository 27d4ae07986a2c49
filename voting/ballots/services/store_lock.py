"""One at a time: whoever writes a season's epoch into the vote store holds its lock."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import redis
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from voting.ballots.services.errors import StillRunning


@contextmanager
def store_lock(client: redis.Redis, slug: str, *, seconds: float) -> Iterator[None]:
    """Hold the lock of a season's place in the vote store, for so many seconds at most.

    Two at once would each drop what the other has just written. Raises StillRunning.
    """
    lock = client.lock(f"lock:rebuild:{slug}", timeout=seconds, blocking=False)
    if not lock.acquire():
        raise StillRunning(
            _("The vote store is being loaded for %(season)s already. Try again in a minute.")
            % {"season": slug}
        )
    try:
        yield
    finally:
        with suppress(RedisError):  # it had run out, or went with the store
            lock.release()
