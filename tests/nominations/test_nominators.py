"""Who may put forward and who may not; citizens without an account; quotas."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests import make
from tests.nominations import world
from tests.nominations.world import address, saved, send_in
from tests.racing import at_once
from voting.nominations import queries
from voting.nominations.models import Nomination, Photo
from voting.nominations.queries import quota_left
from voting.nominations.services.sending import submit
from voting.roles.models import Grant
from voting.seasons.models import Season
from voting.seasons.models.nominating import UnitQuota
from voting.units.models import Unit

db = pytest.mark.django_db
PAGES = ("", "edit/who/", "edit/contact/", "edit/deeds/", "edit/files/", "edit/check/", "confirm/")


@db
def test_its_author_may_a_reviewer_may_not_here_and_others_find_nothing(
    client: Client, season: Season, office: Unit, station: Unit, nomination: Nomination
) -> None:
    world.filled(client, nomination)
    send_in(client, nomination)
    colleague = world.recommender(season, office, "colleague@example.org")
    reviewer = User.objects.create_user("reviewer@example.org")
    Grant.objects.create(user=reviewer, role="reviewer", season=season, granted_by="x")
    below = world.recommender(season, station, "below@example.org")
    nobody = User.objects.create_user("nobody@example.org")

    def answers(user: User) -> set[int]:
        return {world.signed_in(user).get(address(nomination, page)).status_code for page in PAGES}

    assert answers(colleague) <= {200, 302}
    assert answers(reviewer) == {403}
    assert answers(below) == answers(nobody) == {404}
    for page in PAGES:
        answer = Client().get(address(nomination, page))
        assert answer.headers["Location"].startswith("/accounts/login/?language=en&next=")
        unknown = Client().get(address(nomination, page).replace(nomination.code, "ZZZZZZZZZZ"))
        assert unknown.headers["Location"].startswith("/accounts/login/?language=en&next=")


@db
def test_a_draft_is_seen_by_no_reviewer(season: Season, nomination: Nomination) -> None:
    reviewer = User.objects.create_user("reviewer@example.org")
    Grant.objects.create(user=reviewer, role="reviewer", season=season, granted_by="x")
    assert world.signed_in(reviewer).get(address(nomination)).status_code == 404


@db
def test_writing_is_refused_where_reading_is(season: Season, nomination: Nomination) -> None:
    stranger = world.signed_in(User.objects.create_user("nobody@example.org"))
    before = Nomination.objects.values().get()
    stem = "0" * 32
    for page in ("edit/deeds/", "edit/check/", "add/portrait/", "add/photo/", "add/proof/",
                 f"change/{stem}/", "delete/", "confirm/", ""):  # fmt: skip
        answer = stranger.post(address(nomination, page), {"version": 1, "headline": "x"})
        assert answer.status_code == 404, page
        assert Client().post(address(nomination, page)).status_code == 302
    assert Nomination.objects.values().get() == before


@db
@pytest.mark.parametrize(
    ("route", "asked", "works"),
    [
        ("unit", {"by_units": True}, False),  # no unit named
        ("organisation", {"by_organisations": True}, True),
        ("organisation", {}, False),
        ("self", {"by_oneself": True}, True),
        ("self", {}, False),
        ("citizen", {"without_account": True}, True),
        ("citizen", {}, False),
        ("friend", {}, False),
    ],
)
def test_each_way_is_open_only_if_the_season_says_so(
    route: str, asked: dict[str, bool], works: bool
) -> None:
    season = world.season(**asked)
    client = world.signed_in(User.objects.create_user("someone@example.org"))
    answer = client.post(f"/en/nominate/{season.slug}/", {"route": route})
    assert answer.status_code == (302 if works else 422)
    assert Nomination.objects.count() == works


@db
def test_nobody_begins_for_a_unit_that_is_not_theirs(
    season: Season, office: Unit, station: Unit, client: Client
) -> None:
    start = f"/en/nominate/{season.slug}/"
    other = world.unit("12")
    for unit in (other.pk, 0, 10**9, "x", "9" * 40):
        assert client.post(start, {"route": "unit", "unit": unit}).status_code == 422
    station.closed_at = timezone.now()
    station.save()
    assert client.post(start, {"route": "unit", "unit": station.pk}).status_code == 422
    assert not Nomination.objects.exists()
    assert client.post(start, {"route": "unit", "unit": office.pk}).status_code == 302


@db
def test_many_units_are_folded_away_before_the_other_ways(season: Season, client: Client) -> None:
    chief = world.signed_in(User.objects.create_superuser("chief@example.org", "x"))
    start = f"/en/nominate/{season.slug}/"
    assert "<details" not in chief.get(start).content.decode()  # one or two are shown at once
    for number in range(20, 65):
        world.unit(str(number))

    page = chief.get(start).content.decode()
    assert '<details class="more-units"><summary>Choose the unit</summary>' in page
    assert 'type="search"' in page
    assert "There are more." in page
    found = chief.get(start, {"q": "单位33"}).content.decode()
    assert '<details class="more-units" open>' in found
    assert (found.count("unit-way"), "There are more." in found) == (1, False)
    # A unit's own people have theirs in view, as before.
    assert "单位11" in client.get(start).content.decode().partition("<details")[0]


@db
def test_a_season_without_nominations_has_no_such_page() -> None:
    made = make.season()
    assert Client().get(f"/en/nominate/{made.slug}/").status_code == 404
    assert Client().get("/en/nominate/nothing/").status_code == 404
    later = world.season()
    now = timezone.now()
    later.stages.update(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))
    assert Client().get(f"/en/nominate/{later.slug}/").status_code == 404


@db
def test_a_season_that_is_not_published_is_known_to_its_people_alone(
    client: Client, season: Season
) -> None:
    Season.objects.update(published_at=None)
    start = f"/en/nominate/{season.slug}/"
    assert client.get(start).status_code == 200
    stranger = world.signed_in(User.objects.create_user("nobody@example.org"))
    for one in (Client(), stranger):
        assert one.get(start).status_code == 404
        assert one.post(start, {"route": "citizen"}).status_code == 404
    assert not Nomination.objects.exists()


# --- without an account -------------------------------------------------------------------------


@db
def test_what_a_unit_puts_forward_is_closed_to_whose_role_was_taken(
    client: Client, user: User, season: Season, office: Unit, nomination: Nomination
) -> None:
    assert client.post(
        address(nomination, "add/portrait/"),
        {"file": SimpleUploadedFile("a.jpg", world.picture())},
    ).status_code == 302  # fmt: skip
    file = address(nomination, f"files/{Photo.objects.get().stem}-page.jpg", language="en")
    assert client.get(file).status_code == 200
    version = world.filled(client, nomination).version
    other = season.categories.get(position=2).pk  # each has a quota of one
    sent = world.filled(client, world.draft(user, season, of=office), category=other)
    assert send_in(client, sent).status_code == 302
    Grant.objects.filter(user=user).update(revoked_at=timezone.now(), revoked_by="x")

    for one in (nomination, sent):
        assert {client.get(address(one, page)).status_code for page in PAGES} == {403}
        assert client.post(address(one), {"text": "x"}).status_code == 403
    assert client.get(file).status_code == 404
    assert send_in(client, nomination).status_code == 403
    assert saved(client, nomination, "who", **world.WHO).status_code == 403
    assert client.post(address(nomination, "delete/")).status_code == 403
    assert nomination.code not in client.get(f"/en/nominate/{season.slug}/").content.decode()
    nomination.refresh_from_db()
    assert (nomination.state, nomination.version) == ("draft", version)
    # The others of the unit go on with it.
    colleague = world.signed_in(world.recommender(season, office, "new@example.org"))
    assert colleague.get(address(nomination, "edit/who/")).status_code == 200
    assert nomination.code in colleague.get(f"/en/nominate/{season.slug}/").content.decode()
    assert colleague.get(file).status_code == 200
    assert send_in(colleague, nomination).status_code == 302


@db
def test_a_role_in_another_unit_opens_nothing_of_this_one(
    client: Client, user: User, nomination: Nomination
) -> None:
    assert client.get(address(nomination, "edit/who/")).status_code == 200
    Grant.objects.filter(user=user).update(unit=world.unit("12"))
    assert client.get(address(nomination, "edit/who/")).status_code == 403


@db
@pytest.mark.parametrize("route", ["self", "organisation"])
def test_what_was_put_forward_without_a_unit_stays_theirs(
    client: Client, user: User, season: Season, route: str
) -> None:
    mine = world.draft(user, season, route)
    Grant.objects.filter(user=user).update(revoked_at=timezone.now(), revoked_by="x")
    assert client.get(address(mine, "edit/who/")).status_code == 200
    assert mine.code in client.get(f"/en/nominate/{season.slug}/").content.decode()
    assert saved(client, mine, "who", **world.WHO).status_code in {302, 422}


@db
def test_an_organiser_owns_of_units_only_what_they_began(
    season: Season, office: Unit, nomination: Nomination
) -> None:
    organiser = User.objects.create_user("organiser@example.org", name="组织者")
    Grant.objects.create(user=organiser, role="organiser", season=season, granted_by="x")
    began = world.draft(organiser, season, of=office)
    assert queries.is_own(organiser, began)
    assert not queries.is_own(organiser, nomination)
    assert list(queries.own(organiser, season)) == [began]


@db
def test_asking_whose_a_nomination_is_takes_the_same_queries_however_many_there_are(
    user: User, season: Season, office: Unit, nomination: Nomination,
    django_assert_num_queries: Any,
) -> None:  # fmt: skip
    for _each in range(3):
        world.draft(user, season, of=office)
    with django_assert_num_queries(2):  # the roles, and the units below the one of the role
        assert queries.is_own(user, nomination)
    with django_assert_num_queries(3):
        assert len(queries.own(user, season)) == 4


@db
def test_a_quota_is_kept_and_a_withdrawn_one_makes_room(
    client: Client, user: User, season: Season, office: Unit
) -> None:
    first, second = (world.draft(user, season, of=office) for _each in range(2))
    for one in (first, second):
        world.filled(client, one)
    assert send_in(client, first).status_code == 302
    refused = send_in(client, second)
    assert refused.status_code == 422
    assert "has no nominations left in the category" in refused.content.decode()
    second.refresh_from_db()
    assert (second.state, second.events.count()) == ("draft", 0)
    client.post(address(first), {"withdraw": "1", "reason": "换人"})
    assert send_in(client, second).status_code == 302


@db
def test_an_exception_for_a_unit_goes_before_the_settings(
    client: Client, user: User, season: Season, office: Unit, nomination: Nomination
) -> None:
    UnitQuota.objects.create(season=season, unit=office, most=0)
    world.filled(client, nomination)
    refused = send_in(client, nomination)
    assert "has no nominations left in this season." in refused.content.decode()
    assert quota_left(season, office.pk).least == 0
    page = client.get(f"/en/nominate/{season.slug}/").content.decode()
    assert "disabled" in page


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_send_in_at_once_do_not_exceed_the_quota() -> None:
    season, office = world.season(), world.unit("11")
    user = world.recommender(season, office)
    client = world.signed_in(user)
    drafts = [world.filled(client, world.draft(user, season, of=office)) for _each in range(6)]
    acts = [partial(submit, nomination_id=one.pk, seen=one.version, actor="x") for one in drafts]
    assert at_once(*acts) == ["QuotaUsed"] * 5 + ["done"]
    assert Nomination.objects.filter(state="submitted").count() == 1
