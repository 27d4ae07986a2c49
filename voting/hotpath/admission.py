"""From a request's bytes to a script call, and from its answer to a reply: pure decisions.

No socket and no clock in here, so that every server adapter decides alike.
"""

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import msgspec

from voting.hotpath.evidence import browser_family, referrer_class
from voting.hotpath.gate import CastResult, Outcome, cast_arguments, parse_reply
from voting.hotpath.keyring import DAY_MS, Keyring
from voting.hotpath.keys import SliceKeys, slice_keys, slice_of
from voting.hotpath.problems import Problem
from voting.hotpath.tokens import (
    LEVELS,
    Forged,
    Level,
    OfAnotherSeason,
    Token,
    Voter,
    cookie_hash,
    open_cookie,
    open_token,
    open_vouched_cookie,
    receipt_code,
    sign_token,
)

MAX_CHOICES: Final = 64
# Clocks may be wrong; what the ledger cannot hold would stop its writer.
LONGEST_AGE_MS: Final = 2**31 - 1
COOKIE_SECONDS: Final = 180 * 24 * 3600


class BallotBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a browser sends to cast a ballot."""

    token: str
    choices: list[str]


class TokenBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a browser sends to ask about a ballot."""

    token: str


class EmptyBody(msgspec.Struct, forbid_unknown_fields=True):
    """What a browser sends to get a token: nothing yet."""


_BALLOT: Final = msgspec.json.Decoder(BallotBody)
_TOKEN: Final = msgspec.json.Decoder(TokenBody)
_EMPTY: Final = msgspec.json.Decoder(EmptyBody)


class Client(msgspec.Struct, frozen=True):
    """Where a request comes from."""

    prefix: bytes
    user_agent: bytes
    referrer: bytes | None


class Ballot(msgspec.Struct, frozen=True):
    """A ballot that may be put before the script; the names are in hexadecimal."""

    token: Token
    voter: Voter
    choices: tuple[str, ...]
    vote_name: str
    voter_name: str
    prefix_name: str
    fresh: bool
    evidence: str


def _decoded(decoder: Any, body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        code = "unknown-field" if "unknown field" in str(error) else "bad-request"
        raise Problem(code, detail=str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem("bad-request", detail="not JSON") from error


def _no_name_twice(body: bytes, strings: int) -> None:
    # Parsers differ in which of two equal names they take, so none may come twice. Nothing in a
    # request needs an escape, and then the number of quotes tells how many strings there are.
    if b"\\" in body or body.count(b'"') != 2 * strings:
        raise Problem("bad-request", detail="a member stands twice, or a text is escaped")


def read_ballot(body: bytes) -> tuple[str, tuple[str, ...]]:
    """Return token and sorted choices. Raises Problem."""
    ballot = _decoded(_BALLOT, body)
    choices = ballot.choices
    if len(choices) > MAX_CHOICES:
        raise Problem("too-many", max=MAX_CHOICES, got=len(choices))
    if not choices:
        raise Problem("too-few", min=1, got=0)
    for number in choices:
        if not (0 < len(number) <= 8 and number.isascii() and number.isalnum()):
            raise Problem("bad-request", detail="a ballot number is 1 to 8 letters or digits")
    _no_name_twice(body, 3 + len(choices))
    if len(set(choices)) != len(choices):
        raise Problem("duplicate-choice")
    return ballot.token, tuple(sorted(choices))


def ballot_body(token: str, choices: list[str]) -> bytes:
    """Return a ballot as a browser with scripts would send it: the form's way in is no other."""
    return msgspec.json.encode(BallotBody(token, choices))


def read_token(body: bytes) -> str:
    """Return the token of a status query. Raises Problem."""
    text: str = _decoded(_TOKEN, body).token
    _no_name_twice(body, 2)
    return text


def read_nothing(body: bytes) -> None:
    """Raise Problem unless the body is an empty object."""
    _decoded(_EMPTY, body)


def cookie_name(season: str, *, https: bool) -> str:
    """Return the voter cookie's name; browsers give ``__Host-`` to secure whole-site ones only."""
    return f"__Host-voter-{season}" if https else f"voter-{season}"


@lru_cache(maxsize=1024)
def cookie_name_bytes(season: str, *, https: bool) -> bytes:
    """Return the same as it stands in a header."""
    return cookie_name(season, https=https).encode()


def find_cookie(header: bytes | None, name: bytes) -> str | None:
    """Return a cookie's value from the Cookie header."""
    if header is None:
        return None
    wanted = name + b"="
    for part in header.split(b";"):
        piece = part.strip()
        if piece.startswith(wanted):
            return piece[len(wanted) :].decode("latin-1")
    return None


def known_voter(keyring: Keyring, *, season: str, cookie: str | None) -> Voter | None:
    """Return the voter whom a cookie names, or None without a cookie of ours."""
    if not cookie:
        return None
    try:
        return open_cookie(keyring.voter, season=season, text=cookie)
    except Forged:
        return None


def own_token(
    keyring: Keyring, *, season: str, cookie: str | None, text: str
) -> tuple[Voter, Token]:
    """Return voter and token if both are ours and belong together. Raises Problem."""
    if not cookie:
        raise Problem("no-cookie")
    try:
        token = open_token(keyring.ballot, season=season, text=text)
        voter = open_vouched_cookie(season=season, text=cookie, token=token)
        if voter is not None:
            return voter, token
        code = "foreign-token"
    except Forged as error:
        code = "foreign-token" if isinstance(error, OfAnotherSeason) else "bad-token"
    # Which of the two is at fault: a browser without a good cookie must get one first.
    if known_voter(keyring, season=season, cookie=cookie) is None:
        code = "no-cookie"
    raise Problem(code)


def admit(
    keyring: Keyring,
    *,
    season: str,
    level: str,
    cookie: str | None,
    body: bytes,
    client: Client,
    origins: frozenset[bytes],
    now_ms: int,
) -> Ballot:
    """Return the ballot to put before the script.

    now_ms: this machine's clock; it only measures the token's age for the evidence.
    Raises Problem.
    """
    text, choices = read_ballot(body)
    voter, token = own_token(keyring, season=season, cookie=cookie, text=text)
    if voter.level < LEVELS[level]:
        raise Problem("verification-required")
    today = now_ms // DAY_MS
    prefix_key = keyring.prefix_key(client.prefix, today)
    if token.prefix_day == today:
        changed = token.prefix_key != prefix_key
    else:
        # Issued before midnight; an older token has expired, and its day's key may be gone.
        changed = (
            token.prefix_day == today - 1
            and keyring.prefix_key(client.prefix, today - 1) != token.prefix_key
        )
    is_fresh = voter.is_fresh(now_ms)
    voter_name, prefix_name = voter.key.hex(), prefix_key.hex()
    evidence = ",".join(
        (
            voter_name,
            "" if voter.device == voter.key else voter.device.hex(),
            prefix_name,
            str(today),
            "1" if is_fresh else "0",
            "1" if changed else "0",
            str(min(max(0, now_ms - token.issued_ms), LONGEST_AGE_MS)),
            browser_family(client.user_agent),
            referrer_class(client.referrer, origins),
            "",
        )
    )
    return Ballot(
        token,
        voter,
        choices,
        token.vote_id.hex(),
        voter_name,
        prefix_name,
        is_fresh and voter.level is Level.ANONYMOUS,
        evidence,
    )


def keys_for(season: str, epoch: int, slices: int, voter: Voter) -> SliceKeys:
    """Return the keys of the slice that serves a voter."""
    return slice_keys(season, slice_of(voter.key, slices), epoch)


def call_arguments(ballot: Ballot, keys: SliceKeys, run: bytes) -> tuple[Any, ...]:
    """Return what cast.lua is called with."""
    return cast_arguments(
        keys,
        run=run,
        vote=ballot.vote_name,
        expires_ms=ballot.token.expires_ms,
        voter=ballot.voter_name,
        prefix=ballot.prefix_name,
        fresh=ballot.fresh,
        evidence=ballot.evidence,
        choices=ballot.choices,
    )


def issue_token(
    keyring: Keyring, *, season: str, cookie: str, prefix: bytes, lifetime_ms: int, now_ms: int
) -> tuple[str, int]:
    """Return a new ballot token's text and when it expires (Unix ms). Nothing is stored.

    cookie: the voter cookie that it will be used with; its signature must have been checked.
    """
    day = now_ms // DAY_MS
    expires_ms = now_ms + lifetime_ms
    token = Token(
        vote_id=secrets.token_bytes(16),
        issued_ms=now_ms,
        expires_ms=expires_ms,
        cookie_hash=cookie_hash(cookie),
        prefix_key=keyring.prefix_key(prefix, day),
        prefix_day=day,
        work=0,
    )
    return sign_token(keyring.ballot, season=season, token=token), expires_ms


def reply_body(stored: bytes, vote_id: bytes) -> bytes:
    """Return the answer to a ballot that stands, as JSON.

    stored: the reply as cast.lua wrote it (``gate.parse_reply``): digits and nothing else, which
    are already what JSON wants.
    """
    accepted, following, ballots, choices, _numbers = stored.split(b"|")
    return (b'{"code":"%b","accepted_ms":%b,"next_ms":%b,"left":{"ballots":%b,"choices":%b}}') % (
        receipt_code(vote_id).encode(),
        accepted,
        following or b"null",
        ballots or b"null",
        choices or b"null",
    )


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _time(text: str) -> int | None:
    return int(text) if text else None


def last_ballot(text: str) -> dict[str, Any] | None:
    """Return code and time of a voter's last ballot from the voter hash's field ``r``."""
    if not text:
        return None
    accepted, _, vote = text.partition(":")
    return {"code": receipt_code(bytes.fromhex(vote)), "accepted_ms": int(accepted)}


def refusal(result: CastResult, vote_id: bytes) -> Problem:
    """Return the problem that a refused ballot is answered with."""
    if result.outcome is Outcome.TOKEN_USED:
        accepted_ms = parse_reply(result.stored).accepted_ms
        return Problem("token-used", code=receipt_code(vote_id), accepted_ms=accepted_ms)
    make = _REFUSALS.get(result.outcome)
    if make is None:
        return Problem("not-ready", retry_ms=1000)
    return make(*(_text(detail) for detail in result.details))


# Outcome: what its details mean (cast.lua, "Returns").
_REFUSALS: Final[dict[Outcome, Callable[..., Problem]]] = {
    Outcome.NOT_OPEN: lambda opens: Problem("not-open", opens_ms=_time(opens)),
    Outcome.PAUSED: lambda: Problem("paused"),
    Outcome.CLOSED: lambda closes: Problem("closed", closes_ms=_time(closes)),
    Outcome.EXPIRED: lambda: Problem("expired-token"),
    Outcome.TOO_FEW: lambda least, given: Problem("too-few", min=int(least), got=int(given)),
    Outcome.TOO_MANY: lambda most, given: Problem("too-many", max=int(most), got=int(given)),
    Outcome.CATEGORY_FULL: lambda category, most, given: Problem(
        "category-full", category=int(category), max=int(most), got=int(given)
    ),
    Outcome.UNKNOWN_NOMINEE: lambda *numbers: Problem("unknown-nominee", nominees=list(numbers)),
    Outcome.WITHDRAWN: lambda *numbers: Problem("withdrawn", nominees=list(numbers)),
    Outcome.ALREADY_VOTED: lambda following, last: Problem(
        "already-voted", next_ms=_time(following), last=last_ballot(last)
    ),
    Outcome.NOMINEE_USED: lambda following, *numbers: Problem(
        "nominee-used", next_ms=_time(following), nominees=list(numbers)
    ),
    Outcome.RATE_LIMITED: lambda wait: Problem("rate-limited", retry_ms=int(float(wait))),
    Outcome.BUSY: lambda: Problem("busy", retry_ms=5000),
}
