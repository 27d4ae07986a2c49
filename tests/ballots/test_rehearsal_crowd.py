"""The crowd of a rehearsal comes straight after opening, before the site has seen the season."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

import pytest

from tests import make
from voting.ballots import rehearsal_crowd
from voting.ballots.rehearsal_crowd import cast_ballots
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

UNKNOWN = (404, {"type": "/problems/unknown-season", "status": 404})
# What a site says of each kind of request, by how many have come before.
Says = Callable[[str, int], tuple[int, dict[str, object]]]


@pytest.fixture
def season() -> Season:
    return make.season(slug="here", caps=make.UNLIMITED)


@contextmanager
def site(says: Says) -> Iterator[str]:
    """Serve a site that answers so; yield its address."""
    lock, came = Lock(), {"token": 0, "ballots": 0}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            kind = self.path.rpartition("/")[2]
            with lock:
                came[kind] += 1
                status, members = says(kind, came[kind] - 1)
            body = json.dumps(members).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def accepting(kind: str) -> tuple[int, dict[str, object]]:
    if kind == "token":
        return 200, {"token": "t"}
    return 201, {"code": "7F3KQ9MD2XWT", "accepted_ms": 5}


def test_a_season_opened_a_moment_ago_is_waited_for(season: Season) -> None:
    # One of several web processes may know it while another does not.
    def late(kind: str, before: int) -> tuple[int, dict[str, object]]:
        return UNKNOWN if before < {"token": 12, "ballots": 3}[kind] else accepting(kind)

    with site(late) as url:
        assert cast_ballots(season, url=url, number=10) == {"accepted": 10}


def test_what_the_site_goes_on_saying_is_told_as_it_is(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsal_crowd, "PATIENCE_SECONDS", 0.3)

    with site(lambda _kind, _before: UNKNOWN) as url:
        assert cast_ballots(season, url=url, number=3) == {"unknown-season": 3}
    assert cast_ballots(season, url=url, number=3) == {"no answer": 3}
