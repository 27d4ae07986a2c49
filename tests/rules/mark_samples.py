"""Tables of marks: written as rows, drawn by Hypothesis, or drawn with a seed."""

import random
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Table = dict[str, dict[str, Decimal]]  # judge -> nominee -> mark

_marks = st.integers(0, 12).map(lambda quarters: Decimal(quarters) / 4)
tables = st.dictionaries(
    st.sampled_from("JKLMNOPQ"), st.dictionaries(st.sampled_from("abcdef"), _marks), max_size=8
)
full_tables = st.integers(2, 6).flatmap(
    lambda judges: st.lists(st.tuples(*[_marks] * judges), min_size=2, max_size=7).map(
        lambda rows: marks(*rows)
    )
)
orders = st.randoms(use_true_random=False)


def marks(*rows: Iterable[Any]) -> Table:
    """Nominees a, b ... as rows with one mark for each judge A, B ..., None where absent."""
    given: Table = {}
    for nominee, row in enumerate(rows):
        for judge, mark in enumerate(row):
            own = given.setdefault(chr(ord("A") + judge), {})
            if mark is not None:
                own[chr(ord("a") + nominee)] = Decimal(str(mark))
    return given


def changed(table: Table, change: Any) -> Table:
    """Each mark as ``change(mark)`` has it."""
    return {judge: {one: change(mark) for one, mark in own.items()} for judge, own in table.items()}


def shuffled(table: Table, chance: random.Random) -> Table:
    """The same marks, judges and nominees in another order."""
    return {
        judge: {one: table[judge][one] for one in chance.sample(list(table[judge]), len(own))}
        for judge in chance.sample(list(table), len(table))
        for own in [table[judge]]
    }


def panel(
    seed: int,
    judges: int,
    nominees: int,
    *,
    bloc: Sequence[str] = (),
    strength: float = 0,
    careless: Collection[str] = (),
    absent: float = 0,
) -> Table:
    """Marks around 85 to two decimals, each judge J00, J01 ... off by about 5.

    bloc: judges who see every nominee another way, the same, by about ``strength``. careless:
    judges who are off by about 50. absent: the share of marks that are missing.
    """
    chance = random.Random(seed)
    worth = [chance.gauss(85, 4) for _ in range(nominees)]
    leaning = [chance.gauss(0, strength) for _ in range(nominees)]
    table: Table = {}
    for judge in (f"J{number:02}" for number in range(judges)):
        off, kept = 50 if judge in careless else 5, table.setdefault(judge, {})
        for nominee in range(nominees):
            mark = worth[nominee] + (leaning[nominee] if judge in bloc else 0)
            mark = min(100, max(0, mark + chance.gauss(0, off)))
            if chance.random() >= absent:
                kept[f"n{nominee:03}"] = Decimal(round(mark * 100)) / 100
    return table
