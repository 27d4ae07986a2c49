"""What a voter may still do: the answer of peek.lua in plain members."""

from collections.abc import Sequence
from typing import Any

import msgspec

from voting.hotpath.admission import last_ballot


def _pairs(flat: Sequence[bytes]) -> dict[str, str]:
    return {
        name.decode(): value.decode() for name, value in zip(flat[::2], flat[1::2], strict=True)
    }


def peek_members(raw: Sequence[Any]) -> dict[str, Any]:
    """Return now, phase, what is left, which nominees are used up, and when more can be used.

    raw: what peek.lua answered, not empty.
    """
    now_ms, phase, opens, closes, plan = raw[:5]
    caps = msgspec.msgpack.decode(plan)[1]
    left: dict[str, int | None] = {"ballots": None, "choices": None}
    used: set[str] = set()
    next_ms: int | None = None
    season_spent = False  # then no later day or window helps
    last: dict[str, Any] | None = None
    for kind_raw, next_raw, flat in raw[5:]:
        kind, counters = kind_raw.decode(), _pairs(flat)
        if next_ms is None and next_raw:
            next_ms = int(next_raw)
        if last is None:
            last = last_ballot(counters.get("r", ""))
        for code, scope, period, counts, most in caps:
            if period != kind:
                continue
            if scope == "s":
                name = "ballots" if counts == "b" else "choices"
                rest = max(0, most - int(counters.get(code, 0)))
                known = left[name]
                left[name] = rest if known is None else min(known, rest)
                season_spent = season_spent or (period == "s" and rest == 0)
            elif scope == "n":
                used.update(
                    field.partition(":")[2]
                    for field, count in counters.items()
                    if field.startswith(code + ":") and int(count) >= most
                )
    return {
        "now_ms": int(now_ms),
        "phase": _present_phase(phase.decode(), int(now_ms), int(opens), int(closes)),
        "left": left,
        "used": sorted(used),
        "next_ms": None if season_spent else next_ms,
        "last": last,
    }


def _present_phase(phase: str, now_ms: int, opens_ms: int, closes_ms: int) -> str:
    if phase == "closed" or now_ms >= closes_ms:
        return "closed"
    if phase == "open" and now_ms < opens_ms:
        return "not-open"
    return phase
