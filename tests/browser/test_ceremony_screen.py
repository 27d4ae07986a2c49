"""The screen of a ceremony: the last place first, by keys, without network, no name too early."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor, access_faults, beside, visitor
from tests.running.test_serve_all import Site

SIZES = ((1920, 1080), (1366, 768), (1280, 720))


class Won:
    """A season with a result, and an organiser's session."""

    def __init__(self, running: Site, **words: Any) -> None:
        self.slug, self.session = json.loads(
            beside(running, "-m", "tests.results.on_site", json.dumps(words)).splitlines()[-1]
        )
        self.path = f"console/seasons/{self.slug}/ceremony/"

    def sign_in(self, someone: Visitor) -> None:
        someone.context.add_cookies(
            [{"name": "session", "value": self.session, "url": someone.base}]
        )


@pytest.fixture(scope="module")
def won(running: Site) -> Won:
    return Won(running)


def shown(page: Page) -> str:
    return page.locator("#slide").inner_text()


def names_in(page: Page) -> list[str]:
    """Return all names of the season that the page holds anywhere."""
    everything = page.evaluate("() => document.documentElement.outerHTML + document.title")
    return [name for name in page.names if name in everything]  # type: ignore[attr-defined]


def test_from_the_last_place_to_the_list_without_network(
    chromium: Browser, running: Site, won: Won
) -> None:
    with visitor(chromium, running, width=1920, height=1080, axe=True) as someone:
        won.sign_in(someone)
        answer = someone.context.request.get(f"{someone.base}/zh-hans/{won.path}")
        raw = re.search(r'id="ceremony-data"[^>]*>(.*?)</script>', answer.text(), re.DOTALL)
        assert raw is not None
        categories = json.loads(raw.group(1))["categories"]
        people = [[one["name"]["text"] for one in category["people"]] for category in categories]
        assert [len(one) for one in people] == [3, 2]
        every = [name for names in people for name in names]

        page = someone.open(f"/zh-hans/{won.path}")
        page.names = every  # type: ignore[attr-defined]
        expect(page.locator("#loaded")).to_have_text("已全部载入，现在断网也不要紧。")
        assert access_faults(page) == []
        someone.context.set_offline(offline=True)
        assert names_in(page) == []

        page.keyboard.press("Space")
        expect(page.locator(".ceremony-big")).to_have_text("志愿者")
        assert names_in(page) == []
        for at, name in enumerate(people[0]):
            page.keyboard.press(("ArrowRight", "Space", "PageDown")[at])
            expect(page.locator(".ceremony-name")).to_have_text(name)
            expect(page.locator(".ceremony-place")).to_have_text(f"第 {3 - at} 名")
            expect(page.locator("#spoken")).to_contain_text(f"第 {3 - at} 名：{name}")
            assert names_in(page) == [name]
            assert page.locator(".ceremony-portrait img").evaluate("one => one.naturalWidth > 0")
        page.locator("#main").click(position={"x": 20, "y": 20})
        expect(page.locator(".ceremony-list b")).to_have_text(people[0][::-1])
        assert access_faults(page) == []

        # Back: what is not revealed any more is gone; then on to the end.
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".ceremony-name")).to_have_text(people[0][-1])
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".ceremony-name")).to_have_text(people[0][-2])
        assert names_in(page) == [people[0][-2]]
        for _step in range(20):
            page.locator("#next").click(force=True) if page.locator("#next").is_enabled() else None
        expect(page.locator(".ceremony-list b")).to_have_text(people[1][::-1])
        expect(page.locator("#next")).to_be_disabled()
        assert someone.complaints == []


def test_totals_only_when_asked_for_and_full_screen_by_key(
    chromium: Browser, running: Site, won: Won
) -> None:
    with visitor(chromium, running, width=1280, height=720, axe=True) as someone:
        won.sign_in(someone)
        page = someone.open(f"/zh-hans/{won.path}#3")
        expect(page.locator(".ceremony-place")).to_have_text("第 2 名")
        expect(page.locator(".ceremony-total")).to_have_count(0)
        page.keyboard.press("t")
        expect(page.locator(".ceremony-total > p b")).to_have_text(re.compile(r"^\d"))
        expect(page.locator(".ceremony-total li")).to_have_count(2)
        assert access_faults(page) == []
        page.keyboard.press("t")
        expect(page.locator(".ceremony-total")).to_have_count(0)
        page.keyboard.press("f")
        page.wait_for_function("() => document.fullscreenElement !== null")
        expect(page.locator("#fullscreen")).to_contain_text("退出全屏")
        page.keyboard.press("Escape")
        page.wait_for_function("() => document.fullscreenElement === null")
        expect(page.locator(".ceremony-place")).to_have_text("第 2 名")
        expect(page.locator(".is-idle")).to_have_count(1)
        # Whoever comes back after a crash stands where they were.
        page.keyboard.press("ArrowRight")
        page.reload()
        expect(page.locator(".ceremony-place")).to_have_text("第 1 名")
        assert someone.complaints == []


def test_letters_can_be_turned_off_for_whoever_speaks_to_the_computer(
    chromium: Browser, running: Site, won: Won
) -> None:
    with visitor(chromium, running, width=1280, height=720, axe=True) as someone:
        won.sign_in(someone)
        page = someone.open(f"/zh-hans/{won.path}#3")
        switch = page.locator("[data-shortcuts]")
        expect(page.locator(".ceremony-place")).to_have_text("第 2 名")
        switch.click()
        page.reload()
        expect(switch).to_have_attribute("aria-checked", "false")
        page.keyboard.press("t")
        page.keyboard.press("f")
        expect(page.locator(".ceremony-total")).to_have_count(0)
        assert page.evaluate("() => document.fullscreenElement") is None
        assert page.locator("#totals").get_attribute("aria-keyshortcuts") is None
        assert access_faults(page) == []
        # Keys that write nothing go on as ever.
        page.keyboard.press("ArrowRight")
        expect(page.locator(".ceremony-place")).to_have_text("第 1 名")
        switch.click()
        page.keyboard.press("t")
        expect(page.locator(".ceremony-total > p b")).to_have_text(re.compile(r"^\d"))
        assert someone.complaints == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_step_fits_the_screen(
    chromium: Browser, running: Site, won: Won, width: int, height: int
) -> None:
    with visitor(chromium, running, width=width, height=height) as someone:
        won.sign_in(someone)
        page = someone.open(f"/zh-hans/{won.path}")
        page.keyboard.press("t")
        for _step in range(9):
            assert page.evaluate(
                "() => { const slide = document.getElementById('slide'); return"
                " document.documentElement.scrollHeight <= innerHeight"
                " && document.documentElement.scrollWidth <= innerWidth"
                " && slide.scrollHeight <= slide.clientHeight + 1"
                " && [...document.querySelectorAll('[data-fit]')]"
                ".every(one => one.scrollHeight <= one.clientHeight + 1); }"
            ), shown(page)
            page.keyboard.press("ArrowRight")


def test_nothing_moves_for_whoever_asks_for_that(
    chromium: Browser, running: Site, won: Won
) -> None:
    with visitor(chromium, running, width=1280, height=720) as someone:
        won.sign_in(someone)
        page = someone.open("/zh-hans/")
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{someone.base}/zh-hans/{won.path}#2")
        expect(page.locator(".ceremony-name")).to_be_visible()
        assert page.evaluate("() => document.getAnimations().length") == 0


def test_before_the_announcement_it_is_a_rehearsal(chromium: Browser, running: Site) -> None:
    won = Won(running, announced=False)
    with visitor(chromium, running, width=1920, height=1080, axe=True) as someone:
        page = someone.open(f"/zh-hans/{won.path}")
        assert "/accounts/login/" in page.url
        won.sign_in(someone)
        page = someone.open(f"/zh-hans/{won.path}")
        expect(page.locator(".ceremony-banner")).to_contain_text("结果还没有公布")
        page.keyboard.press("End")
        for _step in range(3):
            page.keyboard.press("ArrowRight")
        expect(page.locator(".ceremony-banner")).to_be_visible()
        assert access_faults(page) == []
