"""Opening by two people in the browser: from the readiness list to the first ballot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from redis import Redis
from redis.exceptions import RedisError

from accounts.models import User
from config.embedded_store import EmbeddedStore
from tests import make
from tests.console.staff import browser, person
from voting.approvals.models import Proposal
from voting.audit.models import AuditEntry
from voting.ballots.models import LedgerCursor
from voting.ballots.services import loading, opening
from voting.ballots.services.opening import open_voting
from voting.ballots.stores import keyring
from voting.console.approval_kinds import visible_to
from voting.hotpath import gate
from voting.hotpath.gate import Outcome
from voting.seasons.models import Category, Nominee, RuleSheet, Season, SeasonEvent
from voting.seasons.queries import season_by_slug

pytestmark = pytest.mark.django_db

PAGE = "/en/console/seasons/spring/"


@pytest.fixture(autouse=True)
def hashed_files(collected_static: Path) -> None:
    """Pages name static files by their hashes."""
    keyring().make()


@pytest.fixture
def season() -> Season:
    made = make.season(
        slug="spring", numbering="by_strokes", nominees={1: [], 2: []}, contact_phone="0739-1"
    )
    names = {1: ("李白", "丁一", "王小明"), 2: ("欧阳修", "卜商")}
    for category in made.categories.all():
        for name in names[category.position]:
            make.nominee(made, category, "", name=name)
    return made


@pytest.fixture
def first(season: Season) -> User:
    return person("刘国栋", season=season)


@pytest.fixture
def second(season: Season) -> User:
    return person("袁秋萍", season=season)


def test_the_example_is_one_of_the_nominees_that_there_are(season: Season, first: User) -> None:
    RuleSheet.objects.filter(season=season).update(min_choices=2)
    client = browser(first)

    def example() -> str:
        return " ".join(client.get(PAGE + "opening/").context["rules"]["example"])

    assert "You choose 3 nominees" in example()
    assert "on the list" not in example()
    for name in ("王小明", "丁一", "卜商"):
        Nominee.objects.filter(name=name).delete()
    assert "You choose 2 nominees" in example()
    assert "up to 3 nominees, but of those on the list it can name only 2." in example()
    Nominee.objects.filter(name="李白").delete()
    assert "nobody could vote yet" in example()


def test_who_is_missing_for_the_signatures_is_invited_on_the_page_of_people(
    season: Season, first: User
) -> None:
    items = browser(first).get(PAGE + "opening/").context["items"]
    urls = {item.text: url for item, url in items}
    (missing,) = [text for text in urls if text.startswith("Opening needs two people")]
    assert urls[missing] == PAGE + "people/"


def seen(client: Client, page: str) -> str:
    value: str = client.get(page).context["form"]["seen"].value()
    return value


def signed_first(user: User, reason: str = "评委会会议决定") -> Proposal:
    client = browser(user)
    page = PAGE + "opening/"
    answer = client.post(page, {"reason": reason, "seen": seen(client, page)})
    assert answer.status_code == 302, answer.content.decode()
    return Proposal.objects.get(state="waiting")


def sign(user: User, proposal: Proposal, act: str = "sign", note: str = "", **data: Any) -> Any:
    client = browser(user)
    page = f"{PAGE}approvals/{proposal.pk}/"
    values = {act: "1", "note": note, "seen": seen(client, page)} | data
    return client.post(page, values)


def untouched() -> bool:
    season = Season.objects.get(slug="spring")
    return (
        season.phase == "draft"
        and not season.rule_sheet.frozen_at
        and not LedgerCursor.objects.exists()
        and not Nominee.objects.filter(season=season).exclude(ballot_number="").exists()
        and not SeasonEvent.objects.filter(action="open").exists()
    )


def test_two_people_open_voting_and_ballots_come(
    season: Season, first: User, second: User, redis: Redis,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    page = browser(first).get(PAGE + "opening/").content.decode()
    assert "Ready; two people can open voting" in page
    assert "袁秋萍" in page
    proposal = signed_first(first)
    assert untouched()
    assert [visible_to(one).get() for one in (second, first)] == [proposal] * 2

    look = browser(second).get(f"{PAGE}approvals/{proposal.pk}/").content.decode()
    assert all(name in look for name in ("李白", "丁一", "王小明", "欧阳修", "卜商"))
    assert "刘国栋 signed first" in look
    chips = browser(first).get(PAGE + "opening/").context["rules"]["chips"]
    assert chips
    assert [look.count(chip) for chip in chips] == [1] * len(chips)
    with django_capture_on_commit_callbacks(execute=True):
        assert sign(second, proposal).status_code == 302

    opened = season_by_slug("spring")
    numbers = dict(opened.nominees.values_list("name", "ballot_number"))
    assert numbers == {
        "丁一": "101", "王小明": "102", "李白": "103", "卜商": "201", "欧阳修": "202",
    }  # fmt: skip
    assert opened.rule_sheet.fingerprint in look
    assert make.ballot(redis, opened, "103").outcome is Outcome.ACCEPTED
    event = SeasonEvent.objects.get(action="open")
    assert (event.actor, event.detail["approver"], event.detail["way"]) == (
        "刘国栋", "袁秋萍", "approval",
    )  # fmt: skip
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "approval.propose", "approval.approved", "voting.open",
    ]  # fmt: skip
    rules = Client().get("/en/s/spring/rules/").content.decode()
    assert "Signed by two people." in rules
    assert "Ballot numbers follow the strokes of the names" in rules
    voting = browser(first).get(PAGE + "voting/")
    assert voting.context["store"] == "right"


def test_who_signed_first_cannot_sign_second(season: Season, first: User) -> None:
    proposal = signed_first(first)
    client = browser(first)
    page = f"{PAGE}approvals/{proposal.pk}/"
    text = client.get(page).content.decode()
    assert "You signed first; another person must approve" in text
    assert 'name="sign"' not in text
    answer = client.post(page, {"sign": "1", "seen": proposal.seen})

    assert answer.status_code == 422
    assert untouched()
    assert Proposal.objects.get().state == "waiting"
    assert client.post(page, {"withdraw": "1", "seen": proposal.seen}).status_code == 302
    assert Proposal.objects.get().state == "withdrawn"
    # What comes next is one step away, for whoever may take it.
    assert client.get(page).context["again_url"] == f"{PAGE}opening/"


CHANGES: dict[str, Callable[[], object]] = {
    "name": lambda: Nominee.objects.filter(name="李白").update(name="李黑"),
    "nominee": lambda: make.nominee(
        Season.objects.get(), Category.objects.all()[0], "", name="又一位"
    ),
    "numbering": lambda: Season.objects.update(numbering="entered"),
    "places": lambda: Category.objects.update(places=2),
    "closes_at": lambda: Season.objects.update(closes_at="2030-01-01T00:00Z"),
    "text": lambda: Season.objects.update(organiser="别人"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_after_the_first_signature_makes_it_stale(
    season: Season, first: User, second: User, change: str
) -> None:
    proposal = signed_first(first)
    page = f"{PAGE}approvals/{proposal.pk}/"
    before = seen(browser(second), page)
    CHANGES[change]()

    assert "Changed since it was signed" in browser(second).get(page).content.decode()
    assert "have it signed again" in browser(second).get(page).content.decode()
    assert "take it back, look at it again" in browser(first).get(page).content.decode()
    for state in (before, seen(browser(second), page)):
        answer = sign(second, proposal, seen=state)
        assert answer.status_code == 422
        assert "has changed since" in answer.content.decode()
    assert untouched()
    assert sign(second, proposal, "return").status_code == 422  # why?
    assert sign(second, proposal, "return", note="候选人变了").status_code == 302
    assert Proposal.objects.get().state == "returned"
    assert untouched()


def test_the_first_signature_stands_for_what_the_page_showed(season: Season, first: User) -> None:
    client = browser(first)
    state = seen(client, PAGE + "opening/")
    Nominee.objects.filter(name="李白").update(name="李黑")
    answer = client.post(PAGE + "opening/", {"reason": "r", "seen": state})

    assert answer.status_code == 422
    assert "Changed since you opened it" in answer.content.decode()
    assert not Proposal.objects.exists()
    assert client.post(PAGE + "opening/", {"reason": "", "seen": state}).status_code == 422


def test_what_is_not_ready_can_be_signed_by_nobody(
    season: Season, first: User, second: User
) -> None:
    proposal = signed_first(first)
    Proposal.objects.create(season=season, kind="rules.amend", reason="r", proposed_by=second)
    answer = sign(second, proposal)
    assert answer.status_code == 422
    assert "One change waits for a second person" in answer.content.decode()
    assert untouched()
    page = browser(first).get(PAGE + "opening/").content.decode()
    assert "One item not ready; voting cannot open" in page


def test_a_first_person_whose_role_has_ended_does_not_count(
    season: Season, first: User, second: User
) -> None:
    proposal = signed_first(first)
    first.grants.update(revoked_at="2020-01-01T00:00Z", revoked_by="x")
    answer = sign(second, proposal)
    assert answer.status_code == 422
    assert "may not do so any more" in answer.content.decode()
    assert untouched()


def test_a_store_that_is_away_before_the_commit_opens_nothing(
    season: Season, first: User, second: User, vote_store: EmbeddedStore
) -> None:
    proposal = signed_first(first)
    vote_store.stop()
    answer = sign(second, proposal)

    assert answer.status_code == 503
    assert "Your signature was not recorded" in answer.content.decode()
    assert untouched()
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("step", ["run_id", "put_slice", "put_meta", "write_directory"])
def test_a_store_that_goes_away_after_the_commit_is_said_and_finished(
    season: Season, first: User, second: User, vote_store: EmbeddedStore, step: str,
    redis: Redis, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    proposal = signed_first(first)
    owner: Any = gate if step == "run_id" else loading
    if step in {"put_slice", "put_meta"}:
        owner = loading.store
    real = getattr(owner, step)

    def lost(*args: Any, **kwargs: Any) -> Any:
        vote_store.stop()
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(owner, step, lost)
        patch.setattr(opening, "LONGEST_LOADING_SECONDS", 0.1)
        with django_capture_on_commit_callbacks(execute=True):
            answer = sign(second, proposal)
    assert answer.status_code == 302
    opened = Season.objects.get()
    assert (opened.phase, Proposal.objects.get().state) == ("open", "approved")
    client = browser(first)
    away = client.get(PAGE + "voting/")
    assert away.context["store"] == "away"
    assert "The vote store does not answer" in away.content.decode()
    assert client.post(PAGE + "voting/finish/", {"reason": "r"}).status_code == 503

    vote_store.start()
    page = client.get(PAGE + "voting/")
    assert page.context["store"] == "empty"
    assert "Opened, but not taking ballots yet" in page.content.decode()
    assert client.get(PAGE + "voting/finish/").status_code == 200
    assert client.post(PAGE + "voting/finish/", {"reason": "存储已恢复"}).status_code == 302
    assert client.get(PAGE + "voting/").context["store"] == "right"
    opened.refresh_from_db()
    assert make.ballot(redis, opened, "101").outcome is Outcome.ACCEPTED
    assert client.get(PAGE + "voting/finish/").status_code == 302  # nothing left to do
    assert AuditEntry.objects.filter(action="voting.rebuild").count() == 1


def test_who_may_see_and_sign_what(season: Season, first: User, second: User) -> None:
    proposal = signed_first(first)
    other = make.season(slug="autumn")
    people = {
        "organiser": (second, 200), "observer": (person("o", "observer", season), 403),
        "reviewer": (person("r", "reviewer", season), 403),
        "elsewhere": (person("e", season=other), 404),
        "nobody": (User.objects.create_user("n@example.org"), 404),
    }  # fmt: skip
    pages = [
        "opening/", "voting/", "numbers/", "approvals/", f"approvals/{proposal.pk}/",
    ]  # fmt: skip
    for name, (user, status) in people.items():
        for page in pages:
            assert browser(user).get(PAGE + page).status_code == status, (name, page)
            if status != 200:
                assert (
                    browser(user)
                    .post(PAGE + page, {"reason": "r", "sign": "1", "seen": proposal.seen})
                    .status_code
                    == status
                )
    for page in pages:
        assert browser(None).get(PAGE + page).headers["Location"].startswith("/accounts/login/")
    elsewhere = f"/en/console/seasons/autumn/approvals/{proposal.pk}/"
    assert browser(people["elsewhere"][0]).get(elsewhere).status_code == 404
    assert untouched()
    assert Proposal.objects.get().state == "waiting"


def test_the_inbox_holds_what_waits_and_what_was_decided(
    season: Season, first: User, second: User
) -> None:
    signed = signed_first(first)
    assert sign(second, signed, "return", note="请改时间").status_code == 302
    signed_first(first, reason="改好了")
    for page in ("/en/console/approvals/", PAGE + "approvals/"):
        for user, own in ((first, True), (second, False)):
            text = browser(user).get(page).content.decode()
            assert "改好了" in text
            assert ("You signed first" in text) is own
            assert "袁秋萍 returned it" in text
    elsewhere = browser(person("e", season=make.season())).get("/en/console/approvals/")
    assert "改好了" not in elsewhere.content.decode()
    assert browser(User.objects.create_user("x@example.org")).get(
        "/en/console/approvals/"
    ).status_code == 404  # fmt: skip


def test_lists_ask_as_much_of_the_database_for_many(
    season: Season, first: User, second: User
) -> None:
    signed_first(first)
    client = browser(second)

    def asked() -> list[int]:
        counts = []
        for page in ("/en/console/approvals/", PAGE + "opening/", PAGE + "numbers/"):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    few = asked()
    Proposal.objects.bulk_create(
        Proposal(season=season, kind="voting.close", reason="r", proposed_by=first,
                 state="returned", decided_by=second, decided_at="2026-01-01T00:00Z")
        for _ in range(30)
    )  # fmt: skip
    Nominee.objects.bulk_create(
        Nominee(season=season, category=season.categories.all()[0], name=f"王{n}")
        for n in range(80)
    )
    assert asked() == few


def test_the_store_failure_of_the_command_says_what_finishes_it(
    season: Season, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise RedisError("gone")

    monkeypatch.setattr("voting.ballots.services.opening.load_epoch", away)
    with pytest.raises(Exception, match="rebuild spring"):
        open_voting(slug="spring", actor="甲", approver="乙", reason="r", client=redis)
    assert Season.objects.get().phase == "open"


def test_what_only_goes_leaves_no_empty_line_behind() -> None:
    gone = {"label": "志愿者", "before": "阳素兰", "after": ""}
    come = {"label": "志愿者", "before": "", "after": "陈桂枝"}
    page = render_to_string("console/_difference.html", {"lines": {"lines": [gone, come]}})

    assert page.count("<ins>") == page.count("<del>") == 1
