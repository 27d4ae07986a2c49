"""From numbers of votes to points, so that votes and marks can be added.

Every conversion says what the most is that one nominee can get (``out_of``); a part of the result
is worth points / out_of x weight. All arithmetic is exact but for logarithms, which have 28 digits.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal

import msgspec

How = Literal["share_of_leader", "share_of_votes", "rank_bands", "rank_points", "log"]

FULL: Final = 100  # points of whoever cannot do better
MOST_STEPS: Final = 40
# A context of our own: what another part of the program does to its one changes no result.
EXACT_ENOUGH: Final = Context(prec=28, rounding=ROUND_HALF_UP)


class Band(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All ranks down to ``upto`` that no earlier band has; None: all that are left."""

    upto: int | None
    points: Decimal


class Conversion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How votes become points.

    bands: for ``rank_bands``, from the best rank down. points: for ``rank_points``, what the
    first, the second ... get; whoever comes later gets none.
    """

    how: How = "share_of_leader"
    bands: tuple[Band, ...] = ()
    points: tuple[int, ...] = ()


def problems(conversion: Conversion) -> list[str]:
    """Return codes of what makes a conversion mean nothing."""
    found = []
    if conversion.how == "rank_bands":
        found += _band_problems(conversion.bands)
    elif conversion.bands:
        found.append("bands-without-use")
    if conversion.how == "rank_points":
        found += points_problems(conversion.points)
    elif conversion.points:
        found.append("points-without-use")
    return found


def points_problems(points: Sequence[int]) -> list[str]:
    """Return codes of what is wrong with what the first, second, third ... get."""
    if not 1 <= len(points) <= MOST_STEPS:
        return ["points-missing"]
    if any(after > before for before, after in pairwise(points)):
        return ["points-rise"]
    return ["points-below-zero"] if points[0] < 1 or points[-1] < 0 else []


def out_of(conversion: Conversion) -> Fraction:
    """Return the most points that one nominee can get."""
    if conversion.how == "rank_bands":
        return Fraction(conversion.bands[0].points)
    if conversion.how == "rank_points":
        return Fraction(conversion.points[0])
    return Fraction(FULL)


def convert(
    votes: Mapping[str, int | Fraction], conversion: Conversion, *, scores: bool = False
) -> dict[str, Fraction]:
    """Return each nominee's points.

    votes: of all nominees that are compared, 0 or more each; hours or a panel's values as well.
    scores: that they are values around 0, which are ranked whatever they are.
    Nominees with equal votes have the same rank, the best of theirs (1, 2, 2, 4), and so the same
    points. Without any vote at all nobody has points.
    Raises ValueError for a conversion with ``problems``.
    """
    if wrong := problems(conversion):
        raise ValueError(", ".join(wrong))
    top, total = max(votes.values(), default=0), sum(votes.values())
    # Where all scores but the best one are below 0, that one can be 0 and is still the best.
    if not top and not scores:
        return dict.fromkeys(votes, Fraction(0))
    if conversion.how == "share_of_leader":
        return {one: Fraction(own * FULL, top) for one, own in votes.items()}
    if conversion.how == "share_of_votes":
        return {one: Fraction(own * FULL, total) for one, own in votes.items()}
    if conversion.how == "log":
        most = _log(1 + top)
        return {
            one: Fraction(EXACT_ENOUGH.divide(_log(1 + own), most)) * FULL
            for one, own in votes.items()
        }
    return {one: _of_rank(rank, conversion) for one, rank in ranks(votes).items()}


def ranks(values: Mapping[str, int | Fraction | Decimal]) -> dict[str, int]:
    """Return the rank of each, the highest value first; equal values share the best: 1, 2, 2, 4."""
    first: dict[int | Fraction | Decimal, int] = {}
    for place, value in enumerate(sorted(values.values(), reverse=True), 1):
        first.setdefault(value, place)
    return {one: first[value] for one, value in values.items()}


def rounded(value: Fraction, decimals: int) -> Decimal:
    """Return an exact value to so many decimals, halves away from zero, as people round.

    The one rule by which values are rounded; below zero "up" would be another one.
    """
    top, bottom = abs(value.numerator), value.denominator
    whole = (2 * top * 10**decimals + bottom) // (2 * bottom)
    context = EXACT_ENOUGH
    if whole >= 10**context.prec:
        context = Context(prec=len(str(whole)))
    number = Decimal(whole).scaleb(-decimals, context=context)
    return -number if value < 0 else number


def root(value: Fraction) -> Fraction:
    """Return the square root to 28 digits."""
    return Fraction(
        EXACT_ENOUGH.sqrt(EXACT_ENOUGH.divide(Decimal(value.numerator), Decimal(value.denominator)))
    )


def _log(value: int | Fraction) -> Decimal:
    return EXACT_ENOUGH.ln(
        EXACT_ENOUGH.divide(Decimal(value.numerator), Decimal(value.denominator))
    )


def _of_rank(rank: int, conversion: Conversion) -> Fraction:
    if conversion.how == "rank_points":
        points = conversion.points
        return Fraction(points[rank - 1] if rank <= len(points) else 0)
    return next(
        (
            Fraction(band.points)
            for band in conversion.bands
            if band.upto is None or rank <= band.upto
        ),
        Fraction(0),
    )


def _band_problems(bands: Sequence[Band]) -> list[str]:
    found = []
    if not 1 <= len(bands) <= MOST_STEPS:
        found.append("bands-missing")
        return found
    limits = [band.upto for band in bands]
    if None in limits[:-1]:
        found.append("band-behind-the-rest")
    known = [limit for limit in limits if limit is not None]
    if any(after <= before for before, after in pairwise([0, *known])):
        found.append("bands-out-of-order")
    points = [band.points for band in bands]
    if not all(value.is_finite() and 0 <= value <= 1000 for value in points) or points[0] <= 0:
        found.append("band-points-out-of-range")
    elif any(after > before for before, after in pairwise(points)):
        found.append("bands-rise")
    return found
