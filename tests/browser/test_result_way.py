"""From the last sheet to the certificate: sealed, published, objected to, sealed again, announced.

Everybody acts in a browser of their own; only weeks pass by program.
"""

import re
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.closed_season import brought_in
from tests.browser.conftest import Visitor
from tests.browser.objecting import hand_in, settle
from tests.browser.passing_days import days_go_by
from tests.browser.test_whole_way import Way, invitation, saved, sign_in
from tests.running.test_serve_all import Site

SLUG = "result-way"


def test_a_result_goes_from_the_last_sheet_to_the_certificate(
    chromium: Browser, running: Site, tmp_path: Path
) -> None:
    brought_in(running, tmp_path, SLUG)
    with ExitStack() as stack:
        way = Way(chromium, running, stack)
        boss = way.administrator()
        second = other_organiser(way, boss)

        sealed(boss, second, "评审与投票均已结束")
        published(boss, second, first=True)
        citizen = way.person(width=360)
        # On a phone the bar has no ways: the season's page itself leads to the result.
        page = citizen.open(f"/zh-hans/s/{SLUG}/")
        expect(page.locator(".headline a[href$='/notice/object/']")).to_be_visible()
        page.locator(".headline a[href$='/result/']").click()
        expect(page.locator(".results-row").first).to_contain_text("罗小满")
        expect(page.locator(".results-row").first).to_contain_text("93.0")
        page.locator(".results-row a").first.click()
        expect(page.locator(".explained-marks .is-dropped")).to_have_count(2)
        page.close()

        notice = f"/zh-hans/s/{SLUG}/result/notice/"
        number = hand_in(citizen, notice, "罗小满", "事迹材料中的时长与登记不符。")
        upheld(boss, number)
        sealed(boss, second, "异议成立，罗小满不再列入")
        published(boss, second, first=False)
        page = citizen.open(f"/zh-hans/s/{SLUG}/result/")
        expect(page.locator(".results-row").first).to_contain_text("胡念慈")
        expect(page.locator("main")).to_contain_text("第 2 版")
        page.close()

        days_go_by(running, SLUG, 15, whole=False)
        page = console(boss, "result/")
        page.locator("form:has(input[value=announce]) [name=reason]").fill("公示期满，无异议")
        page.locator("form:has(input[value=announce]) button[type=submit]").click()
        saved(page)
        sign(second)
        page = citizen.open(f"/zh-hans/certificate/{code_of(running)}/")
        expect(page.locator("h1")).to_have_text("这份证书真实有效")
        expect(page.locator("main")).to_contain_text("胡念慈")
        assert [text for one in way.people for text in one.complaints] == []


def console(someone: Visitor, part: str) -> Page:
    """Open a page of the season's console."""
    return someone.open(f"/zh-hans/console/seasons/{SLUG}/{part}")


def other_organiser(way: Way, boss: Visitor) -> Visitor:
    """Invite a second organiser by a link."""
    page = console(boss, "people/")
    link = invitation(page, "organiser", "")
    page.close()
    someone = way.person()
    page = someone.open(link.removeprefix(someone.base))
    sign_in(page, way.running, f"second@{SLUG}.example.org")
    page.locator("#id_name").fill("吴桂芳")
    page.get_by_role("button", name="接受邀请").click()
    page.wait_for_url("**/console/**")
    page.close()
    return someone


def sign(second: Visitor) -> None:
    """Let the second person look at what waits, and sign it."""
    page = console(second, "approvals/")
    page.get_by_role("link", name=re.compile("核对差异")).first.click()
    page.locator("button[name=sign]").click()
    saved(page)


def sealed(boss: Visitor, second: Visitor, reason: str) -> None:
    """Seal the result as it stands; two people sign."""
    page = console(boss, "result/")
    page.locator("form:has(input[value=seal]) [name=reason]").fill(reason)
    page.locator("form:has(input[value=seal]) button[type=submit]").click()
    saved(page)
    sign(second)


def published(boss: Visitor, second: Visitor, *, first: bool) -> None:
    """Publish the notice of the result, the first one or another with a period of its own."""
    page = console(boss, "result-notice/prepare/")
    if not first:
        page.locator("input[name=issue][value=again]").check()
        page.locator("form:has(input[name=publish]) [name=reason]").fill("异议成立")
    page.get_by_role("button", name="签字并提交发布").click()
    saved(page)
    sign(second)


def upheld(someone: Visitor, number: str) -> None:
    """Accept the objection, look into it, uphold it and take the nominee off."""
    page = console(someone, f"objections/{number}/")
    settle(page, "upheld", "remove", "经核查，时长与登记不符，取消资格。", "异议成立，取消资格。")
    saved(page)


def code_of(running: Site) -> str:
    """Return the code that stands in the QR code of the one certificate."""
    with sqlite3.connect(running.data / "welfare-star.sqlite3") as database:
        rows = database.execute(
            "SELECT c.code FROM results_conferral c JOIN seasons_season s ON s.id = c.season_id "
            "WHERE s.slug = ?",
            [SLUG],
        ).fetchall()
    ((code,),) = rows
    return str(code)
