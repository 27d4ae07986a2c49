"""Who may take a judge's link, and how organisers take it back from the wrong person."""

from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.judging import world
from tests.roles.people import browser, granted, person
from voting.audit.models import AuditEntry
from voting.judging.models import Judge, Mark, Panel, ScoreSheet, Seat, SeatEvent
from voting.judging.services import pool, seats, submitting
from voting.judging.services.errors import JudgingRefused
from voting.judging.services.pool import Person
from voting.nominations.ways import masked
from voting.roles.models import Grant, Invitation
from voting.seasons.models import Season

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def styles(collected_static: Path, english: None) -> None:
    """Pages find their styles and speak English."""


@pytest.fixture
def season() -> Season:
    return world.season()


@pytest.fixture
def boss(season: Season) -> User:
    """Return an organiser of the season alone."""
    made = person("李敏")
    granted(made, "organiser", season)
    return made


def invited(season: Season, boss: User, email: str = "") -> tuple[Judge, str]:
    judge = pool.add_judge(season_id=season.pk, person=Person("J1", email=email), by=boss)
    _invitation, address = pool.invite_judge(judge_id=judge.pk, by=boss, reason="expert")
    return judge, address.removeprefix(settings.SITE_ORIGIN).replace("/zh-hans/", "/en/")


def proves(user: User, email: str, *, verified: bool = True) -> None:
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)


@pytest.mark.parametrize(
    ("email", "verified"), [("other@example.org", True), ("judge@example.org", False)]
)
def test_a_link_for_a_known_address_is_for_its_owner_alone(
    season: Season, boss: User, email: str, *, verified: bool
) -> None:
    judge, address = invited(season, boss, "Judge@Example.org")
    wrong = User.objects.create_user("x@example.org", name="张三")
    proves(wrong, email, verified=verified)

    shown = browser(wrong).get(address)
    taken = browser(wrong).post(address)

    assert (shown.status_code, taken.status_code) == (200, 422)
    for page in (shown, taken):
        text = page.content.decode()
        assert "Ju***@Example.org" in text
        assert "judge@example.org" not in text.lower()
        assert "Accept the invitation" not in text
    assert not Grant.objects.filter(user=wrong).exists()
    assert Invitation.objects.get(judge=judge).accepted_at is None
    proves(wrong, "judge@example.org")
    assert browser(wrong).post(address).status_code == 302
    assert browser(wrong).get(f"/en/judging/{season.slug}/").status_code == 200
    judge.refresh_from_db()
    assert judge.user == wrong


def test_an_address_that_is_learned_later_holds_too(season: Season, boss: User) -> None:
    judge, address = invited(season, boss)
    wrong = User.objects.create_user("x@example.org", name="张三")
    client = browser(wrong)
    assert client.post(address).status_code == 302
    pool.change_judge(judge_id=judge.pk, person=Person("J1", email="judge@example.org"), by=boss)
    assert client.get(f"/en/judging/{season.slug}/").status_code == 404
    judge.refresh_from_db()
    assert judge.user is None


def test_another_link_ends_the_one_before(season: Season, boss: User) -> None:
    judge, address = invited(season, boss)
    pool.invite_judge(judge_id=judge.pk, by=boss, reason="again")
    stranger = User.objects.create_user("x@example.org", name="张三")
    assert browser(stranger).post(address).status_code == 404
    assert not Grant.objects.filter(user=stranger).exists()


def test_organisers_see_who_took_a_link_and_take_it_back(
    season: Season, boss: User, django_capture_on_commit_callbacks: object
) -> None:
    judge, address = invited(season, boss)
    board = world.panel(season)
    (seat,) = world.seated(board, judge, ready=False)
    wrong = User.objects.create_user("zhangsan@example.org", name="张三", phone="+8613800138000")
    client = browser(wrong)
    client.post(address)
    page = reverse("console:judge", args=[season.slug, judge.pk])
    # Seen as soon as the link is taken, before its taker has looked at any page of judging.
    shown = browser(boss).get(page).content.decode()
    assert "张三" in shown
    assert "zh***@example.org" in shown
    assert "+86138****8000" in shown
    assert "zhangsan" not in shown
    assert "Took the link" in shown
    client.get(f"/en/judging/{season.slug}/")
    seats.confirm(seat_id=seat.pk, user=wrong)
    seats.declare(seat_id=seat.pk, user=wrong, declaration="保密")
    world.panels.open_panel(panel_id=board.pk, by=boss)
    seat.refresh_from_db()
    world.mark_all(seat)
    # As one who has compared the example with what the committee gives it.
    Seat.objects.update(practised_at=seat.declared_at, reminded_at=seat.declared_at)
    assert browser(boss).post(page, {"do": "off", "reason": ""}).status_code == 422

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = browser(boss).post(page, {"do": "off", "reason": "链接转错了人"})

    assert answer.status_code == 302
    judge.refresh_from_db()
    seat.refresh_from_db()
    assert (judge.user, judge.invitation, seat.state, seat.declaration) == (
        None,
        None,
        "invited",
        "",
    )
    assert (seat.practised_at, seat.reminded_at) == (None, None)
    assert not Mark.objects.exists()
    assert not ScoreSheet.objects.exists()
    assert Grant.objects.get(user=wrong).revoked_at is not None
    assert client.get(f"/en/judging/{season.slug}/").status_code == 404
    assert [one.to for one in mail.outbox] == [["zhangsan@example.org"]]
    logged = AuditEntry.objects.get(action="judging.judge_unlink")
    assert (logged.actor, logged.reason) == ("李敏", "链接转错了人")
    # And the judge can be invited anew.
    _invitation, again = pool.invite_judge(judge_id=judge.pk, by=boss, reason="expert")
    right = User.objects.create_user("right@example.org", name="王评委")
    browser(right).post(again.removeprefix(settings.SITE_ORIGIN))
    assert browser(right).get(f"/en/judging/{season.slug}/").status_code == 200


def ready(boss: User) -> tuple[Panel, Seat]:
    board, (seat,) = world.opened()
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    granted(boss, "organiser", board.season)
    return board, seat


def test_what_was_submitted_stays_with_its_account(boss: User) -> None:
    board, seat = ready(boss)
    with pytest.raises(JudgingRefused, match="has submitted a sheet"):
        pool.take_account_off(judge_id=seat.judge_id, by=boss, reason="x")
    # Nor after it was reopened: one organiser alone would undo a sheet.
    submitting.reopen(seat_id=seat.pk, by=boss, reason="改")
    with pytest.raises(JudgingRefused, match="has submitted a sheet"):
        pool.take_account_off(judge_id=seat.judge_id, by=boss, reason="x")
    page = reverse("console:judge", args=[board.season.slug, seat.judge_id])
    assert browser(boss).post(page, {"do": "off", "reason": "x"}).status_code == 422
    assert Judge.objects.get(pk=seat.judge_id).user is not None
    assert Mark.objects.exists()
    assert SeatEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("zhang@example.org", "zh***@example.org"),
        ("ab@example.org", "a***@example.org"),
        ("a@example.org", "***@example.org"),
        ("+8613800138000", "+86138****8000"),
    ],
)
def test_an_address_is_never_shown_in_full(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_a_seat_that_the_wrong_person_declined_is_asked_anew(season: Season, boss: User) -> None:
    judge, address = invited(season, boss)
    (seat,) = world.seated(world.panel(season), judge, ready=False)
    wrong = User.objects.create_user("zhangsan@example.org", name="张三")
    browser(wrong).post(address)
    browser(wrong).get(f"/en/judging/{season.slug}/")
    seats.decline(seat_id=seat.pk, user=wrong, reason="")
    pool.take_account_off(judge_id=judge.pk, by=boss, reason="链接转错了人")
    seat.refresh_from_db()
    assert seat.state == Seat.State.INVITED


def test_the_sign_in_page_says_what_the_link_is_about(season: Season, boss: User) -> None:
    Season.objects.update(name="隆回公益之星", name_en="Longhui Star")
    judge, address = invited(season, boss, "judge@example.org")
    ways_in = Client().get(address).headers["Location"]
    said = "You are invited to take part in Longhui Star as judge."
    shown = Client().get(ways_in)
    text = shown.content.decode()
    assert said in text
    assert "no-store" in shown.headers["Cache-Control"]
    # Who invited, and to which address, is for whoever has signed in.
    for word in ("李敏", "judge@example", "Ju***", "ju***", judge.key + " "):
        assert word not in text
    # Also in the other language, after a mistake, and where one signs in with a password.
    assert "隆回公益之星" in Client().get(ways_in.replace("=en", "=zh-hans")).content.decode()
    path = ways_in.partition("next=")[2]
    login = f"{reverse('account_login')}?language=en"
    assert said in Client().post(login, {"login": "?", "next": address}).content.decode()
    password = f"{reverse('account_login_password')}?language=en&next={path}"
    assert said in Client().get(password).content.decode()


def test_the_sign_in_page_says_nothing_of_links_that_do_not_hold(
    season: Season, boss: User
) -> None:
    judge, address = invited(season, boss)
    login = f"{reverse('account_login')}?language=en&next="
    for wanted in (
        "", "/en/", "/en/join/" + "x" * 43 + "/", "//elsewhere.example" + address,
        "https://elsewhere.example" + address, "http://[", "/nowhere/" + address,
    ):  # fmt: skip
        answer = Client().get(login + wanted)
        assert answer.status_code == 200
        assert "You are invited" not in answer.content.decode(), wanted
    pool.invite_judge(judge_id=judge.pk, by=boss, reason="again")
    assert "You are invited" not in Client().get(login + address).content.decode()


def test_judges_find_their_account_and_the_way_out(season: Season) -> None:
    board, (seat,) = world.opened(season)
    client = world.browser(seat)
    for page in (f"/en/judging/{season.slug}/", world.page(board, world.first(board))):
        bar = client.get(page).content.decode().partition("</header>")[0]
        assert f"{reverse('account_home')}?language=en" in bar
        assert f"{reverse('account_logout')}?language=en" in bar
