"""The rules of a panel written out plainly, to compare the quick ways with."""

from decimal import Context, Decimal
from fractions import Fraction
from statistics import median

from tests.rules.mark_samples import Table
from voting.rules.panels import Panel


def exact_values(table: Table, panel: Panel) -> dict[str, Fraction]:
    """Return the unrounded value of each nominee with enough marks, by definition."""
    lists: dict[str, dict[str, Fraction]] = {}
    for judge, own in table.items():
        for one, mark in own.items():
            lists.setdefault(one, {})[judge] = Fraction(mark)
    lists = {one: own for one, own in lists.items() if len(own) >= panel.min_marks}
    if not lists:
        return {}
    if panel.method in {"z", "z_refit"}:
        return _standardised(lists, refit=panel.method == "z_refit")
    if panel.method == "exponential":
        return _by_ranks(lists, panel)
    if panel.method == "rank_sum":
        return _comparisons_won(table, panel)
    found = {one: _of_list(sorted(own.values()), panel) for one, own in lists.items()}
    if panel.shrink == "off":
        return found
    usual = Fraction(median(len(own) for own in lists.values()))
    usual /= 2 if panel.shrink == "half_median" else 1
    return {
        one: value * (_root(len(lists[one]) / usual) if len(lists[one]) < usual else 1)
        for one, value in found.items()
    }


def _of_list(marks: list[Fraction], panel: Panel) -> Fraction:
    if panel.method in {"sum", "votes"}:
        return sum(marks, Fraction(0))
    if panel.method == "median":
        return Fraction(median(marks))
    if panel.method == "trimmed" and len(marks) >= panel.trim_from:
        marks = marks[panel.drop_low : len(marks) - panel.drop_high]
    while panel.method == "middle" and len(marks) > panel.keep + 1:
        marks = marks[1:-1]
    return _mean(marks)


def _standardised(lists: dict[str, dict[str, Fraction]], *, refit: bool) -> dict[str, Fraction]:
    by_judge: dict[str, list[Fraction]] = {}
    for own in lists.values():
        for judge, mark in own.items():
            by_judge.setdefault(judge, []).append(mark)
    everything = [mark for own in by_judge.values() for mark in own]

    def z(judge: str, mark: Fraction) -> Fraction:
        marks = by_judge[judge]
        if len(set(marks)) < 2:
            marks = everything
        spread = _root(_mean([(one - _mean(marks)) ** 2 for one in marks]))
        return (mark - _mean(marks)) / spread if spread else Fraction(0)

    scores = {
        one: _mean([z(judge, mark) for judge, mark in own.items()]) for one, own in lists.items()
    }
    if not refit:
        return scores
    means = [_mean(list(own.values())) for own in lists.values()]
    low, high, bottom, top = min(scores.values()), max(scores.values()), min(means), max(means)
    if low == high:
        return dict.fromkeys(scores, (bottom + top) / 2)
    return {
        one: bottom + (score - low) / (high - low) * (top - bottom) for one, score in scores.items()
    }


def _by_ranks(lists: dict[str, dict[str, Fraction]], panel: Panel) -> dict[str, Fraction]:
    sums = {
        one: sum(panel.points[0] * Fraction(panel.fall, 100) ** (int(rank) - 1)
                 for rank in own.values())
        for one, own in lists.items()
    }  # fmt: skip
    points = [*panel.points, *[0] * len(sums)]
    return {
        one: Fraction(points[sum(other > own for other in sums.values())])
        for one, own in sums.items()
    }


def _comparisons_won(table: Table, panel: Panel) -> dict[str, Fraction]:
    shares: dict[str, list[Fraction]] = {}
    for own in table.values():
        for one, mark in own.items():
            others = [other for name, other in own.items() if name != one]
            if others:
                won = [Fraction(mark > other) + Fraction(mark == other, 2) for other in others]
                shares.setdefault(one, []).append(100 * _mean(won))
    return {one: _mean(own) for one, own in shares.items() if len(own) >= panel.min_marks}


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


def _root(value: Fraction) -> Fraction:
    context = Context(prec=28, rounding="ROUND_HALF_UP")
    return Fraction(context.sqrt(context.divide(Decimal(value.numerator), value.denominator)))
