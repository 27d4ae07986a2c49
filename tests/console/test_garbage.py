"""Every form of the organisers' pages takes whatever is sent, and never breaks."""

import random
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from redis import Redis

from tests import make
from tests.console.test_access import SEASON_PAGES, SITE_PAGES, addresses
from tests.hotpath.sizes import is_long
from tests.roles.people import browser, person
from tests.units.conftest import SMALL, taken

pytestmark = pytest.mark.django_db
GARBAGE = (
    "", " ", "\x00", "-1", "9" * 30, "²", "٣", "nan", "1e309", "2026-02-31T25:61", "on",
    "0001-01-01T00:00", "9999-12-31T23:59", "<script>'\"&%s{{7*7}}", "𠮷" * 5000,
    "a,b;c\r\nd", "../../etc/passwd",
)  # fmt: skip
# Which form it is and what was shown stay as they are: without them little is read of the rest.
KEPT = {"action", "do", "seen", "version", "csrfmiddlewaretoken"}


class Forms(HTMLParser):
    """Collects the forms of a page: method, address, and fields with their values."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = found.get("method", "get").lower()
            self.forms.append({"method": method, "to": found.get("action", ""), "fields": {}})
        elif found.get("name") and tag in {"input", "select", "textarea", "button"} and self.forms:
            kind = found.get("type", tag)
            self.forms[-1]["fields"][found["name"]] = (kind, found.get("value", ""))


def forms_of(client: Client, address: str) -> list[dict[str, Any]]:
    answer = client.get(address)
    if answer.status_code != 200 or "html" not in answer.headers["Content-Type"]:
        return []
    parser = Forms()
    parser.feed(answer.content.decode())
    return parser.forms


def sent(fields: dict[str, tuple[str, str]], garbage: str, *, hidden: bool) -> dict[str, Any]:
    """Fill a form with garbage. hidden: what people do not see, too."""
    found: dict[str, Any] = {}
    for name, (kind, value) in fields.items():
        keep = name in KEPT if hidden else kind in {"hidden", "submit", "button"}
        if kind == "file":
            found[name] = SimpleUploadedFile(garbage[:50] or "x", garbage.encode())
        else:
            found[name] = value if keep else garbage
    return found


def tries(form: dict[str, Any], *, all_of_them: bool) -> list[tuple[str, bool]]:
    """Return what is sent to a form: everything, or always the same two."""
    found = [(garbage, hidden) for garbage in GARBAGE for hidden in (False, True)]
    if all_of_them:
        return found
    chance = random.Random("".join(form["fields"]))
    return chance.sample(found, 2)


@pytest.mark.parametrize("state", ["draft", "open"])
def test_no_form_breaks_whatever_is_sent(
    state: str, redis: Redis, collected_static: Path, request: pytest.FixtureRequest
) -> None:
    taken(SMALL)
    season = make.season(slug="here") if state == "draft" else make.opened(redis, slug="here")
    client = browser(person("甲", is_superuser=True))
    pages = addresses(SEASON_PAGES, season) | addresses(SITE_PAGES, season)
    tried, faults = 0, []
    for name, address in pages.items():
        for form in forms_of(client, address):
            for garbage, hidden in tries(form, all_of_them=is_long(request.config)):
                status = answer(client, address, form, sent(form["fields"], garbage, hidden=hidden))
                tried += 1
                if status not in {200, 302, 400, 403, 404, 405, 409, 413, 422, 429, 503}:
                    faults.append((name, form["to"], garbage[:20], hidden, status))
    assert faults == []
    assert tried > 60


def answer(client: Client, address: str, form: dict[str, Any], values: dict[str, Any]) -> Any:
    """Return the status of the answer, or what broke; the database stays as it was."""
    call = client.post if form["method"] == "post" else client.get
    with transaction.atomic():
        try:
            return call(urlsplit(form["to"]).path or address, values).status_code
        except Exception as error:  # noqa: BLE001 -- all are looked for
            return repr(error)[:300]
        finally:
            transaction.set_rollback(True)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "1999-12-31T23:59"])
def test_dates_at_the_ends_of_time_are_refused_kindly(
    moment: str, redis: Redis, collected_static: Path
) -> None:
    season = make.opened(redis, slug="here")
    client = browser(person("甲", is_superuser=True))
    refused = client.post(
        "/en/console/seasons/here/voting/pause/", {"reason": "停电", "until": moment}
    )
    assert refused.status_code == 422
    assert "Enter a date between 2000 and 2199." in refused.content.decode()
    season.refresh_from_db()
    assert season.phase == "open"
