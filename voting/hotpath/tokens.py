"""Voter cookie and ballot token: signed notes that the browser keeps for us.

Source: docs/formats.md, "Cookie" and "Token", which give the bytes and golden examples.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b, sha256
from struct import Struct
from typing import Final

import msgspec

VERSION: Final = 1
MAC_BYTES: Final = 16
HOUR_MS: Final = 3_600_000
FRESH_HOURS: Final = 24

_COOKIE: Final = Struct(">BB8sBI16s16s")  # version, key, season, level, hour, voter, device
_TOKEN: Final = Struct(">BB8sQQ16s16s16sIB")
# version, key, season, issued, expires, vote id, cookie hash, prefix key, day, work

# Crockford's alphabet: no I, L, O, U, so that a code can be read out and typed.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS: Final = [first + second for first in _ALPHABET for second in _ALPHABET]

_STANDARD: Final = bytes.maketrans(b"-_", b"+/")  # base64url to base64
_VOTER: Final = b"\x05voter"  # purposes, with their lengths
_BALLOT: Final = b"\x06ballot"


class Level(IntEnum):
    """What stands behind a voter key."""

    ANONYMOUS = 0
    VERIFIED = 1


_LEVELS_BY_NUMBER: Final = {int(level): level for level in Level}
LEVELS: Final = {"anonymous": Level.ANONYMOUS, "verified": Level.VERIFIED}


class Forged(Exception):
    """The bytes are not ours: malformed, altered, or signed with a key that we do not have."""


class Voter(msgspec.Struct, frozen=True):
    """What a voter cookie says."""

    key: bytes  # 16 random bytes, this season's name for the voter
    device: bytes  # 16 random bytes, the browser; the same as ``key`` for anonymous voters
    level: Level
    first_seen_hour: int  # hours since 1970

    def is_fresh(self, now_ms: int) -> bool:
        """Return whether the browser came less than 24 hours ago, to the hour."""
        return now_ms // HOUR_MS - self.first_seen_hour < FRESH_HOURS


class Token(msgspec.Struct, frozen=True):
    """What a ballot token says."""

    vote_id: bytes  # 16 random bytes
    issued_ms: int
    expires_ms: int
    cookie_hash: bytes
    prefix_key: bytes
    prefix_day: int
    work: int


class Keys:
    """The signing keys of one purpose by key id; the last one signs, all of them verify."""

    def __init__(self, keys: dict[int, bytes]) -> None:
        self.by_id = keys
        self.current = max(keys)


@lru_cache(maxsize=256)
def season_mark(season: str) -> bytes:
    """Return the 8 bytes that bind a note to a season."""
    return sha256(b"season\x00" + season.encode()).digest()[:8]


def _mac(key: bytes, purpose: bytes, body: bytes) -> bytes:
    # The purpose comes with its length and every body has one fixed layout: no two notes share
    # bytes.
    return hmac.digest(key, purpose + body, "sha256")[:MAC_BYTES]


def _signed(keys: Keys, purpose: bytes, body: bytes) -> str:
    mac = _mac(keys.by_id[keys.current], purpose, body)
    return urlsafe_b64encode(body + mac).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return a2b_base64(text.encode("ascii").translate(_STANDARD) + b"==")
    except (ValueError, Base64Error) as error:
        raise Forged("not base64url") from error


def _opened(keys: Keys, purpose: bytes, text: str, size: int) -> bytes:
    raw = _bytes(text)
    if len(raw) != size + MAC_BYTES or raw[0] != VERSION:
        raise Forged("not of this version")
    key = keys.by_id.get(raw[1])
    body = raw[:size]
    if key is None or not hmac.compare_digest(_mac(key, purpose, body), raw[size:]):
        raise Forged("signature does not match")
    return body


def new_voter(*, now_ms: int) -> Voter:
    """Return an anonymous voter nobody has seen before."""
    key = secrets.token_bytes(16)
    return Voter(key, key, Level.ANONYMOUS, now_ms // HOUR_MS)


def sign_cookie(keys: Keys, *, season: str, voter: Voter) -> str:
    """Return the cookie's value, base64url without padding."""
    return _signed(
        keys,
        _VOTER,
        _COOKIE.pack(
            VERSION,
            keys.current,
            season_mark(season),
            voter.level,
            voter.first_seen_hour,
            voter.key,
            voter.device,
        ),
    )


def open_cookie(keys: Keys, *, season: str, text: str) -> Voter:
    """Return what the cookie says. Raises Forged, also for the cookie of another season."""
    return _voter(_opened(keys, _VOTER, text, _COOKIE.size), season)


def open_vouched_cookie(*, season: str, text: str, token: Token) -> Voter | None:
    """Return what the cookie says if the token, whose signature was checked, was issued to it.

    A token holds the hash of the whole cookie text, and is issued only after the cookie's own
    signature was checked; so that need not be checked again with every ballot.
    """
    if token.cookie_hash != cookie_hash(text):
        return None
    return _voter(_bytes(text)[: _COOKIE.size], season)


def _voter(body: bytes, season: str) -> Voter:
    _version, _key, mark, level, hour, key, device = _COOKIE.unpack(body)
    if mark != season_mark(season):
        raise Forged("of another season")
    return Voter(key, device, _LEVELS_BY_NUMBER[level], hour)


def cookie_hash(text: str) -> bytes:
    """Return the 16 bytes by which a token knows its cookie."""
    return blake2b(text.encode(), digest_size=16, person=b"cookie").digest()


def sign_token(keys: Keys, *, season: str, token: Token) -> str:
    """Return the token's text, base64url without padding."""
    return _signed(
        keys,
        _BALLOT,
        _TOKEN.pack(
            VERSION,
            keys.current,
            season_mark(season),
            token.issued_ms,
            token.expires_ms,
            token.vote_id,
            token.cookie_hash,
            token.prefix_key,
            token.prefix_day,
            token.work,
        ),
    )


class OfAnotherSeason(Forged):
    """The token is ours, but of another season."""


def open_token(keys: Keys, *, season: str, text: str) -> Token:
    """Return what the token says; its expiry is for the script to judge.

    Raises Forged, OfAnotherSeason.
    """
    body = _opened(keys, _BALLOT, text, _TOKEN.size)
    (
        _version,
        _key,
        mark,
        issued_ms,
        expires_ms,
        vote_id,
        cookie,
        prefix_key,
        prefix_day,
        work,
    ) = _TOKEN.unpack(body)
    if mark != season_mark(season):
        raise OfAnotherSeason("of another season")
    return Token(vote_id, issued_ms, expires_ms, cookie, prefix_key, prefix_day, work)


def receipt_code(vote_id: bytes) -> str:
    """Return the 12 characters (60 bits) that name a ballot to its voter.

    The vote id cannot be found from them, so a receipt on a screenshot opens nothing.
    """
    number = int.from_bytes(sha256(b"receipt\x00" + vote_id).digest()[:8], "big") >> 4
    pair = _PAIRS
    return (
        f"{pair[number >> 50]}{pair[number >> 40 & 1023]}{pair[number >> 30 & 1023]}"
        f"{pair[number >> 20 & 1023]}{pair[number >> 10 & 1023]}{pair[number & 1023]}"
    )


def tidy_receipt_code(text: str) -> str | None:
    """Return a typed code in its one spelling, or None if it cannot be one."""
    code = "".join(letter for letter in text.upper() if letter.isalnum())
    code = code.translate(str.maketrans("OIL", "011"))
    return code if len(code) == 12 and all(letter in _ALPHABET for letter in code) else None
