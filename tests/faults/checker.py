"""What must be true after any fault: nothing accepted is lost, nothing counts twice."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sent:
    """One ballot as its voter saw it: ``outcome`` of the answer, None when there was none."""

    vote: str
    voter: str
    choices: tuple[str, ...]
    outcome: str | None


@dataclass(frozen=True)
class Recorded:
    """One ballot in the ledger."""

    vote: str
    choices: tuple[str, ...]


def faults(
    history: Iterable[Sent],
    ledger: Iterable[Recorded],
    *,
    tallies: Mapping[str, int],
    recount: Mapping[str, int],
    most_for_a_nominee: int = 1,
) -> list[str]:
    """Return what is wrong, one sentence each; none when all promises were kept.

    tallies: the vote store's, recount: the ledger's, both without what stands at nought.
    most_for_a_nominee: how often a voter may choose the same nominee.
    """
    history, ledger = list(history), list(ledger)
    times = Counter(ballot.vote for ballot in ledger)
    recorded = {ballot.vote: ballot for ballot in ledger}
    sent = {ballot.vote: ballot for ballot in history}
    found = [f"doubled: {vote}" for vote, count in times.items() if count > 1]
    found += [f"unexpected: {vote}" for vote in recorded if vote not in sent]
    for ballot in history:
        there = recorded.get(ballot.vote)
        if ballot.outcome == "accepted" and there is None:
            found.append(f"lost: {ballot.vote}")
        elif ballot.outcome not in ("accepted", None) and there is not None:
            found.append(f"refused, and in the ledger: {ballot.vote}")
        elif there is not None and sorted(there.choices) != sorted(ballot.choices):
            found.append(f"other choices: {ballot.vote}")
    counted = Counter(choice for ballot in ledger for choice in ballot.choices)
    if counted != recount:
        found.append("the recount is not that of the ballots")
    if counted != tallies:
        found.append("the tallies are not those of the ballots")
    uses = Counter(
        (sent[vote].voter, choice)
        for vote, ballot in recorded.items()
        if vote in sent
        for choice in ballot.choices
    )
    found += [
        f"limit exceeded: {voter} chose {choice} {count} times"
        for (voter, choice), count in uses.items()
        if count > most_for_a_nominee
    ]
    return found
