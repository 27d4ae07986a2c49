"""From repeated measurements to figures: medians, quartiles, ratios of pairs, gates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the quartiles around it."""

    low: float
    middle: float
    high: float
    count: int

    def text(self, digits: int = 0) -> str:
        """Return ``median [lower quartile–upper quartile]``."""
        low, middle, high = (f"{value:,.{digits}f}" for value in (self.low, self.middle, self.high))
        return f"{middle} [{low}–{high}]"


def spread(values: Sequence[float]) -> Spread:
    """Return median and quartiles, the extremes counted as part of the whole.

    Raises ValueError without a value.
    """
    if not values:
        raise ValueError("nothing was measured")
    if len(values) == 1:
        return Spread(values[0], values[0], values[0], 1)
    low, _middle, high = quantiles(values, n=4, method="inclusive")
    return Spread(low, median(values), high, len(values))


def ratios(first: Sequence[float], second: Sequence[float]) -> list[float]:
    """Return first ÷ second pair by pair: what disturbs the machine disturbs both of a pair.

    Raises ValueError when there are not as many of the one as of the other.
    """
    return [one / other for one, other in zip(first, second, strict=True)]


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value below which ``share`` (0 to 1) of the ordered values lie."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return by how much y rises per x (least squares).

    Raises ValueError unless there are two different x.
    """
    count = len(points)
    mean_x = sum(x for x, _y in points) / max(count, 1)
    mean_y = sum(y for _x, y in points) / max(count, 1)
    square = sum((x - mean_x) ** 2 for x, _y in points)
    if not square:
        raise ValueError("a slope needs two different x")
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / square


def gaps(versions: Sequence[int]) -> int:
    """Return how many numbers are missing in a rising series."""
    return sum(after - before - 1 for before, after in pairwise(versions))


@dataclass(frozen=True, slots=True)
class Gate:
    """One figure that decides whether a run passes."""

    name: str
    value: float
    limit: float
    passed: bool
    goal: str = ""
    note: str = ""

    def text(self) -> str:
        """Return the line in which a person reads it."""
        goal = f", goal {self.goal}" if self.goal else ""
        note = f"   {self.note}" if self.note else ""
        return (
            f"{'pass' if self.passed else 'FAIL'}  {self.name}: {self.value:.2f} "
            f"(gate {self.limit:g}{goal}){note}"
        )


def at_most(name: str, values: Sequence[float], limit: float, *, goal: str = "") -> Gate:
    """Return a gate that the median passes when it is not above the limit."""
    middle = spread(values).middle
    return Gate(name, middle, limit, middle <= limit, goal)


def at_least(name: str, values: Sequence[float], limit: float, *, goal: str = "") -> Gate:
    """Return a gate that the median passes when it is not below the limit."""
    middle = spread(values).middle
    return Gate(name, middle, limit, middle >= limit, goal)


def no_growth(name: str, values: Sequence[float], *, limit: float, sure: float) -> Gate:
    """Return a gate against costs that grow with size.

    It fails when the median is above ``limit``, and only if the lower quartile of the pairs is
    above ``sure`` too: on a busy machine a median alone may be chance.
    """
    found = spread(values)
    passed = found.middle <= limit or found.low <= sure
    note = f"quartiles {found.low:.2f}–{found.high:.2f}"
    return Gate(name, found.middle, limit, passed, note=note)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in aligned columns: the first to the left, all others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
