"""Public pages that no link leads a signed-in visitor to, and what the season's page weighs."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SEASON, visitor
from tests.browser.looking import faults_of
from tests.running.test_serve_all import Site

PAGES = {
    "home": "",
    "elder": f"s/{SEASON}/?view=elder",
    "form": f"s/{SEASON}/form/",
    "board-elder": f"s/{SEASON}/board/?view=elder",
    "receipt-unknown": f"s/{SEASON}/receipt/7F3KQ9MD2XWT/",
    "sign-in": "../accounts/login/",
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_whole_and_our_own(
    chromium: Browser, running: Site, name: str, language: str
) -> None:
    # The structure is the same in both languages, so axe looks at the Chinese pages.
    access = language == "zh-hans"
    with visitor(chromium, running, axe=access) as someone:
        page = someone.open(f"/{language}/{PAGES[name]}")
        page.wait_for_timeout(400)
        faults = faults_of(page, access=access)
    assert faults == []
    assert [text for text in someone.complaints if "404" not in text] == []


def test_the_season_page_is_light(chromium: Browser, running: Site) -> None:
    sizes: list[int] = []
    with visitor(chromium, running) as someone:
        someone.context.on(
            "response",
            lambda response: (
                None
                if "/portraits/" in response.url
                else sizes.append(int(response.headers.get("content-length", "0")))
            ),
        )
        someone.vote_page().wait_for_load_state("networkidle")

    assert 10_000 < sum(sizes) <= 120_000
