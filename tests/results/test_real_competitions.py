"""Whole competitions from files alone, by the commands that an operator has."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.results import competitions

pytestmark = pytest.mark.django_db


def load(slug: str, files: dict[str, bytes], folder: Path) -> None:
    """Load a competition by the commands that an operator has."""
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    run("season_import", folder / "season.yaml")
    run("scores_import", slug, folder / "scores.csv")
    if "votes.csv" in files:
        run("offline_votes_import", slug, folder / "votes.csv")
    if "figures.csv" in files:
        run("figures_import", slug, folder / "figures.csv")


def run(*words: Any) -> str:
    out = io.StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


def nominees(slug: str) -> dict[str, dict[str, Any]]:
    """Return what the command says of every nominee, by name."""
    said = json.loads(run("results", slug, "--json"))
    return {one["name"]: one for ranking in said["rankings"] for one in ranking["nominees"]}


@pytest.mark.parametrize("year", ["2016", "2017", "2018"])
def test_every_total_and_place_of_a_song_contest(year: str, tmp_path: Path) -> None:
    load(f"song-{year}", competitions.song_contest(year), tmp_path)
    found = nominees(f"song-{year}")

    official = [row for row in competitions.rows("eurovision/results.csv") if row["year"] == year]
    assert len(found) == len(official) == 26
    for row in official:
        own = found[row["country"]]
        assert own["total"] == row["points"]
        assert own["rank"] == int(row["place"])
        assert own["parts"]["jury"]["added"] == row["jury_points"]
        assert own["parts"]["televote"]["added"] == row["tele_points"]


def test_ties_of_the_song_contests_say_that_the_televote_decided(tmp_path: Path) -> None:
    for year, tied in (("2016", ("nl", "mt")), ("2017", ("gr", "dk"))):
        load(f"song-{year}", competitions.song_contest(year), tmp_path)
        found = nominees(f"song-{year}")
        assert found[tied[0]]["total"] == found[tied[1]]["total"]
        for one in tied:
            assert found[one]["decided_by"] == ["public"]


def test_every_mean_total_and_rank_of_a_skating_event(tmp_path: Path) -> None:
    load("skating", competitions.skating(), tmp_path)
    found = nominees("skating")

    performances = competitions.rows("figure_skating/performances.csv")
    assert len(found) == len(performances) == 84
    for row in performances:
        own = found[row["performance_id"]]
        assert float(own["total"]) == float(row["total_segment_score"])
        assert own["rank"] == int(row["rank"])
        (panel,) = (part for part in own["parts"].values() if "panel" in part)
        assert float(panel["added"]) == float(row["total_component_score"])
    means = competitions.rows("figure_skating/components.csv")
    assert len(means) == 420
    for row in means:
        parts = found[row["performance_id"]]["parts"].values()
        (panel,) = (part["panel"] for part in parts if "panel" in part)
        own = panel["criteria"][row["component"]]
        assert float(own["value"]) == float(row["panel_score"])
        assert len(own["counted"]) == 7
        assert len(own["dropped"]) == 2
