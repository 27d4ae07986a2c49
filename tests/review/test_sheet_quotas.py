"""Lists and corrections do not take a unit past its quota."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.nominations import world as nominating
from tests.review import world
from tests.review.test_sheets import csv_of, problems, row, taken
from voting.nominations.models import Nomination
from voting.nominations.services.importing import SheetRefused, plan
from voting.nominations.services.states import move
from voting.seasons.models import NominationSettings
from voting.seasons.models.nominating import UnitQuota

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FULL = "单位11 has no nominations left in the category “奖项1”."


def limited(**fields: Any) -> Any:
    season = world.season()
    NominationSettings.objects.create(season=season, **fields)
    return season


def test_a_list_stops_at_the_quota_and_says_in_which_rows() -> None:
    season, unit = limited(quota_per_category=2), world.unit("11")
    by = world.person("office")
    world.nomination(season, "王一", route="unit", unit=unit)
    raw = csv_of(
        row(name="李二", unit="11"), row(name="张三", unit="11"), row(name="赵四"),
        row(name="孙五", unit="11", category="奖项2"), row(name="周六", unit="11"),
    )  # fmt: skip

    assert problems(season, raw) == [(3, "", FULL), (6, "", FULL)]
    with pytest.raises(SheetRefused), transaction.atomic():
        taken(season, by, raw)
    assert Nomination.objects.count() == 1

    UnitQuota.objects.create(season=season, unit=unit, category=season.categories.first(), most=4)
    assert taken(season, by, raw).added == 5


@pytest.mark.postgres
def test_units_are_locked_where_a_list_is_written_and_not_where_it_is_looked_at() -> None:
    season, _unit = limited(quota_per_category=2), world.unit("11")
    by, raw = world.person("office"), csv_of(row(name="李二", unit="11"))

    def locks(act: Callable[[], object]) -> bool:
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            act()
        return any(
            'FROM "units_unit"' in one["sql"] and " FOR UPDATE" in one["sql"] for one in queries
        )

    assert not locks(lambda: plan(season=season, user=by, raw=raw))
    assert locks(lambda: taken(season, by, raw))


def test_a_list_stops_at_what_a_unit_has_in_all() -> None:
    season, _unit = limited(quota_per_unit=1), world.unit("11")
    raw = csv_of(row(unit="11"), row(name="李二", unit="11", category="奖项2"))

    assert problems(season, raw) == [(3, "", "单位11 has no nominations left in this season.")]


def test_a_list_that_changes_categories_needs_room_there_and_frees_the_old_place() -> None:
    season, unit = limited(quota_per_category=1), world.unit("11")
    by = world.person("office")
    first, second = (
        world.nomination(season, name, route="unit", unit=unit, position=position)
        for name, position in (("王一", 1), ("李二", 2))
    )

    def moved(one: Nomination, category: str) -> dict[str, str]:
        return {"code": one.code, "category": category, "name": one.name, "headline": one.headline}

    assert problems(season, csv_of(moved(second, "奖项1"))) == [(2, "", FULL)]
    # What changes places with another one fits; what is left as it is asks for nothing.
    done = taken(season, by, csv_of(moved(first, "奖项2"), moved(second, "奖项1")))
    assert (done.changed, done.unchanged) == (2, 0)
    UnitQuota.objects.create(season=season, unit=unit, most=0)
    assert taken(season, by, csv_of(moved(second, "奖项1"))).unchanged == 1


def test_a_correction_does_not_move_to_a_full_category() -> None:
    season = nominating.season(quota_per_category=1)
    office = nominating.unit("11")
    user = nominating.recommender(season, office)
    client = nominating.signed_in(user)
    second = season.categories.get(position=2)
    one, other = (nominating.draft(user, season, of=office) for _each in range(2))
    nominating.filled(client, one)
    nominating.filled(client, other, category=second.pk)
    for each in (one, other):
        assert nominating.send_in(client, each).status_code == 302
    move(nomination_id=one.pk, to="returned", action="return", actor="x", reason="请补充。")

    refused = nominating.saved(client, one, "who", **nominating.WHO, category=second.pk)
    assert refused.status_code == 422
    assert "Please choose another category, or ask the office." in refused.content.decode()
    one.refresh_from_db()
    assert one.category.position == 1
    move(nomination_id=other.pk, to="withdrawn", action="withdraw", actor="x", reason="x")
    assert (
        nominating.saved(client, one, "who", **nominating.WHO, category=second.pk).status_code
        == 302
    )
    assert nominating.send_in(client, one).status_code == 302
