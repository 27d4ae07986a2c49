"""Colours and the few SVG elements that every drawing is made of.

Drawings use no ids, gradients or clip paths: several can then stand in one document, and a
portrait stays far below 4 KB.
"""

from typing import NamedTuple

INK = "#22292c"
QING = "#15485a"
SHI = "#bf3f17"
BAMBOO = "#2e6b4f"
LOTUS = "#65397f"
BROWN = "#8a5a2b"
SAND = "#e0ad5c"
GLASS = "#a9ccd2"
PAPER = "#fdfcf9"

CLOTHES = {
    "qing": QING,
    "shi": SHI,
    "bamboo": BAMBOO,
    "lotus": LOTUS,
    "brown": BROWN,
    "navy": "#3b4a6b",
    "plum": "#7d3c57",
    "grey": "#56666c",
}


class Tint(NamedTuple):
    """The four tones of a ground, from the sky to the contour lines."""

    sky: str
    hill: str
    line: str
    deep: str  # the banner's front hill


TINTS = {
    "sand": Tint("#fae8bd", "#f0cd80", "#dfb35c", "#e8bf68"),
    "leaf": Tint("#e1ebd7", "#bdd4a8", "#9dbc87", "#abc793"),
    "coral": Tint("#f9ddd1", "#edb9a2", "#dd967b", "#e6a88f"),
    "lake": Tint("#d5e7e9", "#abcbd1", "#83adb6", "#96bcc4"),
    "iris": Tint("#e6deed", "#c8b8d8", "#ac95c4", "#b9a6cd"),
    "mist": Tint("#dee5e7", "#b8c7cc", "#97aab1", "#a7b9bf"),
}


def circle(x: float, y: float, r: float, fill: str, opacity: float = 1) -> str:
    """Return a filled circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}"{_opacity(opacity)}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    """Return a filled ellipse."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}"/>'


def box(x: float, y: float, width: float, height: float, fill: str, r: float = 0) -> str:
    """Return a filled rectangle whose corners have the radius ``r``."""
    corner = f' rx="{r:g}"' if r else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{corner} fill="{fill}"/>'
    )


def shape(d: str, fill: str, opacity: float = 1) -> str:
    """Return a filled path."""
    return f'<path d="{d}" fill="{fill}"{_opacity(opacity)}/>'


def stroke(d: str, colour: str, width: float, opacity: float = 1, extra: str = "") -> str:
    """Return an open line with round ends; ``extra`` holds further attributes."""
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        f'stroke-linecap="round" stroke-linejoin="round"{_opacity(opacity)}{extra}/>'
    )


def moved(content: str, x: float, y: float, scale: float = 1) -> str:
    """Return a group whose origin is put at (x, y)."""
    size = f" scale({scale:g})" if scale != 1 else ""
    return f'<g transform="translate({x:g} {y:g}){size}">{content}</g>'


def document(content: str, width: int, height: int) -> str:
    """Return a whole SVG document; pages give the alternative text, so it has no title."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">{content}</svg>'
    )


def ground(tint: Tint, *, sun: bool = True) -> str:
    """Return sky, sun, hill and contour lines of a portrait, 120 x 150."""
    return (
        box(0, 0, 120, 150, tint.sky)
        + (circle(80, 37, 16, "#fff", 0.55) if sun else "")
        + shape("M0 85C14 76 26 77 42 84C66 94 92 88 120 89V150H0Z", tint.hill)
        + stroke("M-2 103C20 96 44 98 66 101S104 103 122 100", tint.line, 1.6)
        + stroke("M-2 112C18 104 42 105 66 108S104 110 122 107", tint.line, 1.6)
        + stroke("M-2 122C18 112 42 112 66 116S104 118 122 115", tint.line, 1.6)
    )


def _opacity(value: float) -> str:
    return f' opacity="{value:g}"' if value != 1 else ""
