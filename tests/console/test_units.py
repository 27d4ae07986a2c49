"""The organisers' pages about units: who may see them, what they show, what they change."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from tests.units.conftest import LONGHUI, SMALL, taken, unit
from voting.units.models import ResponsiblePerson, Unit, UnitEvent

pytestmark = pytest.mark.django_db

PAGES = [
    "/en/console/",
    "/en/console/units/",
    "/en/console/units/import/",
    "/en/console/units/at/1/",
]


@pytest.fixture(autouse=True)
def units(db: None, collected_static: Path) -> None:
    taken(SMALL)


@pytest.fixture
def organiser(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss@example.org", "x", name="袁秋萍"))
    return client


def change(client: Client, code: str, action: str, **values: str) -> Any:
    return client.post(
        f"/en/console/units/at/{code}/", {"action": action, "reason": "区划调整", **values}
    )


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_asked_to_sign_in_and_others_find_nothing(client: Client, page: str) -> None:
    answer = client.get(page)
    assert (answer.status_code, answer.headers["Location"]) == (
        302, f"{reverse('account_login')}?language=en&next={page}",
    )  # fmt: skip
    client.force_login(User.objects.create_user("somebody@example.org"))
    assert client.get(page).status_code == 404
    assert client.post(page, {"action": "close", "reason": "x"}).status_code == 404
    client.force_login(User.objects.create_user("staff@example.org", is_staff=True))
    assert client.get(page).status_code == 404
    assert not UnitEvent.objects.exclude(action="added").exists()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_are_there_in_both_languages(organiser: Client, page: str, language: str) -> None:
    answer = organiser.get(page.replace("/en/", f"/{language}/"))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


def test_pages_ask_as_much_of_the_database_for_six_units_as_for_six_hundred(
    organiser: Client,
) -> None:
    def asked() -> list[int]:
        counts = []
        for page in ("", "units/", "units/?q=1", "units/at/1/"):
            with CaptureQueriesContext(connection) as queries:
                assert organiser.get(f"/en/console/{page}").status_code == 200
            counts.append(len(queries))
        return counts

    few = asked()
    taken(LONGHUI.read_bytes())
    taken("code,name,tier,parent\n" + "".join(f"1{n},n{n},所,1\n" for n in range(300, 400)))
    assert asked() == few


def test_search_finds_and_says_so_when_it_does_not(organiser: Client) -> None:
    found = organiser.get("/en/console/units/?q=大塘").content.decode()
    assert "2 units found." in found
    assert "东镇" in found
    assert "0 units found." in organiser.get("/en/console/units/?q=%00%27--").content.decode()


def test_each_form_changes_what_it_says_and_names_who_did_it(organiser: Client) -> None:
    assert change(organiser, "111", "rename", name="新塘村").status_code == 302
    assert change(organiser, "112", "move", target="12").status_code == 302
    assert change(organiser, "12", "merge", target="11").status_code == 302
    assert change(organiser, "112", "close").status_code == 302
    assert (
        change(organiser, "11", "appoint", name="周一", starts_on="2026-01-05").status_code == 302
    )

    assert unit("111").name == "新塘村"
    assert unit("12").merged_into == unit("11")
    assert unit("112").closed_at is not None
    assert ResponsiblePerson.objects.get().unit == unit("11")
    done = UnitEvent.objects.exclude(action="added")
    assert set(done.values_list("actor", "reason")) == {("袁秋萍", "区划调整")}


@pytest.mark.parametrize(
    ("action", "values", "said"),
    [
        ("rename", {"name": ""}, "This field is required."),
        ("rename", {"name": "长" * 61}, "at most 60"),
        ("rename", {"name": "双江村"}, "There is a unit called 双江村"),
        ("rename", {"name": "好", "reason": ""}, "This field is required."),
        ("move", {"target": "999"}, "No open unit has this code."),
        ("move", {"target": "111"}, "choose another unit"),
        ("merge", {"target": "111"}, "choose another unit"),
        ("appoint", {"name": "周一", "starts_on": "gestern"}, "Enter a valid date."),
    ],
)
def test_a_refused_change_keeps_what_was_typed_and_changes_nothing(
    organiser: Client, action: str, values: dict[str, str], said: str
) -> None:
    answer = change(organiser, "111", action, **values)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert said in page
    assert not UnitEvent.objects.exclude(action="added").exists()
    for value in values.values():
        if 0 < len(value) < 30:
            assert f'value="{value}"' in page


def test_a_closed_unit_offers_no_changes_and_unknown_ones_are_not_found(organiser: Client) -> None:
    change(organiser, "121", "close")
    page = organiser.get("/en/console/units/at/121/").content.decode()
    assert "It stays on record" in page
    assert 'name="action"' not in page
    assert change(organiser, "121", "rename", name="又").status_code == 422
    assert change(organiser, "111", "explode").status_code == 404
    assert change(organiser, "999", "close").status_code == 404


def test_names_are_shown_as_text_whatever_is_in_them(organiser: Client) -> None:
    change(organiser, "111", "rename", name="<script>alert(1)</script>")
    for page in ("/en/console/units/", "/en/console/units/at/111/", "/en/console/units/?q=alert"):
        text = organiser.get(page).content.decode()
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_a_list_is_taken_in_whole_or_not_at_all(organiser: Client) -> None:
    good = "code,name,tier,parent\n13,南镇,所,1\n".encode("gb18030")
    bad = b"code,name,tier,parent\n14,x,y,1\n15,z,y,99\n"

    def send(raw: bytes) -> Any:
        return organiser.post(
            "/en/console/units/import/",
            {"file": SimpleUploadedFile("units.csv", raw), "reason": "补录"},
        )

    assert send(good).status_code == 302
    refused = send(bad)
    assert refused.status_code == 422
    assert "there is no unit with the code 99" in refused.content.decode()
    assert send(b"").status_code == 422
    assert sorted(Unit.objects.values_list("code", flat=True)) == [
        "1", "11", "111", "112", "12", "121", "13",
    ]  # fmt: skip
    assert unit("13").events.get().reason == "补录"
