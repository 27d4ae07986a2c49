"""Things, drawn around the origin and about 64 wide, for emblems of projects and for scenes."""

from collections.abc import Mapping

from voting.seasons.drawing.shapes import (
    BAMBOO,
    BROWN,
    INK,
    PAPER,
    QING,
    SHI,
    TINTS,
    box,
    circle,
    ellipse,
    ground,
    moved,
    shape,
    stroke,
)

THINGS = {
    "box": shape("M0-34L30-20V16L0 30L-30 16V-20Z", PAPER)
    + shape("M0-6L30-20V16L0 30Z", "#e9e4da")
    + stroke("M-30-20L0-6L30-20M0-6V30", QING, 4)
    + stroke("M-15-27L15-13V-2", SHI, 5),
    "book": shape("M0-20C-10-28-26-30-38-26V20C-26 16-10 18 0 26Z", PAPER)
    + shape("M0-20C10-28 26-30 38-26V20C26 16 10 18 0 26Z", "#efeae0")
    + stroke("M-38-26V20C-26 16-10 18 0 26C10 18 26 16 38 20V-26", QING, 4)
    + stroke("M0-20V26", QING, 3)
    + stroke("M-30-14C-22-16-14-14-8-10M-30-3C-22-5-14-3-8 1", "#9db4ba", 2.6)
    + stroke("M30-14C22-16 14-14 8-10M30-3C22-5 14-3 8 1", "#9db4ba", 2.6)
    + shape("M16-27L26-27.500V-2L21-7L16-1Z", SHI),
    "desk": box(-38, -6, 76, 8, BROWN, 3)
    + stroke("M-30 2L-34 30M30 2L34 30", QING, 5)
    + box(-26, 2, 52, 9, "#a9743d", 1)
    + box(-24, -14, 30, 8, SHI, 2)
    + box(-20, -21, 28, 7, BAMBOO, 2)
    + box(-22, -12, 12, 2, PAPER)
    + stroke("M22-6V-26", QING, 3.4)
    + shape("M10-26C12-36 32-36 34-26Z", "#e9b23c"),
    "truck": box(-40, -20, 52, 38, QING, 5)
    + box(-40, -6, 52, 5, "#fff", 0).replace("/>", ' opacity=".25"/>')
    + shape("M12-10H27C30-10 32-8 33-6L38 4V18H12Z", SHI)
    + shape("M18-4H26L31 5H18Z", "#e6f0f1")
    + "".join(circle(x, 19, 9, INK) + circle(x, 19, 3.6, "#c5d2d5") for x in (-22, 22)),
    "seed": shape("M-34 30C-30 16-14 10 0 10S30 16 34 30Z", BROWN)
    + stroke("M0 12C0-4 0-14-1-24", BAMBOO, 4.4)
    + shape("M-1-10C-22-8-32-18-32-34C-14-34-2-26-1-10Z", BAMBOO)
    + shape("M0-18C0-34 12-42 30-42C30-26 18-16 0-18Z", "#4d9068")
    + stroke("M-25-28C-16-24-8-18-2-12M24-37C16-32 8-26 2-20", "#fff", 1.6, 0.45)
    + stroke("M-18 22H-14M2 18H6M16 24H20", "#fff", 2, 0.35),
    "water": shape("M0-38C14-20 24-8 24 7A24 24 0 0 1-24 7C-24-8-14-20 0-38Z", "#2f8aa3")
    + stroke("M-14 8C-14 15-9 20-3 21", "#fff", 3.6, 0.75)
    + shape("M26-28C31-21 35-17 35-11.500A9 9 0 0 1 17-11.500C17-17 21-21 26-28Z", "#86b9c4"),
    "lamp": box(-22, -24, 44, 46, "#fbe3a2", 10)
    + stroke(
        "M-22-14V12C-22 18-18 22-12 22H12C18 22 22 18 22 12"
        "V-14C22-20 18-24 12-24H-12C-18-24-22-20-22-14Z",
        QING,
        4,
    )
    + box(-14, -32, 28, 8, QING, 2)
    + box(-18, 22, 36, 8, QING, 2)
    + stroke("M-10-33C-10-46 10-46 10-33", QING, 3.4)
    + shape("M0-14C8-5 10 0 10 5A10 10 0 0 1-10 5C-10 0-8-5 0-14Z", SHI)
    + shape("M0-2C4 2 5 5 5 7.500A5 5 0 0 1-5 7.500C-5 5-4 2 0-2Z", "#f7c873"),
    "bridge": shape("M-42 26V4C-24-14 24-14 42 4V26H28C28-4-28-4-28 26Z", PAPER)
    + stroke("M-42 4C-24-14 24-14 42 4", QING, 5)
    + stroke("M-30-4V-16M-15-10V-22M0-12V-24M15-10V-22M30-4V-16", QING, 3)
    + stroke("M-36-10C-18-28 18-28 36-10", SHI, 3.6)
    + stroke("M-20 24H-4M4 31H22M-30 33H-14", "#2f8aa3", 3),
    "phone": box(-20, -38, 40, 72, QING, 8)
    + box(-15, -30, 30, 52, PAPER, 2)
    + circle(0, 28, 2.4, PAPER)
    + shape("M0 8C-8 1-13-3-13-9A6.5 6.5 0 0 1 0-12A6.5 6.5 0 0 1 13-9C13-3 8 1 0 8Z", SHI)
    + stroke("M27-24C32-18 32-8 27-2M33-31C41-21 41-5 33 5", BAMBOO, 3.4),
    "needle": box(-22, -30, 32, 56, SHI, 3)
    + box(-26, -36, 40, 9, BROWN, 3)
    + box(-26, 24, 40, 9, BROWN, 3)
    + stroke("M-22-18H10M-22-8H10M-22 2H10M-22 12H10", "#fff", 1.8, 0.4)
    + stroke("M10 12C26 12 18-12 30-16", SHI, 2.6)
    + stroke("M31-22L24 30", "#7c8b90", 3.6)
    + stroke("M30.6-20L30-15", PAPER, 1.4),
    "meal": shape("M-36-6H36C36 14 22 28 8 30H-8C-22 28-36 14-36-6Z", QING)
    + ellipse(0, -6, 36, 7, "#f6efe0")
    + circle(-12, -9, 7, BAMBOO)
    + circle(4, -10, 8, "#e9b23c")
    + circle(17, -8, 6, SHI)
    + stroke("M-28 8C-24 16-18 20-12 22", "#fff", 2.6, 0.4)
    + stroke("M22-14L42-38M29-12L48-34", BROWN, 3.2)
    + stroke("M-14-22C-18-27-10-31-14-37M2-23C-2-28 6-32 2-38", "#fff", 3, 0.9),
    "music": circle(-18, 18, 11, QING)
    + circle(20, 10, 11, QING)
    + stroke("M-9 18V-24L29-32V10", QING, 5)
    + shape("M-11.5-26L31.5-35V-22L-11.5-13Z", SHI)
    + stroke("M-38-14C-32-20-28-8-22-14", PAPER, 3),
    "sewing": box(-40, 14, 80, 9, BROWN, 3)
    + shape(
        "M-34 14V-6C-34-20-26-26-14-26H22C30-26 34-22 34-14V-2H22V-10H-8C-12-10-14-8-14-4V14Z", QING
    )
    + stroke("M28-2V10", "#7c8b90", 3)
    + circle(-30, -14, 10, SHI)
    + circle(-30, -14, 3.6, PAPER)
    + box(4, -34, 8, 8, "#e9b23c", 2)
    + stroke("M8-30C20-40 30-34 28-24", "#fff", 1.6, 0.8)
    + shape("M6 14C12 4 34 6 40 14V17H4Z", "#f2d6dd"),
    "pot": shape("M-28-8H28V12C28 20 22 24 16 24H-16C-22 24-28 20-28 12Z", QING)
    + box(-33, -12, 66, 7, "#0e3644", 3.5)
    + shape("M-22-12C-20-20 20-20 22-12Z", "#3f7484")
    + circle(0, -20, 3.4, SHI)
    + stroke("M-12-27C-16-32-8-36-12-42M10-27C6-32 14-36 10-42", "#fff", 3, 0.85),
}
# What a project may have as its emblem; the other things stand in scenes only.
EMBLEMS = (
    "box",
    "book",
    "desk",
    "truck",
    "seed",
    "water",
    "lamp",
    "bridge",
    "phone",
    "needle",
    "meal",
    "music",
)


def project(drawing: Mapping[str, str]) -> str:
    """Return the emblem that the drawing names, on its ground."""
    return ground(TINTS[drawing["tint"]]) + moved(THINGS[drawing["emblem"]], 60, 84)
