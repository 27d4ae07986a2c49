"""The short way of a ballot: from the parser's callbacks to the script and back to the socket.

A ballot that comes as browsers send it (one whole POST with a length, nothing pipelined before it)
needs none of what ASGI is for: no scope, no task, no two awaited messages. This class answers it
where the bytes arrive, with the same decisions as ``voting.hotpath.app``, which stays the
reference: whatever is unusual about a request goes there, and ``BALLOT_ADAPTER=asgi`` sends all
of them there. It leans on uvicorn's inner workings; the locked version and
tests/hotpath/test_adapters.py stand for that.
"""

import time
from typing import Any, Final

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from config.http_limits import BoundedHttp
from voting.hotpath.admission import Ballot
from voting.hotpath.app import PATH, UNASKED, BallotEndpoint, Headers, trouble, verdict
from voting.hotpath.epoch import DirectoryEntry
from voting.hotpath.gate import CAST, CastResult, Outcome, parse_cast
from voting.hotpath.origin import MAX_BODY
from voting.hotpath.problems import Problem

log = structlog.get_logger(__name__)

# Under this name the application leaves its endpoint in uvicorn's lifespan state.
STATE: Final = "ballot_endpoint"
START: Final = PATH.encode()
END: Final = b"/ballots"
# Headers that make a request unusual.
UNUSUAL: Final = frozenset({b"expect", b"transfer-encoding", b"upgrade"})


class _NobodyWaits:
    """Stands where uvicorn wakes a task that reads a request; a turn has none."""

    def set(self) -> None:
        """Do nothing."""


NOBODY: Final = _NobodyWaits()


class Turn:
    """One ballot request on a connection; uvicorn sees a request that is being answered."""

    __slots__ = (
        "ballot", "begun", "body", "disconnected", "entry", "headers", "keep_alive", "protocol",
        "response_complete", "season",
    )  # fmt: skip
    message_event = NOBODY
    ballot: Ballot
    entry: DirectoryEntry

    def __init__(self, protocol: "BallotHttp", season: str, headers: Headers) -> None:
        self.protocol = protocol
        self.season = season
        self.headers = headers
        self.body = b""
        self.begun = time.perf_counter()
        self.keep_alive: bool = protocol.parser.should_keep_alive()
        self.disconnected = False
        self.response_complete = False

    def cast(self) -> None:
        """Decide on the request and put its ballot before the script."""
        protocol = self.protocol
        endpoint = protocol.endpoint
        try:
            peer = protocol.client[0] if protocol.client else ""
            headers, client = endpoint.let_in("POST", self.headers, peer, self.begun)
            entry = endpoint.directory.get(self.season)
            if entry is None:
                raise Problem("unknown-season")
            ballot = endpoint.admit(self.season, entry, headers, client, self.body)
            self.entry, self.ballot = entry, ballot
            endpoint.pipe.send(CAST, endpoint.question(self.season, entry, ballot), self)
        except Problem as problem:
            self.refuse(problem)
        except UNASKED as error:
            self.refuse(trouble(error))
        except Exception as error:  # noqa: BLE001 -- nobody above would answer the voter
            self.fail(error)

    # What the pipe asks of whoever waits for an answer.
    def done(self) -> bool:
        """Return whether the request has been answered."""
        return self.response_complete

    def set_result(self, raw: list[Any]) -> None:
        """Answer with what the script said."""
        try:
            result = parse_cast(raw)
            if result.outcome is Outcome.NOT_READY:
                protocol = self.protocol
                task = protocol.loop.create_task(self.try_again(result))
                protocol.tasks.add(task)
                task.add_done_callback(protocol.tasks.discard)
                return
            self.answer("ok", *verdict(self.ballot, result))
        except Problem as problem:
            self.refuse(problem)
        except Exception as error:  # noqa: BLE001 -- nobody above would answer the voter
            self.fail(error)

    def set_exception(self, error: BaseException) -> None:
        """Answer that the script said nothing."""
        self.refuse(trouble(error))

    async def try_again(self, result: CastResult) -> None:
        """Answer after another look at which epoch it is."""
        try:
            endpoint = self.protocol.endpoint
            reply = await endpoint.settle(self.season, self.entry, self.ballot, result)
            self.answer("ok", *reply)
        except Problem as problem:
            self.refuse(problem)
        except Exception as error:  # noqa: BLE001 -- nobody above would answer the voter
            self.fail(error)

    def refuse(self, problem: Problem) -> None:
        """Answer with a refusal."""
        self.answer(problem.code, problem.status, problem.headers(), problem.body())

    def fail(self, error: Exception) -> None:
        """Answer that something is wrong here."""
        log.error("a ballot could not be answered", exc_info=error)
        self.keep_alive = False
        self.write(500, [(b"content-type", b"text/plain; charset=utf-8")], b"Internal Server Error")

    def answer(self, code: str, status: int, lines: Headers, body: bytes) -> None:
        """Write the reply and note how long it took."""
        self.protocol.endpoint.observe(code, time.perf_counter() - self.begun)
        self.write(status, lines, body)

    def write(self, status: int, lines: Headers, body: bytes) -> None:
        """Write a reply, and let the connection go on."""
        if self.response_complete:
            return
        self.response_complete = True
        protocol = self.protocol
        transport = protocol.transport
        if not self.disconnected and not transport.is_closing():
            parts = [STATUS_LINE[status]]
            for name, value in protocol.server_state.default_headers:
                parts += (name, b": ", value, b"\r\n")
            for name, value in lines:
                parts += (name, b": ", value, b"\r\n")
            parts.append(b"content-length: %d\r\n" % len(body))
            parts.append(b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n")
            parts.append(body)
            transport.write(b"".join(parts))
            if not self.keep_alive:
                transport.close()
        protocol.on_response_complete()


class BallotHttp(BoundedHttp):
    """Answers plain ballot requests itself; all others go uvicorn's way."""

    turn: Turn | None = None
    endpoint: BallotEndpoint

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        self.endpoint = self.app_state[STATE]
        super().connection_made(transport)

    def on_headers_complete(self) -> None:
        """Take a plain ballot request; leave any other."""
        season = self._season() if self.url.endswith(END) and self.url.startswith(START) else None
        if season is None:
            super().on_headers_complete()
            return
        self._in_head = False
        # uvicorn asks the request under way whether it is complete, to keep answers in order.
        self.turn = Turn(self, season, self.headers)
        self.cycle = self.turn  # type: ignore[assignment]  # has all that uvicorn asks of it

    def on_body(self, body: bytes) -> None:
        """Keep a ballot's body."""
        if self.turn is None:
            super().on_body(body)
        else:
            self.turn.body += body

    def on_message_complete(self) -> None:
        """Cast a ballot that is whole."""
        turn, self.turn = self.turn, None
        if turn is None:
            super().on_message_complete()
        else:
            turn.cast()

    def _season(self) -> str | None:
        """Return the season if this is a ballot as browsers send it, else None."""
        parser = self.parser
        busy = self.cycle is not None and not self.cycle.response_complete
        if (
            busy
            or self.flow.write_paused
            or parser.get_method() != b"POST"
            or parser.get_http_version() != "1.1"
        ):
            return None
        slug = self.url[len(START) : -len(END)]
        if not slug.replace(b"-", b"").replace(b"_", b"").isalnum():
            return None
        whole = False
        for name, value in self.headers:
            if name in UNUSUAL:
                return None
            if name == b"content-length":
                whole = len(value) <= 4 and value.isdigit() and int(value) <= MAX_BODY
        return slug.decode() if whole else None
