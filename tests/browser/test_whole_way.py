"""From an empty page to the first vote on the board, in browsers alone, by all who take part."""

import re
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visitor, last_code, visitor
from tests.browser.objecting import hand_in, settle
from tests.browser.passing_days import days_go_by
from tests.running.test_serve_all import Site

SLUG = "whole-way"
TOWN = "430524101"  # 小沙江镇
PORTRAIT = Path(__file__).parents[1] / "data" / "sample_photos" / "portrait_8.jpg"

# The same person, as two offices write the name.
NAME, SPELLING = "刘国强", "劉國強"
LINE = "二十年义务修路，修通七个山村的出山路"
STORY = (
    "自二〇〇六年起，利用农闲时间带领乡亲义务修路，先后修通七个山村的出山路，"
    "共计十二公里，没有收取任何报酬，冬天雪后也第一个上路清障。"
)
SENT_IN = re.compile(r"/nominations/[0-9A-Z]+/$")
OTHER, OTHER_LINE = "陈秀英", "坚持十二年给敬老院的老人理发"
OTHER_STORY = "每逢初一、十五带着推子走进敬老院，为五十多位老人理发、剪指甲、读报纸。"


class Way:
    """The people of one season, each in a browser of their own."""

    def __init__(self, chromium: Browser, running: Site, stack: ExitStack) -> None:
        self.chromium, self.running, self.stack = chromium, running, stack
        self.people: list[Visitor] = []

    def person(self, *, width: int = 1280) -> Visitor:
        """Return somebody new."""
        someone = self.stack.enter_context(visitor(self.chromium, self.running, width=width))
        self.people.append(someone)
        return someone

    def administrator(self) -> Visitor:
        """Return whoever set the site up: the first organiser."""
        someone = self.person()
        password = (self.running.data / "admin-password.txt").read_text(encoding="utf-8").strip()
        page = someone.open("/accounts/login/password/?next=/zh-hans/console/")
        page.locator("input[name=login]").fill("admin@example.org")
        page.locator("input[name=password]").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/zh-hans/console/")
        page.close()
        return someone

    def invited(self, boss: Visitor, name: str, box: str, *roles: tuple[str, str]) -> Visitor:
        """Let an organiser make a link for each role (role, unit), and somebody take them."""
        someone = self.person()
        for role, unit in roles:
            page = console(boss, "people/")
            link = invitation(page, role, unit)
            page.close()
            page = someone.open(link.removeprefix(someone.base))
            if "/accounts/login/" in page.url:
                sign_in(page, self.running, mailbox(box))
            accept = page.get_by_role("button", name="接受邀请")
            expect(accept).to_be_visible()
            if page.locator("#id_name").is_visible():
                page.locator("#id_name").fill(name)
            accept.click()
            page.wait_for_url("**/console/**")
            page.close()
        return someone


def mailbox(box: str) -> str:
    """Return the address of somebody in this season."""
    return f"{box}@{SLUG}.example.org"


def console(someone: Visitor, part: str = "") -> Page:
    """Open a page of the season's console."""
    return someone.open(f"/zh-hans/console/seasons/{SLUG}/{part}")


def sign_in(page: Page, running: Site, email: str) -> None:
    """Get a code by mail and enter it."""
    page.locator("[name=login]").fill(email)
    page.get_by_role("button", name="发送验证码").click()
    expect(page.locator("[name=code]")).to_be_visible()
    page.locator("[name=code]").fill(last_code(running, email))
    page.get_by_role("button", name="登录", exact=True).click()


def invitation(page: Page, role: str, unit: str) -> str:
    """Make a link on the page of people; return its address."""
    summary = page.locator("summary", has_text="邀请")
    if not page.locator("#invite_role").is_visible():
        summary.first.click()
    page.locator("#invite_role").select_option(role)
    page.locator("#invite_unit").fill(unit)
    page.locator("#invite_reason").fill("工作分工")
    page.get_by_role("button", name="生成链接").click()
    return page.locator("#made-link").input_value()


def minute(at: datetime) -> str:
    """Return a moment as the fields for dates take it."""
    return timezone.localtime(at).strftime("%Y-%m-%dT%H:%M")


def test_a_season_goes_from_an_empty_page_to_the_first_vote(
    chromium: Browser, running: Site
) -> None:
    with ExitStack() as stack:
        way = Way(chromium, running, stack)
        boss = way.administrator()
        set_up(boss)
        second = way.invited(boss, "周建华", "second", ("organiser", ""))
        reviewer = way.invited(boss, "唐晓岚", "reviewer", ("reviewer", ""))
        town = way.invited(boss, "沙江", "town", ("recommender", TOWN), ("reviewer", ""))
        other_reviewer = way.invited(boss, "罗诚", "other", ("reviewer", ""))

        unit_nominates(town)
        citizen = way.person(width=360)
        citizen_nominates(citizen, running)
        days_go_by(running, SLUG, 2)
        review(reviewer)
        told(citizen)
        days_go_by(running, SLUG, 1)
        publish_notice(boss, second)
        number = object_to_it(way.person(width=360))
        recused(town, number)
        decide(other_reviewer, number)
        days_go_by(running, SLUG, 30)
        open_voting(boss, second)
        vote(way.person(width=360), way.person(width=1440))
        assert [text for one in way.people for text in one.complaints if "403" not in text] == []


def set_up(boss: Visitor) -> None:
    """Make a season from a preset, with its categories, dates, contact and nomination form."""
    now = timezone.now()
    page = boss.open("/zh-hans/console/")
    page.get_by_role("link", name="新建评选").click()
    page.get_by_role("link", name="用这套办法开始").first.click()
    page.get_by_label("评选名称").fill("山乡公益人物推选")
    page.get_by_label("网址名").fill(SLUG)
    page.get_by_label("主办").fill("县志愿服务联合会")
    page.get_by_label("投票开始").fill(minute(now + timedelta(days=33)))
    page.get_by_label("投票结束").fill(minute(now + timedelta(days=43)))
    page.get_by_role("button", name="建立草稿").click()
    page.wait_for_url(f"**/console/seasons/{SLUG}/")
    page.close()

    page = console(boss, "stages/")
    for kind, starts, ends in (
        ("nominations", -1, 1), ("eligibility_review", 1, 2), ("candidate_notice", 2, 32),
        ("voting", 33, 43),
    ):  # fmt: skip
        page.locator(f"#stages_{kind}_starts_at").fill(minute(now + timedelta(days=starts)))
        page.locator(f"#stages_{kind}_ends_at").fill(minute(now + timedelta(days=ends)))
    page.locator("#stages_reason").fill("筹备会议确定")
    page.get_by_role("button", name="保存日期").click()
    saved(page)

    page = console(boss, "details/")
    page.locator("#details_contact_phone").fill("0739-8888888")
    page.locator("#details_reason").fill("公布电话")
    page.get_by_role("button", name="保存").click()
    saved(page)

    page = console(boss, "categories/")
    page.locator("#id_form-0-name").fill("助人为乐")
    page.locator("#categories_reason").fill("只设一类")
    page.get_by_role("button", name="保存").click()
    saved(page)

    page = console(boss, "nomination-form/")
    page.locator("#nomination_settings_without_account").check()
    page.locator("#nomination_settings_unit_opinion_required").uncheck()
    page.locator("#nomination_settings_reason").fill("群众也能推荐")
    page.get_by_role("button", name="保存").click()
    saved(page)

    page = console(boss, "quotas/")
    page.locator("#quotas_quota_per_category").fill("2")
    page.locator("#quotas_reason").fill("每镇两人")
    page.locator("form:has(#quotas_reason) button[type=submit]").click()
    saved(page)

    page = console(boss, "publish/")
    page.locator("#publish_reason").fill("对外公布")
    page.get_by_role("button", name="发布").click()
    saved(page)


def saved(page: Page) -> None:
    """See that a page has taken what was entered, and close it."""
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("status").first).to_be_visible()
    page.close()


def unit_nominates(town: Visitor) -> None:
    """Let a town put two people forward by the form."""
    for name, line, story in ((NAME, LINE, STORY), (OTHER, OTHER_LINE, OTHER_STORY)):
        page = town.open(f"/zh-hans/nominate/{SLUG}/")
        page.get_by_role("button", name=re.compile("推荐.*小沙江镇")).click()
        fill_form(page, name, line, story)
        page.get_by_role("button", name="提交推荐").click()
        expect(page).to_have_url(SENT_IN)
        page.close()


def citizen_nominates(someone: Visitor, running: Site) -> None:
    """Let somebody without an account put the same person forward, and confirm it by a code."""
    page = someone.open(f"/zh-hans/nominate/{SLUG}/")
    page.get_by_role("button", name="开始 群众推荐").click()
    fill_form(page, SPELLING, LINE, STORY, nominator=("赵敏", mailbox("citizen")))
    page.get_by_role("button", name="获取验证码").click()
    expect(page.locator("[name=code]")).to_be_visible()
    page.locator("[name=code]").fill(last_code(running, mailbox("citizen")))
    page.get_by_role("button", name="提交推荐").click()
    expect(page).to_have_url(SENT_IN)


def fill_form(
    page: Page, name: str, line: str, story: str, nominator: tuple[str, str] = ("", "")
) -> None:
    """Go through the five steps, to the last button."""
    page.get_by_label("人员", exact=True).check()
    page.get_by_label("助人为乐", exact=True).check()
    page.locator("#id_name").fill(name)
    page.locator("#id_place").fill("响水村")
    page.locator("input[name=age][value=adult]").check()
    page.get_by_role("button", name="保存并继续").click()

    page.locator("#id_phone").fill("13800001234")
    if nominator[0]:
        page.locator("#id_nominator_name").fill(nominator[0])
        page.locator("#id_nominator_email").fill(nominator[1])
    for box in page.locator("input[name^=consent_]").all():
        box.check()
    page.get_by_role("button", name="保存并继续").click()

    page.locator("#id_headline").fill(line)
    page.locator("#id_summary").fill(story)
    page.locator("#id_story").fill(story)
    page.get_by_role("button", name="保存并继续").click()

    page.locator("#portrait_file").set_input_files(PORTRAIT)
    page.locator("#portrait").get_by_role("button", name="上传").click()
    expect(page.locator("#portrait img")).to_be_visible()
    page.get_by_role("link", name="继续").click()


def review(reviewer: Visitor) -> None:
    """Put the two nominations of one person together, and accept both people."""
    page = console(reviewer, "duplicates/")
    page.get_by_role("link", name=NAME).filter(has_text=SPELLING).click()
    expect(page.locator(".review-pair")).to_contain_text(NAME)
    expect(page.locator(".review-pair")).to_contain_text(SPELLING)
    page.locator("[name=reason]").fill("姓名繁简写法不同，事迹相同")
    side = page.locator(".review-pair > section")
    first_is_units = NAME in side.first.inner_text()
    page.locator(f"button[name=do][value={'left' if first_is_units else 'right'}]").click()
    saved(page)

    for name in (NAME, OTHER):
        page = console(reviewer, "nominations/")
        page.get_by_role("link", name=name).first.click()
        for choice in page.locator("input[name^=answer_][value=yes]").all():
            choice.check()
        page.get_by_role("button", name="保存核对").click()
        page.locator("#form-accept button[type=submit]").click()
        saved(page)


def publish_notice(boss: Visitor, second: Visitor) -> None:
    """Write the candidate notice; two people sign it."""
    page = console(boss, "notices/prepare/")
    page.locator("[name=title]").fill("山乡公益人物候选人公示")
    page.locator("[name=body]").fill("经推荐和审核，现将候选人予以公示。")
    page.get_by_role("button", name="保存文字").click()
    page.get_by_role("button", name="签字并提交发布").click()
    saved(page)
    sign(second)


def sign(second: Visitor) -> None:
    """Let the second person look at what waits, and sign it."""
    page = console(second, "approvals/")
    page.get_by_role("link", name=re.compile("核对差异")).first.click()
    page.locator("button[name=sign]").click()
    saved(page)


def object_to_it(someone: Visitor) -> str:
    """Object to somebody on the notice by name; return the number of the objection."""
    return hand_in(someone, f"/zh-hans/s/{SLUG}/notice/", NAME, "据我所知只修了五个村的路。")


def recused(town: Visitor, number: str) -> None:
    """See that whoever belongs to the nominee's unit is kept out, and reads nothing."""
    page = console(town, f"objections/{number}/")
    expect(page.locator("h1")).to_have_text("不由你办理")
    expect(page.locator("main")).not_to_contain_text("五个村")
    page.close()


def decide(someone: Visitor, number: str) -> None:
    """Let somebody without ties accept the objection, look into it and decide it."""
    page = console(someone, f"objections/{number}/")
    settle(page, "not_upheld", "none", "经核查，七个村的道路均有验收记录。", "经核查属实。")
    saved(page)


def open_voting(boss: Visitor, second: Visitor) -> None:
    """Open voting: one person signs, another one approves."""
    page = console(boss, "opening/")
    expect(page.locator("li.is-missing")).to_have_count(0)
    page.locator("[name=reason]").fill("公示期满，异议已处理")
    page.get_by_role("button", name="作为第一人签字").click()
    saved(page)
    sign(second)


def vote(phone: Visitor, desk: Visitor) -> None:
    """Cast a ballot on a phone, and see the board move, for the one who was chosen alone."""
    board = desk.open(f"/zh-hans/s/{SLUG}/board/")
    rows = board.locator("tr[data-number]")
    expect(rows).to_have_count(2)  # the two nominations of one person have become one nominee
    chosen = rows.filter(has_text=NAME).locator(".count")
    expect(chosen).to_have_text("0", timeout=10_000)
    page = phone.open(f"/zh-hans/s/{SLUG}/")
    number = rows.filter(has_text=NAME).get_attribute("data-number")
    page.locator(f"#n-{number} input[type=checkbox]").check(force=True)
    page.locator("#tray-button").click()
    page.locator("#cast").click()
    expect(page.locator("#receipt-view")).to_be_visible(timeout=15_000)
    expect(chosen).to_have_text("1", timeout=3000)
    expect(rows.filter(has_text=OTHER).locator(".count")).to_have_text("0")


def told(someone: Visitor) -> None:
    """See that the citizen is told what became of the nomination."""
    page = someone.context.pages[-1]
    page.reload()
    expect(page.locator("main")).to_contain_text("合并")
    assert OTHER not in page.locator("main").inner_text()
