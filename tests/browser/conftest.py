"""A whole running site with the demo season, and a real Chromium that looks at it."""

import email
import email.policy
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    expect,
    sync_playwright,
)

from tests import migrated
from tests.running.test_serve_all import ROOT, Site, free_port, site

SEASON = "longhui-2026"
AXE = Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site as ``make run`` starts it, on a folder and port of its own."""
    folder = tmp_path_factory.mktemp("browser")
    data = folder / "site data"
    data.mkdir(mode=0o700)
    migrated.copied(data / "welfare-star.sqlite3")  # the site would migrate for 20 seconds
    with site(folder, free_port()) as started:
        started.wait_until_ready()
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)  # the same for what is expected
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        yield browser
        browser.close()


def access_faults(page: Page) -> list[str]:
    """Return what axe finds wrong with a page; its visitor must have brought axe along."""
    found = page.evaluate(
        "() => axe.run(document, {resultTypes: ['violations'], selectors: false, preload: false,"
        " runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa','best-practice']})"
    )
    return [
        f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in found["violations"]
    ]


class Visitor:
    """One browser profile on the site; it notes everything that the console complains about."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context = context
        self.base = base
        self.complaints: list[str] = []

    def open(self, path: str) -> Page:
        page = self.context.new_page()
        page.on(
            "console",
            lambda message: (
                self.complaints.append(message.text)
                if message.type in {"error", "warning"}
                else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.base + path)
        return page

    def vote_page(self, query: str = "", language: str = "zh-hans") -> Page:
        return self.open(f"/{language}/s/{SEASON}/{query}")


@contextmanager
def visitor(
    chromium: Browser,
    running: Site,
    *,
    width: int = 360,
    height: int = 800,
    scripts: bool = True,
    axe: bool = False,
) -> Iterator[Visitor]:
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", java_script_enabled=scripts
    )
    context.set_default_timeout(60_000)  # the machine may be busy with the other tests
    if axe:  # on every page from its beginning, past the policy, which stays as it is
        context.add_init_script(path=AXE)
    try:
        yield Visitor(context, f"http://127.0.0.1:{running.port}")
    except (AssertionError, Error) as error:
        for page in context.pages:  # what was to be seen when it failed says why
            with suppress(Error):
                seen = page.locator("body").inner_text(timeout=3_000)
                error.add_note(f"--- {page.url}\n{seen[:1500]}")
        raise
    finally:
        context.close()


@pytest.fixture
def phone(chromium: Browser, running: Site) -> Iterator[Visitor]:
    """Somebody with a phone."""
    with visitor(chromium, running) as someone:
        yield someone


@pytest.fixture
def desk(chromium: Browser, running: Site) -> Iterator[Visitor]:
    """Somebody at a desk, also the one who looks at the board."""
    with visitor(chromium, running, width=1440, height=1000) as someone:
        yield someone


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, running: Site) -> list[dict[str, object]]:
    """The administrator's cookies, got as the administrator gets them."""
    password = (running.data / "admin-password.txt").read_text().strip()
    with visitor(chromium, running) as someone:
        page = someone.open("/zh-hans/console/")
        assert "/accounts/login/" in page.url
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        page.get_by_role("link", name="用密码登录").click()
        page.locator("input[name=login]").fill("admin@example.org")
        page.locator("input[name=password]").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url("**/zh-hans/console/")
        assert someone.complaints == []
        return [dict(cookie) for cookie in someone.context.cookies()]


def beside(running: Site, *arguments: str | Path) -> str:
    """Run Python beside the running site, on its database; return what it says."""
    own = {"DATABASE_URL", "CACHE_REDIS_URL", "KEY_DIR", "SITE_ORIGIN"}
    environment = {name: value for name, value in os.environ.items() if name not in own} | {
        "DATA_DIR": str(running.data),
        "PORT": str(running.port),
        "REDIS_URL": (running.data / "redis-url").read_text().strip(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def manage(running: Site, *arguments: str) -> None:
    """Run a command beside the running site, as an operator does."""
    beside(running, ROOT / "manage.py", *arguments)


def last_code(running: Site, address: str) -> str:
    """Return the code of the last mail to somebody."""
    for path in sorted((running.data / "mail").glob("*.eml"), reverse=True):
        letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        body = letter.get_body()
        assert body is not None
        found = re.search(r"^(\d{6})\s*$", body.get_content(), re.MULTILINE)
        if found and letter["To"].lower() == address.lower():
            return found.group(1)
    raise AssertionError(f"no code for {address}")
