"""Rows are locked in one order (``services.locking``); else two people wait for each other."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import erase_account
from tests.review import world
from voting.nominations.models import Nomination
from voting.nominations.services import deciding, erasing, likening, merging
from voting.nominations.services.publishing import withdraw_publication
from voting.nominations.services.sending import withdraw
from voting.roles.services import grant_role

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
SEASON, NOMINATION = "seasons_season", "nominations_nomination"
_HOLDS = re.compile(
    r'^(?:SELECT .* FROM "(\w+)".* FOR |UPDATE "(\w+)"|DELETE FROM "(\w+)")', re.DOTALL
)


def held(act: Callable[[], Any]) -> list[str]:
    """Return the tables whose rows somebody holds until commit, in the order in which they came."""
    with CaptureQueriesContext(connection) as queries:
        act()
    found = [match for query in queries if (match := _HOLDS.match(query["sql"]))]
    return list(dict.fromkeys(next(filter(None, match.groups())) for match in found))


def test_the_season_comes_before_nominations_and_nominees() -> None:
    season = world.season()
    one = world.person("甲", "reviewer", season)
    lead = world.checked(world.nomination(season, "一"), one)
    joined = world.nomination(season, "二")
    merging.merge(nomination_id=joined.pk, into_id=lead.pk, user=one, reason="x")
    lead.refresh_from_db()
    lead = deciding.accept(nomination_id=lead.pk, user=one, seen=lead.version)

    acts: list[Callable[[], Any]] = [
        # Of the nominee, whom a decision about the other nomination takes off the list.
        lambda: withdraw_publication(nomination_id=joined.pk, actor="x"),
        lambda: deciding.reopen(nomination_id=lead.pk, user=one, seen=lead.version, text="x"),
        lambda: withdraw(nomination_id=lead.pk, actor="x", reason="x"),
    ]
    for act in acts:
        assert held(act)[:2] == [SEASON, NOMINATION]


def test_what_is_found_alike_is_written_one_at_a_time() -> None:
    season = world.season()
    one, _two = world.nomination(season, "范玉莲"), world.nomination(season, "范玉莲")

    assert held(lambda: likening.suggest_for(nomination_id=one.pk))[0] == SEASON


def test_erasing_waits_for_who_still_writes() -> None:
    season = world.season()
    author = world.person("作者")
    world.nomination(season, nominator=author, route="self")

    erase = lambda: erasing.erase_contacts(season_id=season.pk, actor="x", reason="x")  # noqa: E731
    assert held(erase)[0] == NOMINATION
    assert held(lambda: erasing.erase_person(user_id=author.pk))[0] == NOMINATION
    Nomination.objects.update(state="draft", submitted_at=None)
    assert held(lambda: erasing.erase_old(days=0, actor="x"))[0] == NOMINATION


def test_who_only_refers_to_a_person_need_not_wait() -> None:
    season = world.season()
    boss, other = world.person("甲", "organiser", season), world.person("乙")
    role = {"role": "reviewer", "season_id": season.pk, "by": boss, "reason": "x"}

    with CaptureQueriesContext(connection) as queries:
        grant_role(user_id=other.pk, **role)  # type: ignore[arg-type]
        erase_account(user_id=world.person("丙").pk)

    people = [query["sql"] for query in queries if 'FROM "accounts_user"' in query["sql"]]
    assert sum(" FOR NO KEY UPDATE" in sql for sql in people) == 2
    assert not any(" FOR UPDATE" in sql for sql in people)
