"""Keeping out: declared, ordered, found; and a judge who keeps out sees nothing any more."""

import pytest

from tests.judging import world
from voting.judging.models import Judge, Panel, Recusal, Seat
from voting.judging.services import panels, recusing
from voting.judging.services.errors import JudgingRefused, SheetLocked
from voting.nominations.models import Contact, Nomination
from voting.seasons.models import Nominee
from voting.units.models import Tier, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.both]


def found(seat: Seat) -> list[tuple[str, str]]:
    """Return of whom a seat keeps out by the program's own findings, and why."""
    return [
        (one.nominee.ballot_number, one.reason)
        for one in seat.recusals.filter(source="detected", lifted_at=None).order_by("nominee")
    ]


def unit(code: str, name: str, **fields: object) -> Unit:
    tier, _made = Tier.objects.get_or_create(position=1, defaults={"name": "站"})
    return Unit.objects.create(code=code, name=name, tier=tier, **fields)


def nomination(nominee: Nominee, **fields: object) -> Nomination:
    plain = {
        "route": "citizen", "state": "accepted", "state_since": nominee.season.opens_at,
        "submitted_at": nominee.season.opens_at, "headline": "好事", "name": nominee.name,
    }  # fmt: skip
    return Nomination.objects.create(
        season=nominee.season, category=nominee.category, nominee=nominee, **plain | fields
    )


def opened_for(board: Panel, judge: Judge) -> Seat:
    (seat,) = world.seated(board, judge)
    panels.open_panel(panel_id=board.pk, by=world.organiser())
    seat.refresh_from_db()
    return seat


def test_the_program_finds_what_is_known() -> None:
    season = world.season()
    board = world.panel(season)
    now = unit("2", "桃花坪街道")
    old = unit("1", "桃洪镇", merged_into=now, closed_at=season.opens_at)
    judge = world.judge(
        season, "J1", name="李  评委", unit_id=now.pk, related=["候选人201"], email="li@example.org"
    )
    Nominee.objects.filter(ballot_number="101").update(unit="桃洪镇")
    Nominee.objects.filter(ballot_number="202").update(name="李评委")
    nomination(world.first(board, "102"), nominator=judge.user)
    by_mail = nomination(world.first(board, "103"))
    Contact.objects.create(nomination=by_mail, nominator_email="LI@example.org")

    seat = opened_for(board, judge)

    assert old.merged_into == now
    assert found(seat) == [
        ("101", "same_unit"), ("102", "nominator"), ("103", "nominator"),
        ("201", "related"), ("202", "self"),
    ]  # fmt: skip


def test_a_unit_that_was_merged_is_the_same() -> None:
    season = world.season()
    board = world.panel(season)
    now = unit("2", "桃花坪街道")
    old = unit("1", "桃洪镇", merged_into=now, closed_at=season.opens_at)
    nomination(world.first(board), route="unit", unit=now)

    seat = opened_for(board, world.judge(season, "J1", unit_id=old.pk))

    assert found(seat) == [("101", "same_unit")]


def test_a_nominator_close_to_the_judge_counts_too() -> None:
    season = world.season()
    board = world.panel(season)
    put_forward = nomination(world.first(board))
    Contact.objects.create(nomination=put_forward, nominator_name="陈志远")

    seat = opened_for(board, world.judge(season, "J1", related=["陈志远"]))

    assert found(seat) == [("101", "related")]


def test_what_organisers_lift_is_not_found_again() -> None:
    season = world.season()
    board = world.panel(season)
    seat = opened_for(board, world.judge(season, "J1", related=["候选人101"]))
    recusal = seat.recusals.get()

    with pytest.raises(JudgingRefused, match="Say why"):
        recusing.lift_recusal(recusal_id=recusal.pk, by=world.organiser(), because="")
    recusing.lift_recusal(recusal_id=recusal.pk, by=world.organiser(), because="another person")
    recusing.detect(seat_id=seat.pk)

    assert found(seat) == []
    assert Recusal.objects.count() == 1


def test_a_judge_steps_back_and_sees_nothing_any_more() -> None:
    board, (seat, _other) = world.opened(judges=2)
    one = world.first(board)
    client = world.browser(seat)
    assert client.get(world.page(board, one)).status_code == 200

    response = client.post(world.page(board, one, "recuse/"), {"reason": "related", "note": "表妹"})

    assert response.status_code == 302
    recusal = Recusal.objects.get()
    assert (recusal.source, recusal.reason, recusal.note) == ("declared", "related", "表妹")
    for rest in ("", "recuse/", "portrait", "photo-1", "proof-1"):
        assert client.get(world.page(board, one, rest)).status_code == 404
    for path in ("order/", "compare/", "submit/"):
        assert "候选人101" not in client.get(world.address(board, path)).content.decode()
    page = client.get(world.page(board, world.first(board, "102"))).content.decode()
    assert "候选人101" not in page
    assert page.count("judge-recused") == 1


def test_other_judges_learn_nothing_of_it() -> None:
    board, (seat, other) = world.opened(judges=2, shows_marks=True)
    one = world.first(board)
    before = world.browser(other).get(world.page(board, one)).content

    recusing.declare_recusal(
        seat_id=seat.pk, user=seat.judge.user, nominee_id=one.pk, reason="related"
    )

    after = world.browser(other).get(world.page(board, one)).content
    assert len(before) == len(after)


def test_nobody_steps_back_from_what_they_have_submitted() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat)
    world.browser(seat).post(world.address(board, "submit/"))

    with pytest.raises(SheetLocked):
        recusing.declare_recusal(
            seat_id=seat.pk, user=seat.judge.user, nominee_id=world.first(board).pk,
            reason="related",
        )  # fmt: skip

    assert not Recusal.objects.exists()
