"""Whoever gets a seat is told of it: by which mail, when not, and who could not be."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from tests import make
from tests.judging import draws, world
from tests.roles.people import browser, granted, person
from voting.judging.models import Judge, Panel, Seat
from voting.judging.queries.reaching import unreached
from voting.judging.services import asking, drawing, panels, pool, seats
from voting.judging.services.importing import import_scores
from voting.judging.services.pool import Person
from voting.roles.models import Grant, Invitation
from voting.seasons.models import Season

pytestmark = [pytest.mark.django_db, pytest.mark.both]
Committed = Callable[..., AbstractContextManager[Any]]


@pytest.fixture(autouse=True)
def styles(collected_static: Path, english: None) -> None:
    """Pages find their styles and speak English."""


@pytest.fixture
def season() -> Season:
    return world.season(name="隆回公益之星", contact_phone="0739-1234567")


@pytest.fixture
def boss(season: Season) -> User:
    made = person("李敏")
    granted(made, "organiser", season)
    return made


@pytest.fixture
def board(season: Season) -> Panel:
    return world.panel(season, name="志愿者组")


@pytest.fixture
def sent(django_capture_on_commit_callbacks: Committed) -> Any:
    """Return a block that collects the mails of what is committed in it."""

    @contextmanager
    def collecting() -> Iterator[list[EmailMessage]]:
        found: list[EmailMessage] = []
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            yield found
        found += mail.outbox[before:]

    return collecting


def known(season: Season, boss: User, key: str = "J1", email: str = "judge@example.org") -> Judge:
    return pool.add_judge(
        season_id=season.pk, person=Person(key, name=f"评委{key}", email=email), by=boss
    )


def named(board: Panel, boss: User, *judges: Judge) -> list[Seat]:
    return panels.seat_judges(panel_id=board.pk, judge_ids=[one.pk for one in judges], by=boss)


def start(season: Season) -> str:
    return f"{settings.SITE_ORIGIN}/zh-hans/judging/{season.slug}/"


def link_in(text: str) -> str:
    (found,) = [one for one in text.split() if "/join/" in one]
    assert found.startswith(f"{settings.SITE_ORIGIN}/zh-hans/join/")
    return found.removeprefix(settings.SITE_ORIGIN)


def test_a_judge_with_an_account_is_led_to_the_judges_page(
    season: Season, board: Panel, boss: User, sent: Any
) -> None:
    judge = world.judge(season, "J1")
    with override("en"), sent() as mails:
        named(board, boss, judge)
    (one,) = mails
    assert judge.user is not None
    assert one.to == [judge.user.email]
    assert "隆回公益之星" in one.subject
    for words in ("隆回公益之星", "志愿者组", start(season), "0739-1234567"):
        assert words in one.body
    assert f"{timezone.localtime(season.stages.get().ends_at):%Y}" in one.body
    assert "/join/" not in one.body
    assert not Invitation.objects.exists()
    assert not unreached(board)


def test_a_judge_without_an_account_gets_a_link_that_makes_a_judge(
    season: Season, board: Panel, boss: User, sent: Any
) -> None:
    judge = known(season, boss)
    with sent() as mails:
        (seat,) = named(board, boss, judge)
    # One mail, not another one about the role beside it.
    (one,) = mails
    assert one.to == ["judge@example.org"]
    assert start(season) in one.body
    user = User.objects.create_user("judge@example.org", name="王评委")
    EmailAddress.objects.update_or_create(
        user=user, email="judge@example.org", defaults={"verified": True}
    )
    client = browser(user)
    assert client.post(link_in(one.body)).status_code == 302
    client.get(f"/en/judging/{season.slug}/")
    seats.confirm(seat_id=seat.pk, user=user)
    assert not unreached(board)


def test_a_link_that_can_still_be_taken_stays(
    season: Season, board: Panel, boss: User, sent: Any
) -> None:
    judge = known(season, boss)
    with sent() as before:
        pool.invite_judge(judge_id=judge.pk, by=boss, reason="expert")
    with sent() as mails:
        named(board, boss, judge)
        named(board, boss, judge)  # who has the seat is not asked again
    assert len(before) == len(mails) == 1
    assert "/join/" not in mails[0].body
    assert start(season) in mails[0].body
    assert Invitation.objects.get().revoked_at is None
    # One that has run out is made anew.
    Invitation.objects.update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now()
    )
    assert [one.has_address for one in unreached(board)] == [True]
    with sent() as again:
        asking.ask_again(judge_id=judge.pk, by=boss)
    assert link_in(again[0].body)
    assert not unreached(board)


def test_who_was_given_the_role_by_name_needs_no_link(
    season: Season, board: Panel, boss: User, sent: Any
) -> None:
    judge = known(season, boss)
    user = User.objects.create_user("Judge@example.org", name="王评委")
    EmailAddress.objects.update_or_create(
        user=user, email="judge@example.org", defaults={"verified": True}
    )
    Grant.objects.create(user=user, role="judge", season=season, granted_by="test")
    with sent() as mails:
        named(board, boss, judge)
    assert "/join/" not in mails[0].body
    assert not unreached(board)


def test_who_is_drawn_and_who_comes_instead_is_told(
    boss: User, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    season = make.season(slug="here", phase="open", time_zone="Asia/Shanghai")
    draws.pool(season)
    panel, people = draws.panel_of(season), draws.two(season)
    draw = draws.announced(panel, people[0], {"institution": 2})
    with sent() as mails:
        chosen = draws.drawn(draw, people, "7", monkeypatch)
    assert sorted(one.to[0] for one in mails) == sorted(one.judge.email for one in chosen)
    assert all(link_in(one.body) for one in mails)
    gone = chosen[0]
    Seat.objects.filter(pk=gone.pk).update(state="declined")
    with sent() as mails:
        made = drawing.replace_from_draw(panel_id=panel.pk, seat_id=gone.pk, by=people[0])
    assert [one.to for one in mails] == [[made.judge.email]]


def test_in_a_rehearsal_and_from_files_nobody_is_told(
    season: Season, boss: User, sent: Any
) -> None:
    rehearsal = world.season(slug="r-1", rehearsal_of=season)
    judge = world.judge(rehearsal, "J1")
    other = known(rehearsal, boss, "J2")
    board = world.panel(rehearsal)
    with sent() as mails:
        named(board, world.organiser(), judge, other)
        raw = b"judge,nominee,points\nJ7,101,80\n"
        bare = world.season({}, slug="bare")
        known(bare, boss, "J7")
        import_scores(season=bare, raw=raw, file_name="s.csv", actor="operator")
    assert Seat.objects.filter(how="imported").exists()
    assert (mails, unreached(board)) == ([], [])
    assert unreached(Panel.objects.get(season=bare)) == []


def test_a_mail_or_link_that_fails_undoes_nothing(
    season: Season, board: Panel, boss: User, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_words: object) -> None:
        raise OSError("no mail server")

    monkeypatch.setattr(asking, "send_mail", fails)
    with sent():
        named(board, boss, world.judge(season, "J1"))
    assert board.seats.count() == 1
    monkeypatch.undo()
    # Whose own role ends can give none that does not.
    Grant.objects.filter(user=boss).update(ends_at=timezone.now() + timedelta(days=2))
    judge = known(season, boss, "J2")
    with sent() as mails:
        named(board, boss, judge)
    assert mails == []
    assert not Invitation.objects.exists()
    assert [(one.seat.judge.key, one.has_address) for one in unreached(board)] == [("J2", True)]


def test_pages_say_who_was_not_told_and_where_judges_begin(
    season: Season, board: Panel, boss: User, sent: Any
) -> None:
    judge = known(season, boss, email="")
    client, here = browser(boss), reverse("console:panel", args=[season.slug, board.pk])
    with sent() as mails:
        client.post(here, {"do": "seat", "judges": [str(judge.pk)]})
    assert mails == []
    shown = client.get(here).content.decode()
    own = reverse("console:judge", args=[season.slug, judge.pk])
    told = shown.partition("could not be told")[2][:600]
    assert own in told
    assert "no address is known" in told
    assert start(season) in shown
    assert start(season) in client.get(own).content.decode()
    # The address is what was missing; it is written to as soon as it is known.
    with sent() as mails:
        client.post(own, {"do": "save", "key": "J1", "name": "评委", "email": "judge@example.org"})
    assert [one.to for one in mails] == [["judge@example.org"]]
    assert "could not be told" not in client.get(here).content.decode()
    # Nothing else that is saved writes again.
    with sent() as mails:
        client.post(
            own, {"do": "save", "key": "J1", "name": "评委甲", "email": "judge@example.org"}
        )
    assert mails == []
