"""Who scores whom: everybody all nominees, or so many judges for each, with even loads.

Conflicts are never assigned, and what was arranged by hand or is done already stays. Of all ways
that are left, loads are as even as any can be: as long as a chain of swaps could take a nominee
off one judge and give one to another who has at least two fewer, it is made, and when there is none
no other way is more even (Harvey, Ladner, Lovász and Tamir, Semi-matchings for bipartite graphs and
load balancing, 2006).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from voting.rules.numbering import ticket

Pair = tuple[str, str]  # seat, nominee


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who scores whom.

    pairs: all of them in order, with those that were kept or done. loads: seat -> nominees. short:
    nominee -> how many judges it lacks. refused: pairs that were kept or done and are conflicts.
    """

    pairs: tuple[Pair, ...]
    loads: Mapping[str, int]
    short: Mapping[str, int]
    refused: tuple[Pair, ...] = ()


def assign(
    seats: Collection[str],
    nominees: Collection[str],
    *,
    per_nominee: int | None,
    conflicts: Collection[Pair] = (),
    kept: Collection[Pair] = (),
    done: Collection[Pair] = (),
) -> Assignment:
    """Return who scores whom; the same for the same, in whatever order it is given.

    per_nominee: judges for each; None: everybody scores everything. kept: pairs that stay, such as
    changes by hand; those of seats or nominees that are not there any more fall away. done: pairs
    with finished work; they stay, and count for the nominee even where the seat is given up.
    Raises ValueError for fewer than one judge for each, and for seats or nominees that stand twice.
    """
    if per_nominee is not None and per_nominee < 1:
        raise ValueError("per_nominee: 1 or more")
    for names in (seats, nominees):
        if len(set(names)) < len(names):
            raise ValueError("a seat or nominee stands twice")
    forbidden, known = set(conflicts), set(nominees)
    asked = {pair for pair in kept if pair[0] in seats} | set(done)
    fixed = {pair for pair in asked - forbidden if pair[1] in known}
    round_ = _Round(sorted(seats), sorted(known), forbidden, fixed)
    if per_nominee is None:
        round_.everything()
    else:
        round_.fill(per_nominee)
        round_.even_out()
    pairs = sorted(fixed | round_.pairs())
    judges = dict.fromkeys(sorted(known), 0)
    loads = dict.fromkeys(sorted(seats), 0)
    for seat, nominee in pairs:
        judges[nominee] += 1
        if seat in loads:
            loads[seat] += 1
    wanted = per_nominee or 1
    short = {one: wanted - count for one, count in judges.items() if count < wanted}
    return Assignment(tuple(pairs), loads, short, tuple(sorted(asked & forbidden)))


class _Round:
    """Seats and nominees by number; the nominees of a seat as the bits of one number."""

    def __init__(
        self, seats: list[str], nominees: list[str], forbidden: set[Pair], fixed: set[Pair]
    ) -> None:
        self.seats, self.nominees = seats, nominees
        bit = {one: 1 << place for place, one in enumerate(nominees)}
        everybody = (1 << len(nominees)) - 1
        self.may = dict.fromkeys(seats, everybody)
        for seat, one in forbidden:
            if seat in self.may and one in bit:
                self.may[seat] &= ~bit[one]
        self.fixed = dict.fromkeys(seats, 0)
        self.judges = dict.fromkeys(nominees, 0)
        for seat, one in fixed:
            self.judges[one] += 1
            if seat in self.fixed:
                self.fixed[seat] |= bit[one]
        self.free = dict.fromkeys(seats, 0)  # what was assigned here, and can be moved
        self.loads = {seat: own.bit_count() for seat, own in self.fixed.items()}
        self.bit = bit

    def everything(self) -> None:
        """Give every seat all that it may have."""
        for seat in self.seats:
            self.free[seat] = self.may[seat] & ~self.fixed[seat]

    def fill(self, wanted: int) -> None:
        """Give each nominee, those with the least choice first, the judges with least to do."""
        choice = {
            one: [seat for seat in self.seats if self.may[seat] & ~self.fixed[seat] & bit]
            for one, bit in self.bit.items()
        }
        for one in sorted(self.nominees, key=lambda one: (len(choice[one]), one)):
            # Equals by a hash, so that not the same judges always meet.
            order = sorted(choice[one], key=lambda seat: (self.loads[seat], ticket(seat, one)))
            for seat in order[: max(0, wanted - self.judges[one])]:
                self.free[seat] |= self.bit[one]
                self.loads[seat] += 1

    def even_out(self) -> None:
        """Swap along chains until none makes the loads more even."""
        while any(self._swap(seat) for seat in sorted(self.seats, key=self._most_first)):
            pass

    def _most_first(self, seat: str) -> tuple[int, str]:
        return -self.loads[seat], seat

    def _swap(self, heavy: str) -> bool:
        """Take one nominee off a seat, by the shortest chain to a seat with at least two fewer."""
        if self.loads[heavy] - min(self.loads.values()) < 2:
            return False
        before: dict[str, tuple[str, int]] = {}
        queue, there = [heavy], {heavy}
        for seat in queue:
            for other in self.seats:
                moving = self.free[seat] & self.may[other] & ~self.free[other] & ~self.fixed[other]
                if other in there or not moving:
                    continue
                there.add(other)
                queue.append(other)
                before[other] = seat, moving & -moving
                if self.loads[heavy] - self.loads[other] >= 2:
                    self._move(heavy, other, before)
                    return True
        return False

    def _move(self, heavy: str, light: str, before: Mapping[str, tuple[str, int]]) -> None:
        self.loads[heavy] -= 1
        self.loads[light] += 1
        # Along a shortest chain nobody moves twice: whoever could go on had gone there at once.
        while light != heavy:
            seat, bit = before[light]
            self.free[seat] &= ~bit
            self.free[light] |= bit
            light = seat

    def pairs(self) -> set[Pair]:
        """Return what was assigned beside the fixed pairs."""
        return {
            (seat, one)
            for seat, own in self.free.items()
            for one, bit in self.bit.items()
            if own & bit
        }
