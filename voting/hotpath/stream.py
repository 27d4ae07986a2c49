"""Reading accepted ballots back from the stream, and checking that they are what was written.

Source: docs/formats.md, "Stream entry".
"""

from collections.abc import Iterator, Mapping
from hashlib import sha1
from typing import Any

import msgspec
import redis

from voting.hotpath.evidence import Evidence, parse_evidence


class Accepted(msgspec.Struct, frozen=True):
    """One accepted ballot."""

    ms: int
    seq: int
    vote_id: bytes
    accepted_ms: int
    choices: tuple[str, ...]
    slots: str
    over_budget: bool
    evidence: Evidence


class Marker(msgspec.Struct, frozen=True):
    """An entry that is no ballot: ``o`` opens the epoch, ``c`` closes the vote."""

    ms: int
    seq: int
    kind: str
    fields: tuple[str, ...]


class Damaged(msgspec.Struct, frozen=True):
    """An entry that is not what the script wrote."""

    ms: int
    seq: int
    fields: dict[str, str]
    reason: str


Entry = Accepted | Marker | Damaged


class Use(msgspec.Struct, frozen=True):
    """One use of one limit."""

    cap: str
    scope: str
    period: str
    number: int


def uses(slots: str) -> Iterator[Use]:
    """Yield the uses that a ballot's ``slots`` text names, such as ``sdb::d20261116:1``."""
    for slot in slots.split(";") if slots else ():
        cap, scope, period, numbers = slot.split(":")
        first, _, last = numbers.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield Use(cap, scope, period, number)


def parse(entry_id: bytes, fields: Mapping[bytes, bytes]) -> Entry:
    """Return an entry; what does not match its own checksum comes back as Damaged."""
    ms, _, seq = entry_id.partition(b"-")
    body = fields.get(b"b", b"")
    if sha1(body, usedforsecurity=False).hexdigest().encode() != fields.get(b"h"):
        return _damaged(ms, seq, fields, "checksum does not match")
    parts = body.decode().split("|")
    if parts[0] in {"o", "c"}:
        return Marker(int(ms), int(seq), parts[0], tuple(parts[1:]))
    try:
        _version, vote, accepted, choices, slots, over, evidence = parts
        return Accepted(
            int(ms),
            int(seq),
            bytes.fromhex(vote),
            int(accepted),
            tuple(choices.split(",")),
            slots,
            over == "1",
            parse_evidence(evidence),
        )
    except ValueError as error:
        return _damaged(ms, seq, fields, str(error))


def _damaged(ms: bytes, seq: bytes, fields: Mapping[bytes, bytes], reason: str) -> Damaged:
    text = {_readable(name): _readable(value) for name, value in fields.items()}
    return Damaged(int(ms), int(seq), text, reason)


def _readable(raw: bytes) -> str:
    # PostgreSQL keeps no NUL in a text; what is damaged must get into the ledger all the same.
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def read(
    client: redis.Redis, positions: Mapping[str, str], *, count: int, block_ms: int | None
) -> dict[str, list[Entry]]:
    """Return what stands behind the given positions, stream by stream, oldest first.

    positions: stream key -> id after which to read. block_ms: how long to wait for something;
    None does not wait.
    """
    answer: Any = client.xread(dict(positions), count=count, block=block_ms)  # type: ignore[arg-type]  # keys and ids are text
    return {
        key.decode(): [parse(entry_id, fields) for entry_id, fields in entries]
        for key, entries in answer or ()
    }
