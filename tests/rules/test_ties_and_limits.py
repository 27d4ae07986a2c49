"""Which ties need to be decided where limits on places move the line."""

from fractions import Fraction

from tests.rules.results_samples import plain
from voting.rules.components import Consolidation
from voting.rules.consolidation import Consolidated, Standing
from voting.rules.places import Awarded, decide_and_award
from voting.rules.quotas import Quota, Quotas
from voting.rules.ties import Decided, Figures, Ties

DECLARED = Consolidation((plain("panel", 100),))
UNIT = Quota("unit", ("unit",), most=1)
AT_LINE = Ties(("jury_vote", "shared"), only_at_line=True)


def found(
    totals: dict[str, int], ties: Ties, quotas: Quotas, *, unit: str = "", **more: Figures
) -> tuple[Decided, Awarded]:
    standings = {
        one: Standing(Fraction(total), Fraction(total), {}) for one, total in totals.items()
    }
    traits = {one: {"unit": "x"} for one in unit}
    return decide_and_award(
        DECLARED, Consolidated(standings, None), ties, traits, quotas, more=more,
    )  # fmt: skip


def test_equals_compete_for_the_place_that_a_cap_has_freed() -> None:
    """B is capped, so D and E, who stand fourth and fifth, compete for the third place."""
    totals = {"A": 90, "B": 85, "C": 80, "D": 70, "E": 70}
    quotas = Quotas(3, (UNIT,))
    _decided, waiting = found(totals, AT_LINE, quotas, unit="AB")
    assert {one: waiting.outcomes[one].waits_for for one in "DE"} == {
        "D": "jury_vote", "E": "jury_vote",
    }  # fmt: skip
    decided, voted = found(totals, AT_LINE, quotas, unit="AB", jury_vote={"D": 2, "E": 5})
    assert (voted.of("in"), voted.of("open")) == (("A", "C", "E"), ())
    assert [split.step for split in decided.splits] == ["jury_vote"]


def test_two_equals_of_one_capped_unit_are_decided_above_the_line() -> None:
    totals = {"A": 90, "B": 90, "C": 80, "D": 70}
    _decided, waiting = found(totals, AT_LINE, Quotas(3, (UNIT,)), unit="AB")
    assert waiting.outcomes["A"].waits_for == "jury_vote"
    _decided, voted = found(
        totals, AT_LINE, Quotas(3, (UNIT,)), unit="AB", jury_vote={"A": 1, "B": 2}
    )
    assert voted.of("in") == ("B", "C", "D")


def test_what_the_line_has_left_behind_is_not_asked() -> None:
    """With A out by a cap both C and D are honoured, though they cross the third place."""
    totals = {"A": 95, "B": 90, "C": 80, "D": 80, "E": 70}
    decided, awarded = found(
        totals, AT_LINE, Quotas(3, (Quota("unit", ("unit",), most=0),)), unit="A"
    )
    assert awarded.of("in") == ("B", "C", "D")
    assert all(place.waits_for is None for place in decided.places)


def test_sharing_the_last_place_is_for_those_whom_the_chain_does_not_divide() -> None:
    totals = {"A": 90, "B": 85, "C": 80, "D": 70, "E": 70}
    ties = Ties(("panel", "shared"), only_at_line=True)
    both = Quotas(3, (UNIT,), "all")
    _decided, shared = found(totals, ties, both, unit="AB")
    assert shared.of("in") == tuple("ACDE")
    _decided, decided = found(totals, ties, both, unit="AB", panel={"D": 2, "E": 1})
    assert decided.of("in") == tuple("ACD")


def test_a_chain_that_ends_in_a_shared_place_leaves_no_dead_end() -> None:
    """A cap, or the line, chooses between equals by nothing but a vote of the panel."""
    totals = {"A": 90, "B": 90, "C": 80}
    for shared_line in ("open", "all"):
        quotas = Quotas(2, (UNIT,), shared_line)  # type: ignore[arg-type]
        for chain in (("shared",), ("panel", "shared"), ("jury_vote", "shared")):
            decided, waiting = found(totals, Ties(chain), quotas, unit="AB")
            assert waiting.outcomes["A"].waits_for == "jury_vote"
            assert decided.places[0].waits_for == "jury_vote"
            vote = {"A": 3, "B": 4}
            _decided, voted = found(totals, Ties(chain), quotas, unit="AB", jury_vote=vote)
            assert (voted.of("in"), voted.of("open")) == (("B", "C"), ())
            # Of a vote that is equal too nothing follows, so another one is waited for.
            equal = {"A": 3, "B": 3}
            _decided, again = found(totals, Ties(chain), quotas, unit="AB", jury_vote=equal)
            assert again.outcomes["A"].waits_for == "jury_vote"


def test_a_vote_of_three_for_two_places_may_leave_two_of_them_equal() -> None:
    totals = {"A": 90, "B": 90, "C": 90}
    vote = {"A": 5, "B": 2, "C": 2}
    decided, awarded = found(totals, Ties(("shared",)), Quotas(1), jury_vote=vote)
    assert (awarded.of("in"), awarded.of("out")) == (("A",), ("B", "C"))
    assert [split.step for split in decided.splits] == ["jury_vote"]
    _decided, waiting = found(totals, Ties(("shared",)), Quotas(2), jury_vote=vote)
    assert waiting.of("open") == ("B", "C")
