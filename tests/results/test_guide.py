"""The worked example of docs/results.md: its files, by its commands, with its output."""

import re
from pathlib import Path

import pytest

from tests.results.test_real_competitions import load, run

GUIDE = (Path(__file__).parents[2] / "docs" / "results.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.django_db


def block(kind: str) -> str:
    (found,) = re.findall(rf"```\w+ {kind}\n(.*?)```", GUIDE, re.DOTALL)
    return str(found)


def test_the_worked_example_says_what_the_program_says(tmp_path: Path) -> None:
    files = {
        "season.yaml": block("season"),
        "scores.csv": block("scores"),
        "votes.csv": block("votes"),
        "figures.csv": block("figures"),
    }
    load("example", {name: text.encode() for name, text in files.items()}, tmp_path)

    assert run("results", "example").strip() == block("results").strip()
