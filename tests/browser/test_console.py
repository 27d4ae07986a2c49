"""The organisers' pages in a real browser: signing in, finding a unit, changing it."""

from playwright.sync_api import Browser, expect

from tests.browser.conftest import SEASON, visitor
from tests.running.test_serve_all import Site


def test_a_season_is_prepared_from_a_preset_to_its_rules_without_scripts(
    chromium: Browser, running: Site, signed_in: list[dict[str, object]]
) -> None:
    with visitor(chromium, running, scripts=False, width=1440) as someone:
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
    with visitor(chromium, running, scripts=False) as someone:
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


def test_a_form_that_takes_long_says_so_and_is_sent_once(
    chromium: Browser, running: Site, signed_in: list[dict[str, object]]
) -> None:
    with visitor(chromium, running, width=1440) as someone:
        someone.context.add_cookies(signed_in)  # type: ignore[arg-type]  # as they came
        page = someone.open(f"/zh-hans/console/seasons/{SEASON}/figures/")
        # An answer that does not come: what the page would send stops behind its own listeners.
        page.evaluate(
            "() => { window.sent = 0; addEventListener('submit', event => {"
            " window.sent += event.defaultPrevented ? 0 : 1; event.preventDefault(); }); }"
        )
        send = page.get_by_role("button", name="读取文件")
        send.click()
        said = page.get_by_role("status").filter(has_text="正在读取文件")
        expect(said).to_be_visible()
        page.wait_for_timeout(1600)  # longer than a double click takes
        send.click()
        assert page.evaluate("window.sent") == 1
        page.reload()
        expect(said).to_have_count(0)
        send.click()
        expect(page.get_by_role("alert")).to_be_visible()  # no file was chosen
