"""Looking at a page as people with small screens, screen readers and the console open do."""

from typing import Final

from playwright.sync_api import Page

from tests.browser.conftest import access_faults

WIDTHS: Final = (320, 360, 768, 1440)
TALLEST_BUTTON: Final = 120  # px; two lines of large type in elder mode


def faults_of(page: Page, *, access: bool = True) -> list[str]:
    """Return what is wrong with a page at all widths, its drawers open.

    access: whether axe looks at it too; the visitor must have brought axe along.
    """
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} px: {text}" for text in _too_large(page)]
    return found + (access_faults(page) if access else [])


def _too_large(page: Page) -> list[str]:
    wide, tallest = page.evaluate(
        "() => [document.documentElement.scrollWidth - innerWidth,"
        " Math.max(0, ...[...document.querySelectorAll('.button')].map(one => one.offsetHeight))]"
    )
    found = []
    if wide > 0:
        found.append(f"scrolls sideways by {wide} px")
    if tallest > TALLEST_BUTTON:
        found.append(f"a button is {tallest} px tall")
    return found
