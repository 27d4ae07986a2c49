"""What the public may know of: a draft that is not published exists nowhere, its nominees never."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tests.roles.people import browser, person
from voting.seasons.models import PastWinner, Season, Stage
from voting.seasons.publication import publish_season

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
# Every public address that has a season in it, and the picture of a nominee.
PAGES = (
    "/en/s/secret/", "/zh-hans/s/secret/", "/en/s/secret/?view=elder", "/en/s/secret/rules/",
    "/en/s/secret/n/101/", "/en/s/secret/board/", "/en/s/secret/form/",
    "/en/s/secret/receipt/", "/en/s/secret/receipt/ABCDEFGHJKMN/", "/r/secret/ABCDEFGHJKMN.svg",
    "/portraits/secret/101.00000000.svg",
)  # fmt: skip
# Those that a published draft has: its front page and its rules.
KNOWN = {"/en/s/secret/", "/zh-hans/s/secret/", "/en/s/secret/?view=elder", "/en/s/secret/rules/"}


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""


@pytest.fixture
def season() -> Season:
    now = timezone.now()
    made = make.season(
        slug="secret", name="秘密评选", contact_phone="0739-1",
        opens_at=now + 20 * DAY, closes_at=now + 25 * DAY,
    )  # fmt: skip
    Stage.objects.create(
        season=made, kind="nominations", starts_at=now - DAY, ends_at=now + 5 * DAY
    )
    PastWinner.objects.create(season=made, edition="2025", category="旧类别", name="往届人物")
    return made


def found(client: Client | None = None) -> set[str]:
    return {page for page in PAGES if (client or Client()).get(page).status_code != 404}


def public_text() -> str:
    pages = ("/en/", "/zh-hans/", "/en/fairness/", "/en/problems/", "/")
    return "".join(Client().get(page).content.decode() for page in pages)


def test_draft_exists_nowhere(season: Season) -> None:
    text = public_text()

    assert found() == set()
    assert [
        word for word in ("秘密评选", "/secret/", "往届人物", "候选人101") if word in text
    ] == []


def test_published_draft_shows_its_front_page_and_rules_but_no_nominee(season: Season) -> None:
    publish_season(slug="secret", actor="甲", reason="征集开始")

    shown = "".join(Client().get(page).content.decode() for page in KNOWN)
    assert found() == KNOWN
    assert "秘密评选" in public_text()
    assert "往届人物" in public_text()
    assert "Call for nominations" in shown
    assert 'aria-current="step"' in shown
    numbers = [one.ballot_number for one in season.nominees.all()]
    names = [one.name for one in season.nominees.all()]
    assert [word for word in names if word in shown + public_text()] == []
    assert [number for number in numbers if f"/n/{number}/" in shown] == []
    rules = Client().get("/en/s/secret/rules/")
    assert [one["nominees"] for one in rules.context["categories"]] == [None, None]


def test_front_page_follows_the_clock(season: Season) -> None:
    publish_season(slug="secret", actor="甲", reason="征集开始")
    first = Client().get("/en/s/secret/")
    Stage.objects.update(ends_at=timezone.now())
    then = Client().get("/en/s/secret/")

    assert (first.context["can_nominate"], then.context["can_nominate"]) == (True, False)
    assert "Nominations until" in first.content.decode()
    assert "Nothing yet. Next:" in then.content.decode()
    assert first.headers["X-Shared-Page"] == "yes"
    assert "Set-Cookie" not in first.headers


def test_front_page_asks_a_constant_number_of_questions(season: Season) -> None:
    publish_season(slug="secret", actor="甲", reason="征集开始")

    def asked() -> int:
        with CaptureQueriesContext(connection) as questions:
            Client().get("/en/s/secret/")
        return len(questions)

    before = asked()
    now = timezone.now()
    for number, kind in enumerate(("eligibility_review", "candidate_notice", "judging"), 6):
        Stage.objects.create(
            season=season, kind=kind, starts_at=now + number * DAY, ends_at=now + (number + 1) * DAY
        )
    assert asked() == before


def test_preview_shows_any_page_as_of_any_day_and_only_to_organisers(season: Season) -> None:
    organiser = browser(person(is_superuser=True))
    local = season.opens_at.astimezone(timezone.get_default_timezone())
    base = "/en/console/seasons/secret/preview/"
    before = f"{local - 5 * DAY:%Y%m%dT%H%M}"
    during = f"{local + 2 * DAY:%Y%m%dT%H%M}"
    after = f"{local + 30 * DAY:%Y%m%dT%H%M}"

    pages = {
        (when, page): organiser.get(f"{base}{when}/public/{page}")
        for when in (before, during, after)
        for page in ("", "rules/", "n/101/", "board/")
    }

    assert {key: answer.status_code for key, answer in pages.items()} == {
        (when, page): 404 if when == before and page in {"n/101/", "board/"} else 200
        for when in (before, during, after)
        for page in ("", "rules/", "n/101/", "board/")
    }
    text = pages[during, ""].content.decode()
    assert "候选人101" in text
    assert "Voting is open" in text
    assert "Voting has closed" in pages[after, ""].content.decode()
    assert "候选人101" not in pages[before, ""].content.decode()
    for answer in pages.values():
        if answer.status_code == 404:
            continue
        page = answer.content.decode()
        assert 'class="preview-mark"' in page
        assert "<script" not in page
        assert "<noscript" not in page
        assert "no-store" in answer.headers["Cache-Control"]
        assert "X-Shared-Page" not in answer.headers
        assert "script-src 'none'; form-action 'none'" in answer.headers["Content-Security-Policy"]
        # No voter's cookie, and a way to another page stays within the preview.
        assert set(answer.cookies) <= {"session", "csrf"}
        assert 'href="/en/s/secret/' not in page
    season.refresh_from_db()
    assert season.phase == Season.Phase.DRAFT
    assert organiser.get(base + "101.svg").headers["Content-Type"] == "image/svg+xml"
    assert organiser.get(f"{base}{during}/nobody/").status_code == 404
    assert organiser.get(f"{base}20261399T0000/public/").status_code == 404
    as_reviewer = organiser.get(f"{base}{before}/reviewer/").content.decode()
    assert "reviewer: " in as_reviewer
    assert found() == set()


def test_preview_leads_from_the_form_to_the_page(season: Season) -> None:
    organiser = browser(person(is_superuser=True))
    base = "/en/console/seasons/secret/preview/"

    page = organiser.get(base)
    chosen = organiser.get(base, {"page": "rules/", "role": "judge", "at": "2027-01-02T10:30"})
    wrong = organiser.get(base, {"page": "n/999/", "role": "king", "at": "soon"})

    assert [one["title"] for one in page.context["moments"]] == ["Nominations", "Public vote"]
    assert chosen.headers["Location"] == f"{base}20270102T1030/judge/rules/"
    assert set(wrong.context["form"].errors) == {"page", "role", "at"}
