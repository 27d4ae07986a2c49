"""Proposing an amendment in the console, and what the public reads of it afterwards."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import Redis

from accounts.models import User
from tests import make
from voting.approvals.models import Proposal
from voting.approvals.services import return_proposal
from voting.console.approval_kinds import sign_second
from voting.hotpath.keys import slice_keys
from voting.roles.models import Grant, Role
from voting.seasons.amending import amend_rules, state
from voting.seasons.models import RuleAmendment, Season
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("boss@example.org", "x", name="袁秋萍"))
    return client


@pytest.fixture
def second() -> User:
    return User.objects.create_superuser("second@example.org", "x", name="魏建明")


def page_of(season: Season, rest: str = "") -> str:
    return f"/en/console/seasons/{season.slug}/amend/{rest}"


def typed(client: Client, season: Season, **changes: Any) -> dict[str, Any]:
    form = client.get(page_of(season)).context["form"]
    with timezone.override(ZoneInfo(season.time_zone)):  # a field shows the clock that is active
        shown = {field.html_name: field.value() for field in form}
    found = {name: value for name, value in shown.items() if value not in (None, False)}
    if "closes_at" in found:
        found["closes_at"] = f"{found['closes_at']:%Y-%m-%dT%H:%M}"
    return found | {"reason": "台风停电两天"} | changes


def test_one_proposes_another_approves_and_the_public_reads_both_values_and_the_reason(
    organiser: Client, second: User, redis: Redis, django_capture_on_commit_callbacks: Any
) -> None:
    season = make.opened(redis)
    end = season.closes_at + timedelta(days=2)
    typed_end = f"{end.astimezone(ZoneInfo(season.time_zone)):%Y-%m-%dT%H:%M}"
    values = typed(organiser, season, closes_at=typed_end, display="daily", display_hour=20)
    shown = organiser.post(page_of(season), values | {"show": "1", "reason": ""})
    assert shown.status_code == 200
    assert "Not proposed yet." in shown.content.decode()
    assert not Proposal.objects.exists()

    assert organiser.post(page_of(season), values).status_code == 302
    proposal = Proposal.objects.get()
    assert {line["label"] for line in proposal.difference} == {
        "投票结束", "票数怎样公布", "每天几点公布",
    }  # fmt: skip
    waiting = organiser.get(page_of(season)).content.decode()
    assert "Waits for a second person" in waiting
    assert "台风停电两天" in waiting
    assert not RuleAmendment.objects.exists()  # one person alone changes nothing

    with django_capture_on_commit_callbacks(execute=True):
        sign_second(proposal, user=second, seen=state(season_by_slug(season.slug)))
    now = season_by_slug(season.slug)
    assert now.rule_sheet.display == "daily"
    for language, words in (("en", ("once a day", "20:00")), ("zh-hans", ("每天一次", "20:00"))):
        public = Client().get(f"/{language}/s/{season.slug}/rules/").content.decode()
        assert all(word in public for word in words)
        assert "台风停电两天" in public
        assert now.rule_sheet.fingerprint[:8] in public
        assert RuleAmendment.objects.get().fingerprint_before in public
        # The public does not learn who they were.
        assert "魏建明" not in public
        assert "example.org" not in public
    history = organiser.get(page_of(season)).content.decode()
    assert "Proposed by 袁秋萍, approved by 魏建明" in history


def test_what_is_not_allowed_is_refused_and_nothing_waits(organiser: Client, redis: Redis) -> None:
    season = make.opened(redis, sheet={"display": "rank_only", "rate_burst": 1000})
    sent = typed(organiser, season)
    for change, said in (
        ({}, "Nothing would change"),
        ({"closes_at": "2020-01-01T00:00"}, "not earlier"),
        ({"display": "live"}, "Select a valid choice"),
        ({"result_notice_days": "3"}, "become longer"),
        ({"display": "hidden", "reason": ""}, "This field is required"),
        ({"display": "hidden", "seen": "0" * 64}, "Changed since you opened it"),
    ):
        answer = organiser.post(page_of(season), sent | change)
        assert answer.status_code == 422, change
        assert said in answer.content.decode(), change
    assert not Proposal.objects.exists()


def test_drafts_and_announced_seasons_have_nothing_to_amend(organiser: Client) -> None:
    draft = make.season(slug="draft")
    page = organiser.get(page_of(draft))
    assert "form" not in page.context
    assert "can still be changed by one person" in page.content.decode()
    assert organiser.post(page_of(draft), {"reason": "x", "display": "hidden"}).status_code == 200
    assert not Proposal.objects.exists()


def test_a_proposal_that_was_overtaken_says_so(
    organiser: Client, second: User, redis: Redis
) -> None:
    season = make.opened(redis)
    organiser.post(page_of(season), typed(organiser, season, result_notice_days=7))
    other = User.objects.create_user("third@example.org", password="x")
    amend_rules(
        season_id=season.pk, wanted={"display": "hidden"}, reason="r", proposed_by=second,
        approved_by=other,
    )  # fmt: skip
    assert "must be returned and proposed again" in organiser.get(page_of(season)).content.decode()
    return_proposal(proposal_id=Proposal.objects.get().pk, user=second, note="neu")
    assert "form" in organiser.get(page_of(season)).context


def test_the_store_can_be_told_again(organiser: Client, redis: Redis) -> None:
    season = make.opened(redis)
    keys = slice_keys(season.slug, 0, season.epoch)
    assert "Tell it again" not in organiser.get(page_of(season)).content.decode()
    redis.hset(keys.meta, "closes", 1)
    assert "Tell it again" in organiser.get(page_of(season)).content.decode()
    answer = organiser.post(page_of(season, "tell/"), follow=True)
    assert "knows the end of voting now" in answer.content.decode()
    assert organiser.get(page_of(season, "tell/")).status_code == 405
    redis.delete(keys.meta)
    answer = organiser.post(page_of(season, "tell/"), follow=True)
    assert "must be rebuilt first" in answer.content.decode()


def test_who_may_propose_who_may_not_and_who_finds_nothing(redis: Redis) -> None:
    season = make.opened(redis)
    expected = {Role.ORGANISER: 200, Role.OBSERVER: 403, Role.REVIEWER: 403, None: 404}
    for role, status in expected.items():
        user = User.objects.create_user(f"{role}@example.org", password="x")
        if role:
            Grant.objects.create(user=user, role=role, season=season, granted_by="x")
        client = Client()
        client.force_login(user)
        found = client.get(page_of(season))
        if found.status_code == 302:  # asks for a second factor first
            assert "second" in found["Location"] or "2fa" in found["Location"]
            continue
        assert found.status_code == status, role
        assert client.post(page_of(season, "tell/")).status_code == (
            302 if status == 200 else status
        )
    assert "/login" in Client().get(page_of(season))["Location"]
    assert not Proposal.objects.exists()


def test_the_page_asks_as_much_for_many_amendments(organiser: Client, redis: Redis) -> None:
    season = make.opened(redis)
    people = [User.objects.create_user(f"{n}@example.org", password="x") for n in range(2)]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert organiser.get(page_of(season)).status_code == 200
        return len(queries)

    counts = []
    for days in range(6, 12):
        amend_rules(
            season_id=season.pk, wanted={"result_notice_days": days}, reason="r",
            proposed_by=people[0], approved_by=people[1],
        )  # fmt: skip
        counts.append(asked())
    assert len(set(counts)) == 1
