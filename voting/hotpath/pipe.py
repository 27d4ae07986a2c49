"""One connection to the vote store for all ballots of a process.

The calls of one event-loop turn leave as one write; with ``appendfsync always`` they then share
one flush of the disk. redis-py makes the connection (address, TLS, sign-in, protocol); this file
only decides when to write and who gets which answer.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

import redis.asyncio
import structlog
from hiredis import pack_command
from redis.exceptions import NoScriptError, RedisError, ResponseError

from voting.hotpath.gate import CAST, PEEK, Script
from voting.hotpath.stores import connect_async

log = structlog.get_logger(__name__)

Arguments = Callable[[bytes], Sequence[Any]]
SCRIPTS: tuple[Script, ...] = (CAST, PEEK)


class Unavailable(Exception):
    """The store was not asked: nothing can have happened."""


class Unanswered(Exception):
    """The store was asked and did not answer: what happened is not known."""


class Answer(Protocol):
    """What takes a script's answer: a future, or an object that acts on it at once."""

    def done(self) -> bool:
        """Return whether it has an answer already."""
        ...  # pragma: no cover

    def set_result(self, value: Any, /) -> None:
        """Take the answer."""
        ...  # pragma: no cover

    def set_exception(self, error: Exception, /) -> None:
        """Take why there is none."""
        ...  # pragma: no cover


class Call:
    """One script call on its way; its arguments are made when it is known who will get them."""

    __slots__ = ("answer", "arguments", "deadline", "sha")

    def __init__(self, sha: str, arguments: Arguments, answer: Answer, deadline: float) -> None:
        self.sha = sha
        self.arguments = arguments
        self.answer = answer
        self.deadline = deadline


class ScriptPipe:
    """Sends script calls in batches, in order, and reconnects when the connection breaks."""

    def __init__(self, url: str, *, answer_seconds: float = 5.0, most_waiting: int = 4096) -> None:
        self.url = url
        self.answer_seconds = answer_seconds
        self.most_waiting = most_waiting
        # Bound to the connection: what goes out on it names the server run that it reached.
        self.run: bytes = b""
        self.reconnects = 0
        self._waiting: deque[Call] = deque()
        self._sent: deque[Call] = deque()
        self._wake = asyncio.Event()
        self._answers = asyncio.Event()
        self._connection: Any = None
        self._client: redis.asyncio.Redis | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._silence: asyncio.Future[None] | None = None

    async def start(self) -> None:
        """Begin; the first connection is made in the background."""
        self._client = connect_async(self.url, blocking=True)
        self._loop = asyncio.get_running_loop()
        self._tasks = [
            asyncio.create_task(self._run(), name="script pipe"),
            asyncio.create_task(self._watch(), name="script pipe deadlines"),
        ]

    async def stop(self) -> None:
        """Answer what has been sent, then close."""
        for _ in range(50):
            if not self._sent and not self._waiting:
                break
            await asyncio.sleep(0.1)
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._hang_up(Unanswered("shutting down"))
        if self._client is not None:
            await self._client.aclose()

    @property
    def is_connected(self) -> bool:
        """Whether a call would be sent at once."""
        return self._connection is not None

    def call(self, script: Script, arguments: Arguments) -> asyncio.Future[Any]:
        """Run a script; the future holds its answer, or raises what ``send`` says."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.send(script, arguments, answer)
        return answer

    def send(self, script: Script, arguments: Arguments, answer: Answer) -> None:
        """Run a script.

        arguments: given the server's run id, returns what follows the script's SHA-1.
        answer: gets the answer, or Unavailable (not sent), Unanswered (sent), or ResponseError
            (refused by the server). Its methods must not raise.
        Raises Unavailable at once where that is known at once.
        """
        loop = self._loop
        if (
            loop is None
            or self._connection is None
            or len(self._waiting) + len(self._sent) >= self.most_waiting
        ):
            raise Unavailable("no connection" if self._connection is None else "too many waiting")
        self._waiting.append(Call(script.sha, arguments, answer, loop.time() + self.answer_seconds))
        self._wake.set()

    async def _watch(self) -> None:
        # One look at the head of each queue instead of a timer for every ballot: they are in
        # order of their deadlines.
        while True:
            await asyncio.sleep(self.answer_seconds / 20)
            now = asyncio.get_running_loop().time()
            for queue in (self._sent, self._waiting):
                for call in queue:
                    if call.deadline > now:
                        break
                    self._give_up(call.answer)

    def _give_up(self, answer: Answer) -> None:
        if answer.done():
            return
        answer.set_exception(Unanswered("no answer in time"))
        # A server that is silent for so long may have gone without a word: call again.
        if self._connection is not None:
            self._silence = asyncio.ensure_future(self._connection.disconnect(nowait=True))

    async def _run(self) -> None:
        pause = 0.05
        while True:
            try:
                async with asyncio.timeout(self.answer_seconds):
                    await self._connect()
                pause = 0.05
                reader = asyncio.create_task(self._read(), name="script pipe reader")
                try:
                    await self._write(reader)
                finally:
                    reader.cancel()
                    with suppress(asyncio.CancelledError, RedisError, OSError):
                        await reader
            except Exception as error:  # whatever it is, ballots must be taken again
                if not isinstance(error, TimeoutError | RedisError | OSError):
                    log.exception("the pipe to the vote store broke")
                await self._hang_up(Unanswered(str(error)))
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)

    async def _connect(self) -> None:
        client = self._client
        if client is None:  # pragma: no cover -- start() comes first
            raise RedisError("not started")
        connection: Any = await client.connection_pool.get_connection()  # type: ignore[no-untyped-call]  # of redis-py
        try:
            await connection.send_command("INFO", "server")
            facts = (await connection.read_response()).decode()
            for script in SCRIPTS:
                await connection.send_command("SCRIPT", "LOAD", script.source)
                await connection.read_response()
        except BaseException:
            # Given back, or a server that reads its data for minutes would use up the pool.
            await connection.disconnect(nowait=True)
            await client.connection_pool.release(connection)
            raise
        self.run = facts.partition("run_id:")[2].partition("\r\n")[0].encode()
        self._connection = connection
        self.reconnects += 1

    async def _write(self, reader: asyncio.Task[None]) -> None:
        while not reader.done():
            await self._wake.wait()
            self._wake.clear()
            if reader.done():
                break
            calls = list(self._waiting)
            if not calls:
                continue
            run = self.run
            packed = b"".join(
                [pack_command(("EVALSHA", call.sha, *call.arguments(run))) for call in calls]
            )
            # From here on the server may have them.
            self._waiting.clear()
            self._sent.extend(calls)
            self._answers.set()
            await self._connection.send_packed_command(packed, check_health=False)
        await reader

    async def _read(self) -> None:
        try:
            while True:
                await self._answers.wait()
                while self._sent:
                    try:
                        value = await self._connection.read_response(disconnect_on_error=False)
                    except NoScriptError as error:
                        # A server that forgot its scripts: begin anew with it.
                        raise redis.exceptions.ConnectionError("scripts forgotten") from error
                    except ResponseError as error:
                        value = error
                    call = self._sent.popleft()
                    if call.answer.done():
                        continue
                    if isinstance(value, Exception):
                        call.answer.set_exception(value)
                    else:
                        call.answer.set_result(value)
                self._answers.clear()
        finally:
            self._wake.set()

    async def _hang_up(self, reason: Exception) -> None:
        connection, self._connection = self._connection, None
        for call in self._sent:
            if not call.answer.done():
                call.answer.set_exception(reason)
        self._sent.clear()
        for call in self._waiting:
            if not call.answer.done():
                call.answer.set_exception(Unavailable("connection lost before sending"))
        self._waiting.clear()
        if connection is not None:
            with suppress(Exception):
                await connection.disconnect(nowait=True)
            client = self._client
            if client is not None:
                with suppress(Exception):
                    await client.connection_pool.release(connection)
