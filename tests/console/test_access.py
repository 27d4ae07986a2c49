"""Every organisers' page and everybody: A may, B may not, C must not even see that it exists.

The pages come from the address book of the program itself: one that nobody has declared here
fails the test, so that no page can be forgotten.
"""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import URLPattern, reverse
from django.utils import timezone

from tests import make
from tests.roles.people import browser, granted, member, person
from tests.units.conftest import SMALL, taken, unit
from voting.audit.models import AuditEntry
from voting.console import urls
from voting.nominations.models import Nomination
from voting.roles.models import Role
from voting.roles.permissions import ABOVE_SEASONS, PERMISSIONS, Permission
from voting.seasons.models import Season, SeasonEvent
from voting.units.models import Unit, UnitEvent

# Who may open which page is asked of the tables in ways that others try on both databases.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Page(NamedTuple):
    """A page: which permission it asks for, and where that must hold."""

    permission: Permission | None  # None: any role at all
    unit_is_enough: bool = False  # a role that is limited to a unit opens it
    any_season: bool = False  # a role in one season opens what all seasons share
    words: dict[str, str] = {}  # what stands in the address besides the season


SEASON_PAGES = {
    "season": Page(Permission.SEASON_SEE, unit_is_enough=True),
    "season_rules": Page(Permission.SEASON_EDIT),
    "season_parts": Page(Permission.SEASON_EDIT),
    "season_part_new": Page(Permission.SEASON_EDIT),
    "season_part": Page(Permission.SEASON_EDIT, words={"code": "panel"}),
    "season_criteria": Page(Permission.SEASON_EDIT, words={"code": "panel"}),
    "season_details": Page(Permission.SEASON_EDIT),
    "season_categories": Page(Permission.SEASON_EDIT),
    "season_stages": Page(Permission.SEASON_EDIT),
    "season_approval": Page(Permission.SEASON_EDIT),
    "season_nominating": Page(Permission.SEASON_EDIT),
    "season_quotas": Page(Permission.SEASON_EDIT),
    "season_amend": Page(Permission.PROPOSE),
    "season_tell": Page(Permission.VOTING_OPERATE),
    "season_approvals": Page(Permission.APPROVE),
    "approval": Page(Permission.SEASON_SEE, words={"pk": "1"}),
    "numbers": Page(Permission.SEASON_EDIT),
    "opening": Page(Permission.PROPOSE),
    "voting": Page(Permission.VOTING_OPERATE),
    "voting_pause": Page(Permission.VOTING_OPERATE),
    "voting_resume": Page(Permission.VOTING_OPERATE),
    "voting_close": Page(Permission.VOTING_OPERATE),
    "voting_finish": Page(Permission.VOTING_OPERATE),
    "voting_withdraw": Page(Permission.VOTING_OPERATE, words={"number": "101"}),
    "season_publish": Page(Permission.SEASON_EDIT),
    "season_preview": Page(Permission.SEASON_EDIT),
    "preview_page": Page(
        Permission.SEASON_EDIT, words={"at": "20270101T0900", "role": "public", "page": ""}
    ),
    "season_rehearsals": Page(Permission.VOTING_OPERATE),
    "season_rehearsal": Page(Permission.VOTING_OPERATE, words={"code": "{rehearsal}"}),
    "preview_portrait": Page(Permission.SEASON_EDIT, words={"number": "101"}),
    "people": Page(Permission.PEOPLE_MANAGE, unit_is_enough=True),
    "audit": Page(Permission.AUDIT_SEE),
    "audit_file": Page(Permission.AUDIT_SEE, words={"kind": "csv"}),
    "announcements": Page(Permission.ANNOUNCE),
    "unused": Page(Permission.NOMINATIONS_SEE, unit_is_enough=True),
    "nominations": Page(Permission.REVIEW_SEE, unit_is_enough=True),
    "nominations_bulk": Page(Permission.NOMINATIONS_REVIEW, unit_is_enough=True),
    "nomination": Page(Permission.REVIEW_SEE, unit_is_enough=True, words={"code": "{code}"}),
    "nomination_file": Page(
        Permission.REVIEW_SEE,
        unit_is_enough=True,
        words={"code": "{code}", "name": f"{'0' * 32}.jpg"},
    ),
    "compare_with": Page(Permission.REVIEW_SEE, words={"code": "{code}"}),
    "compare": Page(Permission.REVIEW_SEE, words={"code": "{code}", "other": "{other}"}),
    "duplicates": Page(Permission.REVIEW_SEE),
    "sheets": Page(Permission.REVIEW_SEE),
    "sheet_download": Page(Permission.REVIEW_SEE, words={"what": "nominations", "ending": "csv"}),
    "review_settings": Page(Permission.SEASON_EDIT),
    "shortlists": Page(Permission.REVIEW_SEE),
    "notices": Page(Permission.OBJECTIONS_SEE),
    "notice_prepare": Page(Permission.NOTICES_EDIT),
    "notice_preview": Page(Permission.NOTICES_EDIT),
    "judging": Page(Permission.PANELS_EDIT),
    "panel_example": Page(Permission.PANELS_EDIT, words={"pk": "1"}),
    "judge": Page(Permission.PANELS_EDIT, words={"pk": "1"}),
    "panel": Page(Permission.PANELS_EDIT, words={"pk": "1"}),
    "panel_agreement": Page(Permission.RESULTS_SEE, words={"pk": "1"}),
    "panel_sheets": Page(Permission.RESULTS_SEE, words={"pk": "1"}),
    "seat": Page(Permission.PANELS_EDIT, words={"pk": "1", "seat_pk": "1"}),
    "score_sheet": Page(Permission.PANELS_EDIT, words={"pk": "1", "seat_pk": "1"}),
    "score_sheets": Page(Permission.PANELS_EDIT, words={"pk": "1"}),
    "result": Page(Permission.RESULTS_SEE),
    "minutes": Page(Permission.RESULTS_SEE, words={"version": "1"}),
    "result_revoke": Page(Permission.PROPOSE, words={"pk": "1"}),
    "ceremony": Page(Permission.RESULTS_SEE),
    "certificate": Page(Permission.PROPOSE, words={"pk": "1"}),
    "certificates": Page(Permission.PROPOSE),
    "rulings": Page(Permission.PROPOSE),
    "result_notice": Page(Permission.OBJECTIONS_SEE),
    "result_notice_prepare": Page(Permission.NOTICES_EDIT),
    "result_notice_preview": Page(Permission.NOTICES_EDIT),
    "figures": Page(Permission.FIGURES_ENTER),
    "figures_one": Page(Permission.FIGURES_ENTER, words={"pk": "1"}),
    "figures_csv": Page(Permission.FIGURES_ENTER, words={"pk": "1"}),
    "figures_evidence": Page(Permission.FIGURES_ENTER, words={"pk": "1"}),
    "calendar": Page(Permission.NOTICES_EDIT),
    "objections": Page(Permission.OBJECTIONS_SEE),
    "objection": Page(Permission.OBJECTIONS_SEE, words={"number": "22222222"}),
    "evidence": Page(Permission.OBJECTIONS_DECIDE, words={"number": "22222222", "pk": "1"}),
    "objection_new": Page(Permission.OBJECTIONS_DECIDE),
    "shortlist": Page(Permission.REVIEW_SEE, words={"position": "1"}),
    "announcement": Page(Permission.ANNOUNCE, words={"pk": "{announcement}"}),
}
SITE_PAGES = {
    "home": Page(None, unit_is_enough=True, any_season=True),
    "season_new": Page(Permission.SEASON_CREATE),
    "approvals": Page(None, unit_is_enough=True, any_season=True),
    "site_people": Page(Permission.PEOPLE_MANAGE, unit_is_enough=True),
    "site_audit": Page(Permission.AUDIT_SEE),
    "site_audit_file": Page(Permission.AUDIT_SEE, words={"kind": "csv"}),
    "units": Page(Permission.UNITS_SEE, unit_is_enough=True, any_season=True),
    "units_import": Page(Permission.UNITS_EDIT),
    "unit": Page(
        Permission.UNITS_SEE, unit_is_enough=True, any_season=True, words={"code": "11"}
    ),
}  # fmt: skip


@pytest.fixture(autouse=True)
def world(db: None, collected_static: Path) -> None:
    taken(SMALL)


@pytest.fixture
def season() -> Season:
    return make.season(slug="here")


def addresses(pages: dict[str, Page], season: Season) -> dict[str, str]:
    announcement = season.announcements.create(text="通知", created_by="甲")
    rehearsal = season.rehearsals.first() or make.season(slug="rehearsed", rehearsal_of=season)
    first, second = (nomination(season, unit("11")) for _number in range(2))
    found = {}
    for name, page in pages.items():
        words: dict[str, Any] = {
            key: value.format(
                announcement=announcement.pk,
                code=first.code,
                other=second.code,
                rehearsal=rehearsal.slug,
            )
            for key, value in page.words.items()
        }
        if pages is SEASON_PAGES:
            words["slug"] = season.slug
        found[name] = reverse(f"console:{name}", kwargs=words)
    return found


def nomination(season: Season, unit: Unit) -> Nomination:
    """Put one into the list of those that wait."""
    now = timezone.now()
    return Nomination.objects.create(
        season=season, category=season.categories.first(), route="unit", unit=unit, name="罗小满",
        headline="二十年",
        state="submitted", state_since=now, submitted_at=now,
    )  # fmt: skip


def may(page: Page, role: str, *, in_season: bool, whole: bool) -> bool:
    """Say by the table alone whether a role opens a page."""
    if page.permission is None:
        return True
    if role not in PERMISSIONS[page.permission] or not (whole or page.unit_is_enough):
        return False
    return not in_season or page.any_season is False or page.permission not in ABOVE_SEASONS


def answers(client: Client, found: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Return what each page answers to a look and to an empty form."""
    return {
        name: (client.get(address).status_code, client.post(address, {}).status_code)
        for name, address in found.items()
    }


def let_in(answer: tuple[int, int]) -> bool:
    # An empty form is refused (422), changes nothing (302), names nothing (404), or there is no
    # form (405); a page that only takes forms has nothing to look at, one that looks something up
    # leads on (302), and there is no such file (404).
    return answer[0] in {200, 302, 404, 405} and answer[1] in {200, 302, 403, 404, 405, 422}


def opened(client: Client, address: str) -> bool:
    """Say whether a page lets somebody in; if not, it takes no form from them either."""
    if client.get(address).status_code != 403:
        return True
    assert client.post(address, {}).status_code == 403, address
    return False


def test_every_page_is_declared() -> None:
    names = {pattern.name for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}

    assert len(names) == len(urls.urlpatterns)
    assert names == SEASON_PAGES.keys() | SITE_PAGES.keys()


def unchanged() -> tuple[int, int, int]:
    # Taking nominations or the log along changes nothing, and is on record all the same.
    logged = AuditEntry.objects.exclude(action__endswith=".export").count()
    return logged, SeasonEvent.objects.count(), UnitEvent.objects.count()


def test_strangers_are_asked_to_sign_in_everywhere(season: Season) -> None:
    found = addresses(SEASON_PAGES, season) | addresses(SITE_PAGES, season)
    before = unchanged()
    for address in found.values():
        for answer in (Client().get(address), Client().post(address, {})):
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith(reverse("account_login")), address
    assert unchanged() == before


@pytest.mark.parametrize("kind", ["nobody", "staff flag", "other season", "over", "not yet"])
def test_without_a_role_here_a_season_does_not_exist(season: Season, kind: str) -> None:
    user = person(is_staff=kind == "staff flag")
    if kind == "other season":
        granted(user, "organiser", make.season(slug="there"))
    if kind == "over":
        granted(
            user, "organiser", season, starts_at=season.opens_at.replace(year=2020),
            ends_at=season.opens_at.replace(year=2021),
        )  # fmt: skip
    if kind == "not yet":
        granted(user, "organiser", season, starts_at=season.closes_at)
    found = addresses(SEASON_PAGES, season)
    if kind != "other season":
        found |= addresses(SITE_PAGES, season)
    if kind not in {"nobody", "other season"}:
        found = {name: found[name] for name in ("season", "audit", "home", "unit")}
    before = unchanged()

    assert set(answers(browser(user), found).values()) == {(404, 404)}
    assert unchanged() == before


@pytest.mark.parametrize(
    ("role", "place"),
    [
        # A recommender is always one of a unit.
        *((role, "season") for role in Role.values if role != "recommender"),
        *((role, "unit of season") for role in ("organiser", "reviewer", "recommender")),
        *((role, "all seasons") for role in ("organiser", "observer")),
    ],
)
def test_each_role_opens_what_the_table_says_and_nothing_else(
    season: Season, role: str, place: str
) -> None:
    whole = place != "unit of season"
    client = member(
        role, None if place == "all seasons" else season, None if whole else unit("11")
    )  # fmt: skip
    of_season, of_site = addresses(SEASON_PAGES, season), addresses(SITE_PAGES, season)
    before = unchanged()

    for name, address in of_season.items():
        allowed = may(SEASON_PAGES[name], role, in_season=False, whole=whole)
        assert opened(client, address) is allowed, name
    for name, address in of_site.items():
        page = SITE_PAGES[name]
        above = place == "all seasons" or page.any_season
        allowed = above and may(page, role, in_season=place != "all seasons", whole=whole)
        assert opened(client, address) is allowed, name
    assert unchanged() == before


def test_whoever_runs_the_site_may_everything(season: Season) -> None:
    client = browser(person(is_superuser=True))
    found = addresses(SEASON_PAGES, season) | addresses(SITE_PAGES, season)

    for name, answer in answers(client, found).items():
        assert let_in(answer), (name, answer)
        assert answer[1] != 403, name


def test_a_unit_sees_itself_and_below_and_no_other(season: Season) -> None:
    client = member("recommender", season, unit("11"))
    seen = {
        code: client.get(f"/en/console/units/at/{code}/").status_code
        for code in ("1", "11", "111", "112", "12", "121")
    }
    page = client.get("/en/console/units/").content.decode()
    found = client.get("/en/console/units/?q=大塘").content.decode()

    assert seen == {"1": 404, "11": 200, "111": 200, "112": 200, "12": 404, "121": 404}
    assert "东镇" in page
    assert "双江村" in page
    assert "西镇" not in page
    assert "县中心" not in page
    assert "One unit found." in found
    assert "县中心" not in client.get("/en/console/units/at/11/").content.decode()


def test_whoever_only_sees_units_cannot_change_them(season: Season) -> None:
    client = member("observer", season)
    page = client.get("/en/console/units/at/11/").content.decode()
    answer = client.post("/en/console/units/at/11/", {"action": "close", "reason": "x"})

    assert 'name="reason"' not in page
    assert answer.status_code == 403
    assert unit("11").closed_at is None


def test_an_organiser_of_a_unit_moves_nothing_out_of_it() -> None:
    client = member("organiser", None, unit("11"))
    out = client.post(
        "/en/console/units/at/111/", {"action": "move", "target": "12", "reason": "x"}
    )
    within = client.post(
        "/en/console/units/at/111/", {"action": "move", "target": "112", "reason": "x"}
    )

    assert out.status_code == 422
    assert "No open unit has this code" in out.content.decode()
    assert within.status_code == 302
    assert client.post("/en/console/units/at/12/", {"action": "close"}).status_code == 404
    assert unit("111").parent_id == unit("112").pk


def test_navigation_leads_nowhere_that_is_closed(season: Season) -> None:
    for role in Role.values:
        where = unit("11") if role == "recommender" else None
        client = member(role, season, where)
        page = client.get(f"/en/console/seasons/{season.slug}/")
        ways = page.context.get("ways", {"season": [], "site": []})
        leads = [way["url"] for way in [*ways["season"], *ways["site"]]]

        assert [lead for lead in leads if client.get(lead).status_code != 200] == [], role


def test_ways_to_the_account_keep_the_language(season: Season) -> None:
    client = member("observer", season)
    page = client.get("/en/console/").content.decode()

    assert 'href="/accounts/?language=en"' in page
    assert 'href="/accounts/logout/?language=en"' in page
    assert (
        render_to_string("403.html", request=RequestFactory().get("/en/")).count(
            'href="/accounts/login/?language='
        )
        == 3
    )  # in the bar, in the middle and at the foot
