"""Equal results: what is owed blocks sealing, what they share is said, nothing is stuck."""

from typing import Any

import pytest
from django.utils.translation import override

from tests import make
from tests.results import world
from tests.results.competitions import csv_of
from voting.ballots.rules_text import rules_in_words
from voting.judging.services.importing import import_scores
from voting.results import as_json
from voting.results.computing import Ranking, compute, inputs_of
from voting.results.queries import names_of
from voting.results.readiness import readiness
from voting.results.services import sealing
from voting.results.services.figures import import_figures
from voting.results.wording import tie_text
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db


def season(
    totals: dict[str, float], *, places: int = 1, public: dict[str, int] | None = None,
    honours: dict[str, Any] | None = None, units: str = "", **ties: Any,
) -> Season:  # fmt: skip
    """A season of one panel whose single judge gives each nominee the total."""
    made = make.season(
        nominees={1: tuple(totals)},
        sheet={"public_weight": 0, "panel_weight": 100, "ties": ties, "honours": honours or {}},
        slug="over", phase="closed", contact_phone="0739-8230000",
    )  # fmt: skip
    made.categories.update(places=places)
    made.nominees.filter(ballot_number__in=units.split()).update(unit="城南街道")
    marks = {"甲": totals}
    import_scores(
        season=season_by_slug("over"), raw=world.scores(marks),  # type: ignore[arg-type]
        file_name="s.csv", actor="operator",
    )  # fmt: skip
    if public is not None:
        world.import_votes(season=made, raw=world.votes(public), file_name="v.csv")
    return season_by_slug("over")


def ranking(made: Season) -> Ranking:
    (found,) = compute(inputs_of(made))
    return found


def said(made: Season) -> dict[str, str]:
    """Return what is said of each nominee's equals, by number."""
    (plain,) = as_json.rankings([ranking(made)], names_of(made))
    return {one["number"]: tie_text(one, plain) for one in plain["nominees"]}


def vote(made: Season, **votes: int) -> None:
    lines = [("jury_vote", number.removeprefix("n"), count) for number, count in votes.items()]
    raw = csv_of(["component", "nominee", "figure"], lines)
    import_figures(season=made, raw=raw, file_name="vote.csv")


def sealable(made: Season) -> bool:
    return all(item.done or not item.blocks for item in readiness(made, [ranking(made)]))


def test_a_vote_that_is_owed_blocks_sealing_inside_the_line_as_well() -> None:
    made = season({"101": 90, "102": 90, "103": 80}, places=2, chain=["jury_vote", "shared"])
    assert ranking(made).awarded.of("in") == ("101", "102")
    texts = [item.text for item in readiness(made, [ranking(made)]) if not item.done]
    assert "奖项1: 101, 102 are equal; still to be decided by a vote of the panel." in texts
    with pytest.raises(RuleBroken):
        sealing.seal(slug="over", actor="李敏", approved_by="王强", reason="")
    assert said(made)["101"] == (
        "Equal with 候选人102; still to be decided by a vote of the panel."
    )
    vote(made, n101=1, n102=8)
    assert sealable(season_by_slug("over"))
    assert said(made)["101"] == "Equal with 候选人102; it was decided by a vote of the panel."
    assert said(made)["103"] == "No rule for equal results was needed."


def test_nobody_votes_about_equals_of_whom_none_is_honoured() -> None:
    made = season(
        {"101": 95, "102": 90, "103": 80, "104": 80}, places=2, chain=["jury_vote", "shared"]
    )
    texts = [item.text for item in readiness(made, [ranking(made)]) if not item.done]
    assert "奖项1: 103, 104 are equal; still to be decided by a vote of the panel." in texts
    assert sealable(made)


def test_who_shares_a_place_is_told_so() -> None:
    made = season({"101": 90, "102": 90, "103": 80}, places=2, chain=["shared"])
    assert said(made)["102"] == "Equal with 候选人101; they share the place."
    assert sealable(made)


def test_of_three_equals_two_can_be_left_to_share() -> None:
    made = season(
        {"101": 90, "102": 90, "103": 90}, places=3, chain=["public", "shared"],
        public={"101": 5, "102": 9, "103": 5},
    )  # fmt: skip
    assert said(made)["102"] == (
        "Equal with 候选人101, 候选人103; it was decided by the points from the public."
    )
    assert said(made)["101"].endswith("Equal with 候选人103; they share the place.")


def test_the_line_that_caps_move_is_the_one_that_is_asked_about() -> None:
    """3 places, one of a unit: 102 is out, so 104 and 105 compete for the third."""
    quotas = {"quotas": [{"key": "units", "by": ["unit"], "most": 1}]}
    totals = {"101": 90, "102": 85, "103": 80, "104": 70, "105": 70}
    made = season(
        totals, places=3, honours=quotas, units="101 102", chain=["jury_vote", "shared"],
        only_at_line=True,
    )  # fmt: skip
    assert not sealable(made)
    vote(made, n104=4, n105=5)
    assert ranking(made).awarded.of("in") == ("101", "103", "105")
    assert sealable(season_by_slug("over"))


def test_only_at_the_line_leaves_all_others_shared() -> None:
    made = season(
        {"101": 90, "102": 90, "103": 80, "104": 70}, places=2,
        public={"101": 5, "102": 9, "103": 5, "104": 1}, chain=["public", "shared"],
        only_at_line=True,
    )  # fmt: skip
    assert ranking(made).decided.places[0].nominees == ("101", "102")
    assert ranking(made).decided.splits == ()


def test_a_chain_that_ends_in_sharing_can_be_ended_by_a_vote() -> None:
    made = season({"101": 90, "102": 90, "103": 80}, chain=["panel", "shared"])
    assert ranking(made).awarded.of("open") == ("101", "102")
    assert not sealable(made)
    vote(made, n101=3, n102=4)
    assert ranking(made).awarded.of("in") == ("102",)
    assert sealable(season_by_slug("over"))
    with override("en"):
        assert (
            "Where equals cannot all have a place and no step has divided them, a vote of the "
            "panel does."
        ) in rules_in_words(made)["ties"]


def test_where_no_vote_is_owed_none_can_be_brought() -> None:
    made = season({"101": 90, "102": 80}, chain=["panel", "shared"])
    with pytest.raises(RuleBroken, match="declare nothing that such a file could fill"):
        vote(made, n101=3, n102=4)


@pytest.mark.parametrize(
    ("numbers", "order"),
    [
        (("B1", "A1"), ("A1", "B1")),
        (("10", "9"), ("9", "10")),
        (("A10", "B1", "A9"), ("A9", "A10", "B1")),
        (("A1", "7", "007"), ("007", "7", "A1")),
    ],
)
def test_the_smaller_ballot_number_stands_first(
    numbers: tuple[str, ...], order: tuple[str, ...]
) -> None:
    made = season(dict.fromkeys(numbers, 90), chain=["number", "shared"])
    assert tuple(one for place in ranking(made).decided.places for one in place.nominees) == order
