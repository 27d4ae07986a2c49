"""The demonstration season is what visitors read first: complete, consistent and well set."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

DEMO = Path(__file__).parents[2] / "voting" / "seasons" / "demo"
SEASON_FILE: dict[str, Any] = YAML(typ="safe", pure=True).load(
    (DEMO / "longhui-2026.yaml").read_text(encoding="utf-8")
)
CATEGORIES: list[dict[str, Any]] = SEASON_FILE["categories"]
NOMINEES: list[dict[str, Any]] = [
    nominee for category in CATEGORIES for nominee in category["nominees"]
]
PAST_WINNERS: list[dict[str, Any]] = SEASON_FILE["past_winners"]


def _words(text: str) -> set[str]:
    return set(text.split())


HAN = r"\u4e00-\u9fff"
KINDS = ("person", "team", "project", "community")
SCENES = _words(
    "truck house pair book tree river kitchen school clinic meeting field phone bridge lamp sewing"
    " music"
)
TINTS = {"sand", "leaf", "coral", "lake", "iris", "mist"}
DRAWINGS: dict[str, dict[str, set[str]]] = {
    "person": {
        "tint": TINTS,
        "hair": _words("short crop bob long bun grey_bun grey_short bald braid curly"),
        "skin": {"light", "warm", "tan", "deep"},
        "hat": {"none", "straw", "cap", "scarf", "headband", "helmet"},
        "glasses": {"yes", "no"},
        "clothes": _words("qing shi bamboo lotus brown navy plum grey"),
        "collar": {"round", "v", "apron", "straps", "coat"},
        "age": {"adult", "elder", "young"},
    },
    "team": {"tint": TINTS, "variant": {"1", "2", "3", "4"}},
    "project": {
        "tint": TINTS,
        "emblem": _words("box book desk truck seed water lamp bridge phone needle meal music"),
    },
    "community": {
        "tint": TINTS,
        "variant": {"houses", "terraces", "bridge", "tree", "pavilion"},
    },
}
NOMINEE_KEYS = _words(
    "number name name_en kind unit unit_en strokes summary summary_en deeds deeds_en figures scenes"
    " drawing"
)
WINNER_KEYS = _words(
    "edition edition_en category category_en name name_en unit unit_en summary summary_en drawing"
)

each_nominee = pytest.mark.parametrize("nominee", NOMINEES, ids=lambda row: str(row["number"]))
each_winner = pytest.mark.parametrize("winner", PAST_WINNERS, ids=lambda row: str(row["name_en"]))


with (DEMO.parents[1] / "units" / "demo" / "longhui-units.csv").open(
    encoding="utf-8", newline=""
) as _file:
    UNITS = {row["code"]: row for row in csv.DictReader(_file)}
TOWNS = {row["name"] for row in UNITS.values() if row["parent"] == "430524"}
VILLAGES = {
    (UNITS[row["parent"]]["name"], row["name"]) for row in UNITS.values() if len(row["code"]) == 12
}


def _pairs(node: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield (path, Chinese text, English text) of every field that comes in two languages."""
    if isinstance(node, dict):
        for key, value in node.items():
            place = f"{path}.{key}"
            if key.endswith("_en"):
                yield place, node.get(key.removesuffix("_en")), value
            yield from _pairs(value, place)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _pairs(value, f"{path}[{index}]")


PAIRS = list(_pairs(SEASON_FILE))


def test_season_is_marked_as_a_demonstration() -> None:
    season = SEASON_FILE["season"]
    assert season["slug"] == "longhui-2026"
    assert season["is_demo"] is True
    assert season["order"] == "strokes"
    assert "演示" in season["organiser"]
    assert season["contact_email"].endswith("@example.org")
    assert re.fullmatch(r"0739-000-0000", season["contact_phone"])
    assert season["opens_at"] < season["closes_at"]


def test_summary_counts_what_is_there() -> None:
    season = SEASON_FILE["season"]
    places = sum(category["places"] for category in CATEGORIES)
    for text in (season["summary"], season["summary_en"]):
        assert [int(number) for number in re.findall(r"\d+", text)] in (
            [len(TOWNS), len(NOMINEES), places],
            [len(NOMINEES), len(TOWNS), places],
        )


def test_caps_are_the_rules_of_the_season() -> None:
    rules = SEASON_FILE["rules"]
    caps = {(cap["scope"], cap["period"], cap["counts"]): cap["max"] for cap in rules["caps"]}
    assert caps == {
        ("season", "day", "ballots"): 1,
        ("season", "ballot", "choices"): 10,
        ("category", "ballot", "choices"): 4,
    }
    assert rules["public_weight"] + rules["panel_weight"] == 100


def test_categories_have_more_nominees_than_places() -> None:
    assert [category["position"] for category in CATEGORIES] == [1, 2, 3, 4]
    for category in CATEGORIES:
        assert len(category["nominees"]) >= 12
        assert len(category["nominees"]) > category["places"]


def test_numbers_are_unique_and_begin_with_the_category() -> None:
    numbers = [nominee["number"] for nominee in NOMINEES]
    assert len(set(numbers)) == len(numbers)
    for category in CATEGORIES:
        first = category["position"] * 100 + 1
        assert [int(nominee["number"]) for nominee in category["nominees"]] == [
            *range(first, first + len(category["nominees"]))
        ]


def test_nominees_stand_in_stroke_order() -> None:
    for category in CATEGORIES:
        strokes = [nominee["strokes"] for nominee in category["nominees"]]
        assert strokes == sorted(strokes)


def test_same_first_character_has_same_strokes() -> None:
    known: dict[str, int] = {}
    for nominee in NOMINEES:
        assert known.setdefault(nominee["name"][0], nominee["strokes"]) == nominee["strokes"]


def test_every_town_has_a_nominee() -> None:
    assert {nominee["unit"].split(" · ")[0] for nominee in NOMINEES} == TOWNS


@pytest.mark.parametrize(
    "row", [*NOMINEES, *PAST_WINNERS], ids=lambda row: str(row.get("number", row["name_en"]))
)
def test_places_exist(row: dict[str, Any]) -> None:
    town, _dot, village = row["unit"].partition(" · ")
    assert town in TOWNS
    if row["drawing"]["kind"] == "community":
        assert (town, row["name"]) in VILLAGES
    elif village:
        assert (town, village) in VILLAGES
    assert bool(village) == ("," in row["unit_en"])


@each_nominee
def test_nominee_is_complete(nominee: dict[str, Any]) -> None:
    assert set(nominee) == NOMINEE_KEYS
    assert nominee["kind"] == KINDS[int(nominee["number"][0]) - 1]
    assert len(nominee["figures"]) == 2
    for figure in nominee["figures"]:
        assert set(figure) == {"value", "unit", "unit_en", "label", "label_en"}
        assert re.fullmatch(r"\d{1,3}(,\d{3})*(\.\d)?", figure["value"])
    assert 2 <= len(nominee["scenes"]) <= 3
    for scene in nominee["scenes"]:
        assert set(scene) == {"scene", "caption", "caption_en"}
        assert scene["scene"] in SCENES
    assert len({scene["scene"] for scene in nominee["scenes"]}) == len(nominee["scenes"])


@each_nominee
def test_nominee_texts_have_the_right_length(nominee: dict[str, Any]) -> None:
    assert 14 <= len(nominee["summary"]) <= 24
    assert nominee["summary"].endswith("。")
    assert nominee["summary_en"].endswith(".")
    assert len(nominee["summary_en"]) <= 100
    paragraphs = nominee["deeds"].split("\n\n")
    assert 3 <= len(paragraphs) <= 4
    assert len(nominee["deeds_en"].split("\n\n")) == len(paragraphs)
    assert 180 <= sum(map(len, paragraphs)) <= 320
    assert all(len(scene["caption"]) <= 24 for scene in nominee["scenes"])


@each_winner
def test_past_winner_is_complete(winner: dict[str, Any]) -> None:
    assert set(winner) == WINNER_KEYS
    assert (winner["category"], winner["category_en"]) in {
        (category["name"], category["name_en"]) for category in CATEGORIES
    }
    assert winner["edition"] == f"{winner['edition_en']}年"
    assert 14 <= len(winner["summary"]) <= 24


def test_each_past_edition_has_every_category() -> None:
    editions = Counter((winner["edition"], winner["category"]) for winner in PAST_WINNERS)
    assert len(editions) == 8
    assert set(editions.values()) == {1}


@pytest.mark.parametrize(
    "row", [*NOMINEES, *PAST_WINNERS], ids=lambda row: str(row.get("number", row["name_en"]))
)
def test_drawing_uses_known_words(row: dict[str, Any]) -> None:
    drawing = dict(row["drawing"])
    vocabulary = DRAWINGS[drawing.pop("kind")]
    assert set(drawing) == set(vocabulary)
    for key, word in drawing.items():
        assert word in vocabulary[key]


@each_nominee
def test_drawing_is_of_the_nominees_kind(nominee: dict[str, Any]) -> None:
    assert nominee["drawing"]["kind"] == nominee["kind"]


def test_nobody_looks_like_somebody_else() -> None:
    for kind in ("person", "project"):
        drawings = [str(row["drawing"]) for row in NOMINEES if row["kind"] == kind]
        assert len(set(drawings)) == len(drawings)


@pytest.mark.parametrize(("path", "chinese", "english"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_both_languages_are_well_set(path: str, chinese: object, english: object) -> None:
    assert isinstance(chinese, str)
    assert isinstance(english, str)
    assert chinese == chinese.strip() != ""
    assert english == english.strip() != ""
    assert not re.search(f"[{HAN}，。：；（）“”《》、？！]", english), "Chinese in the English text"
    without_numbers = re.sub(r"(?<=\d)[.,:](?=\d)", "", chinese)
    assert not re.search(r"[,.;:?!()\"'\[\]~]", without_numbers), "half-width punctuation"
    assert not re.search(f"(?![年月日])[{HAN}]\\d", chinese), "space before a number"
    assert not re.search(f"\\d(?![年月日])[{HAN}]", chinese), "space after a number"
    assert not re.search(r"[！!]", chinese + english), "exclamation mark"
    assert not re.search(r"[，。：；、] |  ", chinese), "stray space"


def test_every_language_field_is_paired() -> None:
    for row in [*NOMINEES, *PAST_WINNERS, *CATEGORIES, SEASON_FILE["season"]]:
        for key in ("name", "unit", "summary", "deeds", "short_name", "organiser", "help_points"):
            if key in row:
                assert f"{key}_en" in row


def test_texts_are_all_different() -> None:
    texts: list[str] = []
    for row in [*NOMINEES, *PAST_WINNERS]:
        texts += [row["name"], row["name_en"], row["summary"], row["summary_en"]]
    for nominee in NOMINEES:
        texts += nominee["deeds"].split("\n\n") + nominee["deeds_en"].split("\n\n")
        for scene in nominee["scenes"]:
            texts += [scene["caption"], scene["caption_en"]]
    assert [text for text, count in Counter(texts).items() if count > 1] == []
