"""Files of marks and figures: what is wrong is said with its row, and nothing is left behind."""

import io
import time
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.base import ContentFile

from tests.results import world
from tests.results.competitions import csv_of
from tests.roles.people import browser, person
from voting.judging.models import Judge, Mark, ScoreSheet, Seat
from voting.judging.services.importing import import_scores
from voting.judging.tables import Table, TableInvalid, in_the_web
from voting.results.models import Figure, FigureBatch
from voting.results.queries import figures_given
from voting.results.services.figures import (
    FIGURES,
    OwnFigures,
    confirm,
    import_figures,
    import_votes,
    withdraw,
)
from voting.seasons.models import Season
from voting.seasons.services import RuleBroken

pytestmark = pytest.mark.django_db


def scores(season: Season, raw: bytes, *, replace: bool = False) -> None:
    import_scores(season=season, raw=raw, file_name="f.csv", actor="operator", replace=replace)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("甲", "999", "80")], "Row 2, nominee: No nominee has the ballot number or name “999”"),
        ([("甲", "", "80")], "Row 2, nominee: The nominee is missing"),
        ([("", "101", "80")], "Row 2, judge"),
        ([("甲,乙", "101", "80")], "Row 2, judge: A code has no commas"),
        ([("甲", "101", "101")], "Row 2, points: Points go from 0 to 100"),
        ([("甲", "101", "-1")], "Row 2, points: Points go from 0 to 100"),
        ([("甲", "101", "NaN")], "Row 2, points: “NaN” is not a number"),
        ([("甲", "101", "1e400")], "Row 2, points"),
        ([("甲", "101", "８０")], "Row 2, points: “８０” is not a number"),
        ([("甲", "101", "80.12345")], "Row 2, points: At most 4 decimals"),
        ([("甲", "101", "80"), ("甲", "101", "81")], "Row 3, judge: The same judge"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_written(lines: list[object], said: str) -> None:
    season = world.over()
    good = [("乙", "102", "70")]
    raw = csv_of(["judge", "nominee", "points"], [*lines, *good])  # type: ignore[list-item]

    with pytest.raises(TableInvalid, match=said[:40]) as error:
        scores(season, raw)
    assert said in str(error.value)
    assert not Judge.objects.exists()
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"judge,nominee\nA,101\n", "points: This column is missing"),
        (b"judge,nominee,points,colour\nA,101,1,red\n", "colour: Nobody knows this column"),
        (b"judge,judge,nominee,points\nA,B,101,1\n", "stands twice"),
        (b"PK\x03\x04rubbish", "damaged|neither"),
        (b"\x00\x01\x02\x03", "neither"),
        (b"judge,nominee,criterion,points\nA,101,effort,5\n", "This panel has no criteria"),
    ],
)
def test_what_is_no_table_of_marks_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(TableInvalid, match=said):
        scores(world.over(), raw)
    assert not Seat.objects.exists()


def test_absent_marks_leave_no_row_and_names_do_as_well_as_numbers() -> None:
    season = world.over()
    found = import_scores(
        season=season, file_name="f.csv", actor="operator",
        raw=csv_of(["评委", "候选人", "分数"], [("甲", "候选人101", "80.50"), ("甲", "102", "")]),
    )  # fmt: skip

    assert (found.judges, found.sheets, found.marks, found.absent) == (1, 1, 1, 1)
    assert Mark.objects.get().points == Decimal("80.5")


def test_a_spreadsheet_is_read_like_a_csv_file() -> None:
    book = openpyxl.Workbook()
    book.active.append(["judge", "nominee", "points"])
    book.active.append(["甲", 101, 80.5])
    out = io.BytesIO()
    book.save(out)
    scores(world.over(), out.getvalue())

    assert Mark.objects.get().points == Decimal("80.5")


def test_the_same_file_again_is_refused_and_replaces_when_asked() -> None:
    season = world.over()
    scores(season, world.scores())
    with pytest.raises(RuleBroken, match="has a sheet for"):
        scores(season, world.scores())
    assert Mark.objects.count() == 15
    scores(season, world.scores({"甲": {"101": 70}}), replace=True)

    assert [mark.points for mark in Mark.objects.all()] == [70]
    assert ScoreSheet.objects.count() == 1


def test_what_a_judge_marked_on_the_platform_is_never_replaced() -> None:
    season = world.over()
    scores(season, world.scores())
    Seat.objects.filter(judge__key="甲").update(how="drawn", declared_at=season.opens_at)
    with pytest.raises(RuleBroken, match="marks on the platform"):
        scores(season, world.scores(), replace=True)
    assert Mark.objects.count() == 15


def test_figures_of_an_award_wait_for_a_second_person() -> None:
    season = world.over(
        is_showcase=False, approval_authority="县政府", approval_ref="〔2026〕1 号",
        approved_places=1,
    )  # fmt: skip
    first, second = person(), person()
    (batch,) = import_votes(
        season=season, raw=world.votes(), file_name="v.csv", user=first, source="图书馆票箱"
    )
    assert batch.state == FigureBatch.State.WAITING
    assert figures_given(season) == {}
    with pytest.raises(OwnFigures):
        confirm(batch_id=batch.pk, user=first)
    confirm(batch_id=batch.pk, user=second)
    assert figures_given(season)["public"][""]["101"] == 200
    with pytest.raises(RuleBroken, match="do not wait"):
        confirm(batch_id=batch.pk, user=second)
    withdraw(batch_id=batch.pk, actor="李敏", reason="重新清点")
    assert figures_given(season) == {}


def test_the_operator_of_an_award_cannot_let_figures_count_alone() -> None:
    season = world.over(
        is_showcase=False, approval_authority="县政府", approval_ref="〔2026〕1 号",
        approved_places=1,
    )  # fmt: skip
    (batch,) = import_votes(season=season, raw=world.votes(), file_name="v.csv")
    assert batch.state == FigureBatch.State.WAITING


def test_the_same_votes_are_not_counted_twice_and_files_of_a_channel_add_up() -> None:
    season = world.over()
    import_votes(season=season, raw=world.votes(), file_name="v.csv")
    with pytest.raises(RuleBroken, match="already"):
        import_votes(season=season, raw=world.votes(), file_name="again.csv")
    import_votes(season=season, raw=world.votes({"101": 5}), file_name="second.csv")

    assert figures_given(season)["public"][""] == {"101": 205, "102": 180, "103": 40}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([("nothing", "101", "5")], "“nothing” is not declared. There are: public"),
        ([("public", "101", "5.5")], "Votes are whole numbers"),
        ([("public", "101", "-5")], "Votes are whole numbers"),
        ([("public", "101", "five")], "not a number"),
        ([("public", "101", "5"), ("public", "候选人101", "5")], "The same as in row 2"),
    ],
)
def test_wrong_votes_are_named_and_nothing_is_written(lines: list[object], said: str) -> None:
    raw = csv_of(["channel", "nominee", "votes"], lines)  # type: ignore[arg-type]
    with pytest.raises(TableInvalid, match=said):
        import_votes(season=world.over(), raw=raw, file_name="v.csv")
    assert not Figure.objects.exists()
    assert not FigureBatch.objects.exists()


def test_a_season_without_such_components_says_so() -> None:
    season = world.over()
    season.rule_sheet.ties = {"chain": ["shared"]}
    season.rule_sheet.save()
    with pytest.raises(RuleBroken, match="declare nothing that such a file could fill"):
        import_figures(season=season, raw=b"component,nominee,figure\n", file_name="f.csv")


def test_an_announced_result_takes_no_more_files() -> None:
    season = world.over(phase="announced")
    for bring in (
        lambda: scores(season, world.scores()),
        lambda: import_votes(season=season, raw=world.votes(), file_name="v.csv"),
    ):
        with pytest.raises(RuleBroken, match="announced"):
            bring()


def book(rows: int, sheet: bytes = b"") -> bytes:
    """Make an XLSX file of so many figures; sheet: what stands as its sheet instead."""
    made, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    table = made.create_sheet()
    table.append(["component", "nominee", "figure"])
    for number in range(rows):
        table.append(["hours", f"{number}", number])
    made.save(out)
    if not sheet:
        return out.getvalue()
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(out) as source,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            own = sheet if name == "xl/worksheets/sheet1.xml" else source.read(name)
            archive.writestr(name, own)
    return changed.getvalue()


def csv_rows(rows: int) -> bytes:
    return b"component,nominee,figure\n" + b"hours,101,1\n" * rows


EMPTY_ROWS = b"<worksheet><sheetData>" + b"<row/>" * 10_001 + b"</sheetData></worksheet>"
MANY_CELLS = b"<worksheet><row>" + b"<c/>" * 200_000 + b"</row></worksheet>"
TOO_MANY = "At most 5000 rows in one file"
BOMB = "unpacks to far more than such a table can be"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (csv_rows(5_001), TOO_MANY),
        (book(5_001), TOO_MANY),
        (book(12_000), TOO_MANY),
        (book(1, EMPTY_ROWS), TOO_MANY),
        (book(1, MANY_CELLS), BOMB),
        (book(1, b" " * 13 * 1024 * 1024), BOMB),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
    ],
    ids=["csv", "xlsx", "long", "empty rows", "cells", "bomb", "bytes"],
)
def test_the_page_refuses_large_files_at_once_and_names_the_command(raw: bytes, said: str) -> None:
    season = world.over()
    client = browser(person("李敏", is_superuser=True))
    before = time.process_time()

    answer = client.post(
        f"/en/console/seasons/{season.slug}/figures/",
        {"kind": "figures", "source": "x", "file": ContentFile(raw, "hours.xlsx")},
    )

    assert time.process_time() - before < 6  # 60,000 rows of XLSX took 11 s before
    _nothing, line = list(answer.context["form"].errors["file"])
    assert answer.status_code == 422
    assert said in line
    assert f"at the server: manage.py figures_import {season.slug}" in line
    assert not FigureBatch.objects.exists()


@pytest.mark.parametrize("raw", [csv_rows(5_000), book(5_000)], ids=["csv", "xlsx"])
def test_what_the_page_takes_at_most_it_takes(raw: bytes) -> None:
    table = Table(raw, "f", FIGURES, bounds=in_the_web("x"))

    assert len(list(table.rows())) == 5_000


def test_the_command_line_takes_more() -> None:
    assert len(list(Table(book(12_000), "f", FIGURES).rows())) == 12_000
    assert len(list(Table(csv_rows(12_000), "f", FIGURES).rows())) == 12_000


def test_what_was_withdrawn_can_be_brought_in_anew_and_confirmed_until_the_announcement() -> None:
    season = world.over(
        {
            "consolidation": {
                "components": [{"key": "p", "kind": "points", "most": 10, "weight": 100}]
            }
        }
    )
    raw = csv_of(["component", "nominee", "figure"], [("p", "101", 5)])
    (first,) = import_figures(season=season, raw=raw, file_name="f.csv", user=person())
    again = {"season": season, "raw": raw + b"\n", "file_name": "g.csv", "user": person()}
    with pytest.raises(RuleBroken, match="has a figure for p already"):
        import_figures(**again)
    withdraw(batch_id=first.pk, actor="李敏", reason="抄错")
    (second,) = import_figures(**again)

    Season.objects.filter(pk=season.pk).update(phase="announced")
    with pytest.raises(RuleBroken, match="announced"):
        confirm(batch_id=second.pk, user=person())
    second.refresh_from_db()
    assert second.state == FigureBatch.State.WAITING


def test_nobody_alone_withdraws_what_was_confirmed_meanwhile() -> None:
    season = world.over()
    (batch,) = import_votes(season=season, raw=world.votes(), file_name="v.csv")
    with pytest.raises(RuleBroken, match="not as they were"):
        withdraw(batch_id=batch.pk, actor="李敏", reason="x", waiting=True)
    batch.refresh_from_db()
    assert batch.state == FigureBatch.State.COUNTED
