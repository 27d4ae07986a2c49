"""Ranks and picks from files: what the platform asks of judges, asked of each row."""

from typing import Any

import pytest

from tests import make
from tests.results.competitions import csv_of
from voting.judging.models import Mark
from voting.judging.services.importing import import_scores
from voting.judging.tables import TableInvalid
from voting.seasons.models import Season
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db


def season(method: str, **panel: Any) -> Season:
    make.season(sheet={"panel": {"method": method} | panel}, slug="over", phase="closed")
    return season_by_slug("over")


def bring(made: Season, rows: list[tuple[str, str, object]], **how: Any) -> None:
    raw = csv_of(["judge", "nominee", "points"], rows)
    import_scores(season=made, raw=raw, file_name="s.csv", actor="operator", **how)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("J", "101", 50)], "Row 2, points: A pick is 1; 0 or an empty cell is none."),
        ([("J", "101", "0.5")], "Row 2, points: A pick is 1"),
        (
            [("J", "101", 1), ("J", "102", 1), ("J", "103", 1)],
            "Row 4, points: A judge picks at most 2 in “奖项1”.",
        ),
    ],
)
def test_picks_are_picks_and_no_more_than_allowed(rows: Any, said: str) -> None:
    made = season("votes", picks=2)
    with pytest.raises(TableInvalid, match=said):
        bring(made, rows)
    assert not Mark.objects.exists()


def test_so_many_picks_are_allowed_to_each_judge_in_each_category() -> None:
    made = season("votes", picks=2)
    bring(made, [
        ("J", "101", 1), ("J", "102", 1), ("J", "103", 0), ("J", "201", 1), ("J", "202", 1),
        ("K", "101", 1),
    ])  # fmt: skip
    assert Mark.objects.filter(points=1).count() == 5
    with pytest.raises(TableInvalid, match="at most 2"):  # also with what came before
        bring(made, [("K", "102", 1), ("K", "103", 1)])
    bring(made, [("K", "102", 1), ("K", "103", 1)], replace=True)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("J", "101", 99999)], "Row 2, points: .*(too large|ranks 1)"),
        ([("J", "101", 9999)], "Row 2, points: This judge ranks 1 in “奖项1”: from 1 to 1"),
        ([("J", "101", 1), ("J", "102", 3)], "Row 3, points: This judge ranks 2 in “奖项1”"),
        (
            [("J", "101", 1), ("J", "102", 1)],
            "Row 3, points: This judge has given rank 1 in “奖项1” already.",
        ),
        # The first category's ranks fill no gap in the second.
        ([("J", "101", 1), ("J", "201", 2)], "Row 3, points: This judge ranks 1 in “奖项2”"),
    ],
)
def test_ranks_are_one_two_three_without_gaps_and_each_once(rows: Any, said: str) -> None:
    made = season("exponential")
    with pytest.raises(TableInvalid, match=said):
        bring(made, rows)
    assert not Mark.objects.exists()


def test_each_judge_ranks_each_category_by_itself() -> None:
    made = season("exponential")
    bring(made, [
        ("J", "103", 1), ("J", "101", 2), ("J", "102", ""), ("J", "201", 2), ("J", "202", 1),
        ("K", "101", 1),
    ])  # fmt: skip
    assert Mark.objects.count() == 5
    bring(made, [("K", "102", 2)])
    with pytest.raises(TableInvalid, match="ranks 3 in"):
        bring(made, [("K", "103", 4)])
    with pytest.raises(TableInvalid, match="has given rank 2"):
        bring(made, [("K", "103", 2)])
