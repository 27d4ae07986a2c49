"""NUL in addresses, questions, forms and cookies: no page breaks by it, on either database."""

from pathlib import Path
from typing import Any

import pytest
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import AsyncRequestFactory, Client
from django.urls import path
from redis import Redis

from config.nul_bytes import NulBytes
from config.urls import urlpatterns as ours
from tests import make
from tests.nominations import world
from tests.roles.people import browser, person
from tests.units.conftest import SMALL, taken
from voting.seasons.models import Season

HERE = "/en/console/seasons/here"


def looked_up(request: HttpRequest) -> HttpResponse:
    """Look something up as it came, as a page might that takes no form for it."""
    if "rows" in request.POST:
        raise DataError("integer out of range")
    return HttpResponse(Season.objects.filter(slug=request.POST["slug"]).count())


urlpatterns = [path("look-up/", looked_up), *ours]


@pytest.fixture
def site(db: None, redis: Redis, collected_static: Path) -> None:
    make.opened(redis, slug="here")
    taken(SMALL)


@pytest.fixture
def organiser() -> Client:
    return browser(person("袁秋萍", is_superuser=True, is_staff=True))


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "address",
    [
        "/en/s/he%00re/", "/en/s/here/n/1%0001/", "/en/s/here/receipt/%00/", "/en/r/here/%00",
        "/r/here/%00.svg", "/en/nominations/link/a%00b/", "/en/nominations/AB%00CD/",
        f"{HERE}/objections/222%0022/", f"{HERE}/review/%00/files/%00", f"{HERE}/review/%00/",
        "/en/console/units/%00/", "/dev/mailbox/%00/", "/photos/%00-card.jpg", "/%00",
        "/admin/accounts/user/%00/change/", "/en/console/seasons/he%00re/",
    ],
)  # fmt: skip
def test_nothing_has_it_in_its_address(organiser: Client, address: str) -> None:
    for client in (Client(), organiser):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    "address",
    [
        "/en/?q=%00",
        "/en/s/here/?q=%00&view=%00",
        "/en/s/here/receipt/?code=%00",
        "/accounts/login/?next=%00&language=%00",
        "/en/nominate/here/?unit=%00",
        f"{HERE}/nominations/?q=%00&state=%00&category=%00&unit=%00&page=%00",
        f"{HERE}/audit/?q=%00&who=%00&from=%00",
        f"{HERE}/quotas/?q=%00&unit=%00",
        f"{HERE}/objections/?q=%00&state=%00",
        f"{HERE}/people/?q=%00&role=%00",
        "/en/console/units/?q=%00",
        "/en/console/audit/?q=%00",
        "/en/console/new/?start=copy:%00",
        "/en/console/new/?%00=%00",
        "/admin/accounts/user/?q=%00",
        f"{HERE}/shortlists/?q=%00",
    ],
)
def test_no_question_breaks_a_page(organiser: Client, address: str) -> None:
    for client in (Client(), organiser):
        answer = client.get(address)
        assert answer.status_code in {200, 302, 400, 404, 422}, (address, answer.status_code)
        assert b"\0" not in answer.content


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/accounts/login/", {"login": "a\0@example.org"}),
        ("/en/s/here/vote/", {"choice": "1\0"}),
        ("/en/s/here/receipt/", {"code": "\0"}),
        ("/en/nominate/draft/", {"route": "unit", "unit": "1\0"}),
        ("/en/console/new/", {"start": "copy:\0"}),
        ("/en/console/seasons/draft/quotas/", {"unit": "1\0", "most-1\0": "3", "reason": "x"}),
        (f"{HERE}/people/", {"action": "invite\0", "row": "\0", "unit": "\0", "role": "\0"}),
        (f"{HERE}/shortlists/1/", {"do": "\0", "pick": "\0"}),
        ("/en/console/units/11/", {"action": "move", "parent": "1\0", "reason": "x"}),
        ("/en/console/units/11/", {"action": "merge", "into": "1\0", "reason": "x"}),
    ],
)
def test_no_form_breaks_a_page(organiser: Client, address: str, form: dict[str, Any]) -> None:
    Season.objects.filter(pk=world.season().pk).update(slug="draft")
    for client in (Client(), organiser):
        answer = client.post(address, form)
        assert answer.status_code < 500, (address, answer.status_code)


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.urls("tests.config.test_nul_bytes")
def test_a_page_that_looks_up_what_came_finds_nothing(collected_static: Path) -> None:
    answer = Client().post("/look-up/", {"slug": "he\0re"})
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()
    assert Client().post("/look-up/", {"slug": "here"}).content == b"0"
    with pytest.raises(DataError):  # other mistakes of ours stay what they are
        Client().post("/look-up/", {"rows": "1"})


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_no_cookie_breaks_a_page() -> None:
    client = Client()
    for name in ("sessionid", "csrftoken", "messages", "django_language"):
        client.cookies[name] = "0\0" * 16
    assert client.get("/en/console/", follow=True).status_code == 200


async def test_it_is_the_same_where_the_site_runs() -> None:
    async def shown(request: HttpRequest) -> HttpResponse:
        return HttpResponse("|".join(request.GET.getlist("q\ufffd")))

    middleware, ask = NulBytes(shown), AsyncRequestFactory().get
    with pytest.raises(Http404):
        await middleware(ask("/en/s/%00/"))  # type: ignore[misc]
    answer = await middleware(ask("/en/?q%00=a%00&q%00=b"))  # type: ignore[misc]
    assert answer.content.decode() == "a\ufffd|b"
