"""Spreadsheets: in and out again as it was, nothing computes, and a wrong row stops everything."""

import csv
import io
import json
import os
import re
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from accounts.models import User
from tests.review import world
from voting.audit.models import AuditEntry
from voting.nominations.models import Nomination, NominationEvent
from voting.nominations.services import drafts, importing
from voting.nominations.services.errors import NotNow
from voting.nominations.services.importing import SheetRefused, take_in
from voting.nominations.sheets import reading, waiting, writing
from voting.nominations.sheets.cells import escaped, unescaped
from voting.nominations.sheets.columns import COLUMNS
from voting.seasons.models import Season

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[1] / "data"
HUGO = DATA / "hugo_1984"
NAUGHTY = json.loads((DATA / "naughty_strings" / "strings.json").read_text(encoding="utf-8"))
TEXTS = ("name", "name_en", "place", "birth_year", "service_hours", "headline", "summary", "story")


def csv_of(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def row(**fields: str) -> dict[str, str]:
    return {"category": "奖项1", "name": "范玉莲", "headline": "照看孩子。"} | fields


def xlsx_of(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for cells in rows:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def taken(season: Season, by: User, raw: bytes) -> importing.Taken:
    return take_in(season_id=season.pk, user=by, raw=raw, reason="汇总表")


def planned(season: Season, raw: bytes, by: User | None = None) -> list[importing.Planned]:
    user = by or User.objects.get_or_create(email="office@example.org", name="office")[0]
    return importing.plan(season=season, user=user, raw=raw)


def problems(season: Season, raw: bytes, by: User | None = None) -> list[tuple[int, str, str]]:
    with pytest.raises(SheetRefused) as caught:
        planned(season, raw, by)
    return [(one.row, one.column, one.text) for one in caught.value.problems]


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@SUM(A1)", "\t=1", "'=1", "''", "'", "正常", ""]
)
def test_no_cell_starts_a_formula_and_each_comes_back(text: str) -> None:
    assert escaped(text)[:1] not in set("=+-@\t\r")
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_goes_out_comes_in_again_as_it_was(
    season: Season, reviewer: User, ending: str
) -> None:
    # Many strings at once; a row needs something that is left when blanks are taken away.
    texts = [text.replace("\r\n", "\n").replace("\r", "\n").strip() for text in NAUGHTY]
    texts = [text for text in dict.fromkeys(texts) if text and "\0" not in text]
    for at in range(0, len(texts), 25):
        world.nomination(
            season, texts[at][:200], headline=texts[at][:400], story="\n".join(texts[at : at + 25]),
            summary=texts[-at][:1000], birth_year=1966, service_hours="12.5", place="荷香桥镇",
        )  # fmt: skip
    before = list(Nomination.objects.order_by("pk").values())
    rows = Nomination.objects.select_related("category", "unit", "contact").order_by("pk")
    raw = writing.sheet(season, rows, ending)

    done = taken(season, reviewer, raw)

    assert (done.added, done.changed, done.unchanged) == (0, 0, len(before))
    assert list(Nomination.objects.order_by("pk").values()) == before

    # Into another season, without the codes, everything that XML can hold arrives.
    table = reading.rows_of(raw)
    table.headers[0] = "code"
    copy = [dict(zip(table.headers, cells, strict=True)) | {"code": ""} for cells in table]
    elsewhere = world.season(slug="elsewhere")
    assert taken(elsewhere, reviewer, csv_of(*copy)).added == len(before)
    arrived = Nomination.objects.filter(season=elsewhere).order_by("pk").values(*TEXTS)
    for old, new in zip(before, arrived, strict=True):
        assert {name: unescaped(escaped(str(old[name]))) for name in TEXTS} == {
            name: str(new[name]) for name in TEXTS
        }


def test_no_exported_cell_is_a_formula(season: Season) -> None:
    world.nomination(season, '=HYPERLINK("http://x")', headline="+1", summary="-1", story="@x")
    rows = Nomination.objects.select_related("category", "unit", "contact")

    book = openpyxl.load_workbook(io.BytesIO(writing.sheet(season, rows, "xlsx")))
    cells = [cell for line in book.active.iter_rows() for cell in line]

    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert not [cell.value for cell in cells if str(cell.value or "")[:1] in "=+-@" and cell.value]


def test_the_template_names_all_columns_in_both_languages_and_is_taken(season: Season) -> None:
    for ending in ("xlsx", "csv"):
        table = reading.rows_of(writing.template(season, ending))
        assert len(table.headers) == len(COLUMNS)
        assert "Name of the nominee" in " ".join(table.headers)
    for name in ("Name of the nominee", "name", " NAME of the Nominee* "):
        raw = csv_of({"category": "1", name: "范玉莲", "The deed in one line": "照看孩子。"})
        assert [one.what for one in planned(season, raw)] == ["new"]


def test_rows_add_and_change_and_say_so_before(season: Season, reviewer: User) -> None:
    world.unit("11")
    one = world.nomination(season, "王一")
    raw = csv_of(
        row(code="", unit="11", birth_year="1970", nominator="刘办事"),
        row(code=one.code, category="奖项2", name="王一", headline="六年照看孩子。",
            birth_year="1980"),
    )  # fmt: skip

    found = planned(season, raw)

    assert [(p.number, p.what) for p in found] == [(2, "new"), (3, "changed")]
    assert found[1].changes == {"category": ("奖项1", "奖项2")}
    assert Nomination.objects.count() == 1
    done = taken(season, reviewer, raw)
    assert (done.added, done.changed) == (1, 1)
    new = Nomination.objects.get(name="范玉莲")
    assert (new.route, new.unit.code, new.birth_year, new.state) == (
        "unit",
        "11",
        1970,
        "submitted",
    )
    assert new.contact.nominator_name == "刘办事"
    changed = Nomination.objects.get(pk=one.pk)
    assert (changed.category.position, changed.version) == (2, 2)
    assert NominationEvent.objects.get(nomination=changed).detail == {"changed": ["category"]}


def test_a_list_writes_nothing_over_that_was_changed_while_it_was_read(
    season: Season, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = world.nomination(season, "王一", state="returned")
    raw = csv_of(row(code="", name="李二"), row(code=one.code, category="奖项2", name="王一"))
    read = importing._read

    def slowly(*what: Any) -> list[importing.Planned]:
        planned = read(*what)
        drafts.save(
            nomination_id=one.pk, seen=one.version, values={"summary": "改过的事迹"}, contact={},
            consents=None, typed={}, fields=["summary"], actor="推荐人",
        )  # fmt: skip
        return planned

    monkeypatch.setattr(importing, "_read", slowly)
    with pytest.raises(SheetRefused) as refused, transaction.atomic():
        taken(season, reviewer, raw)

    assert [(problem.row, problem.text) for problem in refused.value.problems] == [
        (3, "Somebody has just changed this nomination. Try again.")
    ]
    assert not Nomination.objects.filter(name="李二").exists()


def test_a_year_of_birth_is_not_put_where_nothing_is_erased(season: Season, reviewer: User) -> None:
    one = world.nomination(season, "王一", birth_year=1971)
    raw = csv_of(row(code=one.code, category="1", name="王二", birth_year="1983"))

    assert taken(season, reviewer, raw).changed == 1

    entry = AuditEntry.objects.get(action="nominations.import")
    assert entry.before[one.code]["name"] == "王一"
    assert "birth_year" in entry.after[one.code]  # that it was changed stays
    assert not re.search("1971|1983", f"{entry.before} {entry.after}")


def test_a_wrong_row_is_named_by_row_and_column_and_stops_everything(
    season: Season, reviewer: User
) -> None:
    done = world.nomination(season, "王一", state="rejected")
    raw = csv_of(
        row(),
        row(category="没有", name=""),
        row(birth_year="六零"),
        row(service_hours="1e9"),
        row(name="长" * 201),
        row(unit="404"),
        row(code="NOSUCHCODE"),
        row(code=done.code, name="改名"),
        row(code=done.code),
        row(kind="animal"),
        row(kind="team", birth_year="1960"),
    )

    found = problems(season, raw)

    assert [(number, column) for number, column, _text in found] == [
        (3, "Category"), (3, "Name of the nominee"), (4, "Year of birth"), (5, "Service hours"),
        (6, "Name of the nominee"), (7, "Code of the unit"), (8, "Code"), (9, "State"),
        (10, "Code"), (11, "Kind"), (12, "Year of birth"),
    ]  # fmt: skip
    with pytest.raises(SheetRefused):
        taken(season, reviewer, raw)
    assert Nomination.objects.count() == 1
    assert not NominationEvent.objects.exists()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as file:
            for _again in range(61):
                file.write(b" " * 1024 * 1024)
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    return out.getvalue()


def entities_behind(beginning: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """Make a workbook with entities in its sheet, behind something, under any name."""
    book = openpyxl.Workbook()
    book.active["A1"] = "name"
    plain, out = io.BytesIO(), io.BytesIO()
    book.save(plain)
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    doctype = b'<!DOCTYPE a [<!ENTITY b "c">]>'
    with (
        zipfile.ZipFile(plain) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                archive.writestr(part, beginning + doctype + sheet)
            else:
                archive.writestr(name, content.replace(b"sheet1.xml", part[14:].encode()))
    return out.getvalue()


def far_down() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "name", "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "neither"),
        (b"\xff\xfea\x00", "empty|not known|neither"),
        (b'name,"head\nline', "cannot be read as CSV"),
        (b"name,colour\nx,red\n", "not known: colour"),
        (b"name,Name of the nominee\nx,y\n", "stands twice"),
        (b"name\nx\n", "missing: Category, The deed in one line"),
        (b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB"),
        (b"name\n" + b"x\n" * 5001, "At most 5000 rows"),
        (bomb(), "unpacks to far more"),
        (entities(), "damaged"),
        (entities_behind(b"<!--" + b" " * 3_000_000 + b"-->"), "damaged"),
        (entities_behind(b"", "xl/worksheets/sheet1.bin"), "damaged"),
        (far_down(), "missing"),
        (xlsx_of(["name"])[:-200], "damaged"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_kindly(season: Season, raw: bytes, said: str) -> None:
    found = problems(season, raw)

    assert len(found) == 1
    assert re.search(said, found[0][2]), found


def test_chinese_spreadsheet_programs_write_gb_18030(season: Season, reviewer: User) -> None:
    raw = csv_of(row(name="範玉蓮㐂")).decode().encode("gb18030")

    assert taken(season, reviewer, raw).added == 1
    assert Nomination.objects.get().name == "範玉蓮㐂"


def test_numbers_and_dates_of_a_spreadsheet_are_read_as_people_see_them(
    season: Season, reviewer: User
) -> None:
    raw = xlsx_of(
        ["category", "name", "headline", "birth_year", "service_hours", "place"],
        [1, "范玉莲", 2024, 1960.0, 12.5, None],
        [None, None, None, None, None, None],
    )

    assert taken(season, reviewer, raw).added == 1
    one = Nomination.objects.get()
    assert (one.headline, one.birth_year, str(one.service_hours)) == ("2024", 1960, "12.5")


def test_lists_are_not_taken_in_once_voting_was_opened(season: Season, reviewer: User) -> None:
    Season.objects.filter(pk=season.pk).update(phase="open")
    with pytest.raises(NotNow):
        taken(season, reviewer, csv_of(row()))
    assert not Nomination.objects.exists()


def upload(client: Client, raw: bytes, **fields: str) -> Any:
    file = SimpleUploadedFile("list.csv", raw)
    return client.post(world.page("nominations/sheets/"), {"file": file, "reason": "汇总"} | fields)


def test_the_page_shows_first_and_writes_then(client: Client, season: Season) -> None:
    raw = csv_of(row(name="<script>alert(1)</script>"), row(name="王一"))
    answer = upload(client, raw)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "2 added, 0 changed, 0 as before." in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert(1)" not in text
    assert not Nomination.objects.exists()

    kept = answer.context["form"]["kept"].value()
    thief = world.signed_in(world.person("丙", "reviewer", season))
    for who, token in ((thief, kept), (client, kept + "x")):
        refused = who.post(world.page("nominations/sheets/"), {"kept": token, "reason": "x"})
        assert "Choose it again" in refused.content.decode()
    assert not Nomination.objects.exists()
    done = client.post(world.page("nominations/sheets/"), {"kept": kept, "reason": "汇总"})
    assert done.status_code == 302
    assert Nomination.objects.count() == 2
    refused = upload(client, csv_of(row(category="x")))
    assert refused.status_code == 422
    assert "Row 2, column “Category”" in refused.content.decode()
    refused = upload(client, csv_of(row(kind="宠物")))
    assert "Say one of these: person, team, project, community." in refused.content.decode()
    assert upload(client, b"").status_code == 422


@pytest.mark.parametrize("file", ["nominations.xlsx", "nominations.csv", "template.xlsx",
                                  "template.csv"])  # fmt: skip
def test_files_are_handed_out(client: Client, season: Season, file: str) -> None:
    world.nomination(season)
    answer = client.get(world.page(f"nominations/sheets/{file}"))
    assert answer.status_code == 200
    assert f'filename="award-{file}"' in answer["Content-Disposition"]
    assert len(reading.rows_of(answer.content)) == (1 if "nominations" in file else 0)
    assert client.get(world.page(f"nominations/sheets/{file}x")).status_code == 404


def test_a_sheet_that_nobody_came_back_for_is_swept_away(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    old, fresh = waiting.keep(b"names and years of birth"), waiting.keep(b"x")
    past = time.time() - waiting.KEPT_SECONDS - 1
    os.utime(tmp_path / "sheets" / old, (past, past))

    call_command("nominations_tidy", stdout=io.StringIO())

    assert [path.name for path in (tmp_path / "sheets").iterdir()] == [fresh]
    assert (waiting.take(fresh), waiting.take(fresh)) == (b"x", None)


def test_what_changes_is_named_as_the_file_names_it(client: Client, season: Season) -> None:
    one = world.nomination(season, "范玉莲")
    text = upload(client, csv_of(row(code=one.code, name="范玉蓮"))).content.decode()

    assert "Name of the nominee: <del>范玉莲</del>" in text
