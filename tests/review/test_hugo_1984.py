"""Nominations of 1984's Hugo Award for the novel, from their file to their finalists."""

import csv
from pathlib import Path

import pytest

from accounts.models import User
from tests.review import world
from tests.review.test_sheets import csv_of, taken
from voting.nominations.models import Merge, Shortlist
from voting.nominations.review import standing
from voting.nominations.services import shortlists
from voting.seasons.models import Category

pytestmark = pytest.mark.django_db

HUGO = Path(__file__).parents[1] / "data" / "hugo_1984"


def test_hugo_1984_from_its_file_to_its_finalists(reviewer: User) -> None:
    """As the data's README states: counts, finalists, who named one twice, who named too many."""
    season = world.season(slug="hugo", nominees={})
    novel = Category.objects.create(season=season, position=1, name="Novel", places=1)
    with (HUGO / "nominations.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    raw = csv_of(*(
        {"category": "Novel", "kind": "project", "name": line["nominee"],
         "headline": line["creator"] or "?", "place": line["publisher"][:60],
         "nominator": line["voter"], "same_as": line["nominee"]}
        for line in lines
    ))  # fmt: skip

    done = taken(season, reviewer, raw)

    assert (done.added, done.joined) == (1525, 1525 - len({line["nominee"] for line in lines}))
    assert Merge.objects.count() == done.joined
    rule = shortlists.set_rule(category_id=novel.pk, user=reviewer, reason="章程", places=5,
                               method="count", names_each=5, over_full="keep")  # fmt: skip
    found = standing.standing(novel, rule)
    with (HUGO / "finalists.csv").open(encoding="utf-8", newline="") as file:
        official = list(csv.DictReader(file))
    through = [one for one in found.rows if one.placing == "through"]
    assert (found.nominations, found.nominators) == (1525, 426)
    assert [(one.name, one.lines, one.nominators) for one in through] == [
        (line["nominee_spelling"], int(line["official_ballots"]), int(line["distinct_voters"]))
        for line in official
    ]
    assert found.repeated == {("4554", "startide rising"): 2}
    assert found.over_full.keys() == {"4554"}
    assert "Below the line" in found.rows[5].why

    rule.method = Shortlist.Method.EPH
    by_points = standing.standing(novel, rule)
    with (HUGO / "eph.csv").open(encoding="utf-8", newline="") as file:
        published = [line["nominee_spelling"] for line in csv.DictReader(file)]
    assert [one.name for one in by_points.rows if one.placing == "through"] == published
    assert all(one.why for one in by_points.rows)
    assert len(by_points.rows) == len(found.rows)
