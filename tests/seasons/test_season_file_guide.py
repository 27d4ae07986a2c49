"""docs/season-file.md is what organisers copy from: every example imports, every key is there."""

import re
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest
from django.utils.translation import override

from voting.seasons import counting, portraits
from voting.seasons.season_file import SeasonFileInvalid, parse, sections
from voting.seasons.services import canonical_rules, export_season, import_season

DOCS = Path(__file__).parents[2] / "docs"
# What a result is made of has a page of its own.
GUIDE = "\n".join(
    (DOCS / name).read_text(encoding="utf-8") for name in ("season-file.md", "results.md")
)
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
    assert (len(WHOLE), len(RULES)) == (1, 11)
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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("how: rank_bands", "how: by_luck"), "rules.conversion"),
        (("upto: 1,", "upto: many,"), "rules.conversion"),
        (("points: 80", "points: 800"), "must not get more points"),
        (("drop_low: 1", "drop_lowest: 1"), "rules.panel"),
        (("lowest: 70", "lowest: 200"), "the highest is larger"),
        (("jury_vote, shared]", "jury_vote]"), "must end with"),
        (("places: 6", "places: 0"), "finalists"),
        (("conversion: {how: rank_bands", "conversion: [{how: rank_bands"), "line"),
    ],
)
def test_what_is_wrong_with_the_count_is_named_with_its_line(
    change: tuple[str, str], said: str
) -> None:
    (good,) = (one for one in RULES if "rank_bands" in one)
    assert change[0] in good
    with override("en"), pytest.raises(SeasonFileInvalid, match=said):
        parse((FRAME + good.replace(*change)).encode(), file_name="guide.yaml")


@pytest.mark.django_db
def test_what_is_declared_of_the_count_survives_export_and_import() -> None:
    (good,) = (one for one in RULES if "rank_bands" in one)
    season = import_season(raw=(FRAME + good).encode(), file_name="guide.yaml")
    before, written = canonical_rules(season), export_season(slug="guide")
    assert "{upto: null, points: '50'}" in written or "upto: null" in written
    assert canonical_rules(import_season(raw=written.encode(), file_name="x.yaml")) == before


def test_guide_names_every_key_of_the_count_and_every_word() -> None:
    words = set(re.findall(r"[a-z0-9_]+", GUIDE))
    for part in counting.PARTS.values():
        keys, allowed = vocabulary(part)
        assert len(keys) > 1
        assert keys - words == set()
        assert allowed - words == set()


def vocabulary(kind: Any) -> tuple[set[str], set[str]]:
    """Return the keys and the words that a type allows, however deep they stand in it."""
    if get_origin(kind) is Literal:
        return set(), {one for one in get_args(kind) if isinstance(one, str)}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        fields = msgspec.structs.fields(kind)
        inner = [vocabulary(field.type) for field in fields]
        inner.append(({field.name for field in fields}, set()))
    else:
        inner = [vocabulary(one) for one in get_args(kind)]
    return (
        {key for keys, _words in inner for key in keys},
        {word for _keys, words in inner for word in words},
    )


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


def test_a_step_between_equals_that_names_nothing_is_refused_with_its_line() -> None:
    (good,) = (one for one in RULES if "consolidation" in one)
    for step, said in (
        ("criterion:nothing", "rules.ties"),
        ("component:nothing", "rules.ties"),
    ):
        wrong = good.replace("criterion:effect", step)
        assert wrong != good
        with override("en"), pytest.raises(SeasonFileInvalid, match=said):
            parse((FRAME + wrong).encode(), file_name="guide.yaml")


def test_weights_are_said_once() -> None:
    (good,) = (one for one in RULES if "consolidation" in one)
    wrong = good.replace("  min_choices: 1", "  min_choices: 1\n  public_weight: 30")
    with override("en"), pytest.raises(SeasonFileInvalid, match="beside consolidation"):
        parse((FRAME + wrong).encode(), file_name="guide.yaml")
