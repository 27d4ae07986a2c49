"""Stages: set all at once, read as a timeline, kept by the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests import make
from voting.audit.models import AuditEntry
from voting.seasons import queries
from voting.seasons.drafting import ChangedMeanwhile
from voting.seasons.models import Season, SeasonEvent, Stage
from voting.seasons.scheduling import schedule_state, set_schedule
from voting.seasons.services import RuleBroken, SeasonFrozen

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
OPENS = datetime(2027, 3, 10, 1, tzinfo=UTC)
WHO = {"actor": "袁秋萍", "reason": "会议决定"}
PLAN = {
    "nominations": (OPENS - 9 * DAY, OPENS - 6 * DAY),
    "eligibility_review": (OPENS - 6 * DAY, OPENS - 4 * DAY),
    "candidate_notice": (OPENS - 3 * DAY, OPENS + DAY),
    "judging": (OPENS + 5 * DAY, OPENS + 6 * DAY),
}


@pytest.fixture
def season() -> Season:
    return make.season(opens_at=OPENS, closes_at=OPENS + 5 * DAY, time_zone="Asia/Shanghai")


def plan(season: Season, times: Any = None, **changes: Any) -> Season:
    who = WHO | {"seen": schedule_state(season)} | changes
    return set_schedule(slug=season.slug, times=PLAN if times is None else times, **who)


def states(season: Season, at: datetime) -> dict[str, str]:
    return {one.kind: one.state for one in queries.timeline(season, at)}


def test_timeline_says_what_is_done_going_on_and_to_come(season: Season) -> None:
    plan(season)

    assert states(season, OPENS - 10 * DAY) == dict.fromkeys(
        ["nominations", "eligibility_review", "candidate_notice", "voting", "judging"], "later"
    )
    # The start belongs to a stage, the end to the next.
    assert states(season, OPENS - 6 * DAY) == {
        "nominations": "done", "eligibility_review": "now", "candidate_notice": "later",
        "voting": "later", "judging": "later",
    }  # fmt: skip
    # What nobody has opened is not going on.
    assert states(season, OPENS)["voting"] == "later"
    season.phase = Season.Phase.OPEN
    assert states(season, OPENS) == {
        "nominations": "done", "eligibility_review": "done", "candidate_notice": "now",
        "voting": "now", "judging": "later",
    }  # fmt: skip
    season.closed_at = OPENS + 4 * DAY
    season.phase = Season.Phase.CLOSED
    assert states(season, OPENS + 4 * DAY)["voting"] == "done"
    with CaptureQueriesContext(connection) as asked:
        queries.timeline(season, OPENS)
    assert len(asked) == 1


def test_deadline_is_by_the_clock_and_moves_at_once(season: Season) -> None:
    plan(season)
    end = PLAN["nominations"][1]
    tick = timedelta(microseconds=1)

    assert queries.is_in_stage(season, "nominations", end - tick)
    assert not queries.is_in_stage(season, "nominations", end)
    assert not queries.is_in_stage(season, "nominations")
    assert not queries.is_in_stage(season, "result_notice", end)
    assert not queries.is_in_stage(season, "voting", OPENS)
    season.phase = Season.Phase.PAUSED
    assert queries.is_in_stage(season, "voting", OPENS)
    Stage.objects.filter(kind="nominations").update(ends_at=end + DAY)
    assert queries.is_in_stage(season, "nominations", end)


def test_change_is_on_record(season: Season) -> None:
    plan(season)

    moved = {"nominations": PLAN["nominations"], "voting": (OPENS + DAY, OPENS + 2 * DAY)}
    plan(season, moved)

    season.refresh_from_db()
    assert (season.opens_at, season.closes_at) == moved["voting"]
    assert [one.kind for one in season.stages.all()] == ["nominations"]
    assert (
        list(SeasonEvent.objects.values_list("action", "actor", "reason"))
        == [("stages", "袁秋萍", "会议决定")] * 2
    )
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.season) == ("season.stages", season.slug)
    # What has not changed is not told.
    assert set(entry.before) == {"eligibility_review", "candidate_notice", "judging", "voting"}
    assert entry.before["voting"] == ["2027-03-10T01:00:00+00:00", "2027-03-15T01:00:00+00:00"]
    assert entry.after == dict.fromkeys(entry.before) | {
        "voting": ["2027-03-11T01:00:00+00:00", "2027-03-12T01:00:00+00:00"]
    }


def test_clash_names_both_stages_and_leaves_nothing_behind(season: Season) -> None:
    plan(season)
    before = list(Stage.objects.values_list("kind", "starts_at", "ends_at"))
    late = PLAN | {"nominations": (OPENS - 9 * DAY, OPENS - 5 * DAY), "judging": (OPENS, OPENS)}

    with pytest.raises(RuleBroken) as refused, translation.override("en"):
        plan(season, late)

    assert str(refused.value).split("\n") == [
        "“Panel review” must end after it starts.",
        (
            "“Nominations” and “Eligibility review” clash: the first ends 5 Mar 2027, 09:00, the "
            "second starts 4 Mar 2027, 09:00 already."
        ),
    ]
    assert list(Stage.objects.values_list("kind", "starts_at", "ends_at")) == before
    assert AuditEntry.objects.count() == 1


def test_nobody_writes_over_what_they_have_not_seen(season: Season) -> None:
    seen = schedule_state(season)
    plan(season)

    with pytest.raises(ChangedMeanwhile):
        plan(season, {}, seen=seen)
    assert season.stages.count() == 4


def test_opened_season_keeps_what_led_there(season: Season) -> None:
    plan(season)
    Season.objects.update(phase=Season.Phase.OPEN)
    season.refresh_from_db()

    for change in (
        {"nominations": (OPENS - 8 * DAY, OPENS - 6 * DAY)},
        {"voting": (OPENS, OPENS + 4 * DAY)},
    ):
        with pytest.raises(SeasonFrozen), translation.override("en"):
            plan(season, PLAN | change)
    assert season.stages.get(kind="nominations").starts_at == PLAN["nominations"][0]

    later = PLAN | {
        "candidate_notice": (OPENS - 3 * DAY, OPENS + 2 * DAY),
        "judging": (OPENS + 6 * DAY, OPENS + 7 * DAY),
    }
    plan(season, later)
    assert season.stages.get(kind="judging").starts_at == OPENS + 6 * DAY


@pytest.mark.both
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": "nominations"}, "stage_kind_once_per_season"),
        ({"kind": "voting"}, "stage_kind_is_known"),
        ({"kind": "judging", "ends_at": OPENS}, "stage_ends_after_it_starts"),
    ],
)
def test_database_refuses(season: Season, fields: dict[str, Any], constraint: str) -> None:
    plain: dict[str, Any] = {"starts_at": OPENS, "ends_at": OPENS + DAY}
    Stage.objects.create(season=season, kind="nominations", **plain)

    # SQLite names columns, not the constraint, where something stands twice.
    words = constraint if "once" not in constraint else f"{constraint}|UNIQUE"
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        Stage.objects.create(season=season, **plain | fields)
