"""One entry that cannot be kept as it is stops none of the others, and says so by itself."""

import json
from typing import Any

import pytest
from django.test import Client

from tests.judging import world
from voting.judging.models import Mark, Panel, ScoreSheet, Seat
from voting.nominations.texts import clean

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NUL, HALF = "\x00", "\ud83d"


@pytest.fixture
def board() -> Panel:
    return world.opened()[0]


@pytest.fixture
def client(board: Panel) -> Client:
    return world.browser(Seat.objects.get(panel=board))


def sent(client: Client, board: Panel, pieces: list[Any]) -> list[dict[str, Any]]:
    """Send pieces as they are; half a character goes as browsers write it, as an escape."""
    response = client.post(
        world.address(board, "save/"), json.dumps({"saves": pieces}),
        content_type="application/json",
    )  # fmt: skip
    assert response.status_code == 200, response.content
    results: list[dict[str, Any]] = response.json()["results"]
    return results


def good(board: Panel) -> list[dict[str, Any]]:
    one = world.first(board)
    return [
        world.piece(board, one, f"c_{key}", "8") | {"id": key} for key in ("help", "conduct")
    ]  # fmt: skip


@pytest.mark.parametrize("at", [0, 1, 2], ids=["start", "middle", "end"])
@pytest.mark.parametrize("field", ["comment", "note"])
def test_a_text_with_signs_that_nobody_sees_is_kept_without_them(
    board: Panel, client: Client, field: str, at: int
) -> None:
    typed = f"帮扶{NUL}到位\x07，\t每周\n都来{HALF}\x1b"
    pieces = good(board)
    pieces.insert(at, world.piece(board, world.first(board), field, typed) | {"id": "text"})

    results = sent(client, board, pieces)

    assert [one["state"] for one in results] == ["saved"] * 3
    assert getattr(ScoreSheet.objects.get(), field) == "帮扶到位，\t每周\n都来\ufffd"
    assert Mark.objects.count() == 2

    # What the device knew to stand there is what was typed; that is no other device.
    again = world.piece(board, world.first(board), field, "改写", was=[typed]) | {"id": "again"}
    assert [one["state"] for one in sent(client, board, [again])] == ["saved"]
    assert getattr(ScoreSheet.objects.get(), field) == "改写"


@pytest.mark.parametrize("at", [0, 1, 2], ids=["start", "middle", "end"])
@pytest.mark.parametrize(
    "bad",
    [
        {"id": "bad", "code": "x", "field": "note", "value": 5},
        {"id": "bad", "code": "x"},
        {"id": "bad", "code": "x", "field": "note", "value": "y", "more": 1},
        {"id": "bad", "code": "x", "field": "c_help", "base": None},
    ],
    ids=["number", "short", "more", "base"],
)
def test_an_entry_that_cannot_be_read_is_refused_by_itself(
    board: Panel, client: Client, bad: dict[str, Any], at: int
) -> None:
    pieces: list[Any] = good(board)
    pieces.insert(at, bad)

    results = sent(client, board, pieces)

    assert [one["state"] for one in results if one["id"] != "bad"] == ["saved"] * 2
    assert results[at] == {
        "id": "bad", "state": "refused", "problem": "unreadable",
        "text": "This entry could not be read. Enter it once more.",
    }  # fmt: skip
    assert Mark.objects.count() == 2


@pytest.mark.parametrize("where", ["id", "code", "field", "value"])
@pytest.mark.parametrize("sign", [NUL, HALF], ids=["nul", "half"])
def test_such_signs_in_any_part_of_an_entry_stop_nothing(
    board: Panel, client: Client, where: str, sign: str
) -> None:
    first, last = good(board)
    bad = world.piece(board, world.first(board), "c_example", "7") | {"id": "bad"}
    bad[where] += sign

    results = sent(client, board, [first, bad, last])

    assert [one["state"] for one in (results[0], results[2])] == ["saved"] * 2
    # A sign in the device's own name for the save changes nothing about the mark.
    assert results[1]["state"] == ("saved" if where == "id" else "refused")
    assert results[1]["id"] == bad["id"]


def test_a_text_that_is_too_long_stops_nothing_and_says_why(board: Panel, client: Client) -> None:
    first, last = good(board)
    long = world.piece(board, world.first(board), "comment", "长" * 1001) | {"id": "long"}

    results = sent(client, board, [first, long, last])

    assert [one["state"] for one in results] == ["saved", "refused", "saved"]
    assert results[1]["text"] == "At most 1000 characters fit here."


def test_the_same_signs_in_a_form_without_scripts(board: Panel, client: Client) -> None:
    page = world.page(board, world.first(board))

    answer = client.post(page, {"comment": f"好{NUL}人", "was_comment": "", "c_help": "8"})

    assert answer.status_code == 302
    assert ScoreSheet.objects.get().comment == "好人"


def test_what_is_no_list_of_entries_is_refused_as_a_whole(board: Panel, client: Client) -> None:
    for body in ("", "[]", "null", '{"saves": 5}', "[" * 100_000, '{"saves": [' + "1" * 5_000):
        answer = client.post(
            world.address(board, "save/"), body, content_type="application/json"
        )  # fmt: skip
        assert (answer.status_code, answer.json()) == (400, {"problem": "unreadable"})


def test_cleaning_takes_away_nothing_that_can_be_read() -> None:
    kept = "刘国强 a\u0301 👩‍👩‍👧 １２\u3000甲\tb\nc · “ab”"
    assert clean(kept) == kept
    assert clean("a\r\nb\rc\x85\x7f") == "a\nb\nc"
