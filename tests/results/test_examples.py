"""docs/examples: published rules as files, loaded as an operator does, against totals by hand."""

import csv
import io
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from ruamel.yaml import YAML

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FOLDERS = sorted(path for path in EXAMPLES.iterdir() if path.is_dir())
LOADED_BY = {
    "scores.csv": "scores_import",
    "votes.csv": "offline_votes_import",
    "figures.csv": "figures_import",
}
BESIDES = {"season.yaml", "expected.csv", "README.md", "seed.txt"}
HONOURED = {"yes": True, "no": False, "open": None}


def run(*words: Any) -> str:
    out = io.StringIO()
    call_command(*map(str, words), stdout=out)
    return out.getvalue()


def load(folder: Path) -> dict[str, dict[str, Any]]:
    """Load a folder by the commands of its README; return what comes out, by ballot number."""
    slug = YAML(typ="safe", pure=True).load(folder / "season.yaml")["season"]["slug"]
    run("season_import", folder / "season.yaml")
    for name, command in LOADED_BY.items():
        if (folder / name).exists():
            run(command, slug, folder / name)
    seed = folder / "seed.txt"
    words = [f"--seed={seed.read_text(encoding='utf-8').strip()}"] if seed.exists() else []
    said = json.loads(run("results", slug, "--json", *words))
    return {one["number"]: one for ranking in said["rankings"] for one in ranking["nominees"]}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_an_example_gives_what_was_worked_out_by_hand(folder: Path) -> None:
    found = load(folder)
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))

    assert [row["number"] for row in expected] == list(found)  # in the order of the result
    for row in expected:
        own = found[row["number"]]
        total = Fraction(own["total"]) if own["total"] else None
        assert total == (Fraction(row["total"]) if row["total"] else None), row
        assert own["rank"] == (int(row["rank"]) if row["rank"] else None), row
        assert own.get("honoured", False) is HONOURED[row["honoured"]], row
        assert own["decided_by"] == row["decided_by"].split(), row


def test_every_example_is_explained_and_every_file_is_used() -> None:
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert FOLDERS
    for folder in FOLDERS:
        names = {path.name for path in folder.iterdir()}
        assert BESIDES - {"seed.txt"} <= names, folder.name
        assert names <= BESIDES | LOADED_BY.keys(), folder.name
        assert f"({folder.name}/README.md)" in listed, folder.name
        # By hand: every total stands in the calculation.
        shown = (folder / "README.md").read_text(encoding="utf-8").replace("−", "-")
        with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                assert f"**{row['total']}**" in shown or not row["total"], (folder.name, row)
    slugs = [
        YAML(typ="safe", pure=True).load(folder / "season.yaml")["season"]["slug"]
        for folder in FOLDERS
    ]
    assert len(set(slugs)) == len(slugs)
