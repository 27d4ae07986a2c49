"""Teams: three people shoulder to shoulder, 120 x 150."""

from collections.abc import Mapping

from voting.seasons.drawing.shapes import (
    BAMBOO,
    BROWN,
    LOTUS,
    PAPER,
    QING,
    SHI,
    TINTS,
    box,
    circle,
    ground,
    moved,
    shape,
    stroke,
)

TEAMS = ("1", "2", "3", "4", "elders", "helmets", "caps", "sashes", "drums")

_BLACK, _GREY = "#25292b", "#8d989b"
_SKINS = ("#efc39d", "#dba677", "#f5d4b6")
_HAIR = {
    "short": "M-15 0C-17-14-9-20 0-20S17-14 15 0C13-4 12-7 11-9C5-7-5-7-11-9C-12-7-13-4-15 0Z",
    "bun": "M-15 2C-17-13-9-19 0-19S17-13 15 2C14-7 8-11 0-11S-14-7-15 2Z",
    "bob": "M-16 0C-17-14-9-20 0-20S17-14 16 0V10C15 4 14 0 13-5C5-4-5-4-13-5C-14 0-15 4-16 10Z",
}
# Left, right and the one in the middle, who stands in front: x, y.
_PLACES = ((29, 82), (91, 82), (60, 72))
_LOOKS = {
    "1": ("bob", "short", "bun"),
    "2": ("short", "bun", "bob"),
    "3": ("bun", "bob", "short"),
    "4": ("short", "bob", "short"),
}
_CLOTHES = {
    "1": (QING, BAMBOO, SHI),
    "2": (BAMBOO, LOTUS, QING),
    "3": (SHI, "#3b4a6b", BAMBOO),
    "4": ("#3b4a6b", BROWN, QING),
    "elders": ("#3b4a6b", BROWN, LOTUS),
    "helmets": (QING, QING, QING),
    "caps": (BAMBOO, BAMBOO, BAMBOO),
    "sashes": (SHI, SHI, SHI),
    "drums": (LOTUS, QING, SHI),
}


def team(drawing: Mapping[str, str]) -> str:
    """Return the three people that the drawing describes, on their ground."""
    variant = drawing["variant"]
    looks, clothes = _LOOKS.get(variant, _LOOKS["1"]), _CLOTHES[variant]
    figures = "".join(
        moved(
            _figure(variant, looks[index], _SKINS[index], clothes[index]) + _sash(variant, x),
            x,
            y,
            0.96,
        )
        for index, (x, y) in enumerate(_PLACES)
    )
    return ground(TINTS[drawing["tint"]]) + figures + _together(variant)


def _figure(variant: str, hair: str, skin: str, clothes: str) -> str:
    """Return one person, the middle of the face at the origin."""
    colour = _GREY if variant == "elders" else _BLACK
    behind = circle(0, -21, 6, colour) if hair == "bun" and variant not in _HATS else ""
    return (
        behind
        + shape("M-29 90V60C-29 38-18 27-6 27H6C18 27 29 38 29 60V90Z", clothes)
        + stroke("M0 31V90", "#fff", 1, 0.18)
        + box(-6, 14, 12, 18, skin, 6)
        + shape("M-15-4C-15-13-8-17 0-17S15-13 15-4C15 10 8 21 0 21S-15 10-15-4Z", skin)
        + shape(_HAIR[hair], colour)
        + stroke("M-9 1C-8 3.5-4.5 3.5-3.5 1M3.5 1C4.5 3.5 8 3.5 9 1", "#5b3520", 1.5)
        + stroke("M-3.5 10C-2 12.5 2 12.5 3.5 10", "#5b3520", 1.5)
        + _HATS.get(variant, "")
    )


def _sash(variant: str, x: float) -> str:
    """Return a sash from the shoulder that the middle figure does not cover."""
    if variant != "sashes":
        return ""
    side = -1 if x > 60 else 1
    return stroke(f"M{-17 * side} 34L{8 * side} 84", "#f7d9a0", 5.5)


def _together(variant: str) -> str:
    """Return what the team holds in front of it, if anything."""
    if variant != "drums":
        return ""
    return (
        box(38, 122, 44, 30, "#a83512", 4)
        + stroke("M38 128H82", "#f0cd80", 2, 1, ' stroke-dasharray=".1 5"')
        + f'<ellipse cx="60" cy="122" rx="22" ry="6" fill="{PAPER}"/>'
        + stroke("M46 108L57 121M76 106L64 121", "#8a5a2b", 3)
    )


_HATS = {
    "helmets": shape("M-17-6C-18-19-9-25 0-25S18-19 17-6Z", "#e9b23c")
    + box(-19, -8, 38, 4, "#d39a27", 2),
    "caps": shape("M-16-6C-17-18-8-23 0-23S17-18 16-6C6-9-6-9-16-6Z", SHI)
    + shape("M-15-6C-4-9 8-9 20-6C22-5.5 22-3 20-3C8-5-4-5-15-5Z", "#a83512"),
}
