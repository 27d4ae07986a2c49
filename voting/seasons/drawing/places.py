"""Communities: where people live together, 120 x 150."""

from collections.abc import Mapping

from voting.seasons.drawing.shapes import (
    BAMBOO,
    BROWN,
    GLASS,
    PAPER,
    QING,
    SHI,
    TINTS,
    Tint,
    box,
    circle,
    ground,
    moved,
    shape,
    stroke,
)


def community(drawing: Mapping[str, str]) -> str:
    """Return the place that the drawing describes, on its ground."""
    tint = TINTS[drawing["tint"]]
    return ground(tint) + _DRAW[drawing["variant"]](tint)


def house(roof: str, door: str) -> str:
    """Return a house with a roof of two lines, the middle of its doorstep at the origin."""
    return (
        shape("M-26 0V-34L0-56L26-34V0Z", PAPER)
        + stroke("M-34-27L0-56L34-27", roof, 6)
        + box(-7, -26, 14, 26, door)
        + box(-20, -26, 8, 8, GLASS)
        + box(12, -26, 8, 8, GLASS)
    )


def tree(crown: str) -> str:
    """Return a round tree whose foot is at the origin."""
    return (
        box(-2.5, -24, 5, 24, BROWN, 2)
        + circle(0, -34, 15, crown)
        + circle(-9, -26, 10, crown)
        + circle(9, -26, 10, crown)
        + stroke("M0-14V-34M0-22L-6-28M0-26L6-32", "#fff", 1.4, 0.35)
    )


def _front(tint: Tint) -> str:
    return shape("M0 128C30 120 70 122 120 126V150H0Z", tint.deep)


def _houses(tint: Tint) -> str:
    return (
        moved(tree(BAMBOO), 17, 126, 0.9)
        + moved(house(BAMBOO, QING), 88, 126, 0.72)
        + moved(house(QING, SHI), 50, 128)
        + _front(tint)
    )


def _terraces(_tint: Tint) -> str:
    steps = (
        ("M0 98C30 88 70 92 120 78V150H0Z", "#a9c795"),
        ("M0 110C36 100 74 104 120 90V150H0Z", "#8fb57c"),
        ("M0 122C40 112 80 116 120 103V150H0Z", "#74a066"),
        ("M0 135C44 126 84 129 120 117V150H0Z", "#5a8a55"),
    )
    lines = (
        "M0 99C30 89 70 93 120 79",
        "M0 111C36 101 74 105 120 91",
        "M0 123C40 113 80 117 120 104",
    )
    return (
        "".join(shape(d, fill) for d, fill in steps)
        + "".join(stroke(d, "#fff", 2, 0.55) for d in lines)
        + moved(house(QING, SHI), 34, 97, 0.5)
        + moved(tree(BAMBOO), 62, 97, 0.55)
    )


def _bridge(_tint: Tint) -> str:
    return (
        shape("M0 122H120V150H0Z", "#8fbcc5")
        + stroke("M10 134H34M50 140H84M92 132H112", "#fff", 2, 0.6)
        + shape(
            "M4 124V108C34 92 86 92 116 108V124H98C98 104 70 104 70 124H50C50 104 22 104 22 124Z",
            PAPER,
        )
        + stroke("M4 108C34 92 86 92 116 108", QING, 5)
        + stroke("M28 98V84M44 93V78M60 91V76M76 93V78M92 98V84", BROWN, 2.6)
        + stroke("M18 88L60 66L102 88", SHI, 6)
        + stroke("M52 66L60 60L68 66", SHI, 4)
    )


def _tree(tint: Tint) -> str:
    return (
        _front(tint)
        + shape("M53 132C56 112 54 98 52 84H68C66 98 64 112 67 132Z", BROWN)
        + "".join(
            circle(x, y, r, fill)
            for x, y, r, fill in (
                (36, 76, 20, "#2e6b4f"),
                (84, 76, 20, "#2e6b4f"),
                (60, 60, 26, "#2e6b4f"),
                (46, 88, 14, "#3d7d5f"),
                (74, 88, 14, "#3d7d5f"),
                (60, 72, 18, "#3d7d5f"),
            )
        )
        + stroke("M60 112V78M60 94L46 82M60 88L74 76", "#fff", 2, 0.4)
        + stroke("M78 131H110", PAPER, 4.4)
        + stroke("M83 132V139M105 132V139", PAPER, 3.4)
    )


def _pavilion(tint: Tint) -> str:
    return (
        _front(tint)
        + box(26, 122, 68, 8, PAPER, 2)
        + box(20, 129, 80, 7, "#e9e4da", 2)
        + "".join(box(x, 84, 5, 39, SHI, 1) for x in (34, 54.5, 81))
        + stroke("M38 114H82", BROWN, 3)
        + shape("M14 87C34 82 46 70 52 58H68C74 70 86 82 106 87C92 89 28 89 14 87Z", QING)
        + shape("M36 62C48 58 55 52 57.5 43H62.500C65 52 72 58 84 62C74 64 46 64 36 62Z", QING)
        + circle(60, 41, 3.4, SHI)
        + stroke("M28 86C44 80 52 70 56 60M92 86C76 80 68 70 64 60", "#fff", 1.4, 0.3)
    )


_DRAW = {
    "houses": _houses,
    "terraces": _terraces,
    "bridge": _bridge,
    "tree": _tree,
    "pavilion": _pavilion,
}
PLACES = tuple(_DRAW)
