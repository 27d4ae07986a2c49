"""Two people at the same moment: one of them is told, and nothing happens twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from tests.review import world
from voting.nominations.models import Decision, Merge, Nomination
from voting.nominations.services import deciding, merging
from voting.seasons.models import Nominee
from voting.seasons.services import RuleBroken


def both(first: Callable[[], Any], second: Callable[[], Any]) -> list[str]:
    """Do both at once; return for each whether it was done, or what it was told."""
    start = Barrier(2)

    def run(act: Callable[[], Any]) -> str:
        try:
            start.wait(10)
            act()
        except RuleBroken as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(one.result(timeout=60) for one in [pool.submit(run, first),
                                                         pool.submit(run, second)])  # fmt: skip


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_reviewers_who_decide_at_once_decide_once() -> None:
    season = world.season()
    one, two = (world.person(name, "reviewer", season) for name in ("甲", "乙"))
    accepted = world.checked(world.nomination(season, "一"), one)
    torn = world.checked(world.nomination(season, "二"), one)
    left, right = world.nomination(season, "三"), world.nomination(season, "四")

    assert both(
        lambda: deciding.accept(nomination_id=accepted.pk, user=one, seen=accepted.version),
        lambda: deciding.accept(nomination_id=accepted.pk, user=two, seen=accepted.version),
    ) == ["ChangedMeanwhile", "done"]  # fmt: skip
    assert both(
        lambda: deciding.accept(nomination_id=torn.pk, user=one, seen=torn.version),
        lambda: deciding.reject(nomination_id=torn.pk, user=two, seen=torn.version,
                                reason_code="scope"),
    ) == ["ChangedMeanwhile", "done"]  # fmt: skip
    # Each into the other: without one order of locks they would wait for each other for ever.
    assert both(
        lambda: merging.merge(nomination_id=left.pk, into_id=right.pk, user=one, reason="x"),
        lambda: merging.merge(nomination_id=right.pk, into_id=left.pk, user=two, reason="x"),
    ) == ["NotNow", "done"]  # fmt: skip

    torn.refresh_from_db()
    assert Nominee.objects.count() == (2 if torn.state == "accepted" else 1)
    assert Decision.objects.filter(nomination__in=[accepted, torn]).count() == 2
    assert Merge.objects.count() == 1
    assert Nomination.objects.filter(pk__in=[left.pk, right.pk], state="merged").count() == 1
