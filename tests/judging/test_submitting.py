"""Submitting, taking back, reopening; what is missing; and several at the same moment."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.judging import world
from tests.judging.draws import ordered_by_two
from tests.racing import at_once
from voting.audit.models import AuditEntry
from voting.judging.models import Panel, Seat, SeatEvent
from voting.judging.queries.sheets import counting_marks
from voting.judging.services import marking, panels, recusing, seats, submitting
from voting.judging.services.errors import Incomplete, JudgingRefused, SheetLocked


def ready() -> tuple[Panel, Seat]:
    """Make a panel whose one judge has marked everything."""
    board, (seat,) = world.opened()
    world.mark_all(seat)
    return board, seat


@pytest.mark.both
@pytest.mark.django_db
def test_a_whole_sheet_is_locked_and_counts() -> None:
    board, seat = ready()
    assert not counting_marks(board).exists()

    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    event = SeatEvent.objects.get()
    logged = AuditEntry.objects.get(action="judging.sheet_submitted")
    assert (event.action, len(event.fingerprint)) == ("submitted", 64)
    assert logged.after == {"judge": "J1", "fingerprint": event.fingerprint}
    assert counting_marks(board).count() == 5 * 4


@pytest.mark.both
@pytest.mark.django_db
def test_the_database_keeps_what_was_done_to_a_sheet() -> None:
    _board, seat = ready()
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    events = SeatEvent.objects.filter(seat=seat)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        events.update(actor="somebody else")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        events.delete()

    assert [(one.action, one.actor) for one in events] == [("submitted", "J1")]


@pytest.mark.django_db
def test_the_fingerprint_is_of_the_marks() -> None:
    _board, seat = ready()
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    submitting.take_back(seat_id=seat.pk, user=seat.judge.user)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    submitting.take_back(seat_id=seat.pk, user=seat.judge.user)
    one = world.first(seat.panel)
    mark = seat.sheets.get(nominee=one).marks.get(criterion="help")
    world.save(
        world.browser(seat), seat.panel,
        world.piece(seat.panel, one, "c_help", "3", base=mark.revision),
    )  # fmt: skip
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    first, second, third = SeatEvent.objects.filter(action="submitted").values_list(
        "fingerprint", flat=True
    )
    assert first == second != third


@pytest.mark.django_db
def test_what_is_missing_is_said() -> None:
    board, (seat,) = world.opened()
    world.mark_all(seat, but=[("101", "help"), ("202", "conduct")])

    with pytest.raises(Incomplete, match="2 marks missing"):
        submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    page = world.browser(seat).get(world.address(board, "submit/")).content.decode()

    assert not SeatEvent.objects.exists()
    assert "2 marks missing before you can submit" in page
    assert page.count("is-missing") == 2


@pytest.mark.django_db
def test_whoever_keeps_out_needs_no_marks_there() -> None:
    board, (seat,) = world.opened()
    recusing.order_recusal(
        seat_id=seat.pk, by=world.organiser(), nominee_id=world.first(board).pk, reason="related"
    )
    world.mark_all(seat)

    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    assert counting_marks(board).count() == 4 * 4


@pytest.mark.django_db
def test_marks_do_not_count_any_more_once_somebody_must_keep_out() -> None:
    board, seat = ready()
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    with pytest.raises(JudgingRefused, match="two people keep such a one out"):
        recusing.order_recusal(
            seat_id=seat.pk, by=world.organiser(), nominee_id=world.first(board).pk,
            reason="related",
        )  # fmt: skip
    assert counting_marks(board).count() == 5 * 4
    ordered_by_two(seat, world.first(board))

    assert counting_marks(board).count() == 4 * 4


@pytest.mark.django_db
def test_taken_back_within_a_minute_only() -> None:
    board, seat = ready()
    client = world.browser(seat)

    client.post(world.address(board, "submit/"))
    assert b"Take it back" in client.get(world.address(board, "submit/")).content
    client.post(world.address(board, "undo/"))
    seat.refresh_from_db()
    assert seat.submitted_at is None
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    seat.refresh_from_db()
    assert seat.submitted_at is not None
    Seat.objects.update(submitted_at=seat.submitted_at - timedelta(seconds=60))

    with pytest.raises(SheetLocked):
        submitting.take_back(seat_id=seat.pk, user=seat.judge.user)
    page = client.get(world.address(board, "submit/")).content
    assert b"Take it back" not in page
    assert b"Locked, submitted" in page
    assert [one.action for one in SeatEvent.objects.order_by("pk")] == [
        "submitted", "taken_back", "submitted",
    ]  # fmt: skip


@pytest.mark.django_db
def test_reopened_with_a_reason_by_somebody_else() -> None:
    board, seat = ready()
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    boss = world.organiser()

    with pytest.raises(JudgingRefused, match="Say why"):
        submitting.reopen(seat_id=seat.pk, by=boss, reason=" ")
    with pytest.raises(JudgingRefused, match="own sheet"):
        submitting.reopen(seat_id=seat.pk, by=seat.judge.user, reason="I want to")
    submitting.reopen(seat_id=seat.pk, by=boss, reason="typing mistake")

    page = world.browser(seat).get(world.page(board, world.first(board))).content.decode()
    assert f"Reopened by {boss.name}" in page
    assert ": typing mistake" in page
    assert not counting_marks(board).exists()


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_submitted_once_by_two_clicks() -> None:
    _board, seat = ready()

    def submit() -> None:
        submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    assert at_once(submit, submit, submit) == ["SheetLocked", "SheetLocked", "done"]
    assert SeatEvent.objects.count() == 1


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_a_mark_and_the_submission_never_both_half() -> None:
    _board, seat = ready()
    one = world.first(seat.panel)
    mark = seat.sheets.get(nominee=one).marks.get(criterion="help")

    def change() -> None:
        marking.save_mark(
            seat_id=seat.pk, user=seat.judge.user, nominee_id=one.pk, criterion="help",
            points=None, basis=marking.Basis(mark.revision),
        )  # fmt: skip

    def submit() -> None:
        submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    # Either the mark went first, and something is missing; or the sheet was locked already.
    assert at_once(change, submit) in (["Incomplete", "done"], ["SheetLocked", "done"])


@pytest.mark.django_db
def test_what_counted_is_not_undone_by_one_organiser() -> None:
    """Neither by taking the judge off nor by closing the panel over a sheet that was reopened."""
    board, (seat, other) = world.opened(judges=2)
    for one in (seat, other):
        world.mark_all(one)
        submitting.submit(seat_id=one.pk, user=one.judge.user)
    boss = world.organiser()
    with pytest.raises(JudgingRefused, match="two people take such a one off"):
        seats.leave(seat_id=seat.pk, by=boss, reason="x")
    submitting.reopen(seat_id=seat.pk, by=boss, reason="补材料")
    with pytest.raises(JudgingRefused, match="two people take such a one off"):
        seats.leave(seat_id=seat.pk, by=boss, reason="x")
    with pytest.raises(JudgingRefused, match="Reopened and not submitted again: J1"):
        panels.close_panel(panel_id=board.pk, by=boss, reason="x")
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    panels.close_panel(panel_id=board.pk, by=boss, reason="评审结束")
