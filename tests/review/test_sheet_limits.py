"""What a list cannot do: get round recusal and the time of review, or break a nomination."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from tests.review import world
from tests.review.test_sheets import csv_of, planned, problems, row, taken
from voting.nominations.models import Merge, Nomination
from voting.nominations.services.errors import NotNow
from voting.nominations.services.importing import SheetRefused
from voting.roles.models import Grant
from voting.seasons.models import NominationSettings, Season, Stage
from voting.units.models import Unit

pytestmark = pytest.mark.django_db

TOO_NEAR = "You are close to this nomination, so somebody else changes it."
NOT_TOGETHER = "You are close to one of these nominations, so somebody else puts them together."
UNIT_STAYS = "A list does not change which unit a nomination comes from. Leave it as it was."


def near(season: Season, user: User, unit: Unit) -> None:
    Grant.objects.create(
        user=user, role="recommender", season=season, unit=unit, granted_by="x",
        starts_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip


def cells(one: Nomination, **changes: str) -> dict[str, str]:
    return {"code": one.code, "category": "1", "name": one.name, "headline": one.headline} | changes


def test_a_list_changes_nothing_that_its_sender_must_keep_out_of(
    season: Season, reviewer: User, other: User
) -> None:
    unit = world.unit("11")
    near(season, reviewer, unit)
    theirs = world.nomination(season, unit=unit)
    free = world.nomination(season, "王一")
    raw = csv_of(
        cells(theirs, headline="改写的", unit="11"), cells(free, headline="改写的", unit=""),
        row(code="", unit="", same_as=theirs.code), row(code="", unit="11", same_as="甲"),
        row(code="", unit="", same_as=free.code), row(code="", unit="11"),
    )  # fmt: skip

    assert problems(season, raw, reviewer) == [
        (2, "", TOO_NEAR), (4, "Put together with", NOT_TOGETHER),
        (5, "Put together with", NOT_TOGETHER),
    ]  # fmt: skip
    before = list(Nomination.objects.order_by("pk").values())
    with pytest.raises(SheetRefused), transaction.atomic():
        taken(season, reviewer, raw)
    assert list(Nomination.objects.order_by("pk").values()) == before
    assert not Merge.objects.exists()
    assert taken(season, other, csv_of(cells(theirs, headline="改写的"))).changed == 1
    # As it was it is no change, and asks for nobody else.
    theirs.refresh_from_db()
    assert taken(season, reviewer, csv_of(cells(theirs))).unchanged == 1


@pytest.mark.parametrize("unit", ["12", ""])
def test_the_unit_of_a_nomination_stays_whatever_a_list_says(season: Season, unit: str) -> None:
    world.unit("12")
    one = world.nomination(season, unit=world.unit("11"))

    assert problems(season, csv_of(cells(one, unit=unit))) == [(2, "Code of the unit", UNIT_STAYS)]
    assert [p.what for p in planned(season, csv_of(cells(one, unit=" 11 ")))] == ["unchanged"]


def test_lists_change_and_put_together_in_the_time_of_review_only(
    season: Season, reviewer: User
) -> None:
    now = timezone.now()
    one = world.nomination(season)
    NominationSettings.objects.create(season=season, review_while_nominating=False)
    taking = Stage.objects.create(
        season=season, kind="nominations", starts_at=now - timedelta(days=2),
        ends_at=now + timedelta(days=2),
    )  # fmt: skip
    for refused in (cells(one, headline="改写的"), row(code="", same_as=one.code)):
        with pytest.raises(NotNow, match="not reviewed now"), transaction.atomic():
            taken(season, reviewer, csv_of(refused))
    # What came on paper is entered while it may come.
    assert taken(season, reviewer, csv_of(row(name="李二"))).added == 1

    Stage.objects.filter(pk=taking.pk).update(ends_at=now - timedelta(days=1))
    assert taken(season, reviewer, csv_of(cells(one, headline="改写的"))).changed == 1
    for kind, first, last in (("eligibility_review", -9, -2), ("judging", -1, 9)):
        Stage.objects.create(
            season=season, kind=kind, starts_at=now + timedelta(hours=first),
            ends_at=now + timedelta(hours=last),
        )  # fmt: skip
    for refused in (cells(one, headline="再改"), row(name="张三")):
        with pytest.raises(NotNow, match="not reviewed now"), transaction.atomic():
            taken(season, reviewer, csv_of(refused))
    assert set(Nomination.objects.values_list("name", flat=True)) == {"范玉莲", "李二"}


def test_a_row_that_the_table_would_refuse_is_named(season: Season, reviewer: User) -> None:
    guild = world.nomination(season, route="organisation", organisation="协会")
    himself = world.nomination(season, route="self", birth_year=None)
    grown = world.nomination(season, "莲子小屋", birth_year=None)
    raw = csv_of(
        cells(guild, organisation="", kind="person"), cells(himself, organisation="", kind="team"),
        cells(grown, organisation="", kind="team"),
    )  # fmt: skip

    assert problems(season, raw) == [
        (2, "Recommending organisation",
         "An organisation put it forward, so this cell must not be empty."),
        (3, "Kind", "Somebody put themselves forward, so this stays a person."),
    ]  # fmt: skip
    assert taken(season, reviewer, csv_of(cells(grown, kind="team"))).changed == 1
    grown.refresh_from_db()
    assert (grown.kind, grown.age) == ("team", "")
