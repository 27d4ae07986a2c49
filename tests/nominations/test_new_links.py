"""A secret link that others have got hold of is made void, and so are the browsers it opened."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.nominations import world
from tests.nominations.world import address
from voting.audit.models import AuditEntry
from voting.nominations.models import Contact, Nomination
from voting.nominations.services.errors import NotNow, TooMany
from voting.nominations.services.letters import secret_link
from voting.nominations.services.links import renew_link
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(season: Season) -> Nomination:
    """Return what a citizen with a confirmed address has sent in."""
    made = world.draft(None, season, "citizen")
    Nomination.objects.filter(pk=made.pk).update(
        name="范玉莲", headline="六年照看孩子。", state="submitted", language="en",
        category=season.categories.get(position=1), submitted_at=timezone.now(),
    )  # fmt: skip
    Contact.objects.update_or_create(
        nomination=made,
        defaults={"nominator_email": "citizen@example.org", "confirmed_at": timezone.now()},
    )
    made.refresh_from_db()
    return made


def opened(link: str) -> Client:
    browser = Client()
    assert browser.get(link).status_code == 302
    return browser


def logged() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.values_list("action", "actor"))


def test_the_nominator_makes_a_new_one_which_comes_by_mail_alone(
    linked: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    old = secret_link(linked)
    browser, other = opened(old), opened(old)
    assert 'name="renew"' in browser.get(address(linked)).text

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(address(linked), {"renew": "1"}, follow=True)

    linked.refresh_from_db()
    new = secret_link(linked)
    assert "A new link is on its way to ci***@example.org." in answer.text
    assert (linked.link_number, mail.outbox[0].to) == (2, ["citizen@example.org"])
    assert new in str(mail.outbox[0].body)
    assert Client().get(old).status_code == 404
    for ended in (browser, other):
        assert ended.get(address(linked)).status_code == 302
        assert linked.name not in ended.get(f"/en/nominate/{linked.season.slug}/").text
        assert ended.post(address(linked), {"take_back": "1"}).status_code == 302
    assert opened(new).get(address(linked)).status_code == 200
    assert logged() == [("nomination.renew_link", "citizen")]


def test_without_an_address_this_browser_goes_on_and_shows_the_new_one(
    linked: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    Contact.objects.update(nominator_email="", nominator_phone="13800001234")
    old = secret_link(linked)
    browser, other = opened(old), opened(old)

    with django_capture_on_commit_callbacks(execute=True):
        page = browser.post(address(linked), {"renew": "1"}, follow=True)

    linked.refresh_from_db()
    assert mail.outbox == []
    assert secret_link(linked) in page.text
    assert old not in page.text
    assert other.get(address(linked)).status_code == 302


def test_the_office_makes_one_and_never_sees_it(
    season: Season, linked: Nomination, django_capture_on_commit_callbacks: Any
) -> None:
    browser = opened(secret_link(linked))
    reviewer = User.objects.create_user("reviewer@example.org", name="甲")
    Grant.objects.create(user=reviewer, role="reviewer", season=season, granted_by="x")
    office = world.signed_in(reviewer)
    page = f"/en/console/seasons/{season.slug}/nominations/at/{linked.code}/"

    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(page, {"action": "link"}).status_code == 302

    linked.refresh_from_db()
    assert secret_link(linked) in str(mail.outbox[0].body)
    assert secret_link(linked) not in office.get(page).text
    assert browser.get(address(linked)).status_code == 302
    assert logged() == [("nomination.renew_link", "甲")]
    Contact.objects.update(nominator_email="", confirmed_at=None)
    assert 'value="link"' not in office.get(page).text
    assert office.post(page, {"action": "link"}).status_code == 404


def test_what_no_link_leads_to_gets_none(user: User, season: Season, office: Unit) -> None:
    with pytest.raises(NotNow):
        renew_link(nomination_id=world.draft(user, season, of=office).pk, actor="x")


def test_not_more_than_some_in_an_hour(linked: Nomination) -> None:
    for _each in range(5):
        renew_link(nomination_id=linked.pk, actor="citizen")

    with pytest.raises(TooMany):
        renew_link(nomination_id=linked.pk, actor="citizen")
    linked.refresh_from_db()
    assert linked.link_number == 6
