"""Outside the time of review the pages are read, and say from when or since when."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.review import world
from voting.nominations.models import Decision, Likeness, Nomination
from voting.seasons.models import Season, Stage

pytestmark = pytest.mark.django_db

BEGINS = "Reviewing begins with the stage “Eligibility review”"
FIELDS = ('value="accept"', 'value="reject"', 'value="check"', 'value="clearance"')


@pytest.fixture
def coming(season: Season) -> Stage:
    """The review, which begins in two days."""
    now = timezone.now()
    return Stage.objects.create(
        season=season, kind="eligibility_review", starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=9),
    )  # fmt: skip


def text(client: Client, tail: str, **words: Any) -> str:
    answer = client.get(world.page(tail, **words))
    assert answer.status_code == 200
    return answer.content.decode()


def test_forms_that_would_be_refused_are_not_shown_and_the_file_is_read(
    season: Season, client: Client, coming: Stage
) -> None:
    one = world.nomination(season)
    page = text(client, f"nominations/at/{one.code}/")

    assert BEGINS in page
    assert not [field for field in FIELDS if field in page]
    assert 'value="message"' in page  # writing to a nominator waits for no stage
    assert one.summary in page
    assert "审核从“资格审核”阶段开始" in text(
        client, f"nominations/at/{one.code}/", language="zh-hans"
    )

    Stage.objects.update(starts_at=timezone.now())
    page = text(client, f"nominations/at/{one.code}/")
    assert "Reviewing begins" not in page
    assert all(field in page for field in FIELDS)


def test_what_is_sent_all_the_same_is_refused_and_shown_again(
    season: Season, client: Client, coming: Stage
) -> None:
    one = world.nomination(season)
    refused = client.post(
        world.page(f"nominations/at/{one.code}/"),
        {"action": "reject", "seen": one.version, "reason": "other", "text": "不符合"},
    )
    assert refused.status_code == 422
    assert "Nominations are not reviewed now" in refused.content.decode()
    assert "不符合" in refused.content.decode()
    assert not Decision.objects.exists()


def test_nothing_is_selected_put_together_or_confirmed_either(
    season: Season, reviewer: User, client: Client, coming: Stage
) -> None:
    one, other = world.nomination(season), world.nomination(season, "范玉连")
    asked = client.post(world.page("duplicates/"), follow=True).content.decode()
    assert "Nominations are not reviewed now" in asked
    assert not Likeness.objects.exists()
    places = {
        "nominations/": ('name="pick"', 'id="bulk_do_label"'),
        f"nominations/at/{one.code}/compare/{other.code}/": ('name="do"',),
        "shortlist/1/": ('value="confirm"',),
    }
    for tail, fields in places.items():
        page = text(client, tail)
        assert BEGINS in page, tail
        assert not [field for field in fields if field in page], tail
    Stage.objects.update(starts_at=timezone.now())
    for tail, fields in places.items():
        page = text(client, tail)
        assert BEGINS not in page
        assert all(field in page for field in fields), tail


def test_a_review_that_is_over_says_since_when(season: Season, client: Client) -> None:
    now = timezone.now()
    one = world.nomination(season)
    for kind, first, last in (("eligibility_review", 9, 5), ("judging", 4, -3)):
        Stage.objects.create(
            season=season, kind=kind, starts_at=now - timedelta(days=first),
            ends_at=now - timedelta(days=last),
        )  # fmt: skip
    page = text(client, f"nominations/at/{one.code}/")
    assert "Reviewing ended when the stage “Panel review” began" in page
    assert not [field for field in FIELDS if field in page]
    assert Nomination.objects.get().state == "submitted"


def test_who_only_reads_is_told_of_no_time(season: Season, coming: Stage) -> None:
    one = world.nomination(season)
    observer = world.signed_in(world.person("丙", "observer", season))
    assert "Reviewing begins" not in text(observer, f"nominations/at/{one.code}/")
