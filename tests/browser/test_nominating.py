"""Putting somebody forward on a phone: the form saves itself, counts, and loses nothing."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import access_faults, visitor
from tests.running.test_serve_all import Site

START = "/zh-hans/nominate/longhui-2027/"


def test_the_form_saves_itself_on_a_phone(chromium: Browser, running: Site) -> None:
    with visitor(chromium, running, axe=True) as someone:
        page = someone.open(START)
        assert access_faults(page) == []
        page.get_by_role("button", name="开始 群众推荐").click()
        expect(page.get_by_text("第 1 步，共 5 步")).to_be_visible()
        assert access_faults(page) == []
        page.get_by_label("人员", exact=True).check()
        page.get_by_label("志愿者", exact=True).check()
        page.locator("#id_name").fill("范玉莲")
        page.locator("#id_place").focus()  # leaving the field saves it
        saved = page.locator("#saved")
        expect(saved).to_have_attribute("data-state", "saved")
        expect(saved).to_have_text(re.compile(r"已存草稿 \d\d:\d\d"))
        page.reload()
        expect(page.locator("#id_name")).to_have_value("范玉莲")
        page.get_by_role("button", name="保存并继续").click()
        expect(page.get_by_text("第 2 步，共 5 步")).to_be_visible()
        assert access_faults(page) == []
        page.get_by_role("button", name="保存并继续").click()
        headline = page.locator("#id_headline")
        count = page.locator("[data-count=id_headline]")
        headline.fill("六年照看村里四十二名留守孩子的周末。")
        expect(count).to_have_text("18/30 字")
        headline.fill("长" * 31)
        expect(count).to_have_text("31/30 字")
        page.locator("#id_service_hours").fill("一千多")
        # Pressed while the field that is left saves itself: nothing clashes.
        page.get_by_role("button", name="保存并继续").click()
        expect(page.get_by_role("alert")).to_contain_text("其他内容都已保存。")
        expect(headline).to_have_value("长" * 31)
        expect(page.locator("#id_service_hours")).to_have_value("一千多")
        assert access_faults(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        second = someone.open(page.url.replace("http://127.0.0.1:" + str(running.port), ""))
        second.locator("#id_headline").fill("另一个窗口")
        second.locator("#id_summary").focus()
        expect(second.locator("#saved")).to_have_attribute("data-state", "saved")
        page.locator("#id_summary").fill("这个窗口")
        page.locator("#id_headline").focus()
        expect(page.locator("#saved")).to_contain_text("另一个窗口改过")
        # What the two refusals say in the console, and nothing else.
        assert [
            text for text in someone.complaints if "422" not in text and "409" not in text
        ] == []
