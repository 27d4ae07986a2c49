"""Two people at the same moment: one of them is told, and nothing happens twice."""

import pytest

from tests.racing import at_once
from tests.review import world
from voting.nominations.models import Decision, Merge, Nomination
from voting.nominations.services import deciding, merging
from voting.seasons.models import Nominee


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_who_decide_at_once_decide_once() -> None:
    season = world.season()
    one, two = (world.person(name, "reviewer", season) for name in ("甲", "乙"))
    accepted = world.checked(world.nomination(season, "一"), one)
    torn = world.checked(world.nomination(season, "二"), one)
    left, right = world.nomination(season, "三"), world.nomination(season, "四")

    assert at_once(
        lambda: deciding.accept(nomination_id=accepted.pk, user=one, seen=accepted.version),
        lambda: deciding.accept(nomination_id=accepted.pk, user=two, seen=accepted.version),
    ) == ["ChangedMeanwhile", "done"]  # fmt: skip
    assert at_once(
        lambda: deciding.accept(nomination_id=torn.pk, user=one, seen=torn.version),
        lambda: deciding.reject(nomination_id=torn.pk, user=two, seen=torn.version,
                                reason_code="scope"),
    ) == ["ChangedMeanwhile", "done"]  # fmt: skip
    # Each into the other: without one order of locks they would wait for each other for ever.
    assert at_once(
        lambda: merging.merge(nomination_id=left.pk, into_id=right.pk, user=one, reason="x"),
        lambda: merging.merge(nomination_id=right.pk, into_id=left.pk, user=two, reason="x"),
    ) == ["NotNow", "done"]  # fmt: skip

    torn.refresh_from_db()
    assert Nominee.objects.count() == (2 if torn.state == "accepted" else 1)
    assert Decision.objects.filter(nomination__in=[accepted, torn]).count() == 2
    assert Merge.objects.count() == 1
    assert Nomination.objects.filter(pk__in=[left.pk, right.pk], state="merged").count() == 1
