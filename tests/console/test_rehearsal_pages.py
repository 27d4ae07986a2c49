"""A rehearsal in the browser: begun, opened, closed, counted, wiped; and copies of last year."""

from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis
from redis.exceptions import RedisError

from tests import make
from tests.roles.people import browser, granted, person
from tests.units.conftest import SMALL, taken, unit
from voting.audit.models import AuditEntry
from voting.ballots.services import rehearsing
from voting.console import rehearsal_views
from voting.seasons import queries
from voting.seasons.copying import begin_rehearsal
from voting.seasons.drafting import copy_season
from voting.seasons.models import NominationSettings, Season, Stage, UnitQuota

pytestmark = pytest.mark.django_db

LIST = "/en/console/seasons/here/rehearsals/"


@pytest.fixture
def organiser() -> Client:
    return browser(person("袁秋萍", is_superuser=True))


def test_rehearsal_is_played_and_wiped_in_the_browser(organiser: Client, redis: Redis) -> None:
    real = make.season(slug="here", caps=make.UNLIMITED)
    make.keyring().make()
    page = organiser.post(LIST, {"reason": "彩排"}).headers["Location"]
    copy = Season.objects.get(rehearsal_of=real)
    steps = []

    for action in ("open", "close", "wipe"):
        shown = organiser.get(page)
        steps.append([one["state"] for one in shown.context["steps"]])
        assert "All votes are invented. Nothing here counts." in shown.content.decode()
        if action == "close":
            copy.refresh_from_db()
            make.ballots(redis, copy, 2, "101")
            make.copied(redis)
        answer = organiser.post(page, {"action": action})
        if action == "close":
            make.copied(redis)
            counted = organiser.get(page).context["count"]
    again = organiser.post(page, {"action": "open"})

    assert steps == [
        ["done", "now", "later", "later"], ["done", "done", "now", "later"],
        ["done", "done", "done", "done"],
    ]  # fmt: skip
    assert (counted["ballots"], counted["differences"]) == (2, [])
    assert [row["choices"] for row in counted["categories"][0]["rows"]] == [2, 0, 0]
    assert answer.headers["Location"] == LIST
    assert again.status_code == 404
    assert list(Season.objects.all()) == [real]
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "season.rehearse", "season.rehearse", "judging.rehearse", "voting.open", "voting.close",
        "season.rehearsal_wipe",
    ]  # fmt: skip


def test_a_rehearsal_closed_without_a_ballot_says_so(organiser: Client, redis: Redis) -> None:
    make.season(slug="here", caps=make.UNLIMITED)
    make.keyring().make()
    page = organiser.post(LIST, {"reason": "彩排"}).headers["Location"]
    for action in ("open", "close"):
        assert organiser.post(page, {"action": action}).status_code == 302
    make.copied(redis)
    shown = organiser.get(page)

    assert shown.context["next"] == "wipe"
    assert [str(one["title"]) for one in shown.context["steps"]][2] == "No ballot was cast"
    assert "A crowd has voted" not in shown.content.decode()
    assert "Nobody has voted" in shown.content.decode()
    assert "<table" not in shown.content.decode()


def test_list_of_rehearsals_costs_the_same_however_many_there_are(
    organiser: Client,
) -> None:
    real = make.season(slug="here")
    counts = []
    for phases in (["draft"], ["open", "closed"]):
        for phase in phases:
            copy = begin_rehearsal(slug=real.slug, actor="x", reason="x")
            Season.objects.filter(pk=copy.pk).update(phase=phase)
        with CaptureQueriesContext(connection) as queries_asked:
            page = organiser.get(LIST).content.decode()
        counts.append(len(queries_asked))

    assert counts[0] == counts[1]
    assert all(words in page for words in ("Not opened yet", "Voting is open", "Counted"))


@pytest.mark.parametrize(
    ("action", "went_away", "words", "phase"),
    [
        ("open", "before", "Nothing was done.", "draft"),
        ("open", "between", "Voting is open on record, but takes no ballots.", "open"),
        ("close", "before", "not closed on record, but may take no ballots", "open"),
        ("wipe", "before", "not wiped, but may take no ballots any more", "open"),
    ],
)
def test_what_is_said_without_the_vote_store_is_true(
    organiser: Client, redis: Redis, monkeypatch: pytest.MonkeyPatch,
    action: str, went_away: str, words: str, phase: str,
) -> None:  # fmt: skip
    real = make.season(slug="here", caps=make.UNLIMITED)
    make.keyring().make()
    page = organiser.post(LIST, {"reason": "彩排"}).headers["Location"]
    if action != "open":
        organiser.post(page, {"action": "open"})
    if went_away == "between":
        monkeypatch.setattr(rehearsing, "load_opened", Mock(side_effect=RedisError("gone")))
    else:
        away = Redis(host="127.0.0.1", port=1)
        monkeypatch.setattr(rehearsal_views, "vote_store", lambda: away)

    shown = organiser.post(page, {"action": action}, follow=True).content.decode()

    assert "The vote store cannot be reached." in shown
    assert words in shown
    assert ("Nothing was done." in shown) == (words == "Nothing was done.")
    assert Season.objects.get(rehearsal_of=real).phase == phase


def test_count_without_the_vote_store_is_no_fault(
    organiser: Client, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.season(slug="here", caps=make.UNLIMITED)
    make.keyring().make()
    page = organiser.post(LIST, {"reason": "彩排"}).headers["Location"]
    for action in ("open", "close"):
        organiser.post(page, {"action": action})
    away = Redis(host="127.0.0.1", port=1)
    monkeypatch.setattr(rehearsal_views, "vote_store", lambda: away)

    answer = organiser.get(page)

    assert (answer.status_code, answer.context["count"]) == (200, None)
    assert "the count cannot be compared now" in answer.content.decode()


def test_rehearsal_of_another_season_is_not_found(organiser: Client) -> None:
    real, other = make.season(slug="here"), make.season(slug="there")
    organiser.post("/en/console/seasons/there/rehearsals/", {"reason": "彩排"})
    copy = Season.objects.get(rehearsal_of=other)
    boss = person()
    granted(boss, "organiser", real)

    for address in (f"{LIST}{copy.slug}/", f"{LIST}there/", f"{LIST}here/"):
        assert organiser.get(address).status_code == 404
        assert organiser.post(address, {"action": "wipe"}).status_code == 404
    # Nobody's list has it, and whoever may run one season finds nothing of another.
    assert browser(boss).get(f"/en/console/seasons/{copy.slug}/").status_code == 404
    assert copy.slug not in organiser.get("/en/console/").content.decode()
    assert Season.objects.filter(pk=copy.pk).exists()


def test_copy_of_last_year_takes_over_all_of_the_set_up() -> None:
    taken(SMALL)
    opens = datetime(2026, 3, 10, 1, tzinfo=UTC)
    old = make.season(
        slug="old", opens_at=opens, closes_at=opens + timedelta(days=7), time_zone="Asia/Shanghai",
        is_showcase=False, approval_authority="评选表彰工作领导小组", approval_ref="〔2026〕1号",
        approved_places=2,
    )  # fmt: skip
    Stage.objects.create(
        season=old, kind="nominations", starts_at=opens - timedelta(days=30),
        ends_at=opens - timedelta(days=20),
    )  # fmt: skip
    NominationSettings.objects.create(season=old, by_oneself=True, long_max=0, quota_per_unit=5)
    first = old.categories.all()[0]
    UnitQuota.objects.create(season=old, unit=unit("11"), category=first, most=3)
    UnitQuota.objects.create(season=old, unit=unit("12"), most=0)

    # Opens at another time of day; deadlines stay where they were in theirs.
    new = copy_season(
        source="old", slug="new", name="新一届", organiser="办公室",
        opens_at=datetime(2027, 3, 9, 4, tzinfo=UTC), closes_at=datetime(2027, 3, 16, tzinfo=UTC),
        actor="甲",
    )  # fmt: skip

    stage = new.stages.get()
    assert stage.starts_at == opens - timedelta(days=30) + timedelta(days=364)
    assert stage.ends_at - stage.starts_at == timedelta(days=10)
    settings = queries.nomination_settings(new)
    assert (settings.by_oneself, settings.long_max, settings.quota_per_unit) == (True, 0, 5)
    there = new.categories.get(position=first.position)
    assert queries.quota_of(new, unit("11").pk).of_category(there.pk) == 3
    assert queries.quota_of(new, unit("12").pk).in_all == 0
    assert (new.is_showcase, new.approval_ref, new.published_at) == (False, "〔2026〕1号", None)
    assert new.nominees.count() == 0
    assert NominationSettings.objects.filter(season=old).count() == 1
