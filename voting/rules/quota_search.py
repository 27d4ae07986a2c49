"""The search behind quotas: whether so many seats can meet all floors and break no cap.

In general such questions are puzzles that could take years. Two bounds answer those of real
quotas at once, and a search that becomes too long is refused rather than cut short.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

MOST_STEPS: Final = 1_000

Kind = tuple[int, ...]  # the limits that concern a nominee


class TooLong(Exception):
    """A search that would take too long."""


class Search:
    """Meets the needs one by one, the scarcest first.

    quotas: of which quota each limit is; a nominee is under one limit of each. kinds: how many
    nominees there are of each kind.
    """

    def __init__(self, quotas: Sequence[str], kinds: Mapping[Kind, int]) -> None:
        self.quotas = quotas
        self.counts = dict(kinds)
        self.steps = 0
        self.dead: set[tuple[int, ...]] = set()

    def run(self, needs: list[int], rooms: list[int], seats: int) -> list[Kind] | None:
        """Return the kinds that take seats, or None. Raises TooLong."""
        if not any(need > 0 for need in needs):
            return []
        state = tuple(self.counts.values())
        if state in self.dead:
            return None
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooLong
        fitting = [
            kind
            for kind, count in self.counts.items()
            if count and all(rooms[place] for place in kind)
        ]
        scarce = self._scarcest(needs, rooms, fitting)
        if scarce is not None and self._fewest(needs, fitting) <= seats:
            # Whoever meets more needs first; among those, whom fewer limits concern.
            tried = [kind for kind in fitting if scarce in kind]
            tried.sort(key=lambda kind: (-sum(needs[place] > 0 for place in kind), len(kind)))
            for kind in tried:
                if (found := self._with(kind, needs, rooms, seats)) is not None:
                    return found
        self.dead.add(state)
        return None

    def _with(
        self, kind: Kind, needs: list[int], rooms: list[int], seats: int
    ) -> list[Kind] | None:
        self.counts[kind] -= 1
        fewer, less = needs.copy(), rooms.copy()
        for place in kind:
            fewer[place] -= 1
            less[place] -= 1
        found = self.run(fewer, less, seats - 1)
        self.counts[kind] += 1
        return None if found is None else [kind, *found]

    def _scarcest(self, needs: list[int], rooms: list[int], fitting: list[Kind]) -> int | None:
        """Return the need with the least choice; None: there is one that cannot be met."""
        there = [0] * len(needs)
        for kind in fitting:
            for place in kind:
                there[place] += self.counts[kind]
        spare = {
            place: min(there[place], rooms[place]) - need
            for place, need in enumerate(needs)
            if need > 0
        }
        if min(spare.values()) < 0:
            return None
        return min(spare, key=lambda place: (there[place] - needs[place], place))

    def _fewest(self, needs: list[int], fitting: list[Kind]) -> int:
        """Return a number of seats that is needed at least.

        A quota's needs add up; two quotas' needs do, less the most nominees who meet one of each.
        """
        by_quota: dict[str, list[int]] = {}
        for place, need in enumerate(needs):
            if need > 0:
                by_quota.setdefault(self.quotas[place], []).append(place)
        sums = {quota: sum(needs[place] for place in own) for quota, own in by_quota.items()}
        most = max(sums.values())
        for one, other in combinations(by_quota, 2):
            pairs: dict[tuple[int, int], int] = {}
            for kind in fitting:
                own = [place for place in kind if needs[place] > 0]
                for pair in ((a, b) for a in own for b in own):
                    if self.quotas[pair[0]] == one and self.quotas[pair[1]] == other:
                        pairs[pair] = pairs.get(pair, 0) + self.counts[kind]
            shared = most_pairs(pairs, needs)
            most = max(most, sums[one] + sums[other] - shared)
        return most


def most_pairs(pairs: Mapping[tuple[int, int], int], most: Sequence[int]) -> int:
    """Return how many pairs can be taken when each member can be in only so many.

    pairs: how often each pair is there. Augmenting paths, as in the matching of two sides.
    """
    left = dict(pairs)
    used: dict[tuple[int, int], int] = dict.fromkeys(pairs, 0)
    first = {a: most[a] for a, _b in pairs}
    second = {b: most[b] for _a, b in pairs}

    def reach(a: int, seen: set[int]) -> bool:
        for b, room in second.items():
            if b in seen or not left.get((a, b)):
                continue
            seen.add(b)
            if not room:
                # Somebody who holds b may be able to take another one.
                holder = next(
                    (c for c in first if c != a and used.get((c, b)) and reach(c, seen)), None
                )
                if holder is None:
                    continue
                used[holder, b] -= 1
                left[holder, b] += 1
            else:
                second[b] -= 1
            used[a, b] += 1
            left[a, b] -= 1
            return True
        return False

    count = 0
    for a, wanted in first.items():
        for _ in range(wanted):
            if not reach(a, set()):
                break
            count += 1
    return count
