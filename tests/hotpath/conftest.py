import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from redis import Redis

from config.embedded_store import EmbeddedStore
from tests import make
from tests.hotpath.booth import Booth, dump
from tests.hotpath.http import Response, WebServer, exchange
from tests.hotpath.http import request as http_request
from tests.hotpath.sizes import Size, size_for
from tests.servers import empty
from voting.ballots.services.opening import close_voting, withdraw_nominee
from voting.hotpath.keys import SliceKeys, slice_keys
from voting.hotpath.stores import connect
from voting.seasons.models import Season


@pytest.fixture
def booth(redis: Redis) -> Booth:
    return Booth(redis)


@pytest.fixture(scope="session", name="size")
def _size(request: pytest.FixtureRequest) -> Size:
    return size_for(request.config)


@dataclass
class Live:
    """A season that is open behind a real server process, with a vote store of its own."""

    client: Redis
    server: WebServer
    season: Season
    other: Season

    def keys(self, season: Season | None = None) -> SliceKeys:
        """Return the keys of a season, by default of the open one."""
        return slice_keys((season or self.season).slug, 0, 1)

    def trace(self) -> dict[bytes, Any]:
        """Return everything that the vote store holds."""
        return dump(self.client)

    def post(self, path: str, body: bytes = b"{}", **changes: Any) -> Response:
        """Send one request to the open season; there is always an answer."""
        whole = path if path.startswith("/") else f"/api/seasons/{self.season.slug}/{path}"
        answer = exchange(self.server.port, http_request(self.server.port, whole, body, **changes))
        assert answer is not None
        return answer

    def voter(self, season: Season | None = None, **changes: Any) -> tuple[str, str]:
        """Return a new voter's cookie and a token."""
        slug = (season or self.season).slug
        answer = self.post(f"/api/seasons/{slug}/token", **changes)
        assert answer.status == 200, answer.body
        return answer.headers["set-cookie"].split(";")[0], answer.members["token"]


@pytest.fixture(scope="module", params=["protocol", "asgi"])
def live(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    collected_static: Path,
    django_db_setup: None,
    django_db_blocker: Any,
) -> Iterator[Live]:
    """One server process for all tests of a module: each leaves no trace, or votes as a new voter.

    Both ways of a ballot through the server (BALLOT_ADAPTER) stand the same tests.

    Its tests are marked ``django_db``, so that there is a database when they run alone.
    """
    folder = tmp_path_factory.mktemp("live")
    with EmbeddedStore(folder / "store") as store, connect(store.url) as client:
        with django_db_blocker.unblock():
            seasons = _seasons(client)
            environment = _environment()
            connections.close_all()
        server = WebServer(
            environment
            | {
                "REDIS_URL": store.url,
                "CACHE_REDIS_URL": f"{store.url}?db=1",
                "FLOOD_PER_SECOND": "100000",
                "FLOOD_BURST": "100000",
                "BALLOT_ADAPTER": request.param,
            },
            folder / "web.log",
        )
        try:
            server.start()
            server.wait()
            yield Live(client, server, *seasons)
        finally:
            server.stop()
            with django_db_blocker.unblock():
                _empty_database()


def _seasons(client: Redis) -> tuple[Season, Season]:
    made = make.opened(client, slug="open")
    other = make.opened(client, slug="other")
    make.opened(client, slug="ended")
    make.opened(client, slug="later", opens_at=timezone.now() + timedelta(days=1))
    close_voting(slug="ended", actor="test", approver="second", reason="to test", client=client)
    withdraw_nominee(slug="open", number="103", actor="test", reason="to test", client=client)
    return made, other


def _environment() -> dict[str, str]:
    connection = connections["default"]
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    if connection.vendor == "postgresql":
        base = os.environ["DATABASE_URL"].rpartition("/")[0]
        url = f"{base}/{connection.settings_dict['NAME']}"
    return {**os.environ, "DATABASE_URL": url}


def _empty_database() -> None:
    empty(connections["default"])
    connections.close_all()
