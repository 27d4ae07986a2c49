"""Every Redis key of the vote store: name, type, content and lifetime (docs/formats.md, Keys).

A slice is the part of a season's voters that one stream serves; its keys carry the hash tag
``{season:slice}``, so that a script's keys share one slot of a cluster. All of them carry the
epoch: after a rebuild nothing of an earlier life can be mistaken for the present.
"""

from functools import lru_cache
from typing import NamedTuple

# hash: season slug -> JSON with epoch, slices, identity level ...; the only key without a tag
DIRECTORY = "directory"


class SliceKeys(NamedTuple):
    """The keys of one slice of one season in one epoch."""

    meta: str  # hash: phase, run, opens, closes, plan; until the epoch ends
    nominees: str  # hash: ballot number -> category position, with "x" behind it when withdrawn
    tallies: str  # hash: ballot number -> choices; "#" -> ballots
    periods: str  # sorted set: "day|window|next day|next window" by start, ms
    stream: str  # stream: accepted ballots not yet trimmed, and the closing entry
    reply: str  # + vote id, string: the stored reply; 26 hours
    voter: str  # + voter key + ":" + period, hash: counter per cap and scope; until its period ends
    prefix: str  # + prefix key, string: theoretical arrival time of the fresh budget; its lifetime


@lru_cache(maxsize=1024)
def slice_keys(season: str, slice_number: int, epoch: int) -> SliceKeys:
    """Return the key names; ``reply``, ``voter`` and ``prefix`` end in ":" and want a value."""
    base = f"{{{season}:{slice_number}}}:{epoch}:"
    return SliceKeys(
        base + "meta",
        base + "nominees",
        base + "tallies",
        base + "periods",
        base + "stream",
        base + "k:",
        base + "v:",
        base + "p:",
    )


def slice_of(voter_key: bytes, slices: int) -> int:
    """Return the slice that serves a voter: the same for ever, as long as ``slices`` is."""
    return int.from_bytes(voter_key[:4], "big") % slices
