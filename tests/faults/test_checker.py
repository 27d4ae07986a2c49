"""A checker that finds nothing proves nothing, unless it finds what was planted."""

from typing import Any

import pytest

from tests.faults.checker import Recorded, Sent, faults

HISTORY = [
    Sent("a", "anna", ("101",), "accepted"),
    Sent("b", "anna", ("102", "103"), "accepted"),
    Sent("c", "bert", ("101",), None),
    Sent("d", "bert", ("103",), "already-voted"),
    Sent("e", "cora", ("101",), None),
]
LEDGER = [Recorded("a", ("101",)), Recorded("b", ("103", "102")), Recorded("c", ("101",))]
COUNT = {"101": 2, "102": 1, "103": 1}


def found(**changes: Any) -> list[str]:
    good: dict[str, Any] = {
        "history": HISTORY, "ledger": LEDGER, "tallies": COUNT, "recount": COUNT,
    }  # fmt: skip
    case = good | changes
    return faults(case["history"], case["ledger"], tallies=case["tallies"], recount=case["recount"])


def test_a_good_history_is_good_whether_or_not_lost_answers_count() -> None:
    without = {"101": 1, "102": 1, "103": 1}

    assert found() == []
    assert found(ledger=LEDGER[:2], tallies=without, recount=without) == []
    assert found(history=[], ledger=[], tallies={}, recount={}) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ledger": LEDGER[1:]}, "lost: a"),
        ({"ledger": [LEDGER[0], LEDGER[2]]}, "lost: b"),
        ({"ledger": []}, "lost: a"),
        ({"ledger": [*LEDGER, LEDGER[0]]}, "doubled: a"),
        ({"ledger": [*LEDGER, LEDGER[2]]}, "doubled: c"),
        ({"ledger": [*LEDGER, Recorded("z", ("101",))]}, "unexpected: z"),
        ({"history": HISTORY[1:]}, "unexpected: a"),
        ({"ledger": [*LEDGER, Recorded("d", ("103",))]}, "refused, and in the ledger: d"),
        ({"ledger": [Recorded("a", ("102",)), *LEDGER[1:]]}, "other choices: a"),
        ({"ledger": [LEDGER[0], Recorded("b", ("102",)), LEDGER[2]]}, "other choices: b"),
        ({"ledger": [*LEDGER[:2], Recorded("c", ("102",))]}, "other choices: c"),
        ({"recount": COUNT | {"101": 3}}, "the recount is not that of the ballots"),
        ({"recount": {"101": 2, "102": 1}}, "the recount is not that of the ballots"),
        ({"recount": {}}, "the recount is not that of the ballots"),
        ({"tallies": COUNT | {"101": 1}}, "the tallies are not those of the ballots"),
        ({"tallies": COUNT | {"999": 1}}, "the tallies are not those of the ballots"),
        ({"tallies": {}}, "the tallies are not those of the ballots"),
        (
            {"history": [*HISTORY[:2], Sent("c", "anna", ("101",), None)]},
            "limit exceeded: anna chose 101 2 times",
        ),
        (
            {
                "history": [*HISTORY, Sent("f", "bert", ("101",), "accepted")],
                "ledger": [*LEDGER, Recorded("f", ("101",))],
            },
            "limit exceeded: bert chose 101 2 times",
        ),
        (
            {
                "history": [*HISTORY, Sent("g", "cora", ("101",), "expired-token")],
                "ledger": [*LEDGER, Recorded("g", ("101",))],
            },
            "refused, and in the ledger: g",
        ),
    ],
)
def test_a_planted_fault_is_found(changes: dict[str, Any], said: str) -> None:
    assert said in found(**changes)
