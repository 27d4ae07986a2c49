"""Who may judge, which account a judge is, and the life of a seat."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import transaction
from django.db.models import ProtectedError

from accounts.models import User
from tests.judging import world
from voting.audit.models import AuditEntry
from voting.judging.models import Judge, Panel, Seat
from voting.judging.services import panels, pool, seats
from voting.judging.services.errors import JudgingRefused, PanelStandsStill
from voting.judging.services.panels import Settings
from voting.judging.services.pool import Person
from voting.roles import services as roles
from voting.roles.models import Grant, Role
from voting.seasons.models import Season

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def season() -> Season:
    return world.season()


@pytest.fixture
def boss() -> User:
    return world.organiser()


def test_a_code_stands_once_in_a_season(season: Season, boss: User) -> None:
    pool.add_judge(season_id=season.pk, person=Person("J1"), by=boss)

    with pytest.raises(JudgingRefused, match="has this code"):
        pool.add_judge(season_id=season.pk, person=Person("J1"), by=boss)
    with pytest.raises(JudgingRefused, match="no commas"):
        pool.add_judge(season_id=season.pk, person=Person("J,2"), by=boss)

    assert [one.key for one in Judge.objects.all()] == ["J1"]


def test_a_judge_with_a_seat_keeps_the_code_and_stays(season: Season, boss: User) -> None:
    judge = world.judge(season, "J1")
    world.seated(world.panel(season), judge, ready=False)

    with pytest.raises(JudgingRefused, match="stands still"):
        pool.change_judge(judge_id=judge.pk, person=Person("J2"), by=boss)
    with pytest.raises(JudgingRefused, match="stays on record"):
        pool.remove_judge(judge_id=judge.pk, by=boss, reason="gone")
    pool.change_judge(judge_id=judge.pk, person=Person("J1", name="李评委"), by=boss)

    assert Judge.objects.get().name == "李评委"


def test_whoever_accepts_the_link_is_the_judge(season: Season, boss: User) -> None:
    judge = pool.add_judge(season_id=season.pk, person=Person("J1"), by=boss)
    invitation, address = pool.invite_judge(judge_id=judge.pk, by=boss, reason="expert")
    user = User.objects.create_user("other@example.org", name="王评委")

    client = world.browser(user)
    response = client.post(address.replace("http://127.0.0.1:8000", ""))
    start = client.get(f"/en/judging/{season.slug}/")

    judge.refresh_from_db()
    assert invitation.pk == judge.invitation_id
    assert response.headers["Location"].endswith(f"/judging/{season.slug}/")
    assert (start.status_code, judge.user) == (200, user)
    assert Grant.objects.get(user=user).role == Role.JUDGE


@pytest.mark.parametrize(("verified", "known"), [(True, True), (False, False)])
def test_only_a_proved_address_makes_somebody_a_judge(
    season: Season, boss: User, *, verified: bool, known: bool
) -> None:
    pool.add_judge(season_id=season.pk, person=Person("J1", email="A@example.org"), by=boss)
    user = User.objects.create_user("a@example.org", name="甲")
    EmailAddress.objects.filter(user=user).delete()
    EmailAddress.objects.create(user=user, email="a@example.org", verified=verified)
    roles.grant_role(user_id=user.pk, role=Role.JUDGE, by=boss, reason="judge", season_id=season.pk)

    response = world.browser(user).get(f"/en/judging/{season.slug}/")

    assert response.status_code == (200 if known else 404)
    assert (Judge.objects.get().user == user) is known


def test_seat_is_confirmed_declared_and_left(season: Season, boss: User) -> None:
    board = world.panel(season)
    (seat,) = world.seated(board, world.judge(season, "J1"), ready=False)
    user = seat.judge.user
    assert user is not None
    assert seat.state == Seat.State.INVITED

    seats.confirm(seat_id=seat.pk, user=user)
    with pytest.raises(JudgingRefused, match="already"):
        seats.confirm(seat_id=seat.pk, user=user)
    seats.declare(seat_id=seat.pk, user=user, declaration="我保密")
    with pytest.raises(JudgingRefused, match="already"):
        seats.decline(seat_id=seat.pk, user=user)
    seats.leave(seat_id=seat.pk, by=boss, reason="ill")

    seat.refresh_from_db()
    assert (seat.state, seat.declaration, seat.left_because) == ("left", "我保密", "ill")
    logged = AuditEntry.objects.filter(action__startswith="judging.seat").order_by("pk")
    assert [one.action.partition("_")[2] for one in logged] == [
        "add",
        "confirm",
        "declare",
        "leave",
    ]


def test_nobody_answers_for_somebody_else(season: Season) -> None:
    board = world.panel(season)
    one, other = world.seated(
        board, world.judge(season, "J1"), world.judge(season, "J2"), ready=False
    )

    with pytest.raises(JudgingRefused, match="somebody else's seat"):
        seats.decline(seat_id=one.pk, user=other.judge.user)

    one.refresh_from_db()
    assert one.state == Seat.State.INVITED


def test_a_panel_needs_a_declared_component(season: Season, boss: User) -> None:
    for settings, text in (
        (Settings("public"), "no panel"),
        (Settings("nothing"), "no panel"),
        (Settings("panel", hidden=("face",)), "cannot be hidden"),
        (Settings("panel", category_ids=(0,)), "not of this season"),
    ):
        with pytest.raises(JudgingRefused, match=text):
            panels.create_panel(season_id=season.pk, settings=settings, by=boss)

    assert not Panel.objects.exists()


def test_a_category_that_a_panel_marks_is_not_deleted(season: Season, boss: User) -> None:
    """Without its only category the panel would mark all of them."""
    category = season.categories.get(position=1)
    panels.create_panel(
        season_id=season.pk, settings=Settings("panel", category_ids=(category.pk,)), by=boss
    )
    category.nominees.all().delete()
    with pytest.raises(ProtectedError, match="a panel marks this"), transaction.atomic():
        category.delete()
    Panel.objects.all().delete()
    category.delete()
    assert not season.categories.filter(position=1).exists()


def test_what_is_marked_stands_still_once_a_panel_is_open(boss: User) -> None:
    board, _seats = world.opened()
    still = Settings("panel", name="新名")

    panels.change_panel(panel_id=board.pk, settings=still, by=boss)
    for settings in (
        Settings("panel", hidden=("name",)),
        Settings("panel", per_nominee=2),
        Settings("panel", category_ids=(board.season.categories.get(position=1).pk,)),
    ):
        with pytest.raises(PanelStandsStill):
            panels.change_panel(panel_id=board.pk, settings=settings, by=boss)
    # Not even a change of the rule sheet reaches the judges any more.
    board.season.rule_sheet.consolidation = world.consolidation(
        rubric=world.rubric([("other", "别的", "Other", "1")])
    )
    board.season.rule_sheet.save()

    board.refresh_from_db()
    assert (board.name, board.hidden) == ("新名", [])
    assert [one["key"] for one in board.declared["rubric"]["criteria"]] == [
        "duration", "help", "example", "conduct",
    ]  # fmt: skip


def test_a_panel_opens_in_its_stage_or_once_rules_are_frozen(season: Season, boss: User) -> None:
    board = world.panel(season)
    world.seated(board, world.judge(season, "J1"), ready=False)
    season.stages.all().delete()

    with pytest.raises(JudgingRefused, match="once the rules are frozen"):
        panels.open_panel(panel_id=board.pk, by=boss)

    board.refresh_from_db()
    assert (board.opened_at, board.declared) == (None, {})


def test_a_panel_without_judges_does_not_open(season: Season, boss: User) -> None:
    board = world.panel(season)

    with pytest.raises(JudgingRefused, match="Nobody sits"):
        panels.open_panel(panel_id=board.pk, by=boss)


def test_an_invitation_is_sent_to_the_judge(
    season: Season, boss: User, django_capture_on_commit_callbacks: object
) -> None:
    judge = pool.add_judge(
        season_id=season.pk, person=Person("J1", email="judge@example.org"), by=boss
    )

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        pool.invite_judge(judge_id=judge.pk, by=boss, reason="expert")

    assert [one.to for one in mail.outbox] == [["judge@example.org"]]
