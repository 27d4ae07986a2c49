"""How far the judges of a panel agree: three families of figures that others publish too.

Intraclass correlations (Shrout & Fleiss 1979, Psychological Bulletin 86, 420-428), Krippendorff's
alpha (Krippendorff 2011, Computing Krippendorff's Alpha-Reliability) and Kendall's W (Kendall &
Babington Smith 1939; Siegel & Castellan 1988 for ties). 1 is perfect agreement in all of them;
chance gives alpha and ICC around 0, W around one over the number of judges. Alpha and ICC are below
0 where judges contradict each other.

Only alpha takes tables with gaps. The other two are of the nominees whom all judges have marked,
and say how many were left out: to fill gaps, or to leave judges out until the rest looks complete,
would be choosing the figure. All values are exact fractions; only alpha for ratios has 50 digits.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations
from typing import Final, Literal, get_args

from voting.rules.mark_tables import Figure, Reason, Table, midranks, table_of
from voting.rules.panels import Marks

Form = Literal["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
Level = Literal["nominal", "ordinal", "interval", "ratio"]

# Exact, the sum of thousands of ratios would have tens of thousands of digits.
RATIO_DIGITS: Final = 10**50
# From so many pairs of different marks on, one long multiplication is quicker than to add them ...
MANY_PAIRS: Final = 100_000
# ... unless the marks lie so far apart that the numbers get longer than this, in bytes.
LONGEST_NUMBER: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """The analysis of variance behind the intraclass correlations, in squares of marks.

    nominees: between nominees (BMS in the source), within: within nominees (WMS), judges: between
    judges (JMS), residual: what neither explains (EMS). n, k: nominees and judges.
    """

    nominees: Fraction
    within: Fraction
    judges: Fraction
    residual: Fraction
    n: int
    k: int


def icc(marks: Marks) -> dict[Form, Figure]:
    """Return the six intraclass correlations of the nominees whom all judges have marked.

    (1,...): each nominee has judges of its own; (2,...): the judges stand for others like them, and
    their severity counts as disagreement; (3,...): these judges and no others, severity aside.
    (...,1): one judge's marks; (...,k): the mean of all.
    None of them is above 1. (1,1) and (3,1) are at least -1/(k-1), (2,1) at least -n/(nk-n-k) for
    n nominees and k judges; those of the mean have no lower bound.
    marks: judge -> nominee -> mark. Raises ValueError for a mark that is no number.
    Source: Shrout & Fleiss 1979, pages 422-426.
    """
    table = table_of(marks)
    rows, reason = _complete(table)
    if reason:
        return {form: _figure(table, len(rows), None, reason) for form in get_args(Form)}
    return {
        form: _share(table, len(rows), above, below)
        for form, (above, below) in _shares(_mean_squares(rows, table.unit)).items()
    }


def mean_squares(marks: Marks) -> MeanSquares | None:
    """Return the analysis of variance that ``icc`` uses; None where it has no value."""
    table = table_of(marks)
    rows, reason = _complete(table)
    return None if reason else _mean_squares(rows, table.unit)


def kendall_w(marks: Marks) -> Figure:
    """Return Kendall's coefficient of concordance, 0 to 1, corrected for ties.

    Each judge's marks become ranks among the nominees whom all judges have marked.
    marks: judge -> nominee -> mark. Raises ValueError for a mark that is no number.
    Source: W = 12 S / (m² (n³ - n) - m T), T the sum of t³ - t over all ties of all judges; here
    with doubled ranks, so that half ranks are whole.
    """
    table = table_of(marks)
    rows, reason = _complete(table)
    n, m = len(rows), len(table.judges)
    if reason:
        return _figure(table, n, None, reason)
    columns = list(zip(*rows, strict=True))
    doubled = [midranks(column) for column in columns]
    sums = [sum(rank[mark] for rank, mark in zip(doubled, row, strict=True)) for row in rows]
    ties = sum(t**3 - t for column in columns for t in Counter(column).values())
    above = 12 * sum((own - m * (n + 1)) ** 2 for own in sums)
    return _share(table, n, Fraction(above, 4), Fraction(m * m * (n**3 - n) - m * ties))


def alpha(marks: Marks, level: Level = "interval") -> Figure:
    """Return Krippendorff's alpha, at most 1, of all nominees with two or more marks.

    level: what differences mean. ``nominal``: marks are equal or not; ``ordinal``: only their
    order counts; ``interval``: differences; ``ratio``: differences in proportion to the marks.
    A single nominee has none: alpha would be 0 whatever the judges say. In the largest tables,
    ``ratio`` takes seconds for marks of three decimals, and minutes for more.
    marks: judge -> nominee -> mark. Raises ValueError for a mark that is no number.
    Source: Krippendorff 2011, section D, in the form that sums over the marks of each unit.
    """
    table = table_of(marks)
    units = [list(own.values()) for own in table.rows.values() if len(own) > 1]
    everything = list(chain.from_iterable(units))
    reason: Reason = ""
    if len(table.judges) < 2:
        reason = "one-judge"
    elif len(units) < 2:
        reason = "one-nominee" if units else "no-pairs"
    elif level == "ratio" and min(everything) < 0:
        reason = "below-zero"
    if reason:
        return _figure(table, len(units), None, reason)
    if level == "ordinal":
        # The difference of two ranks among all marks is what the source adds up between them.
        rank = midranks(everything)
        units = [[rank[mark] for mark in unit] for unit in units]
        everything = [rank[mark] for mark in everything]
    differences = DIFFERENCES[level]
    observed = sum((Fraction(differences(unit), len(unit) - 1) for unit in units), Fraction(0))
    expected = Fraction(differences(everything), len(everything) - 1)
    return _share(table, len(units), expected - observed, expected)


def _complete(table: Table) -> tuple[list[list[int]], Reason]:
    """Return the complete rows, and why they do not do."""
    rows = table.complete()
    if len(table.judges) < 2:
        return rows, "one-judge"
    if len(rows) >= 2:
        return rows, ""
    return rows, "one-nominee" if len(table.rows) < 2 else "not-complete"


def _figure(table: Table, counted: int, value: Fraction | None, reason: Reason) -> Figure:
    return Figure(value, reason, len(table.judges), counted, len(table.rows) - counted)


def _share(table: Table, counted: int, above: Fraction, below: Fraction) -> Figure:
    # Estimates of variance can be below zero, and a share of them more than the whole.
    if below <= 0:
        return _figure(table, counted, None, "no-variance")
    return _figure(table, counted, above / below, "")


def _mean_squares(rows: Sequence[Sequence[int]], unit: int) -> MeanSquares:
    n, k = len(rows), len(rows[0])
    total = sum(map(sum, rows))
    overall = Fraction(total * total, n * k)
    squares = sum(mark * mark for row in rows for mark in row)
    by_nominee = Fraction(sum(sum(row) ** 2 for row in rows), k)
    between_judges = Fraction(sum(sum(column) ** 2 for column in zip(*rows, strict=True)), n)
    between_judges -= overall
    within = squares - by_nominee
    scale = unit * unit
    return MeanSquares(
        nominees=(by_nominee - overall) / ((n - 1) * scale),
        within=within / (n * (k - 1) * scale),
        judges=between_judges / ((k - 1) * scale),
        residual=(within - between_judges) / ((n - 1) * (k - 1) * scale),
        n=n,
        k=k,
    )


def _shares(found: MeanSquares) -> dict[Form, tuple[Fraction, Fraction]]:
    """Return, for each form, what is explained and what it is a share of."""
    nominees, within, residual = found.nominees, found.within, found.residual
    n, k = found.n, found.k
    severity = (found.judges - residual) / n
    return {
        "ICC(1,1)": (nominees - within, nominees + (k - 1) * within),
        "ICC(2,1)": (nominees - residual, nominees + (k - 1) * residual + k * severity),
        "ICC(3,1)": (nominees - residual, nominees + (k - 1) * residual),
        "ICC(1,k)": (nominees - within, nominees),
        "ICC(2,k)": (nominees - residual, nominees + severity),
        "ICC(3,k)": (nominees - residual, nominees),
    }


def _unequal(values: Sequence[int]) -> int:
    """Return how many pairs differ."""
    return (len(values) ** 2 - sum(count * count for count in Counter(values).values())) // 2


def _squared(values: Sequence[int]) -> int:
    """Return the sum of squared differences of all pairs."""
    return len(values) * sum(value * value for value in values) - sum(values) ** 2


def _in_proportion(values: Sequence[int]) -> int:
    """Return the sum of ((a - b) / (a + b))² over all pairs, times ``RATIO_DIGITS``."""
    # Added up by a + b first: whole numbers, and one division for each sum.
    return sum(
        squares * RATIO_DIGITS // total**2 for total, squares in squares_by_sum(values).items()
    )


def squares_by_sum(values: Sequence[int], many: int = MANY_PAIRS) -> dict[int, int]:
    """Return a + b -> the sum of (a - b)² over all pairs of different values.

    values: 0 or more each. many: from how many pairs on they are multiplied, not added; it changes
    nothing but the time.
    """
    counts = Counter(values)
    low, high = min(counts), max(counts)
    width = (2 * len(values).bit_length() + 2 * (high - low).bit_length()) // 8 + 1  # bytes
    if len(counts) ** 2 // 2 < many or (high - low) * width > LONGEST_NUMBER:
        found: defaultdict[int, int] = defaultdict(int)
        for (one, times), (other, others) in combinations(counts.items(), 2):
            apart = one - other
            found[one + other] += apart * apart * times * others
        return found

    # Kronecker's substitution: in a product of two long numbers made of counts, the digits at
    # place t are the sum over all pairs with a + b = t; and (a - b)² = 2a² + 2b² - t².
    def long_number(digits: dict[int, int]) -> int:
        places = bytearray((high - low + 1) * width)
        for place, digit in digits.items():
            places[place * width : (place + 1) * width] = digit.to_bytes(width, "little")
        return int.from_bytes(places, "little")

    def digit(number: bytes, place: int) -> int:
        return int.from_bytes(number[place * width : (place + 1) * width], "little")

    once = long_number({value - low: count for value, count in counts.items()})
    squared = long_number({v - low: count * (v - low) ** 2 for v, count in counts.items()})
    length = 2 * (high - low + 1) * width
    pairs = (once * once).to_bytes(length, "little")
    squares = (once * squared).to_bytes(length, "little")
    return {
        t + 2 * low: total
        for t in range(1, 2 * (high - low))
        if (total := 2 * digit(squares, t) - t * t * digit(pairs, t) // 2)
    }


# The sum over all pairs of how much they differ; for ordinal data, of ranks.
DIFFERENCES: Final[dict[Level, Callable[[Sequence[int]], int]]] = {
    "nominal": _unequal,
    "ordinal": _squared,
    "interval": _squared,
    "ratio": _in_proportion,
}
