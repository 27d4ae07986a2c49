"""Every kind of page that links lead an organiser or a visitor to, in both languages."""

from collections import deque
from typing import Final

import pytest
from django.urls import Resolver404, resolve
from django.utils.translation import override
from playwright.sync_api import Browser, Request

from tests.browser.closed_season import brought_in, published
from tests.browser.conftest import SEASON, Visitor, visitor
from tests.browser.looking import faults_of
from tests.running.test_serve_all import Site
from voting.console import urls

DRAFT: Final = "longhui-2027"
OVER: Final = "every-page"  # with judges and a published result
# Files, and what is Django's or allauth's own.
SKIPPED: Final = frozenset({
    "console:audit_file", "console:certificate", "console:certificates", "console:evidence",
    "console:nomination_file", "console:notice_preview", "console:preview_portrait",
    "console:sheet_download", "console:site_audit_file",
    "console:minutes", "console:score_sheet", "console:score_sheets",
    "console:figures_csv", "console:figures_evidence", "console:panel_sheets",
    "console:result_notice_preview",
    "nominations:file", "notices:candidate_print", "notices:result_print", "results:data",
    "judges:draws_file",
    "account_logout",
})  # fmt: skip
# Pages that only some states lead to; the way from nomination to vote and tests of their own
# see them.
NOT_HERE: Final = frozenset({
    "console:announcement", "console:approval", "console:compare_with",
    "console:nominations_bulk", "console:objection", "console:objection_new",
    "console:result_revoke",
    "console:season_rehearsal", "console:season_tell", "console:voting_finish",
    "console:voting_resume",
})  # fmt: skip


# Pages that are others once voting has been opened; both are looked at.
TWICE: Final = frozenset({
    "console:season", "console:numbers", "console:opening", "console:season_rules",
    "console:season_details", "console:season_categories", "console:season_stages",
    "console:season_parts", "console:season_part", "console:season_criteria", "console:voting",
    "ballots:season", "ballots:rules",
})  # fmt: skip


@pytest.fixture(scope="session")
def with_result(running: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The running site with a season whose result is on notice."""
    brought_in(running, tmp_path_factory.mktemp(OVER), OVER)
    published(running, OVER)
    return running


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_is_accessible_and_fits(
    chromium: Browser, with_result: Site, signed_in: list[dict[str, object]], language: str
) -> None:
    # The structure is the same in both languages, so axe looks at the Chinese pages.
    access = language == "zh-hans"
    starts = [f"/{language}/console/seasons/{slug}/" for slug in (SEASON, DRAFT)]
    starts += [f"/{language}/s/{slug}/" for slug in (SEASON, DRAFT)]
    starts.append(f"/{language}/console/new/?start=daily-1-10")
    starts += [
        f"/{language}/console/seasons/{OVER}/{part}/" for part in ("judging", "figures", "result")
    ]
    starts.append(f"/{language}/s/{OVER}/result/")
    foreign: list[str] = []

    def heard(request: Request) -> None:
        if not request.url.startswith((someone.base, "data:")):
            foreign.append(request.url)

    with visitor(chromium, with_result, axe=access) as someone:
        someone.context.add_cookies(signed_in)  # type: ignore[arg-type]  # as they came
        someone.context.on("request", heard)
        wrong, seen = walked(someone, language, starts, access=access)

    assert wrong == {}
    assert foreign == []
    console = {f"console:{pattern.name}" for pattern in urls.urlpatterns}
    assert console - seen - SKIPPED == NOT_HERE


def walked(
    someone: Visitor, language: str, starts: list[str], *, access: bool
) -> tuple[dict[str, list[str]], set[str]]:
    """Follow all links, to each kind of page once; return what is wrong, and the kinds."""
    wrong: dict[str, list[str]] = {}
    seen: set[str] = set()
    visited: set[str] = set()
    waiting = deque(starts)
    page = someone.open(starts[0])
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path, language)
        once = f"{kind} {DRAFT in path}" if kind in TWICE else kind
        if not kind or kind in SKIPPED or kind.startswith("admin:"):
            continue
        if path in visited or (once in visited and path not in starts):
            continue
        visited |= {once, path}
        seen.add(kind)
        answer = page.goto(someone.base + path)
        assert answer is not None
        assert answer.status == 200, path
        faults = faults_of(page, access=access)
        faults += someone.complaints
        someone.complaints.clear()
        if faults:
            wrong[f"{kind} {path}"] = faults
        waiting.extend(
            page.evaluate("() => [...document.links].filter(one => one.origin === location.origin)"
                          ".map(one => one.pathname + one.search)")
        )  # fmt: skip
    page.close()
    return wrong, seen


def kind_of(path: str, language: str) -> str:
    """Return the name of the page that an address leads to; empty for one of another language."""
    if not path.startswith((f"/{language}/", "/accounts/")):
        return ""
    with override(language):
        try:
            return resolve(path.partition("?")[0]).view_name
        except Resolver404:
            return ""
