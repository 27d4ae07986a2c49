"""Names of people with roles: asked for where there is none, distinct, on record."""

import pytest
from django.test import Client

from tests import make
from tests.roles.people import browser, granted, person
from voting.audit.models import AuditEntry
from voting.roles import services
from voting.roles.models import Grant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("collected_static")]


def nameless(**fields: object) -> "tuple[Client, int]":
    user = person("x", **fields)
    type(user).objects.filter(pk=user.pk).update(name="")
    user.refresh_from_db()
    return browser(user), user.pk


def test_whoever_takes_a_role_has_a_name_first() -> None:
    season = make.season(slug="here")
    boss = person("袁秋萍")
    granted(boss, "organiser", season)
    _row, address = services.invite(by=boss, role="reviewer", season_id=season.pk, reason="x")
    path = "/en/join/" + address.rstrip("/").rpartition("/")[2] + "/"
    client, pk = nameless()

    assert b'name="name"' in client.get(path).content
    for wrong in ("", " \u3000", "袁 秋萍", "长" * 61):
        answer = client.post(path, {"name": wrong})
        assert answer.status_code == 422
        assert "Traceback" not in answer.text
    assert not Grant.objects.filter(user=pk).exists()
    assert client.post(path, {"name": " 李 四 "}).status_code == 302
    assert Grant.objects.get(user=pk).user.name == "李 四"
    (entry,) = AuditEntry.objects.filter(action="role.name")
    assert (entry.actor, entry.before, entry.after) == ("李 四", {}, {"name": "李 四"})


def test_whoever_has_a_name_is_not_asked() -> None:
    season = make.season(slug="here")
    boss = person()
    granted(boss, "organiser", season)
    _row, address = services.invite(by=boss, role="reviewer", season_id=season.pk, reason="x")
    path = "/en/join/" + address.rstrip("/").rpartition("/")[2] + "/"
    guest = person("王五")
    client = browser(guest)

    assert b'name="name"' not in client.get(path).content
    assert client.post(path, {"name": "别的名字"}).status_code == 302
    guest.refresh_from_db()
    assert guest.name == "王五"


def test_a_name_can_be_changed_but_not_into_a_colleagues() -> None:
    season = make.season(slug="here")
    one, other = person("陈晨"), person("赵敏")
    granted(one, "reviewer", season)
    granted(other, "organiser", season)
    client = browser(one)

    assert "陈晨" in client.get("/en/own-name/").text
    for taken in ("赵敏", "趙敏", "赵 敏"):
        answer = client.post("/en/own-name/", {"name": taken})
        assert answer.status_code == 422
        assert "Somebody else here has this name." in answer.text
    assert client.post("/en/own-name/", {"name": "陈晨（县团委）"}).status_code == 302
    one.refresh_from_db()
    assert one.name == "陈晨（县团委）"
    entry = AuditEntry.objects.get(action="role.name")
    assert (entry.before, entry.after) == ({"name": "陈晨"}, {"name": "陈晨（县团委）"})


def test_the_page_is_not_there_without_a_role() -> None:
    assert browser(person()).get("/en/own-name/").status_code == 404
    assert Client().get("/en/own-name/").status_code == 302


def test_whoever_has_no_name_is_told_so_in_the_console() -> None:
    client, pk = nameless()
    granted_to = Grant._meta.get_field("user").related_model.objects.get(pk=pk)
    granted(granted_to, "observer", make.season(slug="here"))
    page = client.get("/en/console/").text
    assert "You have no name here yet" in page
    client.post("/en/own-name/", {"name": "孙七"})
    assert "You have no name here yet" not in client.get("/en/console/").text
