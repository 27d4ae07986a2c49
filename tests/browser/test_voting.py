"""A ballot from the phone to the board, and what happens on the way when things go wrong."""

import json
import re
import time

from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import SEASON, Visitor, visitor
from tests.running.test_serve_all import Site


def choose(page: Page, *numbers: str) -> None:
    for number in numbers:
        page.locator(f'a.tab[data-category="{number[0]}"]').click()
        page.locator(f"#n-{number} input[type=checkbox]").check(force=True)


def cast(page: Page) -> str:
    """Review and cast; return the receipt code."""
    page.locator("#tray-button").click()
    expect(page.locator("#sheet")).to_be_visible()
    page.locator("#cast").click()
    expect(page.locator("#receipt-view")).to_be_visible(timeout=10_000)
    text = page.locator("#receipt-view .receipt-code").inner_text()
    return re.sub(r"\s", "", text)


def test_a_vote_on_a_phone_is_on_the_board_within_a_second(phone: Visitor, desk: Visitor) -> None:
    board = desk.open(f"/zh-hans/s/{SEASON}/board/")
    row = board.locator('tr[data-number="107"] .count')
    expect(row).to_have_text(re.compile(r"^\d"), timeout=10_000)
    before = int(row.inner_text().replace(",", ""))
    page = phone.vote_page()
    choose(page, "107", "305")
    page.locator("#tray-button").click()
    expect(page.locator("#sheet")).to_be_visible()

    page.locator("#cast").click()
    expect(page.locator("#receipt-view")).to_be_visible(timeout=10_000)
    begun = time.monotonic()
    expect(row).to_have_text(f"{before + 1:,}", timeout=3000)

    assert time.monotonic() - begun < 1.0
    assert phone.complaints == []
    assert desk.complaints == []


def test_the_receipt_is_found_in_the_ledger_and_shows_no_choice(phone: Visitor) -> None:
    page = phone.vote_page()
    choose(page, "105")
    code = cast(page)

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", code)
    check = phone.open(f"/zh-hans/s/{SEASON}/receipt/")
    check.locator("input[name=code]").fill(" ".join([code[:4].lower(), code[4:8], code[8:]]))
    check.keyboard.press("Enter")
    expect(check).to_have_url(re.compile(f"/receipt/{code}/$"))
    body = check.locator("main").inner_text()
    assert "105" not in body
    assert "陈桂枝" not in body
    assert phone.complaints == []


def test_a_second_ballot_of_the_day_is_refused_kindly_and_choices_stay(phone: Visitor) -> None:
    page = phone.vote_page()
    choose(page, "101")
    code = cast(page)
    again = phone.vote_page()
    again.evaluate("() => window.localStorage.clear()")  # the device forgets; the cookie does not
    again.reload()

    choose(again, "102")

    receipt = again.locator("#tray [data-show-receipt]")
    expect(receipt).to_be_visible(timeout=10_000)
    expect(again.locator("#tray-button")).to_be_hidden()
    receipt.click()
    text = again.locator("main").inner_text()
    assert all(part in text for part in (code[:4], code[4:8], code[8:]))
    again.reload()
    expect(again.locator("#n-102 input[type=checkbox]")).to_be_checked()


def test_choices_survive_reload_and_the_other_language(phone: Visitor) -> None:
    page = phone.vote_page()
    choose(page, "106", "203")
    page.reload()
    expect(page.locator("#n-106 input[type=checkbox]")).to_be_checked()

    english = phone.vote_page(language="en")

    expect(english.locator("#n-106 input[type=checkbox]")).to_be_checked()
    expect(english.locator("#n-203 input[type=checkbox]")).to_be_checked()


def test_a_lost_answer_is_never_called_a_failure_and_counts_once(phone: Visitor) -> None:
    page = phone.vote_page()
    choose(page, "111")
    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}")["token"])
        if len(sent) == 1:
            route.fetch()  # the server gets it; the phone never hears
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/ballots", lose_the_first_answer)
    page.locator("#tray-button").click()
    page.locator("#cast").click()
    page.wait_for_timeout(1500)
    if not page.locator("#receipt-view").is_visible():
        assert "失败" not in page.locator("#sheet").inner_text()
        page.locator("#cast").click()
    expect(page.locator("#receipt-view")).to_be_visible(timeout=30_000)

    assert len(set(sent)) == 1  # always the same vote id


def test_keyboard_alone_is_enough_to_vote(desk: Visitor) -> None:
    page = desk.vote_page()
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.type === 'checkbox'"):
            break
    page.keyboard.press("Space")
    for _press in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.matches('[data-review]')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#sheet")).to_be_visible()
    for _press in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id === 'cast'"):
            break
    page.keyboard.press("Enter")

    expect(page.locator("#receipt-view")).to_be_visible(timeout=10_000)


def test_a_browser_without_scripts_votes_by_form(chromium: Browser, running: Site) -> None:
    with visitor(chromium, running, scripts=False) as someone:
        page = someone.vote_page()
        for number in ("110", "204"):
            # As a finger does it: on what can be seen, once nothing moves and nothing covers it.
            page.locator(f"#n-{number} label").last.click()
            expect(page.locator(f"#n-{number} input[type=checkbox]")).to_be_checked()
        page.locator("#tray-button").click()
        expect(page).to_have_url(re.compile("/form/chosen/$"))  # no choice in the address
        expect(page.locator("input[value='110']")).to_be_checked()
        page.locator("button[value=confirm]").click()
        text = page.locator("main").inner_text()
        assert "110" in text
        assert "204" in text

        page.locator("button[value=cast]").click()

        code = re.sub(r"\s", "", page.locator(".receipt-code").inner_text())
        assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{12}", code)
        assert page.locator("h1").inner_text() == "选票已收下"


def test_going_back_after_casting_casts_nothing_again(phone: Visitor) -> None:
    page = phone.open("/zh-hans/")
    page.goto(f"{phone.base}/zh-hans/s/{SEASON}/")
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.url) if request.url.endswith("/ballots") else None,
    )
    choose(page, "109")
    code = cast(page)
    page.go_back()
    page.wait_for_load_state()
    page.go_forward()
    page.wait_for_load_state()
    page.reload()
    expect(page.locator("#tray")).to_contain_text("回执")
    page.goto(f"{phone.base}/zh-hans/s/{SEASON}/receipt/{code}/")
    expect(page.locator("main")).to_contain_text(code[:4])

    assert len(sent) == 1
    assert phone.complaints == []


def test_dates_that_scripts_write_are_not_broken_in_the_middle(phone: Visitor) -> None:
    until = int(time.time() * 1000) + 40 * 24 * 3600 * 1000

    def paused(route: Route) -> None:
        answer = route.fetch()
        data = {"phase": '"paused"', "pause_reason": '"暴雨"', "pause_until_ms": str(until)}
        body = answer.text()
        for name, value in data.items():
            body = re.sub(rf'"{name}": ("[^"]*"|null|\d+)', f'"{name}": {value}', body, count=1)
        route.fulfill(response=answer, body=body)

    phone.context.route(re.compile(rf"/s/{SEASON}/\?view=elder$"), paused)
    page = phone.vote_page("?view=elder")
    notice = page.locator('[data-for-state="paused"] p')

    expect(notice).to_contain_text("暴雨")
    expect(notice.locator(".nowrap")).to_have_text(re.compile(r"^\d+月\d+日 \d+:\d\d$"))
    assert phone.complaints == []
