"""A calm bust with closed eyes, 120 x 150, built from back to front."""

from collections.abc import Mapping

from voting.seasons.drawing.shapes import (
    CLOTHES,
    INK,
    PAPER,
    QING,
    SAND,
    SHI,
    TINTS,
    box,
    circle,
    ellipse,
    ground,
    shape,
    stroke,
)

BLACK = "#25292b"
GREY = "#8d989b"
SKINS = {"light": "#f5d4b6", "warm": "#efc39d", "tan": "#dba677", "deep": "#b98058"}
HAIRS = (
    "short",
    "crop",
    "bob",
    "long",
    "bun",
    "grey_bun",
    "grey_short",
    "bald",
    "braid",
    "curly",
)
HATS = ("none", "straw", "cap", "scarf", "headband", "helmet")
COLLARS = ("round", "v", "apron", "straps", "coat")
AGES = ("adult", "elder", "young")

# A hat that sits on top of the head hides what would stick through it.
_HIDES_KNOT = ("straw", "cap", "scarf", "headband", "helmet")

_CAP = "M37 68C34.5 40 44 31 60 31C76 31 85.5 40 83 68C82 54 74 45 60 45C46 45 38 54 37 68Z"
_PARTED = (
    "M60 30C43 30 35.5 41 36 66C37 72 38 76 39 80C40 62 48 54 60 40"
    "C72 54 80 62 81 80C82 76 83 72 84 66C84.5 41 77 30 60 30Z"
)
_FRONT = {
    "short": (
        "M36.5 66C34 39 44 28 60 28C76 28 86 39 83.5 66C82 58 80 53 77 48"
        "C66 52 54 52 43 48C40 53 38 58 36.5 66Z"
    ),
    "crop": (
        "M37.5 63C36 42 45 32 60 32C75 32 84 42 82.5 63C81.5 55 80 51 77.5 47"
        "C66 43.5 54 43.5 42.5 47C40 51 38.5 55 37.5 63Z"
    ),
    "bob": (
        "M34.5 66C32 40 43 29 60 29C77 29 88 40 85.5 66V80C85.5 87 84 91 79 93"
        "C80.5 82 80.5 68 79 55C67 58 53 58 41 55C39.5 68 39.5 82 41 93C36 91 34.5 87 34.5 80Z"
    ),
    "bun": _CAP,
    "long": _PARTED,
    "braid": _PARTED,
    "curly": (
        "M38 62C38 52 42 49 46 50C48 46 53 46 56 49C58 45 64 45 66 49C70 46 75 47 76 51"
        "C80 51 82 55 82 62L84 56L78 38L60 33L42 38L36 56Z"
    ),
}
_CURLS = ((40, 58), (37.5, 50), (41, 41), (49, 34.5), (60, 32), (71, 34.5), (79, 41), (82.5, 50))


def person(drawing: Mapping[str, str]) -> str:
    """Return the bust that the drawing describes, on its ground."""
    hair, hat = drawing["hair"], drawing["hat"]
    style = {"grey_bun": "bun", "grey_short": "short"}.get(hair, hair)
    colour = GREY if hair.startswith("grey") else BLACK
    skin = SKINS[drawing["skin"]]
    return "".join(
        (
            ground(TINTS[drawing["tint"]]),
            _hair_behind(style, colour, hat),
            _body(CLOTHES[drawing["clothes"]], drawing["collar"]),
            _neck(skin),
            _braid(colour) if style == "braid" else "",
            _head(skin, style, drawing["age"]),
            _features(drawing["age"]),
            _hair_in_front(style, colour),
            _glasses() if drawing["glasses"] == "yes" else "",
            _hat(hat),
        )
    )


def _hair_behind(style: str, colour: str, hat: str) -> str:
    if style == "bob":
        return shape("M36 60H84V90C76 96 44 96 36 90Z", colour)
    if style == "long" and hat != "scarf":
        return shape("M36 56C34 84 33 104 31 122H89C87 104 86 84 84 56Z", colour)
    if style == "bun" and hat not in _HIDES_KNOT:
        return circle(60, 25.5, 10.5, colour)
    if style == "curly":
        return circle(38, 66, 6, colour) + circle(82, 66, 6, colour)
    return ""


def _hair_in_front(style: str, colour: str) -> str:
    if style == "bald":
        return ""
    curls = ""
    if style == "curly":
        curls = "".join(circle(x, y, 7.5, colour) for x, y in (*_CURLS, (80, 58)))
    return shape(_FRONT[style], colour) + curls


def _braid(colour: str) -> str:
    links = ((83, 84, 5), (85, 93, 5.4), (85.5, 102.5, 5.4), (85, 112, 5.2), (84, 121, 4.6))
    knots = "".join(ellipse(x, y, r, r + 1, colour) for x, y, r in links)
    return knots + box(80.5, 124, 7, 4, SHI, 1.5) + shape("M80.5 128H87.500L86 137L82 137Z", colour)


def _body(colour: str, collar: str) -> str:
    body = shape("M12 151C12 127 26 108 48 108H72C94 108 108 127 108 151Z", colour)
    if collar == "round":
        return body + stroke("M47.5 109C48 122 72 122 72.5 109", PAPER, 3, 0.75)
    if collar == "v":
        return (
            body
            + shape("M50 107L60 125L70 107Z", PAPER, 0.25)
            + stroke("M48.5 108L60 126L71.5 108", PAPER, 3.6)
        )
    if collar == "straps":
        bars = box(33.5, 112.5, 5.5, 38, "#fff") + box(81, 112.5, 5.5, 38, "#fff")
        return body + f'<g opacity=".32">{bars}</g>'
    if collar == "apron":
        return (
            body
            + stroke("M44 109L42 128M76 109L78 128", PAPER, 3.6, 0.9)
            + shape("M38 151V131C38 128 40 126 43 126H77C80 126 82 128 82 131V151Z", PAPER, 0.92)
            + stroke("M52 138H68", colour, 2, 0.5)
        )
    return (
        body
        + shape("M49 108L60 151L71 108Z", PAPER)
        + shape("M48 107L40 122L47 126L44 131L58 151H60L51 108Z", "#000", 0.22)
        + shape("M72 107L80 122L73 126L76 131L62 151H60L69 108Z", "#000", 0.22)
    )


def _neck(skin: str) -> str:
    return box(50.5, 90, 19, 26.5, skin, 9.5) + shape(
        "M50.5 95H69.500V102C65 108 55 108 50.5 102Z", "#6b3a1e", 0.16
    )


def _head(skin: str, style: str, age: str) -> str:
    ears = circle(38, 70, 4.8, skin) + circle(82, 70, 4.8, skin)
    top = 33 if style == "bald" else 39
    chin = "80 71 99" if age == "young" else "84 72 101"
    left = "49 99 38 80" if age == "young" else "48 101 38 84"
    low = chin.rsplit(" ", 1)[1]
    face = (
        f"M38 62C38 {top + 8} 47 {top} 60 {top}C73 {top} 82 {top + 8} 82 62"
        f"C82 {chin} 60 {low}C{left} 38 62Z"
    )
    shine = stroke("M49 42C52 39 57 37.5 61 37.5", "#fff", 2, 0.35) if style == "bald" else ""
    return ears + shape(face, skin) + shine


def _features(age: str) -> str:
    brown = "#5b3520"
    eyes = stroke(
        "M47.5 70.500C49.5 74 54 74 56 70.500M64 70.500C66 74 70.5 74 72.5 70.5",
        brown,
        1.9,
    )
    mouth = stroke("M54.5 84C57 87.5 63 87.5 65.5 84", brown, 2)
    blush = 0.42 if age == "young" else 0.3
    cheeks = circle(47, 79, 4.2, "#e3764f", blush) + circle(73, 79, 4.2, "#e3764f", blush)
    lines = ""
    if age == "elder":
        lines = stroke(
            "M43.5 71L41.5 71.700M76.5 71L78.5 71.7"
            "M51.5 82.500C50.5 84 50.5 86 51 87.500M68.5 82.500C69.5 84 69.5 86 69 87.5",
            brown,
            1,
            0.38,
        )
    return eyes + mouth + cheeks + lines


def _glasses() -> str:
    rims = (
        f'<g fill="#fff" fill-opacity=".18" stroke="{INK}" stroke-width="1.7">'
        '<circle cx="51.5" cy="71" r="7.4"/><circle cx="68.5" cy="71" r="7.4"/></g>'
    )
    return rims + stroke(
        "M58.8 70.200C59.5 69.4 60.5 69.4 61.2 70.200M44 70L39.5 68.500M76 70L80.5 68.5",
        INK,
        1.6,
    )


def _hat(hat: str) -> str:
    if hat == "straw":
        return (
            shape("M35.5 48C35 31 46 25 60 25C74 25 85 31 84.5 48Z", SAND)
            + shape("M35.7 42C50 38 70 38 84.3 42V48H35.700Z", SHI)
            + shape(
                "M16 51C30 44 44 43 60 43C76 43 90 44 104 51C90 56 76 53 60 53C44 53 30 56 16 51Z",
                "#edc27a",
            )
            + stroke("M30 49.500C50 46.5 70 46.5 90 49.5", "#d39f4c", 1.2)
        )
    if hat == "cap":
        return (
            shape("M36 52C35 36 45 27 60 27C75 27 85 36 84 52C70 48 50 48 36 52Z", SHI)
            + stroke("M60 27.500V47", "#000", 1, 0.16)
            + circle(60, 27.5, 2, "#a83512")
            + shape(
                "M37 51C52 46.5 74 46.5 92 50.500C95 51.5 95 55 92 55.500C74 51.5 54 51.5 37 53Z",
                "#a83512",
            )
        )
    if hat == "scarf":
        return (
            shape(
                "M34 66C31 40 43 27 60 27C77 27 89 40 86 66C87 78 88 86 84 95C82 80 80 62 74 52"
                "C66 46 54 46 46 52C40 62 38 80 36 95C32 86 33 78 34 66Z",
                QING,
            )
            + shape(
                "M36 93C44 106 76 106 84 93L86 100C76 113 66 112 63 109"
                "L70 122H60L58 109C50 112 42 110 34 100Z",
                QING,
            )
            + stroke(
                "M37 60C39 44 48 34 60 34C72 34 81 44 83 60",
                "#fff",
                1.6,
                0.5,
                ' stroke-dasharray=".1 5"',
            )
        )
    if hat == "headband":
        return (
            shape("M30 52C32 34 46 25 60 25C74 25 88 34 90 52C70 43 50 43 30 52Z", SHI)
            + stroke("M35 42.500C50 33 70 33 85 42.5", "#f0b429", 3)
            + stroke("M41 34C53 27.5 67 27.5 79 34", "#f0b429", 2.6)
            + stroke("M31 51C50 43 70 43 89 51", "#fff", 2.8, 1, ' stroke-dasharray=".1 4.1"')
        )
    if hat == "helmet":
        return (
            shape("M35 53C34 35 45 25 60 25C75 25 86 35 85 53Z", "#e9b23c")
            + box(56, 23, 8, 26, "#d39a27", 4)
            + box(31, 49.5, 58, 6, "#d39a27", 3)
            + stroke("M39 56C39 74 42 88 50 98M81 56C81 74 78 88 70 98", INK, 1.6, 0.55)
        )
    return ""
