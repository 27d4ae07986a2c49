"""The pages of reviewers with a county's worth of units and nominations."""

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tests.review import world
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db


def test_six_hundred_units_and_five_thousand_nominations_stay_fast(
    season: Season, client: Client, reviewer: User
) -> None:
    def asked() -> list[int]:
        counts = []
        for page in ("nominations/?state=all", "nominations/?state=all&q=候选&page=2",
                     "duplicates/", "shortlist/", "shortlist/1/"):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert client.get(world.page(page)).status_code == 200
            counts.append(len(queries))
        return counts

    town = world.unit("00")
    world.many(season, 4, [town])
    few = asked()
    units = [world.unit(f"{n:03}", town) for n in range(600)]
    world.many(season, 5_000, units)
    assert asked() == few

    page = world.page("nominations/?state=all&q=候选")
    client.get(page)
    assert min(_seconds(client, page) for _again in range(3)) < 0.3
    _make_statistics_stale()
    assert client.get(page).status_code == 200


def _make_statistics_stale() -> None:
    """Let PostgreSQL believe that no nomination exists, and know nothing of what refers to them.

    So it is when the table was cleaned up while it was empty, right before a large import.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE pg_class SET reltuples = 0, relpages = greatest(relpages, 1) "
                "WHERE relname ~ '^(nominations_nomination|nominations_merge|units_unit)(_|$)'"
            )
            cursor.execute("SET LOCAL statement_timeout = '5s'")


def _seconds(client: Client, page: str) -> float:
    start = time.process_time()
    client.get(page)
    return time.process_time() - start
