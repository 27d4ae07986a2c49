"""A public draw of judges from a pool, which anybody can repeat.

The order of the pool is that of ballot numbers by draw (``numbering.draw_order``): the SHA-256 of
seed, line break, key. Seats are filled from the top, each by the first who may take it; who is left
stands by in the same order. Whoever drops out is replaced by the next who may take that seat;
nobody who sits moves for it.

What is announced before has a fingerprint: the SHA-256 of its canonical JSON.
"""

import json
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from voting.rules.numbering import draw_order

ANY: Final = ""  # a seat that is open to every type
# The type of somebody whose type is not known: such a one can be drawn for open seats alone.
NO_TYPE: Final = "-"
LONGEST_SEED: Final = 120  # characters
# Beside ASCII: Latin letters with accents, Chinese characters and their punctuation. Nothing
# invisible is among them, and wide forms become narrow ones: seeds that read alike could be tried.
_SEED_CHARACTERS: Final = (
    (0x20, 0x7E), (0xC0, 0x17F), (0x4E00, 0x9FFF), (0x3001, 0x3002), (0x3007, 0x3011),
    (0xFF01, 0xFF5E), (0x2018, 0x2019), (0x201C, 0x201D), (0xB7, 0xB7), (0xA5, 0xA5),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the pool. seat_type: the kind of seat, such as expert or citizen."""

    key: str
    seat_type: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """Who sits and who stands by.

    order: the whole pool as drawn. chosen: who sits, those who were fixed first, by seat; then in
    the order of the draw. reserves: seat type -> who takes such a seat that becomes free, the next
    first; under "" for a seat open to all.
    """

    order: tuple[str, ...]
    chosen: Mapping[str, tuple[str, ...]]
    reserves: Mapping[str, tuple[str, ...]]


class PoolTooSmall(ValueError):
    """There are not enough candidates for the seats of a type; ``seat_type`` is "" for any."""

    def __init__(self, seat_type: str, seats: int, there: int) -> None:
        super().__init__(f"{seats} seats of type {seat_type or 'any'}, {there} candidates for them")
        self.seat_type, self.seats, self.there = seat_type, seats, there


def draw(
    pool: Sequence[Candidate],
    seats: Mapping[str, int],
    seed: str,
    *,
    fixed: Collection[str] = (),
    conflicted: Collection[str] = (),
) -> Drawn:
    """Return who sits by this seed.

    seats: how many of each type; "" can be taken by any type, and is filled last. fixed: who sits
    whatever is drawn; they take seats of their own type, then open ones. conflicted: who cannot sit
    and keeps a place in the published order all the same.
    Raises PoolTooSmall; ValueError for a seed or keys that no draw can have, negative seats, and
    for people who are fixed and conflicted, not in the pool, or more than there are seats for them.
    """
    types = {one.key: one.seat_type for one in pool}
    order = draw_order([one.key for one in pool], seed)
    _check(types, seats, fixed, conflicted)
    chosen: dict[str, list[str]] = {seat: [] for seat in sorted(seats)}
    for key in (one for one in order if one in fixed):
        own = types[key]
        seat = own if len(chosen.get(own, ())) < seats.get(own, 0) else ANY
        if len(chosen.get(seat, ())) >= seats.get(seat, 0):
            raise ValueError(f"more are fixed than there are seats of type {own or 'any'}")
        chosen[seat].append(key)
    free = [one for one in order if one not in fixed and one not in conflicted]
    # Open seats last: who could only sit on one of them loses nothing, and no typed seat stays
    # empty because its candidate sits on an open one.
    for seat in sorted(seats, key=lambda one: (one == ANY, one)):
        fitting = [one for one in free if seat in {ANY, types[one]}]
        wanted = seats[seat] - len(chosen[seat])
        if wanted > len(fitting):
            raise PoolTooSmall(seat, seats[seat], len(fitting) + len(chosen[seat]))
        chosen[seat] += fitting[:wanted]
        taken = set(fitting[:wanted])
        free = [one for one in free if one not in taken]
    reserves = {
        seat: tuple(one for one in free if seat in {ANY, types[one]}) for seat in sorted(seats)
    }
    return Drawn(order, {seat: tuple(own) for seat, own in chosen.items()}, reserves)


def tidy_seed(text: str) -> str:
    """Return a seed as it is drawn by: NFKC, without spaces at its ends, several spaces as one.

    Raises ValueError for an empty or too long one, and for characters that cannot be told apart by
    looking: invisible ones, line breaks, marks that combine.
    """
    seed = " ".join(part for part in unicodedata.normalize("NFKC", text).split(" ") if part)
    if not seed or len(seed) > LONGEST_SEED:
        raise ValueError(f"seed: 1 to {LONGEST_SEED} characters")
    for letter in seed:
        if not any(first <= ord(letter) <= last for first, last in _SEED_CHARACTERS):
            raise ValueError(f"seed: {letter!r} cannot be part of it")
    return seed


def announcement(
    *,
    panel: int,
    pool: Sequence[Sequence[str]],
    seats: Mapping[str, int],
    source: str,
    announced_at: datetime,
    seed_at: datetime,
) -> dict[str, Any]:
    """Return what is announced before a draw, fit for JSON.

    panel: its key. pool: key and seat type of each. seats: by type; "" for any. source: where the
    seed will come from. seed_at: from when it can be known.
    """
    return {
        "panel": panel,
        "pool": [list(one) for one in pool],
        "seats": dict(seats),
        "source": source,
        "announced_at": announced_at.astimezone(UTC).isoformat(),
        "seed_at": seed_at.astimezone(UTC).isoformat(),
    }


def fingerprint(announced: Mapping[str, Any]) -> str:
    """Return the SHA-256 of an announcement: JSON, keys sorted, without spaces, UTF-8."""
    text = json.dumps(announced, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _check(
    types: Mapping[str, str],
    seats: Mapping[str, int],
    fixed: Collection[str],
    conflicted: Collection[str],
) -> None:
    if any(number < 0 for number in seats.values()):
        raise ValueError("seats: 0 or more")
    if "" in types.values():
        raise ValueError("every candidate has a seat type")
    if unknown := sorted({*fixed, *conflicted} - set(types)):
        raise ValueError(f"not in the pool: {', '.join(unknown)}")
    if both := sorted(set(fixed) & set(conflicted)):
        raise ValueError(f"fixed and conflicted: {', '.join(both)}")
