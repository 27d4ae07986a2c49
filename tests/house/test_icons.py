"""Every icon that a page names is there: a missing one is an empty place that nobody misses."""

import re
from pathlib import Path

from voting.console.navigation import SEASON_WAYS, SITE_WAYS

ROOT = Path(__file__).resolve().parents[2]
DRAWN = set(
    re.findall(r'<symbol id="([a-z-]+)"', (ROOT / "config/static/site/icons.svg").read_text())
)


def test_icons_in_templates_are_drawn() -> None:
    named = {
        (path.name, icon)
        for path in (ROOT / "templates").rglob("*.html")
        for icon in re.findall(r'_icon\.html" with name="([a-z-]+)"', path.read_text())
    }

    assert len(named) > 50
    assert {one for one in named if one[1] not in DRAWN} == set()


def test_icons_of_the_ways_are_drawn() -> None:
    assert {way.icon for way in (*SEASON_WAYS, *SITE_WAYS)} - DRAWN == set()
