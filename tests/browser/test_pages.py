"""The public pages in both languages and at four widths: access, nothing foreign, no overflow."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import SEASON, visitor
from tests.browser.looking import faults_of
from tests.running.test_serve_all import Site

PAGES = {
    "home": "",
    "season": f"s/{SEASON}/",
    "elder": f"s/{SEASON}/?view=elder",
    "nominee": f"s/{SEASON}/n/107/",
    "rules": f"s/{SEASON}/rules/",
    "board": f"s/{SEASON}/board/",
    "form": f"s/{SEASON}/form/",
    "receipt-check": f"s/{SEASON}/receipt/",
    "receipt-unknown": f"s/{SEASON}/receipt/7F3KQ9MD2XWT/",
    "problems": "problems/",
    "fairness": "fairness/",
    "sign-in": "../accounts/login/",
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible_whole_and_our_own(
    chromium: Browser, running: Site, name: str, language: str
) -> None:
    # Axe is brought in past the content security policy; another visit checks that policy. The
    # structure is the same in both languages, so it looks at the Chinese pages.
    with visitor(chromium, running, bypass_csp=True) as someone:
        page = someone.open(f"/{language}/{PAGES[name]}")
        page.wait_for_timeout(400)
        faults = faults_of(page, access=language == "zh-hans")
    assert faults == []


def test_no_page_loads_from_elsewhere_or_complains(chromium: Browser, running: Site) -> None:
    foreign: list[str] = []
    with visitor(chromium, running) as someone:
        someone.context.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((someone.base, "data:"))
                else foreign.append(request.url)
            ),
        )
        for language in ("zh-hans", "en"):
            for path in PAGES.values():
                someone.open(f"/{language}/{path}").close()
        complaints = [text for text in someone.complaints if "404" not in text]

    assert foreign == []
    assert complaints == []


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
