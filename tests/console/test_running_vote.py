"""A vote that goes on, from the console: pause, resume, close, withdraw; numbers and the draw."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape
from redis import Redis

from accounts.models import User
from config.embedded_store import EmbeddedStore
from tests import make
from tests.console.staff import browser, person
from tests.hotpath.booth import dump
from voting.approvals.models import Proposal
from voting.audit.models import AuditEntry
from voting.hotpath.gate import Outcome
from voting.seasons.models import Nominee, Season, SeasonEvent

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/spring/"
ACTS = ("pause/", "resume/", "close/", "withdraw/101/")
NAUGHTY = Path(__file__).parents[1] / "data" / "naughty_strings" / "strings.json"


@pytest.fixture
def season(redis: Redis) -> Season:
    return make.opened(redis, slug="spring")


@pytest.fixture
def first(season: Season) -> User:
    return person("刘国栋", season=season)


def post(user: User, page: str, **values: Any) -> Any:
    return browser(user).post(f"{PAGE}{page}", {"reason": "设备故障"} | values)


def outcome(redis: Redis, *choices: str) -> Outcome:
    return make.ballot(redis, Season.objects.get(slug="spring"), *choices).outcome


def test_voting_is_paused_with_reason_and_time_and_resumed_by_one_person(
    season: Season, first: User, redis: Redis
) -> None:
    answer = post(first, "voting/pause/", reason_en="A fault", until="2030-05-01T18:00")
    assert answer.status_code == 302
    assert outcome(redis) is Outcome.PAUSED
    public = Client().get("/en/s/spring/").content.decode()
    assert "A fault" in public
    assert "1 May, 18:00" in public
    page = browser(first).get(PAGE + "voting/").content.decode()
    assert "Voters read:" in page
    assert "Change what voters read" in page

    assert post(first, "voting/resume/").status_code == 302
    assert outcome(redis) is Outcome.ACCEPTED
    season.refresh_from_db()
    assert (season.phase, season.pause_reason, season.pause_reason_en, season.pause_until) == (
        "open", "", "", None,
    )  # fmt: skip
    entries = AuditEntry.objects.filter(season="spring").order_by("pk")
    assert list(entries.values_list("actor", "action", "reason"))[1:] == [
        ("刘国栋", "voting.pause", "设备故障"), ("刘国栋", "voting.resume", "设备故障"),
    ]  # fmt: skip


def test_closing_early_needs_a_second_person(season: Season, first: User, redis: Redis) -> None:
    second = person("袁秋萍", season=season)
    page = f"{PAGE}voting/close/"
    state = browser(first).get(page).context["form"]["seen"].value()
    assert post(first, "voting/close/", seen=state).status_code == 302
    assert outcome(redis) is Outcome.ACCEPTED
    proposal = Proposal.objects.get()
    assert (proposal.kind, proposal.state) == ("voting.close", "waiting")
    post(first, "voting/pause/")  # an emergency in between does not undo the signature
    approval = f"{PAGE}approvals/{proposal.pk}/"
    own = browser(first).post(approval, {"sign": "1", "seen": proposal.seen})
    assert own.status_code == 422
    assert Season.objects.get().phase == "paused"
    answer = browser(second).post(approval, {"sign": "1", "seen": proposal.seen})
    assert answer.status_code == 302

    assert outcome(redis) is Outcome.CLOSED
    season.refresh_from_db()
    assert season.phase == "closed"
    event = SeasonEvent.objects.get(action="close")
    assert (event.actor, event.detail["approver"]) == ("刘国栋", "袁秋萍")
    for act in ACTS:
        assert browser(first).get(f"{PAGE}voting/{act}").status_code == 404


def test_after_its_time_one_person_writes_the_end_down(redis: Redis) -> None:
    now = timezone.now()
    season = make.opened(redis, slug="spring", closes_at=now + timedelta(seconds=1.5))
    first = person("刘国栋", season=season)
    while timezone.now() < season.closes_at:
        pass
    assert "Record the end of voting" in browser(first).get(PAGE + "voting/").content.decode()
    assert post(first, "voting/close/").status_code == 302
    season.refresh_from_db()
    assert (season.phase, season.closed_at) == ("closed", None)
    assert not Proposal.objects.exists()


def test_a_nominee_is_withdrawn_and_gets_no_new_choices(
    season: Season, first: User, redis: Redis
) -> None:
    assert outcome(redis, "101") is Outcome.ACCEPTED
    page = browser(first).get(PAGE + "voting/withdraw/101/").content.decode()
    assert "This cannot be undone." in page
    assert post(first, "voting/withdraw/101/", reason="").status_code == 422
    assert Nominee.objects.get(ballot_number="101").withdrawn_at is None
    assert post(first, "voting/withdraw/101/").status_code == 302
    assert outcome(redis, "101") is Outcome.WITHDRAWN
    assert browser(first).get(PAGE + "voting/withdraw/999/").status_code == 404
    entry = AuditEntry.objects.get(action="voting.withdraw")
    assert (entry.target, entry.reason) == ("101 候选人101", "设备故障")


def test_nothing_is_done_while_the_store_is_away(
    season: Season, first: User, vote_store: EmbeddedStore
) -> None:
    vote_store.stop()
    for act in ("pause/", "withdraw/101/"):
        answer = post(first, f"voting/{act}")
        assert answer.status_code == 503
        assert "doing it twice does no harm" in answer.content.decode()
    season.refresh_from_db()
    assert season.phase == "open"
    vote_store.start()
    # Withdrawing is written down first; done once more it reaches the store.
    assert post(first, "voting/withdraw/101/").status_code == 302


def test_a_pause_that_reached_only_the_store_is_said_and_done_again(
    season: Season, first: User, redis: Redis
) -> None:
    post(first, "voting/pause/")
    Season.objects.filter(pk=season.pk).update(phase="open")  # the commit that failed
    page = browser(first).get(PAGE + "voting/")
    assert page.context["store"] == "other_phase"
    assert post(first, "voting/resume/").status_code == 302
    assert browser(first).get(PAGE + "voting/").context["store"] == "right"


def test_who_may_do_it(season: Season, first: User, redis: Redis) -> None:
    before = dump(redis)
    for role, status in (("observer", 403), ("reviewer", 403), ("judge", 403)):
        user = person(role, role, season)
        for act in (*ACTS, "finish/"):
            assert browser(user).get(f"{PAGE}voting/{act}").status_code == status
            assert post(user, f"voting/{act}").status_code == status
    stranger = person("别处", season=make.season())
    for act in (*ACTS, "finish/"):
        assert post(stranger, f"voting/{act}").status_code == 404
    assert dump(redis) == before
    assert SeasonEvent.objects.filter(season=season).count() == 1


def test_numbers_page_takes_the_steps_of_a_draw(redis: Redis) -> None:
    season = make.season(
        slug="spring", numbering="entered", nominees={1: []}, published_at=timezone.now()
    )
    for name in ("李白", "丁一", "王小明"):
        make.nominee(season, season.categories.get(), "", name=name)
    user = person("刘国栋", season=season)

    def step(action: str, **values: str) -> Any:
        page = browser(user).get(PAGE + "numbers/")
        state = page.context["forms"][action]["seen"].value()
        return post(user, "numbers/", action=action, seen=state, **values)

    assert Client().get("/en/s/spring/draw/").status_code == 404
    assert step("numbering", numbering="drawn").status_code == 302
    assert step("announce", source="3月3日收盘点位").status_code == 302
    public = Client().get("/en/s/spring/draw/").content.decode()
    assert "3月3日收盘点位" in public
    assert "Not known yet." in public
    assert "李白" not in public
    assert step("seed", seed="3012.58").status_code == 302
    page = browser(user).get(PAGE + "numbers/").content.decode()
    assert all(f"10{n}" in page for n in (1, 2, 3))
    assert post(user, "numbers/", action="seed", seed="1", seen="0" * 16).status_code == 422
    assert post(user, "numbers/", action="other").status_code == 404
    assert list(AuditEntry.objects.values_list("action", flat=True).order_by("pk")) == [
        "season.numbers", "season.draw_announce", "season.draw_seed",
    ]  # fmt: skip


def test_naughty_strings_are_kept_and_shown_as_they_are(season: Season, first: User) -> None:
    texts = [one for one in json.loads(NAUGHTY.read_text(encoding="utf-8")) if one.strip()]
    kept = []
    for at in range(0, len(texts), 100):
        text = " ".join(texts[at : at + 100])[:200]
        answer = post(first, "voting/pause/", reason=text, reason_en=text[::-1])
        assert answer.status_code in {302, 422}
        if answer.status_code == 302:
            kept.append(text.strip())
            season.refresh_from_db()
            assert season.pause_reason == text.strip()
            page = browser(first).get(PAGE + "voting/").content.decode()
            assert escape(text.strip()) in page
            assert "<script>alert" not in page
    assert len(kept) > 2
