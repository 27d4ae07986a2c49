"""The pages about people and roles, and the page that an invitation leads to."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape

from accounts.models import User
from tests import make
from tests.roles.people import browser, granted, person
from tests.units.conftest import SMALL, taken, unit
from voting.audit.models import AuditEntry
from voting.roles.models import Grant, Invitation
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/here/people/"
INVITE = {"action": "invite", "role": "reviewer", "days": "7", "reason": "会议决定"}
LINK = re.compile(r'value="http://[^"]*(/en/join/[^"]+)"')
NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"


@pytest.fixture(autouse=True)
def world(db: None, collected_static: Path) -> None:
    taken(SMALL)


@pytest.fixture
def season() -> Season:
    return make.season(slug="here")


@pytest.fixture
def boss(season: Season) -> User:
    user = person("袁秋萍")
    granted(user, "organiser", season)
    return user


@pytest.fixture
def organiser(boss: User) -> Client:
    return browser(boss)


def link_on(answer: Any) -> str:
    """Return the way of the link that a page shows."""
    found = LINK.search(answer.content.decode())
    assert found is not None
    return found[1]


def test_a_link_is_made_opened_and_used_up(organiser: Client, season: Season) -> None:
    link = link_on(organiser.post(PAGE, INVITE))
    guest = browser(person("马志坚"))
    looked = guest.get(link)
    assert looked.status_code == 200
    assert "review nominations, return, merge and decide them" in looked.content.decode()
    assert not Grant.objects.filter(role="reviewer").exists()

    accepted = guest.post(link)

    assert (accepted.status_code, accepted.headers["Location"]) == (302, "/en/console/")
    grant = Grant.objects.get(role="reviewer")
    assert (grant.user.name, grant.season, grant.granted_by) == ("马志坚", season, "袁秋萍")
    assert guest.get(link).status_code == 404
    assert "马志坚" in organiser.get(PAGE).content.decode()
    assert link not in organiser.get(PAGE).content.decode()


def test_whoever_is_not_signed_in_signs_in_first(organiser: Client) -> None:
    link = link_on(organiser.post(PAGE, INVITE))
    answer = Client().get(link)

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"next={link}")


def test_a_link_that_cannot_be_used_says_the_same_whatever_the_cause(
    organiser: Client, boss: User
) -> None:
    used = link_on(organiser.post(PAGE, INVITE))
    browser(person()).post(used)
    back = link_on(organiser.post(PAGE, INVITE))
    row = Invitation.objects.latest("pk")
    assert organiser.post(PAGE, {"action": "uninvite", "row": row.pk}).status_code == 302
    old = link_on(organiser.post(PAGE, INVITE))
    Invitation.objects.filter(pk=Invitation.objects.latest("pk").pk).update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now()
    )
    guest = browser(person())
    pages = {
        (answer.status_code, re.sub(r'="[^"]*csrf[^>]*', "", answer.content.decode()))
        for link in (used, back, old, "/en/join/made-up-made-up-made-up/")
        for answer in (guest.get(link), guest.post(link))
    }

    statuses = {status for status, _page in pages}
    texts = {page[page.index("<main") : page.index("</main>")] for _status, page in pages}
    assert statuses == {404}
    assert len(texts) == 1
    assert "Ask whoever sent it to you for a new one." in texts.pop()


def test_whoever_has_the_role_already_is_told_and_the_link_stays(organiser: Client) -> None:
    link = link_on(organiser.post(PAGE, INVITE))
    guest = browser(person("甲"))
    guest.post(link)
    again = link_on(organiser.post(PAGE, INVITE))
    answer = guest.post(again)

    assert answer.status_code == 422
    assert "has this role already" in answer.content.decode()
    assert browser(person()).post(again).status_code == 302


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "This field is required."),
        ({"role": "king"}, "Select a valid choice"),
        ({"role": "recommender"}, "A recommender belongs to a unit."),
        ({"unit": "999"}, "No open unit has this code."),
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"days": "0"}, "greater than or equal to 1"),
        ({"days": "61"}, "less than or equal to 60"),
        ({"ends_at": "2020-01-01T09:00"}, "The role must end after it starts."),
        ({"starts_at": "soon"}, "Enter a valid date/time."),
    ],
)
def test_a_wrong_invitation_says_why_and_makes_nothing(
    organiser: Client, change: dict[str, str], said: str
) -> None:
    answer = organiser.post(PAGE, INVITE | change)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Invitation.objects.exists()
    assert not AuditEntry.objects.exists()


def test_roles_are_ended_and_taken_with_a_reason(organiser: Client, season: Season) -> None:
    grant = granted(person("何云"), "judge", season)
    row = {"row": str(grant.pk)}
    missing = organiser.post(PAGE, {"action": "revoke", **row})
    assert missing.status_code == 422
    assert f'id="revoke_{grant.pk}_reason"' in missing.content.decode()
    end = {"action": "end", "ends_at": "2036-01-01T09:00", "reason": "任期", **row}
    assert organiser.post(PAGE, end).status_code == 302
    grant.refresh_from_db()
    assert grant.ends_at is not None
    assert organiser.post(PAGE, {"action": "revoke", "reason": "调离", **row}).status_code == 302
    page = organiser.get(PAGE).content.decode()
    assert "taken away" in page
    assert organiser.post(PAGE, {"action": "revoke", "reason": "x", **row}).status_code == 422


def test_the_last_organiser_is_kept_and_told_why(organiser: Client, boss: User) -> None:
    own = Grant.objects.get(user=boss)
    answer = organiser.post(PAGE, {"action": "revoke", "row": own.pk, "reason": "x"})

    assert answer.status_code == 422
    assert "Name another organiser first." in answer.content.decode()
    assert Grant.objects.get(pk=own.pk).revoked_at is None


def test_rows_of_elsewhere_do_not_exist_here(organiser: Client, season: Season) -> None:
    other = granted(person(), "judge", make.season(slug="there"))
    everywhere = granted(person(), "judge")
    for row in (other.pk, everywhere.pk, 10**17, "x", "", "9" * 30):
        for action in ("revoke", "end", "uninvite"):
            answer = organiser.post(PAGE, {"action": action, "row": row, "reason": "x"})
            assert answer.status_code == 404, (row, action)
    assert organiser.post(PAGE, {"action": "x", "row": other.pk}).status_code == 404
    assert not Grant.objects.exclude(revoked_at=None).exists()


def test_an_organiser_of_a_unit_manages_people_of_that_unit_alone(season: Season) -> None:
    user = person()
    granted(user, "organiser", season, unit("11"))
    above = granted(person("上级"), "organiser", season)
    beside = granted(person("邻镇"), "recommender", season, unit("12"))
    below = granted(person("本村"), "recommender", season, unit("111"))
    client = browser(user)
    page = client.get(PAGE).content.decode()
    assert "本村" in page
    assert "上级" not in page
    assert "邻镇" not in page
    for row in (above, beside):
        answer = client.post(PAGE, {"action": "revoke", "row": row.pk, "reason": "x"})
        assert answer.status_code == 404
    assert client.post(PAGE, INVITE).status_code == 422
    assert client.post(PAGE, INVITE | {"unit": "12"}).status_code == 422
    assert client.post(PAGE, INVITE | {"unit": "112"}).status_code == 200
    answer = client.post(PAGE, {"action": "revoke", "row": below.pk, "reason": "x"})
    assert answer.status_code == 302


def test_roles_beyond_seasons_have_a_page_of_their_own(season: Season) -> None:
    client = browser(person(is_superuser=True))
    link = link_on(client.post("/en/console/people/", INVITE | {"role": "observer"}))
    browser(person("陈玉兰")).post(link)

    assert Grant.objects.get(role="observer").season is None
    assert "陈玉兰" in client.get("/en/console/people/").content.decode()
    assert "陈玉兰" in client.get(PAGE).content.decode()


def test_the_page_asks_the_same_of_the_database_for_many_people(
    organiser: Client, season: Season
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert organiser.get(PAGE).status_code == 200
        return len(found)

    granted(person(), "recommender", season, unit("11"))
    granted(person(), "judge")
    few = asked()
    users = User.objects.bulk_create(User(email=f"m{n}@example.org") for n in range(100))
    Grant.objects.bulk_create(
        Grant(user=user, role="recommender", season=season, unit=unit("11"), granted_by="x")
        for user in users
    )
    assert asked() == few


def test_naughty_strings_are_kept_and_shown_exactly(organiser: Client, season: Season) -> None:
    texts = json.loads(NAUGHTY.read_text(encoding="utf-8"))
    plain = [text for text in texts if "\0" not in text and text.strip()]
    bundles = ["".join(plain[at : at + 6])[:300] for at in range(0, len(plain), 60)]
    for text in bundles:
        assert organiser.post(PAGE, INVITE | {"reason": text, "unit": ""}).status_code == 200
    reasons = list(Invitation.objects.order_by("pk").values_list("reason", flat=True))
    log = organiser.get("/en/console/seasons/here/audit/").content.decode()

    assert reasons == [text.strip() for text in bundles]
    assert all(escape(text.strip()) in log for text in bundles[-5:])
    assert "<script>alert" not in log
    assert organiser.post(PAGE, INVITE | {"reason": "a\0b"}).status_code == 422
