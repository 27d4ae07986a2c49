"""A simulated crowd: whom it likes, how that drifts, and when it is awake.

For demonstrations and tests. Nothing in it looks at a clock or at the network.
"""

import math
import random
from collections import Counter
from collections.abc import Mapping
from typing import Final

from voting.rules.ballots import BallotRules, per_ballot_max

SKEW: Final = 0.9  # standard deviation of the logarithm of popularity
DRIFT_HOURS: Final = 3.0  # in which likings forget where they were
# Ballots in each hour of the day, as shares of the day's mean: asleep, lunch break, evening.
RHYTHM: Final = (
    0.25, 0.12, 0.06, 0.05, 0.06, 0.15, 0.45, 0.9, 1.1, 1.2, 1.2, 1.35,
    1.75, 1.5, 1.1, 1.0, 1.05, 1.2, 1.5, 1.9, 2.2, 2.0, 1.3, 0.6,
)  # fmt: skip
# How many choose 1, 2, 3 ... nominees: a few friends of one, many who fill their ballot.
APPETITE: Final = (22, 12, 14, 10, 8, 6, 4, 4, 3, 17)


def rhythm(hour: float) -> float:
    """Return how busy a moment of the day is, 1 being the day's mean. hour: 0 to 24, with parts."""
    at, part = divmod(hour % 24, 1)
    now, following = RHYTHM[int(at)], RHYTHM[(int(at) + 1) % 24]
    return (now + (following - now) * part) * 24 / sum(RHYTHM)


class Crowd:
    """Voters who choose within the rules, each for the first time in the season."""

    def __init__(
        self, rules: BallotRules, categories: Mapping[str, int], *, seed: int | None = None
    ) -> None:
        """Begin with likings of its own.

        categories: ballot number -> category, of all who can be chosen.
        seed: for tests; the same seed is the same crowd.
        """
        self.rules = rules
        self.categories = dict(categories)
        self.chance = random.Random(seed)  # noqa: S311 -- imitates people, guards nothing
        self._liking = {number: self.chance.gauss(0, SKEW) for number in sorted(self.categories)}
        self._most = per_ballot_max(rules)
        # A limit on a category's choices in a day limits the first ballot of a day too.
        self._most_of_category = min(
            (cap.max for cap in rules.caps if cap.scope == "category" and cap.counts == "choices"),
            default=self._most,
        )

    def drift(self, hours: float) -> None:
        """Let likings wander: with the time they forget where they were, but stay as unequal."""
        kept = math.exp(-max(0.0, hours) / DRIFT_HOURS)
        fresh = SKEW * math.sqrt(1 - kept * kept)
        for number, liking in self._liking.items():
            self._liking[number] = liking * kept + self.chance.gauss(0, fresh)

    def liking(self, number: str) -> float:
        """Return how popular a nominee is now, 1 being the middle."""
        return math.exp(self._liking[number])

    def withdraw(self, number: str) -> None:
        """Choose a nominee no more."""
        self.categories.pop(number, None)

    def choices(self) -> tuple[str, ...]:
        """Return one ballot: the more popular, the more often chosen; always within the rules."""
        sizes = range(1, len(APPETITE) + 1)
        wanted = self.chance.choices(sizes, APPETITE)[0]
        if wanted == len(APPETITE):  # whoever fills the ballot fills it, however long it is
            wanted = max(wanted, self._most)
        wanted = min(max(wanted, self.rules.min_choices), self._most, 64)
        chosen: list[str] = []
        taken: Counter[int] = Counter()
        # Efraimidis and Spirakis: sorting by u^(1/weight) draws by weight, without replacement.
        order = sorted(
            self.categories,
            key=lambda number: self.chance.random() ** (1 / self.liking(number)),
            reverse=True,
        )
        for number in order:
            category = self.categories[number]
            if len(chosen) < wanted and taken[category] < self._most_of_category:
                chosen.append(number)
                taken[category] += 1
        return tuple(chosen)

    def pause_seconds(self, *, per_minute: float, hour: float) -> float:
        """Return how long until the next voter comes (people come independently of each other)."""
        return self.chance.expovariate(per_minute * rhythm(hour) / 60)

    def thinking_seconds(self) -> float:
        """Return how long a voter looks at the page between first choice and ballot."""
        return min(90.0, self.chance.lognormvariate(2.3, 0.6))
