"""A second search behind quotas, for those that the first one finds too entangled.

It goes through the kinds of nominees in one fixed order and takes so many of each. What matters
for the kinds that are left is only what the limits still need and still have room for, so each such
state is looked at once, however it was reached.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from voting.rules.quota_search import Kind, TooLong

MOST_STATES: Final = 40_000
MOST_KINDS: Final = 400  # each is one call deeper

State = tuple[int, tuple[int, ...], tuple[int, ...], int]


class Sweep:
    """Takes from the kinds in order.

    quotas: of which quota each limit is. kinds: how many nominees there are of each kind.
    """

    def __init__(self, quotas: Sequence[str], kinds: Mapping[Kind, int]) -> None:
        self.limits = range(len(quotas))
        self.groups = [
            [place for place in self.limits if quotas[place] == quota] for quota in set(quotas)
        ]
        self.kinds = _in_order(quotas, kinds)
        self.counts = [kinds[kind] for kind in self.kinds]
        # How many there are under each limit from each kind on.
        self.there = [[0] * len(quotas)]
        for kind, count in zip(reversed(self.kinds), reversed(self.counts), strict=True):
            before = self.there[-1].copy()
            for place in kind:
                before[place] += count
            self.there.append(before)
        self.there.reverse()
        self.dead: set[State] = set()

    def run(self, needs: Sequence[int], rooms: Sequence[int], seats: int) -> list[Kind] | None:
        """Return the kinds that take seats, or None. Raises TooLong."""
        if len(self.kinds) > MOST_KINDS:
            raise TooLong
        return self._from(0, tuple(needs), tuple(rooms), seats)

    def _from(
        self, at: int, needs: tuple[int, ...], rooms: tuple[int, ...], seats: int
    ) -> list[Kind] | None:
        there = self.there[at]
        needs = tuple(max(0, need) for need in needs)
        if not any(needs):
            return []
        # Room for more than there are is as good as room for all.
        rooms = tuple(map(min, rooms, there))
        if any(need > room for need, room in zip(needs, rooms, strict=True)) or any(
            sum(needs[place] for place in group) > seats for group in self.groups
        ):
            return None
        state = at, needs, rooms, seats
        if state in self.dead:
            return None
        kind = self.kinds[at]
        most = min(self.counts[at], seats, *(rooms[place] for place in kind))
        for taken in range(most, -1, -1):
            fewer, less = list(needs), list(rooms)
            for place in kind:
                fewer[place] -= taken
                less[place] -= taken
            found = self._from(at + 1, tuple(fewer), tuple(less), seats - taken)
            if found is not None:
                return [kind] * taken + found
        self.dead.add(state)
        if len(self.dead) > MOST_STATES:
            raise TooLong
        return None


def _in_order(quotas: Sequence[str], kinds: Mapping[Kind, int]) -> list[Kind]:
    """Return the kinds so that limits are done with early: by values of the largest quota."""
    largest = max(sorted(set(quotas)), key=lambda quota: sum(own == quota for own in quotas))
    firsts = {kind: [place for place in kind if quotas[place] == largest] for kind in kinds}
    # Who is under no limit of it comes last.
    return sorted(kinds, key=lambda kind: (not firsts[kind], firsts[kind], kind))
