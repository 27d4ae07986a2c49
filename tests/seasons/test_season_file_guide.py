"""docs/season-file.md is what organisers copy from: every example imports, every key is there."""

import re
from pathlib import Path

import pytest

from voting.seasons import portraits
from voting.seasons.season_file import parse, sections
from voting.seasons.services import import_season

GUIDE = (Path(__file__).parents[2] / "docs" / "season-file.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)
WHOLE = [example for example in EXAMPLES if example.startswith("season:")]
RULES = [example for example in EXAMPLES if example.startswith("rules:")]

# Enough nominees for every shape of ballot: 10 in each of 3 categories.
FRAME = """\
season:
  slug: guide
  name: x
  organiser: x
  opens_at: 2027-03-15 09:00
  closes_at: 2027-03-28 18:00
categories:
""" + "".join(
    f"  - name: c{category}\n    nominees:\n"
    + "".join(f"      - {{number: {category}{number:02}, name: x}}\n" for number in range(1, 11))
    for category in (1, 2, 3)
)


def test_guide_has_a_whole_season_and_the_usual_ballots() -> None:
    assert (len(WHOLE), len(RULES)) == (1, 9)
    assert len(WHOLE) + len(RULES) == len(EXAMPLES)


@pytest.mark.django_db
@pytest.mark.parametrize("example", WHOLE)
def test_whole_example_imports(example: str) -> None:
    season = import_season(raw=example.encode(), file_name="guide.yaml")
    assert [len(category.nominees.all()) for category in season.categories.all()] == [2, 1]


@pytest.mark.parametrize("example", RULES)
def test_rules_import_in_place_of_others(example: str) -> None:
    content = parse((FRAME + example).encode(), file_name="guide.yaml")
    assert content.caps


def test_guide_names_every_key_and_every_word() -> None:
    tables = (
        sections.SEASON, sections.RULES, sections.CAP, sections.WINDOW, sections.CATEGORY,
        sections.NOMINEE, sections.PAST_WINNER, sections.FIGURE, sections.SCENE, sections.DRAWING,
    )  # fmt: skip
    in_marks = set(re.findall(r"`([a-z_]+)`", GUIDE)) | {"starts_at"}
    words = set(re.findall(r"[a-z0-9_]+", GUIDE))

    assert {key for table in tables for key in table} - in_marks == set()
    assert set(portraits.SCENES) - words == set()
    drawn = portraits.FIELDS.values()
    assert {word for fields in drawn for allowed in fields.values() for word in allowed} <= words
    assert {
        choice
        for table in tables[:6]
        for field in table.values()
        for choice, _label in getattr(field, "choices", None) or []
    } <= in_marks
