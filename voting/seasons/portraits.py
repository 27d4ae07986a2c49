"""Flat drawings for nominees without a photo: portraits, scenes and the nominee page's banner.

A drawing is a small dictionary of words, stored with the nominee. Everything here is a pure
function of it: the same words always give the same bytes, so addresses can carry a hash.
"""

from collections.abc import Mapping

from voting.seasons.drawing import person as people
from voting.seasons.drawing.places import PLACES, community
from voting.seasons.drawing.scenes import SCENE_TINTS, scene
from voting.seasons.drawing.shapes import CLOTHES, circle, document, ground, shape, stroke
from voting.seasons.drawing.shapes import TINTS as _TINTS
from voting.seasons.drawing.teams import TEAMS, team
from voting.seasons.drawing.things import EMBLEMS, project

TINTS: tuple[str, ...] = tuple(_TINTS)
SCENES: tuple[str, ...] = tuple(SCENE_TINTS)

# For each kind its fields with the allowed words. The first word stands in for a missing field.
FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "person": {
        "tint": TINTS,
        "hair": people.HAIRS,
        "skin": tuple(people.SKINS),
        "hat": people.HATS,
        "glasses": ("no", "yes"),
        "clothes": tuple(CLOTHES),
        "collar": people.COLLARS,
        "age": people.AGES,
    },
    "team": {"tint": TINTS, "variant": TEAMS},
    "project": {"tint": TINTS, "emblem": EMBLEMS},
    "community": {"tint": TINTS, "variant": PLACES},
}

_DRAW = {"person": people.person, "team": team, "project": project, "community": community}


def validate(drawing: object) -> list[str]:
    """Return what is wrong with a drawing, one sentence per field; an empty drawing is fine.

    A missing field takes its first allowed word, so only ``kind`` must be there.
    """
    if not isinstance(drawing, dict):
        return ["drawing: must be an object with text values"]
    if not drawing:
        return []
    kind = drawing.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS:
        return [f"kind: {kind!r} is not one of {', '.join(FIELDS)}"]
    fields = FIELDS[kind]
    errors = []
    for name, value in drawing.items():
        if name == "kind":
            continue
        if name not in fields:
            errors.append(f"{name}: a {kind} has only {', '.join(fields)}")
        elif value not in fields[name]:
            errors.append(f"{name}: {value!r} is not one of {', '.join(fields[name])}")
    return errors


def portrait_svg(drawing: Mapping[str, str]) -> str:
    """Return a portrait in the proportion 4:5, 120 x 150 units.

    An empty drawing gives a quiet ground with the five strokes, for a nominee without any.
    Raises ValueError if the drawing is not valid.
    """
    errors = validate(dict(drawing))
    if errors:
        raise ValueError("; ".join(errors))
    if not drawing:
        return document(ground(_TINTS["mist"], sun=False) + _five_strokes(), 120, 150)
    kind = drawing["kind"]
    words = {name: drawing.get(name, allowed[0]) for name, allowed in FIELDS[kind].items()}
    return document(_DRAW[kind](words), 120, 150)


def scene_svg(name: str) -> str:
    """Return a scene in the proportion 3:2, 150 x 100 units. Raises KeyError if there is none."""
    return document(scene(name), 150, 100)


def banner_svg(tint: str) -> str:
    """Return the landscape above a nominee's page, 720 x 150 units. Raises KeyError."""
    tone = _TINTS[tint]
    content = (
        f'<path d="M0 0H720V150H0Z" fill="{tone.sky}"/>'
        + circle(586, 58, 34, "#fff", 0.55)
        + shape("M0 98C90 60 180 74 300 94S520 72 720 84V150H0Z", tone.hill)
        + "".join(
            stroke(
                f"M-4 {y + 20}C96 {y - 14} 190 {y} 320 {y + 18}S540 {y - 6} 724 {y + 8}",
                tone.line,
                1.6,
            )
            for y in (98, 111, 124, 137)
        )
    )
    # The banner fills whatever width it gets and is cut, not squeezed.
    return document(content, 720, 150).replace(
        "<svg ", '<svg preserveAspectRatio="xMaxYMax slice" ', 1
    )


def _five_strokes() -> str:
    stroke_path = "M0-11.5L2.75-6L0-2.3L-2.75-6Z"
    rays = "".join(
        f'<path transform="rotate({angle})" d="{stroke_path}"/>' for angle in range(0, 360, 72)
    )
    return (
        '<g transform="translate(60 56) scale(2.2)" fill="#fff" fill-opacity=".9" stroke="#fff" '
        f'stroke-opacity=".9" stroke-linejoin="round">{rays}</g>'
    )
