"""Marks as whole numbers, and values as whole numbers over whole numbers.

Fractions are exact but slow, for each step reduces them. Where many are added, one common
denominator is found once, sums are sums of whole numbers, and only what is kept is reduced.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

Ratio = tuple[int, int]  # a value: the first over the second, which is above 0

Whole = dict[str, dict[str, int]]  # judge -> nominee -> mark x scale


def scaled(marks: Mapping[str, Mapping[str, Decimal]]) -> tuple[int, Whole]:
    """Return the scale that leaves no mark a decimal, a power of ten, and the marks times it."""
    scale = power_of_ten(decimals_of(mark for own in marks.values() for mark in own.values()))
    return scale, {
        judge: {one: whole(mark, scale) for one, mark in own.items()}
        for judge, own in marks.items()
    }


def power_of_ten(number: int) -> int:
    """Return 10^number, for 0 or more."""
    return int(10**number)


def decimals_of(marks: Iterable[Decimal]) -> int:
    """Return how many decimals the mark with most of them has."""
    most = 0
    for mark in set(marks):
        exponent = mark.as_tuple().exponent
        if not isinstance(exponent, int):
            raise ValueError(f"{mark} is no mark")  # noqa: TRY004 -- a number that is no number
        most = max(most, -exponent)
    return most


def whole(mark: Decimal, scale: int) -> int:
    """Return a mark x scale, which must be a whole number."""
    top, bottom = mark.as_integer_ratio()
    return top * (scale // bottom)


def rounded_whole(value: Ratio, decimals: int) -> int:
    """Return a value x 10^decimals as a whole number, halves away from zero."""
    top, bottom = value
    if top < 0:
        return -rounded_whole((-top, bottom), decimals)
    return (2 * top * power_of_ten(decimals) + bottom) // (2 * bottom)


def mid_ranks(values: Sequence[int]) -> dict[int, int]:
    """Return by value twice the number of smaller ones, plus the number of others like it.

    Half of it says how many others a value beats, equals counting half.
    """
    first: dict[int, int] = {}
    found: dict[int, int] = {}
    for place, value in enumerate(sorted(values)):
        # The first place of equals is below x 1, their last one below + equals - 1.
        found[value] = first.setdefault(value, place) + place
    return found
