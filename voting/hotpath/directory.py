"""The seasons that the vote store knows, as each web process remembers them."""

import asyncio
from contextlib import suppress

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from voting.hotpath.epoch import DirectoryEntry, read_directory
from voting.hotpath.keys import DIRECTORY

log = structlog.get_logger(__name__)


class Directory:
    """Looks once a second; between two looks it answers from memory."""

    def __init__(self, client: redis.asyncio.Redis, *, pause_seconds: float = 1.0) -> None:
        self.client = client
        self.pause_seconds = pause_seconds
        self._entries: dict[str, DirectoryEntry] = {}
        self._task: asyncio.Task[None] | None = None

    def get(self, season: str) -> DirectoryEntry | None:
        """Return what is known of a season."""
        return self._entries.get(season)

    async def look_again(self, season: str) -> DirectoryEntry | None:
        """Read the directory now; when it cannot be read, what was known stays."""
        with suppress(RedisError, OSError):
            raw = await self.client.hgetall(DIRECTORY)
            # An empty answer is an empty store: those seasons are refused by the script, which
            # tells the voter to wait; forgetting them here would say that they do not exist.
            if raw:
                self._entries = read_directory(raw)  # type: ignore[arg-type]  # bytes, as not decoded
        return self._entries.get(season)

    async def start(self) -> None:
        """Look once, then go on looking in the background."""
        await self.look_again("")
        self._task = asyncio.create_task(self._look(), name="directory")

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self.pause_seconds)
            try:
                await self.look_again("")
            except Exception:  # one unreadable entry must not end the looking
                log.exception("directory cannot be read")
