"""What a unit puts forward is the unit's: who reads and corrects it, and who hears of it."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.nominations import world
from tests.nominations.world import address, send_in
from voting.nominations.models import Contact, Nomination
from voting.nominations.services.letters import secret_link
from voting.nominations.services.states import move
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.units.models import Unit

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
