"""Two who change the same judging at the same moment: each waits, none is lost or half done."""

import os
from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from tests import make
from tests.judging import world
from tests.judging.draws import SOURCE, panel_of, pool, two
from tests.racing import at_once
from voting.judging.models import Assignment, Judge, Mark, Panel, Recusal, Seat
from voting.judging.services import assigning, drawing, marking, panels, recusing, submitting
from voting.judging.services import pool as pools
from voting.judging.services.marking import Basis

# Races are seldom lost the first time; the long run tries them oftener.
TURNS = 8 if os.environ.get("TEST_LONG") else 2
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both, pytest.mark.postgres]


def test_an_announcement_and_an_account_taken_off_wait_for_each_other() -> None:
    for turn in range(TURNS):
        season = make.season(slug=f"race-{turn}", phase="open")
        pool(season)
        first, second = two(season)
        board = panel_of(season)
        other = panel_of(season)
        judge = Judge.objects.create(season=season, key="X", name="某人")
        judge.user = first
        judge.save()
        Seat.objects.create(panel=other, judge=judge)
        told = at_once(
            partial(
                drawing.announce_draw, panel_id=other.pk, seats={"": 2}, source=SOURCE,
                seed_at=timezone.now() + timedelta(minutes=20), by=second,
            ),
            partial(pools.take_account_off, judge_id=judge.pk, by=second, reason="别人"),
        )  # fmt: skip
        assert told == ["done", "done"]
        assert Panel.objects.filter(season=season).count() == 2
        assert board.draws.count() == 0


def test_no_mark_is_left_of_whom_the_judge_was_not_given() -> None:
    for _turn in range(TURNS):
        board, (seat, *_rest) = world.opened(judges=2, per_nominee=1)
        assigning.assign_panel(panel_id=board.pk, by=world.organiser())
        own = Assignment.objects.filter(seat=seat).first()
        assert own is not None
        by = world.organiser()
        told = at_once(
            lambda seat=seat, own=own: marking.save_mark(
                seat_id=seat.pk, user=seat.judge.user, nominee_id=own.nominee_id,
                criterion="help", points=Decimal(7), basis=Basis(0),
            ),
            lambda board=board, seat=seat, own=own, by=by: assigning.assign_by_hand(
                panel_id=board.pk, seat_id=seat.pk, nominee_id=own.nominee_id, on=False, by=by
            ),
        )  # fmt: skip
        marked = Mark.objects.filter(sheet__seat=seat, sheet__nominee=own.nominee_id).exists()
        given = Assignment.objects.filter(seat=seat, nominee=own.nominee_id).exists()
        assert marked == given, told
        assert told in (["JudgingRefused", "done"], ["MustKeepOut", "done"])


def test_no_recusal_lands_in_a_panel_that_closes() -> None:
    for _turn in range(TURNS):
        board, (seat, other) = world.opened(judges=2)
        world.mark_all(other)
        submitting.submit(seat_id=other.pk, user=other.judge.user)
        by, also = world.organiser(), world.organiser()
        told = at_once(
            lambda board=board, by=by: panels.close_panel(panel_id=board.pk, by=by, reason="完"),
            lambda board=board, seat=seat, also=also: recusing.order_recusal(
                seat_id=seat.pk, by=also, nominee_id=world.first(board).pk, reason="related"
            ),
        )  # fmt: skip
        board.refresh_from_db()
        found = Recusal.objects.filter(seat=seat).first()
        assert board.closed_at is not None
        if found is None:
            assert told == ["JudgingRefused", "done"]
        else:
            assert told == ["done", "done"]
            assert found.at <= board.closed_at
