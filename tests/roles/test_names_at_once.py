"""Two people who choose one name at the same moment: one of them is told."""

from functools import partial
from typing import Any

import pytest

from accounts.models import User
from tests import make
from tests.racing import at_once
from tests.roles.people import browser, granted, person
from voting.roles import services
from voting.roles.models import Grant
from voting.roles.naming import NameUnusable, set_own_name
from voting.seasons.models import Season


def link(by: User, season: Season) -> str:
    """Return the secret part of a new link."""
    _row, address = services.invite(by=by, season_id=season.pk, role="reviewer", reason="x")
    return address.rstrip("/").rpartition("/")[2]


def choose_at_once(how: str) -> None:
    season = make.season()
    boss = person(f"袁秋萍{season.pk}", is_superuser=True)
    name = f"马志坚{season.pk}"
    named = name if how == "both named before" else ""
    first, second = (
        User.objects.create_user(f"{number}-{season.pk}@example.org", name=named)
        for number in (1, 2)
    )
    links = [link(boss, season), link(boss, season)]

    def join(user: User, token: str) -> None:
        services.accept_invitation(token=token, user=user, name=name)

    if how == "one new, one renamed":
        granted(second, "observer", season)
        acts = [
            lambda: join(first, links[0]),
            lambda: set_own_name(user_id=second.pk, name=name),
        ]
    else:
        acts = [lambda: join(first, links[0]), lambda: join(second, links[1])]

    assert at_once(*acts) == ["NameUnusable", "done"]
    assert User.objects.filter(name=name, grants__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["both new", "both named before", "one new, one renamed"])
def test_two_who_choose_one_name_at_once(how: str) -> None:
    for _round in range(4):
        choose_at_once(how)


@pytest.mark.django_db
def test_whoever_brings_a_name_that_is_taken_is_asked_for_another(collected_static: Any) -> None:
    season = make.season()
    boss = person("袁秋萍", is_superuser=True)
    granted(person("马志坚"), "reviewer", season)
    namesake = person("马志坚")
    address = f"/en/join/{link(boss, season)}/"
    client = browser(namesake)

    assert 'name="name"' in client.get(address).content.decode()
    again = client.post(address, {"name": "马志坚"})
    assert again.status_code == 422
    assert "Somebody else here has this name." in again.content.decode()
    assert client.post(address, {"name": "马志坚（荷香桥）"}).status_code == 302
    assert Grant.objects.get(user=namesake).role == "reviewer"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["马志坚", "馬志堅"])
def test_a_role_is_not_given_directly_to_a_namesake_either(name: str) -> None:
    season = make.season()
    boss = person("袁秋萍", is_superuser=True)
    granted(person("马志坚"), "reviewer", season)
    user = User.objects.create_user("new@example.org", name=name)

    def give() -> Grant:
        return services.grant_role(
            user_id=user.pk, role="observer", by=boss, reason="x", season_id=season.pk
        )

    with pytest.raises(NameUnusable):
        give()
    assert not user.grants.exists()
    set_own_name(user_id=user.pk, name="马志坚（荷香桥）")
    assert give().user_id == user.pk


@pytest.mark.django_db
def test_a_role_is_not_given_to_somebody_without_a_name() -> None:
    season = make.season()
    user = User.objects.create_user("new@example.org")

    with pytest.raises(NameUnusable, match="has not said yet what they are called"):
        services.grant_role(
            user_id=user.pk, role="observer", by=person("袁秋萍", is_superuser=True), reason="x",
            season_id=season.pk,
        )  # fmt: skip
    assert not user.grants.exists()


@pytest.mark.django_db(transaction=True)
def test_two_namesakes_who_are_given_a_role_at_once() -> None:
    season = make.season()
    boss = person("袁秋萍", is_superuser=True)

    def give(user: User) -> Grant:
        return services.grant_role(
            user_id=user.pk, role="observer", by=boss, reason="x", season_id=season.pk
        )

    for number in range(4):
        first, second = (person(f"马志坚{number}") for _each in range(2))
        assert at_once(partial(give, first), partial(give, second)) == ["NameUnusable", "done"]
