"""Scenes for the nominee's page, 150 x 100: what was done, never who did it."""

from voting.seasons.drawing.places import tree
from voting.seasons.drawing.shapes import (
    BAMBOO,
    BROWN,
    GLASS,
    INK,
    LOTUS,
    PAPER,
    QING,
    SAND,
    SHI,
    TINTS,
    box,
    circle,
    moved,
    shape,
    stroke,
)
from voting.seasons.drawing.things import THINGS

# Each scene with its tint; the order is the order of the list that organisers see.
SCENE_TINTS = {
    "truck": "lake",
    "house": "sand",
    "pair": "leaf",
    "book": "coral",
    "tree": "leaf",
    "river": "lake",
    "kitchen": "sand",
    "school": "sand",
    "clinic": "mist",
    "meeting": "iris",
    "field": "leaf",
    "phone": "coral",
    "bridge": "lake",
    "lamp": "iris",
    "sewing": "coral",
    "music": "iris",
    "box": "mist",
    "bus": "sand",
    "workshop": "mist",
    "stage": "coral",
}
_SKIN, _SKIN_2, _BLACK, _GREY = "#efc39d", "#dba677", "#25292b", "#8d989b"
_INDOORS = ("book", "kitchen", "clinic", "meeting", "phone", "sewing", "workshop", "stage", "box")


def scene(name: str) -> str:
    """Return the scene's content, sky and ground included. Raises KeyError if there is none."""
    tint = TINTS[SCENE_TINTS[name]]
    floor = shape("M0 71C20 65 46 64 76 69S128 72 150 64V100H0Z", tint.hill)
    sun = circle(112, 25, 11.5, "#fff", 0.75)
    if name in _INDOORS:
        floor = box(0, 72, 150, 28, tint.hill)
        sun = box(14, 14, 30, 34, PAPER, 3) + stroke("M29 14V48M14 31H44", tint.line, 2)
    if name == "stage":
        sun = ""
    if name in ("house", "pair"):
        sun = circle(22, 24, 9, "#fff", 0.6)
    return f'<path d="M0 0H150V100H0Z" fill="{tint.sky}"/>' + sun + floor + _DRAW[name]


def _bust(skin: str, hair: str, clothes: str, *, bun: bool = False) -> str:
    """Return a small person, the middle of the head at the origin, down to 46 below it."""
    knot = circle(0, -13, 4, hair) if bun else ""
    return (
        knot
        + shape("M-18 46V38C-18 24-10 16 0 16S18 24 18 38V46Z", clothes)
        + box(-4, 8, 8, 12, skin, 4)
        + shape("M-10-2C-10-8-5-11 0-11S10-8 10-2C10 7 5 13 0 13S-10 7-10-2Z", skin)
        + shape(
            "M-10.5 0C-12-9-6-13.5 0-13.500S12-9 10.5 0C9-5 6-7.5 0-7.500S-9-5-10.5 0Z",
            hair,
        )
        + stroke(
            "M-6 1C-5.3 2.6-3.2 2.6-2.5 1M2.5 1C3.2 2.6 5.3 2.6 6 1",
            "#5b3520",
            1,
        )
        + stroke("M-2.5 6.500C-1 8.2 1 8.2 2.5 6.5", "#5b3520", 1)
    )


def _at(thing: str, x: float, y: float, scale: float) -> str:
    return moved(THINGS[thing], x, y, scale)


def _table(y: float) -> str:
    return box(22, y, 106, 6, BROWN, 3) + stroke(f"M34 {y + 6}V98M116 {y + 6}V98", BROWN, 4)


_BUILDING = (
    shape("M38 28L75 10L112 28V32H38Z", SHI)
    + box(43, 32, 64, 46, PAPER)
    + "".join(
        box(x, y, 11, 11, GLASS, 1) for x in (49, 66, 90) for y in (38, 57) if (x, y) != (66, 57)
    )
    + box(65, 56, 20, 22, QING)
)

_DRAW = {
    "truck": _at("truck", 66, 62, 0.86)
    + stroke("M10 84H140", "#fff", 2.4, 0.7, ' stroke-dasharray="10 8"'),
    "house": moved(tree(BAMBOO), 122, 79, 0.85)
    + shape("M37 36L75 12L113 36Z", SHI)
    + box(44, 36, 62, 43, PAPER)
    + box(52, 44, 12, 11, GLASS)
    + box(86, 44, 12, 11, GLASS)
    + box(67, 52, 16, 27, QING)
    + circle(79, 66, 1.4, "#e9b23c"),
    "pair": moved(_bust(_SKIN_2, _GREY, BAMBOO), 58, 44, 1.12)
    + moved(_bust("#f5d4b6", _BLACK, LOTUS, bun=True), 94, 50, 1),
    "book": _table(78)
    + _at("book", 75, 52, 0.95)
    + box(112, 62, 8, 16, BAMBOO, 1)
    + box(120, 58, 6, 20, SHI, 1),
    "tree": moved(tree(BAMBOO), 42, 82, 1.15)
    + moved(tree("#4d9068"), 84, 84, 0.8)
    + _at("seed", 118, 78, 0.42),
    "river": shape("M0 66C30 60 50 74 84 70S130 60 150 64V90C110 84 70 96 0 88Z", "#7fb3be")
    + stroke(
        "M14 76C26 73 32 80 44 77M60 82C72 79 80 84 92 80M104 74C114 71 122 76 134 72",
        "#fff",
        2,
        0.7,
    )
    + shape("M46 66H98C94 77 88 79 82 79H60C54 79 49 75 46 66Z", BROWN)
    + box(60, 53, 24, 13, "#c98f4e", 2)
    + shape("M55 54C62 44 82 44 89 54Z", SAND)
    + stroke("M104 40L88 82", "#6d4722", 2.4),
    "kitchen": _table(76)
    + _at("pot", 62, 54, 0.86)
    + _at("meal", 108, 64, 0.38)
    + stroke("M62 8H138", QING, 2.4)
    + stroke("M78 8V18M98 8V20M118 8V16", "#7c8b90", 2)
    + circle(78, 22, 5, "#7c8b90")
    + box(94, 19, 8, 10, "#7c8b90", 3)
    + circle(118, 20, 5, SHI),
    "school": _BUILDING
    + stroke("M126 79V22", "#7c8b90", 2.6)
    + shape("M126 22H142L138 28L142 34H126Z", BAMBOO)
    + moved(tree(BAMBOO), 22, 80, 0.75),
    "clinic": box(58, 62, 78, 9, PAPER, 4)
    + box(58, 66, 78, 9, "#b5dccb", 2)
    + stroke("M62 60V88M132 70V88", QING, 4)
    + box(64, 55, 22, 9, "#fff", 4.5)
    + stroke("M112 12V40", "#7c8b90", 2.4)
    + stroke("M106 12H118", "#7c8b90", 2.4)
    + box(108, 20, 8, 15, "#b9dbe3", 3)
    + stroke("M20 62C20 84 44 84 44 66V60", INK, 2.6)
    + circle(44, 56, 5, QING)
    + stroke("M14 56V58C14 66 26 66 26 58V56", INK, 2.6),
    "meeting": moved(_bust(_SKIN_2, _BLACK, QING), 36, 46, 0.84)
    + moved(_bust("#f5d4b6", _GREY, SHI, bun=True), 75, 42, 0.88)
    + moved(_bust(_SKIN, _BLACK, BAMBOO), 114, 46, 0.84)
    + box(12, 78, 126, 8, BROWN, 4)
    + box(46, 74, 16, 4, PAPER, 1)
    + box(88, 74, 16, 4, PAPER, 1),
    "field": shape("M0 74C40 62 90 66 150 58V100H0Z", "#8fb57c")
    + shape("M0 84C40 72 100 76 150 68V100H0Z", "#74a066")
    + shape("M0 93C50 84 100 86 150 80V100H0Z", "#5a8a55")
    + "".join(
        stroke(
            f"M{x} {y}V{y - 9}M{x} {y - 3}L{x - 4} {y - 8}M{x} {y - 3}L{x + 4} {y - 8}",
            "#e3c257",
            1.8,
        )
        for x, y in ((18, 92), (36, 89), (54, 87), (100, 84), (118, 82), (136, 80))
    )
    + moved(_bust(_SKIN_2, _BLACK, QING), 77, 46, 0.84)
    + shape("M61 41C67 38 71 30 77 30S87 38 93 41C87 44 67 44 61 41Z", SAND),
    "phone": _table(80)
    + _at("phone", 75, 46, 0.88)
    + box(100, 66, 22, 14, PAPER, 3)
    + stroke("M122 69C129 69 129 77 122 77", PAPER, 2.6),
    "bridge": shape("M0 74H150V100H0Z", "#8fbcc5")
    + shape("M10 76V58C44 36 106 36 140 58V76H122C122 48 82 48 82 76H68C68 48 28 48 28 76Z", PAPER)
    + stroke("M10 58C44 36 106 36 140 58", QING, 5)
    + stroke("M36 47V36M56 41V30M75 40V29M94 41V30M114 47V36", QING, 2.6)
    + stroke("M28 41C54 25 96 25 122 41", SHI, 3)
    + stroke("M18 86H44M64 91H92M108 85H134", "#fff", 2, 0.7),
    "lamp": shape("M75 32L132 84H18Z", "#fbe3a2", 0.6)
    + stroke("M36 84V22C36 12 75 10 75 22", QING, 4)
    + shape("M62 34C62 24 88 24 88 34Z", QING)
    + circle(75, 35, 6, "#f7c873")
    + moved(_bust(_SKIN, _BLACK, SHI), 100, 58, 0.6)
    + moved(_bust(_SKIN_2, _BLACK, BAMBOO, bun=True), 74, 60, 0.56),
    "sewing": _table(80) + _at("sewing", 78, 58, 0.84) + _at("needle", 122, 72, 0.24),
    "music": moved(_bust(_SKIN_2, _GREY, BROWN), 42, 44, 1)
    + moved(_bust("#f5d4b6", _BLACK, SHI, bun=True), 80, 48, 0.94)
    + _at("music", 120, 42, 0.5)
    + shape("M30 90C24 78 34 70 46 72C54 74 58 82 54 90Z", SAND)
    + stroke("M50 76L66 58", "#6d4722", 3),
    "box": _table(80) + _at("box", 62, 58, 0.7) + _at("box", 104, 63, 0.52),
    "bus": box(22, 34, 106, 44, BAMBOO, 8)
    + "".join(box(x, 42, 18, 15, "#e6f0f1", 2) for x in (30, 52, 74))
    + box(98, 42, 20, 30, "#e6f0f1", 2)
    + stroke("M22 64H96", "#fff", 2.4, 0.6)
    + circle(46, 79, 9, INK)
    + circle(46, 79, 3.4, "#c5d2d5")
    + circle(104, 79, 9, INK)
    + circle(104, 79, 3.4, "#c5d2d5"),
    "workshop": _table(74)
    + box(42, 62, 40, 12, SAND, 2)
    + stroke("M96 74L112 44", BROWN, 4)
    + box(102, 34, 24, 11, "#56666c", 2)
    + stroke("M60 12H136", QING, 2.4)
    + stroke("M74 12V26M92 12V30M110 12V24", "#7c8b90", 3)
    + stroke("M48 68H76", BROWN, 1.6),
    "stage": box(0, 0, 22, 74, SHI)
    + box(128, 0, 22, 74, SHI)
    + box(0, 0, 150, 10, "#a83512")
    + stroke("M7 10V74M15 10V74M135 10V74M143 10V74", "#000", 1.2, 0.16)
    + shape("M52 30C60 16 90 16 98 30C92 40 58 40 52 30Z", "#fff", 0.35)
    + moved(_bust(_SKIN, _BLACK, LOTUS, bun=True), 58, 46, 0.86)
    + moved(_bust(_SKIN_2, _BLACK, QING), 92, 46, 0.86)
    + box(0, 82, 150, 18, BROWN)
    + stroke("M0 90H150", "#000", 1.2, 0.18),
}
