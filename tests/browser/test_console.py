"""The organisers' pages in a real browser: signing in, finding a unit, changing it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visitor, access_faults, visitor
from tests.running.test_serve_all import Site

TOWN = "430524101"
PAGES = (
    "", "new/", "new/?start=daily-1-10", "seasons/longhui-2026/", "seasons/longhui-2026/rules/",
    "seasons/longhui-2026/amend/",
    "units/", "units/?q=%E5%A4%A7%E5%A1%98", "units/import/", f"units/at/{TOWN}/",
)  # fmt: skip


@pytest.fixture
def organiser(
    chromium: Browser, running: Site, signed_in: list[dict[str, object]]
) -> Iterator[Visitor]:
    with visitor(chromium, running, width=1440, height=1000, bypass_csp=True) as someone:
        someone.context.add_cookies(signed_in)  # type: ignore[arg-type]  # as they came
        yield someone


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_accessible(organiser: Visitor, name: str, language: str) -> None:
    page = organiser.open(f"/{language}/console/{name}")
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert access_faults(page) == []


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_no_page_scrolls_sideways_or_complains(
    chromium: Browser, running: Site, signed_in: list[dict[str, object]], width: int
) -> None:
    wide = []
    with visitor(chromium, running, width=width) as someone:
        someone.context.add_cookies(signed_in)  # type: ignore[arg-type]  # as they came
        for language in ("zh-hans", "en"):
            for name in PAGES:
                page = someone.open(f"/{language}/console/{name}")
                page.evaluate(
                    "() => document.querySelectorAll('details').forEach(one => { one.open = true })"
                )
                if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
                    wide.append(f"{language} {name}")
                page.close()
        assert someone.complaints == []
    assert wide == []


def test_a_season_is_prepared_from_a_preset_to_its_rules_without_scripts(
    chromium: Browser, running: Site, signed_in: list[dict[str, object]]
) -> None:
    with visitor(chromium, running, java_script_enabled=False, width=1440) as someone:
        someone.context.add_cookies(signed_in)  # type: ignore[arg-type]  # as they came
        page = someone.open("/zh-hans/console/")
        page.get_by_role("link", name="新建评选").click()
        page.get_by_role("link", name="用这套办法开始").first.click()
        page.get_by_label("评选名称").fill("二〇二七年公益之星")
        page.get_by_label("网址名").fill("star-2027")
        page.get_by_label("主办").fill("评选办公室")
        page.get_by_label("投票开始").fill("2027-03-01T09:00")
        page.get_by_label("投票结束").fill("2027-03-10T18:00")
        page.get_by_role("button", name="建立草稿").click()
        expect(page.locator("h1")).to_have_text("今日要办")
        expect(page.locator("#ready-title")).to_be_visible()
        page.goto(f"{someone.base}/zh-hans/console/seasons/star-2027/rules/")
        page.locator("#rules_max_choices").fill("6")
        page.get_by_role("button", name="看看是什么意思").click()
        expect(page.get_by_role("status")).to_contain_text("选 1–6 位")
        page.locator("#rules_reason").fill("会议决定")
        page.get_by_role("button", name="保存办法").click()
        expect(page.get_by_text("已保存。")).to_be_visible()
        page.goto(f"{someone.base}/zh-hans/console/seasons/star-2027/audit/")
        expect(page.get_by_text("会议决定").first).to_be_visible()


def test_a_unit_is_found_and_renamed_without_scripts(
    chromium: Browser, running: Site, signed_in: list[dict[str, object]]
) -> None:
    with visitor(chromium, running, java_script_enabled=False) as someone:
        someone.context.add_cookies(signed_in)  # type: ignore[arg-type]  # as they came
        page = someone.open("/zh-hans/console/units/")
        page.get_by_label("名称或代码").fill("小沙江")
        page.get_by_role("button", name="搜索").click()
        page.get_by_role("link", name="小沙江镇").first.click()
        page.locator("summary", has_text="改名").click()
        page.get_by_role("button", name="改名").click()
        expect(page.get_by_role("alert")).to_contain_text("理由")
        page.locator("#rename_name").fill("小沙江镇文明实践所")
        page.locator("#rename_reason").fill("统一名称")
        page.get_by_role("button", name="改名").click()
        expect(page.locator("h1")).to_have_text("小沙江镇文明实践所")
        expect(page.get_by_role("heading", name="历史")).to_be_visible()
        expect(page.get_by_text("统一名称")).to_be_visible()
