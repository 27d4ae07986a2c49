"""Every drawing that can be described renders, and is safe to serve as a file of its own."""

import itertools
import re
from xml.etree import ElementTree as ET

import pytest

from voting.seasons.portraits import (
    FIELDS,
    SCENES,
    TINTS,
    banner_svg,
    portrait_svg,
    scene_svg,
    validate,
)

MAX_BYTES = 4096
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "g", "path", "circle", "ellipse", "rect"}
# What two parts of a bust may do to each other lies in hair, hat, collar, age and glasses.
SHAPED = ("hair", "hat", "collar", "age", "glasses")
COLOURED = ("tint", "skin", "clothes")


def combinations(kind: str, *names: str) -> list[dict[str, str]]:
    fields = FIELDS[kind]
    return [
        {"kind": kind, **dict(zip(names, words, strict=True))}
        for words in itertools.product(*(fields[name] for name in names))
    ]


def assert_harmless(svg: str, box: str) -> None:
    root = ET.fromstring(svg)  # noqa: S314 -- our own text

    assert root.get("viewBox") == box
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= DRAWN
    attributes = {name for element in root.iter() for name in element.keys()}  # noqa: SIM118
    assert not {name for name in attributes if name.startswith("on") or "href" in name}
    assert not re.search(r"url\(|style=|id=|<script|http(?!://www\.w3\.org/2000/svg)", svg)
    assert len(svg.encode()) < MAX_BYTES


@pytest.mark.parametrize("hair", FIELDS["person"]["hair"])
def test_every_shape_of_a_person_renders(hair: str) -> None:
    others = [name for name in SHAPED if name != "hair"]

    for drawing in combinations("person", *others):
        assert_harmless(portrait_svg({**drawing, "hair": hair}), "0 0 120 150")


def test_every_colour_of_a_person_renders() -> None:
    for drawing in combinations("person", *COLOURED):
        assert_harmless(portrait_svg(drawing), "0 0 120 150")


@pytest.mark.parametrize("kind", ["team", "project", "community"])
def test_every_other_portrait_renders(kind: str) -> None:
    for drawing in combinations(kind, *FIELDS[kind]):
        assert_harmless(portrait_svg(drawing), "0 0 120 150")


@pytest.mark.parametrize("name", SCENES)
def test_every_scene_renders(name: str) -> None:
    assert_harmless(scene_svg(name), "0 0 150 100")


@pytest.mark.parametrize("tint", TINTS)
def test_every_banner_renders(tint: str) -> None:
    assert_harmless(banner_svg(tint), "0 0 720 150")


def test_a_nominee_without_a_drawing_gets_the_five_strokes() -> None:
    assert_harmless(portrait_svg({}), "0 0 120 150")


@pytest.mark.parametrize("kind", FIELDS)
def test_each_word_changes_the_picture(kind: str) -> None:
    for name, words in FIELDS[kind].items():
        pictures = {portrait_svg({"kind": kind, name: word}) for word in words}

        assert len(pictures) == len(words), name


def test_scenes_and_banners_differ() -> None:
    assert len({scene_svg(name) for name in SCENES}) == len(SCENES) >= 14
    assert len({banner_svg(tint) for tint in TINTS}) == len(TINTS)


def test_the_same_words_give_the_same_bytes() -> None:
    drawing = {"kind": "person", "hair": "braid", "hat": "scarf", "age": "elder"}

    assert portrait_svg(drawing) == portrait_svg(dict(reversed(drawing.items())))


@pytest.mark.parametrize(
    ("drawing", "errors"),
    [
        ({}, []),
        ({"kind": "person"}, []),
        ({"kind": "person", "hair": "bun", "age": "young"}, []),
        ([], ["drawing: must be an object with text values"]),
        ({"hair": "bun"}, ["kind: None is not one of person, team, project, community"]),
        ({"kind": "dog"}, ["kind: 'dog' is not one of person, team, project, community"]),
        ({"kind": ["person"]}, ["kind: ['person'] is not one of person, team, project, community"]),
        (
            {"kind": "project", "emblem": "gold"},
            [
                (
                    "emblem: 'gold' is not one of box, book, desk, truck, seed, water, lamp, "
                    "bridge, phone, needle, meal, music"
                )
            ],
        ),
        ({"kind": "team", "hair": "bun"}, ["hair: a team has only tint, variant"]),
        ({"kind": "person", "glasses": True}, ["glasses: True is not one of no, yes"]),
    ],
)
def test_errors_name_the_field_and_what_is_allowed(drawing: object, errors: list[str]) -> None:
    assert validate(drawing) == errors


def test_an_invalid_drawing_is_not_drawn() -> None:
    with pytest.raises(ValueError, match=r"^hair: 'mohawk' is not one of short, crop"):
        portrait_svg({"kind": "person", "hair": "mohawk"})
