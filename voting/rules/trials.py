"""What would become of some ballots by a rule sheet: for worked examples, and to check them."""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

from voting.rules.ballots import Accepted, BallotRules, CounterKey, Decision, decide


class Trial(NamedTuple):
    """One voter's ballot, with the names of the day and the window in which it is cast."""

    choices: Sequence[str]
    day: str = "1"
    window: str = "1"


def play(
    rules: BallotRules, categories: Mapping[str, Hashable], trials: Sequence[Trial]
) -> list[Decision]:
    """Return what is decided about each ballot of one voter, in this order.

    categories: ballot number -> category. What is refused uses nothing up.
    """
    used: dict[tuple[str, CounterKey], int] = {}
    decisions = []
    for trial in trials:
        names = {"window": trial.window, "day": trial.day, "season": ""}
        now = {key: count for (name, key), count in used.items() if name == names[key.period]}
        decision = decide(rules, categories, now, trial.choices)
        if isinstance(decision, Accepted):
            for key, count in decision.counters.items():
                used[names[key.period], key] = count
        decisions.append(decision)
    return decisions
