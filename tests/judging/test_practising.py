"""The example: written in the console, marked first, compared, and counted nowhere."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests.judging import world
from voting.audit.models import AuditEntry
from voting.judging.models import Calibration, Panel, Seat
from voting.judging.queries.practising import practices
from voting.judging.queries.results import marks_given, sheets_facts
from voting.judging.services import panels, submitting
from voting.judging.services.errors import JudgingRefused

pytestmark = pytest.mark.django_db

ENTERED = {
    "do": "example", "name": "样例：陈大爷", "name_en": "Example: Mr Chen",
    "deeds": "每周六在村口修车，不收钱。", "deeds_en": "", "explanation": "坚持多年。",
    "explanation_en": "", "mark_0": "7", "mark_1": "6", "mark_2": "4", "mark_3": "8",
}  # fmt: skip
KEYS = ("duration", "help", "example", "conduct")


@pytest.fixture
def boss() -> User:
    return world.organiser()


@pytest.fixture
def board() -> Panel:
    return world.panel(world.season())


@pytest.fixture
def organiser(boss: User) -> Client:
    return world.browser(boss)


def address(board: Panel) -> str:
    return f"/en/console/seasons/{board.season.slug}/panels/{board.pk}/example/"


def marked(seat: Seat, *points: str) -> None:
    pieces = [
        {"code": "practice", "field": f"c_{key}", "value": value}
        for key, value in zip(KEYS, points, strict=False)
    ]
    results = world.save(world.browser(seat), seat.panel, *pieces)
    assert {one["state"] for one in results} == {"saved"}


def opened(board: Panel, boss: User, judges: int = 1) -> list[Seat]:
    found = world.seated(board, *[world.judge(board.season, f"J{n}") for n in range(judges)])
    panels.open_panel(panel_id=board.pk, by=boss)
    return list(Seat.objects.filter(pk__in=[one.pk for one in found]).order_by("pk"))


@pytest.mark.both
def test_an_example_is_written_changed_and_taken_away(board: Panel, organiser: Client) -> None:
    at = address(board)
    panel_page = at.removesuffix("example/")

    assert "Write an example" in organiser.get(panel_page).content.decode()
    assert organiser.post(at, ENTERED).status_code == 302
    example = Calibration.objects.get()
    assert example.marks == {"duration": "7", "help": "6", "example": "4", "conduct": "8"}
    assert "Example: Mr Chen" in organiser.get(panel_page).content.decode()
    assert 'value="7"' in organiser.get(at).content.decode()
    assert organiser.post(at, ENTERED | {"mark_0": "9", "name": "样例二"}).status_code == 302
    example.refresh_from_db()
    assert (example.name, example.marks["duration"]) == ("样例二", "9")
    assert organiser.post(at, {"do": "remove"}).status_code == 302

    assert not Calibration.objects.exists()
    assert organiser.post(at, {"do": "remove"}).status_code == 422
    assert list(
        AuditEntry.objects.filter(action__startswith="judging.calibration")
        .order_by("pk").values_list("action", flat=True)
    ) == ["judging.calibration"] * 2 + ["judging.calibration_remove"]  # fmt: skip


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"mark_1": ""}, "What the committee would give: Help"),
        ({"mark_1": "11"}, "Marks here go from 0 to 10."),
        ({"mark_1": "6.5"}, "Marks here go in steps of 1."),
        ({"mark_1": "viel"}, "this is not a number of points."),
        ({"name": ""}, "Name of the invented nominee"),
        ({"deeds": "  "}, "Deeds"),
        ({"deeds": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_what_is_no_example_is_refused_and_nothing_is_kept(
    board: Panel, organiser: Client, entered: dict[str, Any], said: str
) -> None:
    answer = organiser.post(address(board), ENTERED | entered)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "每周六在村口修车" in answer.content.decode() or "deeds" in entered
    assert not Calibration.objects.exists()


def test_an_example_stands_still_once_the_panel_is_open(
    board: Panel, organiser: Client, boss: User
) -> None:
    organiser.post(address(board), ENTERED)
    opened(board, boss)

    for sent in (ENTERED | {"name": "别的"}, {"do": "remove"}):
        assert organiser.post(address(board), sent).status_code == 422
    assert Calibration.objects.get().name == "样例：陈大爷"
    page = organiser.get(address(board)).content.decode()
    assert "The panel has been opened: the example stands still." in page
    assert 'name="mark_0"' not in page


def test_a_panel_does_not_open_over_an_example_that_does_not_fit(
    board: Panel, organiser: Client, boss: User
) -> None:
    organiser.post(address(board), ENTERED)
    world.seated(board, world.judge(board.season, "J1"))
    sheet = board.season.rule_sheet
    sheet.consolidation = world.consolidation(
        rubric=world.rubric([*world.CRITERIA, ("new", "新项", "New", "1")])
    )
    sheet.save()

    with pytest.raises(JudgingRefused, match="does not fit the score sheet any more: 新项"):
        panels.open_panel(panel_id=board.pk, by=boss)
    assert "does not fit the score sheet" in organiser.get(address(board)).content.decode()
    organiser.post(address(board), ENTERED | {"mark_4": "5"})
    panels.open_panel(panel_id=board.pk, by=boss)


def test_a_panel_that_ranks_has_no_example(organiser: Client) -> None:
    board = world.panel(world.season({"panel": {"method": "exponential"}}))

    page = organiser.get(address(board)).content.decode()

    assert "Only a panel that gives points can have an example." in page
    assert organiser.post(address(board), ENTERED).status_code == 422
    assert not Calibration.objects.exists()


@pytest.mark.both
def test_own_marks_stand_beside_the_reference_and_stand_still_then(
    board: Panel, organiser: Client, boss: User
) -> None:
    organiser.post(address(board), ENTERED)
    (seat,) = opened(board, boss)
    client, practice = world.browser(seat), world.address(board, "practice/")

    marked(seat, "9", "6", "1")
    too_early = client.post(practice, {"compare": "1"})
    assert too_early.status_code == 422
    assert "Mark all of the example first." in too_early.content.decode()
    assert "坚持多年" not in too_early.content.decode()
    marked(seat, "9", "6", "1", "8")
    client.post(practice, {"compare": "1"})
    page = client.get(practice).content.decode()

    rows = [row.split("</tr>")[0] for row in page.split('<tr><th scope="row"')[1:]]
    said = [[word for word in ("2 more", "3 less", "the same") if word in row] for row in rows]
    assert said == [["2 more"], ["the same"], ["3 less"], ["the same"]]
    assert "坚持多年" in page
    (again,) = world.save(client, board, {"code": "practice", "field": "c_example", "value": "4"})
    assert (again["state"], again["problem"]) == ("refused", "locked")
    assert "your marks of the example stand" in again["text"]
    # The marks of real nominees go on.
    assert client.get(world.page(board, world.first(board))).status_code == 200
    world.mark_all(seat)


@pytest.mark.both
def test_organisers_see_who_has_done_it_and_how_far_off(
    board: Panel, organiser: Client, boss: User
) -> None:
    organiser.post(address(board), ENTERED)
    close, more, less, begun, _nobody = opened(board, boss, judges=5)
    marked(close, "7", "6", "4", "8")
    marked(more, "9", "8", "6", "10")
    marked(less, "5", "4", "2", "6")
    marked(begun, "7")

    found = practices(board, Calibration.objects.get())
    for at in (address(board), address(board).removesuffix("example/")):
        page = organiser.get(at).content.decode()
        assert "3 of 5 have done it" in page
        for words in (
            "close to the committee (0% off)", "gives more (20% off)", "gives less (20% off)",
            "begun", "not begun",
        ):  # fmt: skip
            assert words in page
    assert [(one.whole, None if one.off is None else int(one.off)) for one in found] == [
        (True, 0), (True, 20), (True, 20), (False, 0), (False, None),
    ]  # fmt: skip
    assert [one.share for one in found[1].distances] == [20] * 4
    # The committee stands at 50; 2 points of 10 more are a tenth of the picture to the right.
    assert page.count('<rect class="agree-dot" x="59.3"') == 4


def test_the_example_counts_nowhere(board: Panel, organiser: Client, boss: User) -> None:
    organiser.post(address(board), ENTERED)
    (seat,) = opened(board, boss)
    marked(seat, "1", "1", "1", "1")
    world.mark_all(seat, "8")
    submitting.submit(seat_id=seat.pk, user=seat.judge.user)

    given = marks_given(board.season)["panel"]
    assert {points for by in given.values() for points in by["J0"].values()} == {8}
    assert sheets_facts(board.season)[0]["marks"] == 20


def test_a_note_of_ones_own_may_be_written_after_comparing(
    board: Panel, organiser: Client, boss: User
) -> None:
    organiser.post(address(board), ENTERED)
    (seat,) = opened(board, boss)
    marked(seat, "5", "5", "5", "5")
    Seat.objects.update(practised_at=seat.declared_at)
    note = {"code": "practice", "field": "note", "value": "下次打得宽些"}
    comment = {"code": "practice", "field": "comment", "value": "x"}
    said = world.save(world.browser(seat), board, note, comment)
    assert [one["state"] for one in said] == ["saved", "refused"]
