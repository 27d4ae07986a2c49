"""The stages of a season on the calendar: which may overlap, and which must come first."""

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations
from typing import Final, Literal, NamedTuple

# A season may leave out any of them, but never turn them round.
ORDER: Final = (
    "nominations", "eligibility_review", "preliminary_review", "candidate_notice", "voting",
    "judging", "consolidation", "result_notice", "announcement",
)  # fmt: skip
# Notices and votes are often held at once; all others wait for each other.
MAY_OVERLAP: Final = frozenset({("candidate_notice", "voting")})


class Span(NamedTuple):
    """When a stage is: from ``starts_at`` until just before ``ends_at``."""

    kind: str  # one of ORDER
    starts_at: datetime
    ends_at: datetime


class Clash(NamedTuple):
    """Two stages that do not fit; with itself: it ends before it starts."""

    reason: Literal["empty", "overlap", "order"]
    first: str
    second: str


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Return stages in the order in which they happen."""
    return sorted(spans, key=lambda span: ORDER.index(span.kind))


def clashes(spans: Iterable[Span]) -> list[Clash]:
    """Return every pair of stages that does not fit, in the order of the stages.

    One that starts before what must come first has started is out of order; one that starts
    before the other has ended overlaps with it.
    """
    ordered = in_order(spans)
    found = [Clash("empty", one.kind, one.kind) for one in ordered if one.ends_at <= one.starts_at]
    empty = {clash.first for clash in found}
    for first, second in combinations(ordered, 2):
        if first.kind in empty or second.kind in empty:
            continue
        if second.starts_at < first.starts_at:
            found.append(Clash("order", first.kind, second.kind))
        elif (first.kind, second.kind) not in MAY_OVERLAP and second.starts_at < first.ends_at:
            found.append(Clash("overlap", first.kind, second.kind))
    return found
