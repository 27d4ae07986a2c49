"""z-scores of a panel, exact and in whole numbers, and the same without one of the judges.

A judge's z-score is the distance from the judge's own mean in the judge's own standard deviations
(population). Where a judge has given fewer than two marks, or the same to all, mean and deviation
of the whole round take their place. Deviations have 28 digits, all else is exact.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm

from voting.rules.conversions import root
from voting.rules.whole_marks import Ratio, scaled


class Standardised:
    """The mean of z-scores, with ``refit`` stretched back to the range of the plain means.

    marks: judge -> nominee -> mark. needed: nominees with fewer marks are left aside, and what
    they were given is not looked at.
    """

    def __init__(
        self, marks: Mapping[str, Mapping[str, Decimal]], needed: int, *, refit: bool
    ) -> None:
        self.given, self.needed, self.refit = marks, needed, refit
        self.sizes: dict[str, int] = {}
        for own in marks.values():
            for one in own:
                self.sizes[one] = self.sizes.get(one, 0) + 1
        self.sizes = {one: size for one, size in self.sizes.items() if size >= needed}
        self.scale, whole = scaled(marks)
        self.marks = {
            judge: {one: mark for one, mark in own.items() if one in self.sizes}
            for judge, own in whole.items()
        }
        self._figures()
        self._scores()

    def _figures(self) -> None:
        """Find each judge's number of marks, sum, and sum of squares."""
        self.counts = {judge: len(own) for judge, own in self.marks.items()}
        self.sums = {judge: sum(own.values()) for judge, own in self.marks.items()}
        self.squares = {
            judge: sum(mark * mark for mark in own.values()) for judge, own in self.marks.items()
        }
        self.flat = {
            judge
            for judge, count in self.counts.items()
            if count < 2 or count * self.squares[judge] == self.sums[judge] ** 2
        }

    def _scores(self) -> None:
        """Sum marks, and z-scores over one denominator; flat judges' marks stand by themselves."""
        steps = {
            judge: self._step(self.counts[judge], self.sums[judge], self.squares[judge])
            for judge in self.marks
            if judge not in self.flat
        }
        self.bottom = lcm(*(bottom for _top, bottom in steps.values()))
        factors = {judge: top * (self.bottom // bottom) for judge, (top, bottom) in steps.items()}
        self.factors = factors
        self.of_marks = dict.fromkeys(self.sizes, 0)
        self.of_scores = dict.fromkeys(self.sizes, 0)
        self.of_flat = dict.fromkeys(self.sizes, (0, 0))
        for judge, own in self.marks.items():
            count, total, factor = self.counts[judge], self.sums[judge], factors.get(judge)
            for one, mark in own.items():
                self.of_marks[one] += mark
                if factor is None:
                    number, flat = self.of_flat[one]
                    self.of_flat[one] = (number + 1, flat + mark)
                else:
                    self.of_scores[one] += (mark * count - total) * factor

    def _step(self, count: int, total: int, squares: int) -> Ratio:
        """Return by what mark x count - total is multiplied to be a z-score."""
        spread = count * squares - total * total
        deviation = root(Fraction(spread, (count * self.scale) ** 2))
        if not deviation:
            return 0, 1
        top, bottom = deviation.denominator, deviation.numerator * count * self.scale
        common = gcd(top, bottom)
        return top // common, bottom // common

    def ratios(self, without: str | None = None) -> dict[str, Ratio]:
        """Return the values of all who have enough marks, as if one judge had given none."""
        own = self.marks.get(without, {}) if without is not None else {}
        if any(self.sizes[one] == self.needed for one in own):
            # Somebody has too few marks then, which touches what the other judges' scores are.
            fewer = {judge: marks for judge, marks in self.given.items() if judge != without}
            return Standardised(fewer, self.needed, refit=self.refit).ratios()
        if not self.sizes:
            return {}
        sizes = {one: size - (one in own) for one, size in self.sizes.items()}
        scores, bottom = self._sums_of_scores(without, own)
        if not self.refit:
            return {one: (score, bottom * sizes[one]) for one, score in scores.items()}
        marks = self.of_marks
        if own:
            marks = {one: total - own.get(one, 0) for one, total in marks.items()}
        return self._refitted(scores, marks, sizes)

    def _sums_of_scores(
        self, without: str | None, own: Mapping[str, int]
    ) -> tuple[dict[str, int], int]:
        """Return each nominee's sum of z-scores, and the denominator of all."""
        scores = self.of_scores
        if without is not None and (factor := self.factors.get(without)) is not None:
            count, total = self.counts[without], self.sums[without]
            scores = {
                one: score - (own[one] * count - total) * factor if one in own else score
                for one, score in scores.items()
            }
        others = self.flat - {without}
        if not any(self.counts[judge] for judge in others):
            return scores, self.bottom
        top, bottom, count, total = self._round(others, without)
        flat = self.of_flat
        if without in self.flat:
            flat = {
                one: (number - 1, mark - own[one]) if one in own else (number, mark)
                for one, (number, mark) in flat.items()
            }
        more = {one: (mark * count - number * total) * top for one, (number, mark) in flat.items()}
        return (
            {one: score * bottom + more[one] * self.bottom for one, score in scores.items()},
            self.bottom * bottom,
        )

    def _round(self, flat: Collection[str], without: str | None) -> tuple[int, int, int, int]:
        """Return by what a flat judge's marks become z-scores, and number and sum of all marks."""
        judges = [judge for judge in self.marks if judge != without]
        count = sum(self.counts[judge] for judge in judges)
        total = sum(self.sums[judge] for judge in judges)
        squares = sum(self.squares[judge] for judge in judges)
        top, bottom = self._step(count, total, squares)
        return top, bottom, count, total

    def _refitted(
        self, scores: Mapping[str, int], marks: Mapping[str, int], sizes: Mapping[str, int]
    ) -> dict[str, Ratio]:
        """Stretch the means of scores to the range of the means of marks."""
        common = lcm(*set(sizes.values()))
        scores = {one: score * (common // sizes[one]) for one, score in scores.items()}
        means = [mark * (common // sizes[one]) for one, mark in marks.items()]
        low, bottom, top = min(scores.values()), min(means), max(means)
        span = max(scores.values()) - low
        if not span:
            # Nobody stands out: all get the middle of the means, without a range each mean.
            return dict.fromkeys(scores, (bottom + top, 2 * common * self.scale))
        return {
            one: (bottom * span + (score - low) * (top - bottom), common * self.scale * span)
            for one, score in scores.items()
        }
