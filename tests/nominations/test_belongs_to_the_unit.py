"""What a unit puts forward is the unit's: who reads and corrects it, and who hears of it."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from tests.nominations import world
from tests.nominations.world import address, send_in
from voting.nominations.models import Contact, Nomination
from voting.nominations.queries import hearing_of
from voting.nominations.services.letters import secret_link
from voting.nominations.services.messages import write_message
from voting.nominations.services.states import move
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.units.models import Unit
from voting.units.services import merge_units

pytestmark = pytest.mark.django_db


def from_a_list(season: Season, of: Unit) -> Nomination:
    """Make a nomination as a spreadsheet brings it: the unit's, and begun by nobody."""
    now = timezone.now()
    made = Nomination.objects.create(
        season=season, route="unit", unit=of, category=season.categories.get(position=1),
        name="范玉莲", headline="六年照看孩子。", state="submitted", state_since=now,
        submitted_at=now,
    )  # fmt: skip
    Contact.objects.create(nomination=made, nominator_name="刘办事")
    return made


def test_what_came_in_a_list_is_followed_and_corrected_by_its_unit(
    client: Client, season: Season, office: Unit
) -> None:
    listed = from_a_list(season, office)
    secret = secret_link(listed)

    page = client.get(address(listed))
    assert page.status_code == 200
    assert secret not in page.content.decode()  # the unit signs in; no link opens it
    assert Client().get(secret).status_code == 404
    move(nomination_id=listed.pk, to="returned", action="return", actor="x", reason="年龄？")
    assert client.get(address(listed, "edit/check/")).status_code == 200
    assert "nominator_email" not in client.get(address(listed, "edit/contact/")).content.decode()
    world.filled(client, listed)
    assert send_in(client, listed).headers["Location"] == address(listed)
    listed.refresh_from_db()
    assert listed.state == "resubmitted"


def test_what_a_merged_unit_left_open_is_corrected_by_the_unit_it_went_into(
    client: Client, season: Season, office: Unit
) -> None:
    """``client`` recommends for ``office``, which takes in a unit from elsewhere."""
    elsewhere = world.unit("12")
    village = world.unit("121", elsewhere)
    before = world.signed_in(world.recommender(season, elsewhere, "b@example.org"))
    listed = from_a_list(season, village)
    move(nomination_id=listed.pk, to="returned", action="return", actor="x", reason="年龄？")
    assert client.get(address(listed)).status_code == 404

    merge_units(unit_id=village.pk, into_id=office.pk, actor="甲", reason="区划调整")

    assert client.get(address(listed, "edit/check/")).status_code == 200
    assert [one.email for one in hearing_of(listed)] == ["unit@example.org"]
    assert before.get(address(listed)).status_code == 404
    listed.refresh_from_db()
    assert listed.unit == village  # history: by whom it was put forward


def test_what_came_in_a_list_is_closed_to_others(season: Season, office: Unit) -> None:
    listed = from_a_list(season, office)
    elsewhere = world.signed_in(world.recommender(season, world.unit("12"), "b@example.org"))
    assert elsewhere.get(address(listed)).status_code == 404
    organiser = User.objects.create_user("organiser@example.org")
    Grant.objects.create(user=organiser, role="organiser", season=season, granted_by="x")
    assert world.signed_in(organiser).get(address(listed)).status_code == 403
    held = Client()
    session: Any = held.session
    session["nominations"] = [listed.code]
    session.save()
    assert held.get(address(listed)).status_code == 302


# By which act a nomination comes into a state, as the log says it.
ACTIONS = {
    "returned": "return",
    "resubmitted": "resubmit",
    "accepted": "accept",
    "rejected": "reject",
}


def told(run: Any, *, nomination: Nomination, to: str) -> list[str]:
    """Bring a nomination into another state; return who was written to."""
    mail.outbox.clear()
    with run(execute=True):
        move(nomination_id=nomination.pk, to=to, action=ACTIONS[to], actor="x", reason="请补充。")
    assert all(len(one.to) == 1 and not one.cc for one in mail.outbox)
    return sorted(one.to[0] for one in mail.outbox)


def test_news_go_to_who_speaks_for_the_unit_now(
    client: Client, user: User, season: Season, office: Unit, station: Unit,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    run = django_capture_on_commit_callbacks
    sent = world.filled(client, world.draft(user, season, of=station))
    send_in(client, sent)
    # Begun by the office above for a station that nobody recommends for.
    assert told(run, nomination=sent, to="returned") == ["unit@example.org"]
    world.recommender(season, office, "second@example.org")
    world.recommender(season, station, "station@example.org")
    world.recommender(season, world.unit("12"), "elsewhere@example.org")
    other = world.recommender(world.season(), station, "other-season@example.org")
    assert told(run, nomination=sent, to="resubmitted") == [
        "station@example.org", "unit@example.org",
    ]  # fmt: skip
    Grant.objects.filter(user=user).update(revoked_at=timezone.now(), revoked_by="x")
    assert told(run, nomination=sent, to="returned") == ["station@example.org"]
    assert f"/nominations/{sent.code}/" in mail.outbox[0].body
    # Without anybody of its own, the unit above hears of it; without that nobody.
    Grant.objects.filter(unit=station).exclude(user=other).update(
        revoked_at=timezone.now(), revoked_by="x"
    )
    assert told(run, nomination=sent, to="resubmitted") == ["second@example.org"]
    User.objects.filter(email="second@example.org").update(email=None, phone="+8613912345678")
    assert told(run, nomination=sent, to="returned") == []


def test_a_message_of_the_office_reaches_the_unit_of_a_listed_nomination(
    user: User, season: Season, office: Unit, django_capture_on_commit_callbacks: Any
) -> None:
    listed = from_a_list(season, office)
    official = User.objects.create_user("office@example.org", name="审核员丁")
    with django_capture_on_commit_callbacks(execute=True):
        write_message(nomination_id=listed.pk, side="office", user=official, text="请补证明。")
    (letter,) = mail.outbox
    assert letter.to == ["unit@example.org"]
    assert f"/nominations/{listed.code}/" in letter.body


def test_the_office_sees_that_nobody_of_the_unit_can_be_written_to(
    user: User, season: Season, office: Unit
) -> None:
    listed = from_a_list(season, office)
    reviewer = User.objects.create_user("reviewer@example.org", name="审核员丁")
    Grant.objects.create(user=reviewer, role="reviewer", season=season, granted_by="x")
    with override("en"):
        page = reverse("console:nomination", args=[season.slug, listed.code])
    said = "No mail about this nomination reaches its unit"
    assert said not in world.signed_in(reviewer).get(page).content.decode()
    Grant.objects.filter(user=user).update(revoked_at=timezone.now(), revoked_by="x")
    assert said in world.signed_in(reviewer).get(page).content.decode()


def test_the_second_factor_comes_before_the_list_of_a_unit_and_before_a_new_one(
    client: Client, season: Season, office: Unit, settings: Any
) -> None:
    from_a_list(season, office)
    page = f"/en/nominate/{season.slug}/"
    assert "范玉莲" in client.get(page).text
    settings.STAFF_SECOND_FACTOR = True

    for answer in (client.get(page), client.post(page, {"route": "unit", "unit": office.pk})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/accounts/second-factor/?next=")
    assert Nomination.objects.count() == 1
    citizen = world.signed_in(User.objects.create_user("citizen@example.org"))
    assert citizen.get(page).status_code == 200
