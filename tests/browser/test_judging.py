"""A judge at a tablet: marks, loses the connection, marks on, and nothing is lost."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import Visitor, access_faults, beside, visitor
from tests.browser.looking import faults_of
from tests.running.test_serve_all import Site


class Judge(NamedTuple):
    """A judge's way in: session cookie and the panel's address."""

    session: str
    start: str  # below /zh-hans/
    panel: str


def prepare(running: Site, **words: Any) -> list[Judge]:
    """Make a panel beside the running site; see ``tests.judging.on_site``."""
    said = beside(running, "-m", "tests.judging.on_site", json.dumps(words))
    return [Judge(*one) for one in json.loads(said.splitlines()[-1])]


@contextmanager
def at_desk(
    chromium: Browser, running: Site, judge: Judge, *, width: int = 1024, height: int = 768,
    axe: bool = False, scripts: bool = True,
) -> Iterator[Visitor]:  # fmt: skip
    with visitor(chromium, running, width=width, height=height, axe=axe, scripts=scripts) as one:
        one.context.add_cookies([{"name": "session", "value": judge.session, "url": one.base}])
        yield one


def test_offline_in_between_loses_nothing(chromium: Browser, running: Site) -> None:
    (judge,) = prepare(running, recused=True)
    with at_desk(chromium, running, judge, axe=True) as someone:
        page = someone.open(f"/zh-hans/{judge.panel}")
        saved, bar = page.locator("#judge-saved"), page.locator("#judge-offline")
        assert access_faults(page) == []
        expect(page.locator(".judge-recused")).to_have_text(re.compile(r"已回避\s*不由你评"))
        expect(page.locator(".judge-row")).to_have_count(12)

        # Online: a click, then the keyboard.
        give(page, "duration", "9")
        expect(saved).to_have_text(re.compile(r"^已保存 \d\d:\d\d$"))
        page.keyboard.press("Enter")
        page.keyboard.press("8")
        expect(page.locator("[data-field=c_help] .judge-level")).to_have_text(
            "7–8 分：受助者明确，改变看得见"
        )
        page.keyboard.press("Enter")
        page.keyboard.type("10")
        expect(value(page, "example")).to_have_text("10")
        expect(page.locator("#judge-total")).to_have_text("已打 3/4 项，打完才显示加权分")
        expect(saved).to_have_text(re.compile("已保存"))

        # Offline: what is marked stays on the device, also of the next nominee.
        someone.context.set_offline(offline=True)
        give(page, "conduct", "7")
        expect(page.locator("#judge-total")).to_have_text("加权分 85")
        expect(bar).to_have_text("离线：1 项改动已存在本机，联网后自动提交")
        assert access_faults(page) == []
        page.keyboard.press("j")
        expect(page.locator("#file-title")).not_to_have_text("丁春燕")
        give(page, "duration", "5")
        expect(bar).to_have_text("离线：2 项改动已存在本机，联网后自动提交")
        page.keyboard.press("k")
        expect(page.locator("#file-title")).to_have_text("丁春燕")
        expect(value(page, "conduct")).to_have_text("7")

        # Online again: everything is there, for another device too.
        someone.context.set_offline(offline=False)
        expect(bar).to_be_hidden()
        expect(saved).to_have_text(re.compile("已保存"))
        page.reload()
        for name, points in (("duration", "9"), ("help", "8"), ("example", "10"), ("conduct", "7")):
            expect(value(page, name)).to_have_text(points)
        page.keyboard.press("j")
        expect(value(page, "duration")).to_have_text("5")
        page.evaluate("() => window.localStorage.clear()")
        page.reload()
        expect(value(page, "duration")).to_have_text("5")
        assert [
            text for text in someone.complaints if "ERR_INTERNET_DISCONNECTED" not in text
        ] == []


def test_all_is_marked_and_submitted_by_keyboard(chromium: Browser, running: Site) -> None:
    (judge,) = prepare(running)
    with at_desk(chromium, running, judge, axe=True) as someone:
        page = someone.open(f"/zh-hans/{judge.panel}")
        for number in range(12):
            expect(page.locator(".judge-row[aria-current]")).to_have_count(1)
            for _criterion in range(4):
                page.keyboard.press("8")
                page.keyboard.press("Enter")
            if number < 11:
                row = page.locator(".judge-row[data-code]").nth(number + 1)
                expect(row).to_have_attribute("aria-current", "page")
        expect(page.locator(".judge-count b")).to_have_text("12/12")
        page.get_by_role("link", name="去汇总页").click()
        expect(page.locator("td.is-missing")).to_have_count(0)
        assert access_faults(page) == []
        page.get_by_role("button", name="提交并锁定").click()
        expect(page.get_by_text("打分表已锁定，")).to_be_visible()
        page.get_by_role("button", name="撤回").click()
        expect(page.get_by_text("已撤回，现在没有提交。")).to_be_visible()
        page.get_by_role("button", name="提交并锁定").click()
        expect(page.get_by_role("button", name="撤回")).to_be_visible()
        assert access_faults(page) == []
        assert someone.complaints == []


def test_signed_out_and_two_devices(chromium: Browser, running: Site) -> None:
    (judge,) = prepare(running)
    with (
        at_desk(chromium, running, judge) as one,
        at_desk(chromium, running, judge) as other,
    ):
        page, second = one.open(f"/zh-hans/{judge.panel}"), other.open(f"/zh-hans/{judge.panel}")
        give(second, "help", "6")
        expect(second.locator("#judge-saved")).to_have_text(re.compile("已保存"))
        give(page, "help", "9")
        clash = page.locator("[data-field=c_help] .judge-conflict")
        expect(clash).to_contain_text("改过这一项：那里 6 分，这里 9 分。请选一个。")
        clash.get_by_role("button", name="用这里的 9").click()
        expect(page.locator("#judge-saved")).to_have_text(re.compile("已保存"))
        second.reload()
        expect(value(second, "help")).to_have_text("9")

        cookies = one.context.cookies()
        one.context.clear_cookies(name="session")
        give(page, "conduct", "4")
        expect(page.locator("#judge-offline")).to_contain_text("登录已过期。1 项改动已存在本机")
        expect(page.get_by_role("link", name="重新登录")).to_be_visible()
        one.context.add_cookies(cookies)  # type: ignore[arg-type]  # as they came
        page.reload()
        expect(value(page, "conduct")).to_have_text("4")
        expect(page.locator("#judge-saved")).to_have_text(re.compile("已保存"))
        second.reload()
        expect(value(second, "conduct")).to_have_text("4")


def test_an_entry_that_the_server_refuses_stops_nothing_and_is_not_lost(
    chromium: Browser, running: Site
) -> None:
    (judge,) = prepare(running)
    with at_desk(chromium, running, judge, axe=True) as someone:
        page = someone.open(f"/zh-hans/{judge.panel}")
        refused, saved = page.locator("#judge-refused"), page.locator("#judge-saved")
        page.locator(".judge-texts > summary").click()
        page.evaluate(
            """() => {
              const field = document.getElementById("comment");
              field.removeAttribute("maxlength");
              field.value = "长".repeat(1001);
              field.dispatchEvent(new Event("input", { bubbles: true }));
            }"""
        )
        give(page, "help", "6")
        expect(refused).to_contain_text("丁春燕 · 给组委会的评语")
        expect(refused).to_contain_text("1000")
        expect(saved).to_have_text(re.compile("已保存"))
        assert access_faults(page) == []

        # Behind it everything goes on; the next page still tells of it, and leads back.
        page.keyboard.press("j")
        expect(page.locator("#file-title")).not_to_have_text("丁春燕")
        give(page, "help", "7")
        expect(saved).to_have_text(re.compile("已保存"))
        page.reload()
        expect(value(page, "help")).to_have_text("7")
        refused.get_by_role("link", name="丁春燕").click()
        expect(page.locator("#file-title")).to_have_text("丁春燕")
        expect(value(page, "help")).to_have_text("6")
        expect(page.locator("#comment")).to_have_value("长" * 1001)
        page.locator("#comment").fill("改短了")
        expect(refused).to_be_hidden()
        expect(saved).to_have_text(re.compile("已保存"))
        page.reload()
        expect(page.locator("#comment")).to_have_value("改短了")

        # A request that is refused as a whole is sent again piece by piece; the guilty one stays.
        def too_large(route: Route) -> None:
            body = route.request.post_data or ""
            route.fulfill(status=413, body="") if "删掉我" in body else route.continue_()

        page.route("**/save/", too_large)
        page.locator("#comment").fill("删掉我")
        give(page, "conduct", "9")
        expect(refused).to_contain_text("这项内容无法识别，请重新填写。")
        expect(saved).to_have_text(re.compile("已保存"))
        refused.get_by_role("button", name="放弃这项内容").click()
        expect(page.locator("#comment")).to_have_value("改短了")
        expect(value(page, "conduct")).to_have_text("9")
        expect(refused).to_be_hidden()


def test_a_server_that_lets_nothing_in_is_not_asked_without_end(
    chromium: Browser, running: Site
) -> None:
    (judge,) = prepare(running)
    with at_desk(chromium, running, judge, axe=True) as someone:
        page = someone.open(f"/zh-hans/{judge.panel}")
        bar = page.locator("#judge-offline")
        tries: list[str] = []
        answer = {"status": 403}

        def refuse(route: Route) -> None:
            tries.append(route.request.url)
            route.fulfill(status=answer["status"], body="")

        page.route("**/save/", refuse)
        give(page, "help", "6")
        # The token is renewed once; then it waits five seconds before each try.
        expect(bar).to_have_attribute("data-state", "shut")
        page.wait_for_timeout(2_000)
        assert len(tries) == 2
        assert access_faults(page) == []

        # Somebody else has the seat by now: that is said, and what was marked stays here.
        answer["status"] = 404
        expect(bar).to_have_attribute("data-state", "gone", timeout=20_000)
        expect(value(page, "help")).to_have_text("6")
        page.unroute("**/save/")
        page.reload()
        expect(page.locator("#judge-saved")).to_have_text(re.compile("已保存"))
        page.reload()
        expect(value(page, "help")).to_have_text("6")


def test_single_keys_can_be_turned_off_and_stay_off(chromium: Browser, running: Site) -> None:
    (judge,) = prepare(running)
    with at_desk(chromium, running, judge, axe=True) as someone:
        page = someone.open(f"/zh-hans/{judge.panel}")
        switch, title = page.locator("[data-shortcuts]"), page.locator("#file-title")
        expect(switch).to_have_attribute("aria-checked", "true")
        switch.click()
        expect(switch).to_have_attribute("aria-checked", "false")
        title.focus()
        page.keyboard.press("j")
        page.keyboard.press("8")
        expect(title).to_have_text("丁春燕")
        expect(page.locator(".judge-value:not([data-value=''])")).to_have_count(0)
        # In the group that has the focus digits are the natural way, and stay.
        page.locator("[data-field=c_help] input[type=radio]").first.focus()
        page.keyboard.press("8")
        expect(value(page, "help")).to_have_text("8")
        page.locator("#judge-next").click()
        expect(title).not_to_have_text("丁春燕")
        expect(switch).to_have_attribute("aria-checked", "false")
        assert access_faults(page) == []
        page.reload()
        expect(switch).to_have_attribute("aria-checked", "false")
        switch.click()
        page.keyboard.press("k")
        expect(title).to_have_text("丁春燕")
        assert someone.complaints == []


def test_every_page_of_judges_fits_and_is_accessible(chromium: Browser, running: Site) -> None:
    ready, waiting = prepare(running, calibration=True)[0], prepare(running, ready=False)[0]
    wrong = {}
    for judge, paths in (
        (waiting, [waiting.start]),
        (ready, [ready.start, ready.panel, f"{ready.panel}order/", f"{ready.panel}submit/"]),
    ):
        with at_desk(chromium, running, judge, axe=True) as someone:
            page = someone.open("/zh-hans/")
            for language in ("zh-hans", "en"):
                for path in paths:
                    page.goto(f"{someone.base}/{language}/{path}")
                    if faults := faults_of(page, access=language == "zh-hans"):
                        wrong[f"{language} {path}"] = faults
            assert someone.complaints == []

    assert wrong == {}


def give(page: Page, criterion: str, points: str) -> None:
    page.locator(
        f"[data-field=c_{criterion}] .judge-step", has_text=re.compile(f"^{points}$")
    ).click()


def value(page: Page, criterion: str) -> Locator:
    return page.locator(f"[data-field=c_{criterion}] .judge-value")
