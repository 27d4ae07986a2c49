"""Saving marks: what can be given, by whom, twice, on two devices; through the page's endpoint."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.judging import world
from voting.judging.models import Mark, Panel, ScoreSheet, Seat
from voting.judging.services import panels, recusing, submitting

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Panel:
    return world.opened(judges=2)[0]


@pytest.fixture
def seat(board: Panel) -> Seat:
    return board.seats.select_related("judge__user", "panel__season").order_by("pk")[0]


@pytest.fixture
def client(seat: Seat) -> Client:
    return world.browser(seat)


def kept() -> list[tuple[str, str, str]]:
    """Return all marks as (number, criterion, points)."""
    return [
        (one.sheet.nominee.ballot_number if one.sheet.nominee else "-", one.criterion,
         format(one.points.normalize(), "f"))
        for one in Mark.objects.order_by("pk").select_related("sheet__nominee")
    ]  # fmt: skip


@pytest.mark.both
def test_a_mark_is_kept_and_changed(board: Panel, client: Client) -> None:
    one = world.first(board)

    (first,) = world.save(client, board, world.piece(board, one, "c_help", "8"))
    (second,) = world.save(
        client, board, world.piece(board, one, "c_help", "9", base=first["revision"])
    )

    assert (first["state"], first["revision"], second["value"]) == ("saved", 1, "9")
    assert kept() == [("101", "help", "9")]


@pytest.mark.both
def test_the_same_save_twice_is_one(board: Panel, client: Client) -> None:
    again = world.piece(board, world.first(board), "c_help", "8") | {"id": "same"}

    answers = [world.save(client, board, again)[0] for _time in range(3)]

    assert [(one["state"], one["revision"]) for one in answers] == [("saved", 1)] * 3
    assert ScoreSheet.objects.get().revision == 1


def test_a_lost_answer_is_no_clash(board: Panel, client: Client) -> None:
    one = world.first(board)
    world.save(client, board, world.piece(board, one, "c_help", "5") | {"id": "lost"})

    (answer,) = world.save(
        client, board, world.piece(board, one, "c_help", "7", was=["lost"]) | {"id": "next"}
    )

    assert answer["state"] == "saved"
    assert kept() == [("101", "help", "7")]


def test_two_devices_clash_and_nothing_is_overwritten(board: Panel, client: Client) -> None:
    one = world.first(board)
    world.save(client, board, world.piece(board, one, "c_help", "5"))

    (answer,) = world.save(client, board, world.piece(board, one, "c_help", "7"))

    assert (answer["state"], answer["there"], answer["revision"]) == ("conflict", "5", 1)
    assert kept() == [("101", "help", "5")]
    (chosen,) = world.save(client, board, world.piece(board, one, "c_help", "7", base=1))
    assert (chosen["state"], kept()) == ("saved", [("101", "help", "7")])


def test_a_mark_taken_away_and_given_anew_is_noticed(board: Panel, client: Client) -> None:
    one = world.first(board)
    world.save(client, board, world.piece(board, one, "c_help", "5"))
    world.save(client, board, world.piece(board, one, "c_help", None, base=1))
    assert kept() == []
    world.save(client, board, world.piece(board, one, "c_help", "6"))

    # A device that still knows the first mark, with its first revision.
    (answer,) = world.save(client, board, world.piece(board, one, "c_help", "9", base=1))

    assert (answer["state"], answer["there"]) == ("conflict", "6")


@pytest.mark.parametrize(
    "value", ["11", "-1", "7.5", "", "many", "1e3", "NaN", "8.00001", "9" * 60]
)
def test_what_cannot_be_given_is_refused(board: Panel, client: Client, value: str) -> None:
    (answer,) = world.save(client, board, world.piece(board, world.first(board), "c_help", value))

    assert answer["state"] == ("saved" if value == "" else "refused")
    assert kept() == []


def test_unknown_criteria_nominees_and_fields_are_refused(board: Panel, client: Client) -> None:
    one = world.first(board)

    answers = world.save(
        client, board,
        world.piece(board, one, "c_nothing", "5"),
        {"code": "0" * 12, "field": "c_help", "value": "5"},
        {"code": "practice", "field": "c_help", "value": "5"},
    )  # fmt: skip

    assert [one["problem"] for one in answers] == ["out-of-range", "keep-out", "keep-out"]
    assert kept() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"saves": [{}]}', b'{"saves": 1}', b"\xff"])
def test_what_is_no_save_is_refused(board: Panel, client: Client, body: bytes) -> None:
    response = client.post(world.address(board, "save/"), body, content_type="application/json")

    assert (response.status_code, response.json()) == (400, {"problem": "unreadable"})


def test_nobody_marks_for_others_or_as_a_stranger(board: Panel, seat: Seat) -> None:
    body = json.dumps(
        {"saves": [world.piece(board, world.first(board), "c_help", "5") | {"id": "a"}]}
    )

    def status(client: Client) -> int:
        return client.post(
            world.address(board, "save/"), body, content_type="application/json"
        ).status_code

    assert status(Client()) == 401
    assert status(world.browser(world.organiser())) == 404
    assert status(world.browser(world.judge(board.season, "J9").user)) == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(seat.judge.user)
    assert status(strict) == 403
    assert kept() == []


def test_each_judge_marks_on_a_sheet_of_their_own(board: Panel, client: Client) -> None:
    other = board.seats.select_related("judge__user").order_by("pk")[1]
    one = world.first(board)
    world.save(client, board, world.piece(board, one, "c_help", "5"))

    (answer,) = world.save(world.browser(other), board, world.piece(board, one, "c_help", "9"))

    assert answer["state"] == "saved"
    assert sorted(kept()) == [("101", "help", "5"), ("101", "help", "9")]
    assert b'value="9" checked' not in client.get(world.page(board, one)).content


def test_nothing_is_kept_before_opening_after_the_end_or_once_locked(
    board: Panel, seat: Seat, client: Client
) -> None:
    one = world.first(board)

    def problem() -> str:
        return world.save(client, board, world.piece(board, one, "c_help", "5"))[0]["problem"]

    Panel.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert problem() == "not-now"
    Panel.objects.update(due_at=None)
    board.season.stages.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert problem() == "not-now"
    Panel.objects.update(due_at=timezone.now() + timedelta(days=1))
    world.mark_all(seat)
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)
    assert problem() == "locked"
    submitting.take_back(seat_id=seat.pk, user=seat.judge.user)
    panels.close_panel(panel_id=board.pk, by=world.organiser(), reason="over")
    assert problem() == "not-now"


def test_nobody_marks_whom_they_keep_out_of(board: Panel, seat: Seat, client: Client) -> None:
    one = world.first(board)
    recusing.order_recusal(
        seat_id=seat.pk, by=world.organiser(), nominee_id=one.pk, reason="related"
    )

    (answer,) = world.save(client, board, world.piece(board, one, "c_help", "5"))

    assert (answer["problem"], kept()) == ("keep-out", [])


def test_texts_are_kept_and_clash(board: Panel, client: Client) -> None:
    one = world.first(board)

    def state(field: str, text: str, known: str = "") -> str:
        piece = world.piece(board, one, field, text, was=[known])
        return str(world.save(client, board, piece)[0]["state"])

    assert state("comment", "写得具体") == "saved"
    assert state("comment", "写得具体") == "saved"
    assert state("comment", "别的") == "conflict"
    assert state("comment", "改过", "写得具体") == "saved"
    assert state("comment", "长" * 1001, "改过") == "refused"
    assert state("note", "只有我看") == "saved"
    sheet = ScoreSheet.objects.get()
    assert (sheet.comment, sheet.note) == ("改过", "只有我看")


def test_the_form_works_without_scripts(board: Panel, client: Client) -> None:
    one = world.first(board)
    address = world.page(board, one)

    response = client.post(
        address, {"c_help": "8", "r_help": "0", "c_duration": "7", "comment": "好", "go": "next"}
    )
    stale = client.post(address, {"c_help": "3", "r_help": "0"})
    cleared = client.post(address, {"c_help": "", "r_help": "2"})

    assert response.headers["Location"] == world.page(board, world.first(board, "102"))
    assert (stale.status_code, cleared.status_code) == (422, 302)
    assert "8 there, 3 here" in stale.content.decode()
    assert kept() == [("101", "duration", "7")]


def test_points_without_a_rubric_have_one_line() -> None:
    board, (seat,) = world.opened(world.season(component={}))
    client = world.browser(seat)
    one = world.first(board)

    good, bad = world.save(
        client, board, world.piece(board, one, "c_", "87.5"),
        world.piece(board, world.first(board, "102"), "c_", "101"),
    )  # fmt: skip

    assert (good["state"], bad["state"], kept()) == ("saved", "refused", [("101", "", "87.5")])
    assert b'inputmode="decimal"' in client.get(world.page(board, one)).content


def test_saving_takes_the_same_number_of_queries(board: Panel, client: Client) -> None:
    def queries(number: str) -> int:
        with CaptureQueriesContext(connection) as found:
            world.save(client, board, world.piece(board, world.first(board, number), "c_help", "5"))
        return len(found)

    queries("101")
    assert queries("102") == queries("103") <= 28


@pytest.mark.both
def test_nought_is_nought_however_it_is_written() -> None:
    """A column takes no twenty thousand digits: the device would send it for ever."""
    board, (seat,) = world.opened()
    piece = world.piece(board, world.first(board), "c_duration", "0e-20000")
    (said,) = world.save(world.browser(seat), board, piece)
    assert said["state"] == "saved"
    assert Mark.objects.get().points == 0
