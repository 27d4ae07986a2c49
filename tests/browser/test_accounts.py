"""Voting with a code in a season of verified voters, and a passkey as staff have it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visitor, last_code, manage
from tests.running.test_serve_all import Site

VERIFIED = "verified-vote"


@pytest.fixture(scope="module")
def verified(running: Site, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A season that asks for a code, open since yesterday."""
    now = timezone.now()
    file = tmp_path_factory.mktemp("season") / "season.yaml"
    file.write_text(
        f"""\
season:
  slug: {VERIFIED}
  name: 实名公益之星
  opens_at: {now - timedelta(days=1):%Y-%m-%d} 09:00
  closes_at: {now + timedelta(days=5):%Y-%m-%d} 18:00
  identity_level: verified
  organiser: 测试单位
rules:
  caps:
    - {{scope: season, period: season, counts: ballots, max: 1}}
    - {{scope: season, period: ballot, counts: choices, max: 2}}
categories:
  - name: 志愿者
    places: 1
    nominees:
      - {{number: "101", name: 张三}}
      - {{number: "102", name: 李四}}
""",
        encoding="utf-8",
    )
    manage(running, "season_import", str(file))
    manage(running, "season_open", VERIFIED, "--actor=甲", "--approver=乙", "--reason=test")
    return VERIFIED


def choose_and_cast(page: Page, number: str) -> None:
    page.locator(f"#n-{number} input[type=checkbox]").check(force=True)
    page.locator("#tray-button").click()
    page.locator("#cast").click()


def verify(page: Page, running: Site, address: str) -> None:
    """Follow the way from the sheet to the code and back."""
    page.locator("#sheet-message a").click()
    page.locator("[name=login]").fill(address)
    page.get_by_role("button", name="发送验证码").click()
    expect(page).to_have_url(re.compile("/login/code/confirm/"))
    page.locator("[name=code]").fill(last_code(running, address))
    page.get_by_role("button", name="登录", exact=True).click()


def test_a_code_by_mail_lets_one_vote_once(
    phone: Visitor, desk: Visitor, running: Site, verified: str
) -> None:
    page = phone.open(f"/zh-hans/s/{verified}/")
    choose_and_cast(page, "101")
    expect(page.locator("#sheet-message")).to_contain_text("手机号或邮箱")
    verify(page, running, "voter@example.org")

    expect(page.locator("#sheet")).to_be_visible(timeout=10_000)
    expect(page.locator("#sheet-list")).to_contain_text("张三")
    page.locator("#cast").click()
    expect(page.locator("#receipt-view")).to_be_visible(timeout=10_000)

    # The same person at another device: the vote has been cast.
    other = desk.open(f"/zh-hans/s/{verified}/")
    other.locator("#n-102 input[type=checkbox]").check(force=True)
    other.locator("[data-review]:visible").first.click()
    other.locator("#cast").click()
    verify(other, running, "Voter+again@example.org")
    expect(other.locator("#sheet")).to_be_visible(timeout=10_000)
    other.locator("#cast").click()
    expect(other.get_by_text("这次推选每人一张选票")).to_be_visible(timeout=10_000)


def test_a_passkey_is_made_and_lets_staff_in(desk: Visitor, running: Site) -> None:
    desk.base = f"http://localhost:{running.port}"  # browsers bind passkeys to names only
    password = Path(running.data / "admin-password.txt").read_text(encoding="utf-8").strip()
    page = desk.open("/accounts/login/password/?language=en")
    device = desk.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True}},
    )  # fmt: skip
    page.locator("[name=login]").fill("admin@example.org")
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()

    page.goto(f"{desk.base}/accounts/2fa/webauthn/add/")
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Make the passkey").click()
    expect(page).to_have_url(re.compile("/2fa/recovery-codes/"))
    assert page.locator(".recovery-codes li").count() == 10

    page.goto(f"{desk.base}/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{desk.base}/accounts/login/?next=/accounts/2fa/&language=en")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page).to_have_url(re.compile("/accounts/2fa/$"))
    expect(page.locator("main")).to_contain_text("Passkey")
    page.goto(f"{desk.base}/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Remove").click()
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("No passkey so far.")
    assert desk.complaints == []


def test_a_passkey_is_offered_once_it_can_be_used_and_not_where_it_cannot(desk: Visitor) -> None:
    row = "Sign in with a passkey"
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    desk.context.route("**/mfa/js/webauthn.*js", hold)
    page = desk.context.new_page()
    page.goto(f"{desk.base}/accounts/login/?language=en", wait_until="commit")
    expect(page.get_by_role("button", name=row)).to_be_disabled()  # nobody would hear the press
    held[0].continue_()
    expect(page.get_by_role("button", name=row)).to_be_enabled()

    desk.context.unroute_all()
    desk.context.add_init_script("delete window.PublicKeyCredential")
    page = desk.open("/accounts/login/?language=en")
    expect(page.get_by_role("button", name="Send me a code")).to_be_visible()
    expect(page.get_by_role("button", name=row)).to_be_hidden()
