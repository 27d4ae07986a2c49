"""Take the pictures of README and docs from a running site of its own.

Usage: .venv/bin/python docs/take_screenshots.py (or `make screenshots`); needs Chromium.
Starts the whole site with the demo season in a temporary folder, lets a simulated crowd vote for
a minute, and writes docs/screenshots/*.png.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "screenshots"
SEASON = "longhui-2026"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def _environment(folder: Path, **changes: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "DATA_DIR": str(folder), "PORT": "8799", "PYTHONUTF8": "1", **changes}


def _wait(log: Path, word: str, process: subprocess.Popen[bytes]) -> None:
    for _second in range(120):
        if word in log.read_text(encoding="utf-8", errors="replace"):
            return
        if process.poll() is not None:
            break
        time.sleep(1)
    sys.exit(f"the site did not start:\n{log.read_text(encoding='utf-8')}")


def _vote(page: Page) -> None:
    """Leave pictures of choosing, reviewing and the receipt."""
    for number in ("105", "107"):
        page.locator(f"#n-{number} input[type=checkbox]").check(force=True)
    page.locator('a.tab[data-category="3"]').click()
    page.locator("#n-305 input[type=checkbox]").check(force=True)
    page.wait_for_timeout(400)
    page.screenshot(path=TARGET / "chosen-phone.png")
    page.locator("#tray-button").click()
    page.wait_for_timeout(600)
    page.screenshot(path=TARGET / "review-phone.png")
    page.locator("#cast").click()
    page.locator("#receipt-view").wait_for()
    page.wait_for_timeout(2500)
    page.screenshot(path=TARGET / "receipt-phone.png")


def _take(context: BrowserContext, base: str, shots: dict[str, str]) -> None:
    for name, path in shots.items():
        page = context.new_page()
        page.goto(base + path)
        page.wait_for_timeout(2500)
        page.screenshot(path=TARGET / f"{name}.png")
        page.close()


def main() -> None:
    """Start, let a crowd vote, take the pictures, end."""
    TARGET.mkdir(exist_ok=True)
    manage = [sys.executable, str(ROOT / "manage.py")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "log"
        with log.open("wb") as output:
            site = subprocess.Popen(
                [*manage, "serve_all"], env=_environment(folder), stdout=output, stderr=output
            )
        try:
            _wait(log, "8799/en/", site)
            base = "http://127.0.0.1:8799"
            store = (folder / "redis-url").read_text(encoding="utf-8").strip()
            subprocess.run(
                [*manage, "demo_traffic", "--url", base, "--rate", "1500", "--minutes", "1"],
                env=_environment(folder, REDIS_URL=store),
                check=True,
            )
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
                )
                phone = browser.new_context(
                    viewport={"width": 360, "height": 800}, device_scale_factor=2
                )
                _take(
                    phone,
                    base,
                    {
                        "season-phone": f"/zh-hans/s/{SEASON}/",
                        "nominee-phone": f"/zh-hans/s/{SEASON}/n/107/",
                        "elder-phone": f"/zh-hans/s/{SEASON}/?view=elder",
                    },
                )
                voter = browser.new_context(
                    viewport={"width": 360, "height": 800}, device_scale_factor=2
                )
                page = voter.new_page()
                page.goto(f"{base}/zh-hans/s/{SEASON}/")
                _vote(page)
                desk = browser.new_context(viewport={"width": 1440, "height": 1000})
                _take(
                    desk,
                    base,
                    {
                        "season-desktop": f"/zh-hans/s/{SEASON}/",
                        "season-desktop-en": f"/en/s/{SEASON}/",
                        "rules-desktop": f"/zh-hans/s/{SEASON}/rules/",
                        "home-desktop": "/zh-hans/",
                    },
                )
                hall = browser.new_context(viewport={"width": 1920, "height": 1080})
                _take(hall, base, {"board-1920": f"/zh-hans/s/{SEASON}/board/"})
                browser.close()
        finally:
            site.terminate()
            site.wait(20)


if __name__ == "__main__":
    main()
