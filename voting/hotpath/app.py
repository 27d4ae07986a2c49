"""The ballot endpoint as a bare ASGI application: reads a request, asks once, writes a reply.

It never touches SQL, sessions, templates or Django's middleware. What is not its own it hands on.
"""

import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import structlog
from redis.exceptions import RedisError, ResponseError

from voting.hotpath import admission
from voting.hotpath.admission import Ballot, Client
from voting.hotpath.directory import Directory
from voting.hotpath.epoch import DirectoryEntry
from voting.hotpath.flood import FloodBucket
from voting.hotpath.gate import CAST, PEEK, CastResult, Outcome, parse_cast, parse_reply
from voting.hotpath.keyring import Keyring
from voting.hotpath.network import TrustedProxies, client_prefix
from voting.hotpath.origin import MAX_BODY, Entrance, header_table
from voting.hotpath.pipe import Arguments, ScriptPipe, Unanswered, Unavailable
from voting.hotpath.problems import Problem
from voting.hotpath.tokens import LEVELS, new_voter, receipt_code, sign_cookie
from voting.hotpath.turnstile import peek_members

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
# Given a vote id: receipt code and time of the ballot in the ledger, or None.
FindRecorded = Callable[[bytes], Awaitable[tuple[str, int] | None]]
Observe = Callable[[str, float], None]

PATH: Final = "/api/seasons/"
NO_STORE: Final[tuple[bytes, bytes]] = (b"cache-control", b"no-store")
JSON: Final[tuple[bytes, bytes]] = (b"content-type", b"application/json")


@dataclass(frozen=True, slots=True)
class Site:
    """What the endpoint must know of the site it stands in."""

    entrance: Entrance
    trusted: TrustedProxies
    https: bool
    flood_per_second: float = 100.0
    flood_burst: int = 400


class BallotEndpoint:
    """Answers ``POST /api/seasons/<slug>/token``, ``/ballots`` and ``/ballots/status``."""

    def __init__(
        self,
        site: Site,
        *,
        keyring: Keyring,
        pipe: ScriptPipe,
        directory: Directory,
        find_recorded: FindRecorded,
        observe: Observe,
    ) -> None:
        self.site = site
        self.keyring = keyring
        self.pipe = pipe
        self.directory = directory
        self.find_recorded = find_recorded
        self.observe = observe
        self.flood = FloodBucket(per_second=site.flood_per_second, burst=site.flood_burst)
        self.actions = {
            "token": self.give_token,
            "ballots": self.take_ballot,
            "ballots/status": self.tell_status,
        }

    def action_for(self, path: str) -> tuple[str, str] | None:
        """Return season and action for a path of ours, else None."""
        if not path.startswith(PATH):
            return None
        season, _, action = path[len(PATH) :].partition("/")
        return (season, action) if action in self.actions else None

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, season: str, action: str
    ) -> None:
        """Answer one request."""
        begun = time.perf_counter()
        code = "ok"
        try:
            peer = (scope.get("client") or ("",))[0]
            headers, client = self.let_in(scope["method"], scope["headers"], peer, begun)
            body = await read_body(receive)
            entry = self.directory.get(season)
            if entry is None:
                raise Problem("unknown-season")
            status, lines, answer = await self.actions[action](season, entry, headers, client, body)
        except Problem as problem:
            code = problem.code
            status, lines, answer = problem.status, problem.headers(), problem.body()
        if action == "ballots":
            self.observe(code, time.perf_counter() - begun)
        lines.append((b"content-length", str(len(answer)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": lines})
        await send({"type": "http.response.body", "body": answer})

    def let_in(
        self, method: str, lines: Iterable[tuple[bytes, bytes]], peer: str, now: float
    ) -> tuple[dict[bytes, bytes], Client]:
        """Return a request's headers and where it comes from.

        peer: the address at the other end. now: seconds of a steady clock. Raises Problem.
        """
        headers = header_table(lines)
        self.site.entrance.check(method, headers)
        client = self.client(peer, headers)
        wait = self.flood.wait_seconds(client.prefix, now)
        if wait:
            raise Problem("flooded", retry_ms=int(wait * 1000) + 1)
        return headers, client

    def client(self, peer: str, headers: dict[bytes, bytes]) -> Client:
        """Return where a request comes from."""
        return Client(
            client_prefix(peer, headers.get(b"x-forwarded-for"), self.site.trusted),
            headers.get(b"user-agent", b"")[:400],
            headers.get(b"referer"),
        )

    async def take_ballot(
        self,
        season: str,
        entry: DirectoryEntry,
        headers: dict[bytes, bytes],
        client: Client,
        body: bytes,
    ) -> tuple[int, Headers, bytes]:
        """Cast one ballot."""
        ballot = self.admit(season, entry, headers, client, body)
        try:
            raw = await self.pipe.call(CAST, self.question(season, entry, ballot))
        except UNASKED as error:
            raise trouble(error) from error
        return await self.settle(season, entry, ballot, parse_cast(raw))

    def admit(
        self,
        season: str,
        entry: DirectoryEntry,
        headers: dict[bytes, bytes],
        client: Client,
        body: bytes,
    ) -> Ballot:
        """Return the ballot that a request holds. Raises Problem."""
        return admission.admit(
            self.keyring,
            season=season,
            level=entry.level,
            cookie=self.cookie(season, headers),
            body=body,
            client=client,
            origins=self.site.entrance.origins,
            now_ms=int(time.time() * 1000),
        )

    def question(self, season: str, entry: DirectoryEntry, ballot: Ballot) -> Arguments:
        """Return what the script is to be asked about a ballot."""
        keys = admission.keys_for(season, entry.epoch, entry.slices, ballot.voter)
        return lambda run: admission.call_arguments(ballot, keys, run)

    async def settle(
        self, season: str, entry: DirectoryEntry, ballot: Ballot, result: CastResult
    ) -> tuple[int, Headers, bytes]:
        """Return the reply, after one more try if another epoch has begun. Raises Problem."""
        if result.outcome is Outcome.NOT_READY:
            # Another epoch may have begun since the directory was read.
            fresh = await self.directory.look_again(season)
            if fresh is not None and fresh.epoch != entry.epoch:
                try:
                    raw = await self.pipe.call(CAST, self.question(season, fresh, ballot))
                except UNASKED as error:
                    raise trouble(error) from error
                result = parse_cast(raw)
        return verdict(ballot, result)

    async def give_token(
        self,
        season: str,
        entry: DirectoryEntry,
        headers: dict[bytes, bytes],
        client: Client,
        body: bytes,
    ) -> tuple[int, Headers, bytes]:
        """Give a ballot token, a voter cookie where there is none, and what is left to use."""
        admission.read_nothing(body)
        now_ms = int(time.time() * 1000)
        lines: Headers = [JSON, NO_STORE]
        cookie = self.cookie(season, headers)
        voter = admission.known_voter(self.keyring, season=season, cookie=cookie)
        if voter is None or cookie is None:
            voter = new_voter(now_ms=now_ms)
            cookie = sign_cookie(self.keyring.voter, season=season, voter=voter)
            lines.append((b"set-cookie", self.set_cookie(season, cookie)))
        if voter.level < LEVELS[entry.level]:
            raise Problem("verification-required")
        keys = admission.keys_for(season, entry.epoch, entry.slices, voter)
        try:
            raw = await self.pipe.call(
                PEEK,
                lambda _run: (3, keys.meta, keys.periods, keys.voter + voter.key.hex()),
            )
        except (Unavailable, Unanswered, ResponseError) as error:
            raise Problem("busy", retry_ms=2000) from error
        if not raw:
            await self.directory.look_again(season)
            raise Problem("not-ready", retry_ms=1000)
        token, expires_ms = admission.issue_token(
            self.keyring,
            season=season,
            cookie=cookie,
            prefix=client.prefix,
            lifetime_ms=entry.token_ms,
            now_ms=int(raw[0]),
        )
        members = {"token": token, "expires_ms": expires_ms, **peek_members(raw)}
        members["voter"] = {"level": voter.level.name.lower(), "fresh": voter.is_fresh(now_ms)}
        return 200, lines, msgspec.json.encode(members)

    async def tell_status(
        self,
        season: str,
        entry: DirectoryEntry,
        headers: dict[bytes, bytes],
        client: Client,
        body: bytes,
    ) -> tuple[int, Headers, bytes]:
        """Tell what became of a ballot whose answer was lost."""
        text = admission.read_token(body)
        voter, token = admission.own_token(
            self.keyring, season=season, cookie=self.cookie(season, headers), text=text
        )
        try:
            recorded = await self.find_recorded(token.vote_id)
        except Exception as error:  # the database's own kinds are not known here
            log.warning("ledger cannot be asked", error=repr(error))
            raise Problem("unknown-outcome", retry_ms=2000) from error
        if recorded is not None:
            code, accepted_ms = recorded
            found = {"state": "recorded", "code": code, "accepted_ms": accepted_ms}
            return 200, [JSON, NO_STORE], msgspec.json.encode(found)
        keys = admission.keys_for(season, entry.epoch, entry.slices, voter)
        try:
            stored = await self.directory.client.get(keys.reply + token.vote_id.hex())
            forgotten = stored is None and not await self.directory.client.exists(keys.meta)
        except (RedisError, OSError) as error:
            raise Problem("unknown-outcome", retry_ms=2000) from error
        if forgotten:
            # An empty store knows of no ballot; the ledger may still be behind it.
            raise Problem("not-ready", retry_ms=2000)
        if stored is None:
            return 200, [JSON, NO_STORE], b'{"state":"unknown"}'
        reply = parse_reply(stored)  # type: ignore[arg-type]  # bytes, as responses are not decoded
        found = {
            "state": "received",
            "code": receipt_code(token.vote_id),
            "accepted_ms": reply.accepted_ms,
        }
        return 200, [JSON, NO_STORE], msgspec.json.encode(found)

    def cookie(self, season: str, headers: dict[bytes, bytes]) -> str | None:
        """Return the voter cookie of a season."""
        name = admission.cookie_name_bytes(season, https=self.site.https)
        return admission.find_cookie(headers.get(b"cookie"), name)

    def set_cookie(self, season: str, value: str) -> bytes:
        """Return the Set-Cookie line for a voter cookie."""
        name = admission.cookie_name(season, https=self.site.https)
        secure = "; Secure" if self.site.https else ""
        return (
            f"{name}={value}; Path=/; Max-Age={admission.COOKIE_SECONDS}; "
            f"HttpOnly; SameSite=Lax{secure}"
        ).encode()


# What the pipe raises instead of an answer.
UNASKED: Final = (Unavailable, Unanswered, ResponseError)


def trouble(error: BaseException) -> Problem:
    """Return what to say when the script gave no answer (``UNASKED``)."""
    if isinstance(error, Unavailable):
        return Problem("busy", retry_ms=2000)
    if isinstance(error, Unanswered):
        return Problem("unknown-outcome", retry_ms=2000)
    # Out of memory, a disk that refuses to flush, a read-only replica: not counted.
    log.error("vote store refuses", error=str(error))
    return Problem("busy", retry_ms=5000)


def verdict(ballot: Ballot, result: CastResult) -> tuple[int, Headers, bytes]:
    """Return the reply to a ballot that stands. Raises Problem for one that was refused."""
    if not result.stands:
        raise admission.refusal(result, ballot.token.vote_id)
    return (
        201 if result.outcome is Outcome.ACCEPTED else 200,
        [JSON, NO_STORE],
        admission.reply_body(result.stored, ballot.token.vote_id),
    )


async def read_body(receive: Receive) -> bytes:
    """Return a request's body. Raises Problem when it is too large or the client has gone."""
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > MAX_BODY:
            break
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise Problem("bad-request", detail="the request ended early")
    if len(body) > MAX_BODY:
        raise Problem("too-large", max=MAX_BODY)
    return body
