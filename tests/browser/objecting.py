"""An objection in browsers: somebody hands it in, and somebody without ties settles it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor


def hand_in(someone: Visitor, notice: str, name: str, text: str) -> str:
    """Object to somebody on a notice by name; return the number of the objection."""
    page = someone.open(notice)
    page.locator(".notice-entry", has_text=name).get_by_role("link", name="提出异议").click()
    expect(page.locator("[name=about] option:checked")).to_contain_text(name)
    page.locator("input[name=ground][value=false_deeds]").check()
    page.locator("[name=text]").fill(text)
    page.locator("input[name=kind][value=person]").check()
    page.locator("[name=name]").fill("马正直")
    page.locator("[name=workplace]").fill("响水村三组")
    page.locator("[name=phone]").fill("13900005678")
    page.locator("[name=truthful]").check()
    page.get_by_role("button", name="提交异议").click()
    title = page.locator("h1")
    expect(title).to_have_text(re.compile("异议 [2-9A-HJ-NP-Z]{8}"))
    number = title.inner_text().split()[-1]
    page.close()
    return number


def settle(page: Page, outcome: str, effect: str, decision: str, summary: str) -> None:
    """Accept the objection of a console page, look into it and decide it."""
    # The usual next step stands open.
    for action in ("accept", "take_on"):
        page.locator(f"form:has(input[value={action}]) button[type=submit]").click()
    page.locator(f"input[name=outcome][value={outcome}]").check()
    page.locator(f"input[name=effect][value={effect}]").check()
    page.locator("#decide_decision").fill(decision)
    page.locator("#decide_public_summary").fill(summary)
    page.get_by_role("button", name="确定作出决定").click()
