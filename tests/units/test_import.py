"""Units from a file: whole or not at all, again and again, from whichever spreadsheet program."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.translation import override

from tests.units.conftest import LONGHUI, SMALL, taken, unit
from voting.units.models import Tier, Unit, UnitEvent
from voting.units.queries import tree
from voting.units.services import ImportSummary, close_unit
from voting.units.unit_file import MAX_BYTES, UnitFileInvalid

pytestmark = pytest.mark.django_db


def refused(text: str | bytes) -> str:
    before = list(Unit.objects.order_by("code").values())
    with pytest.raises(UnitFileInvalid) as caught:
        taken(text)
    assert list(Unit.objects.order_by("code").values()) == before
    return str(caught.value)


def test_longhui_has_25_towns_and_572_villages_fifteen_names_of_which_repeat() -> None:
    assert taken(LONGHUI.read_bytes()) == ImportSummary(598, 0, 0)
    (top,) = tree()
    names = [station.unit.name for town in top.children for station in town.children]

    assert (top.unit.name, top.below, len(top.children)) == ("隆回县", 597, 25)
    assert len(names) == 572
    assert len({name for name in names if names.count(name) > 1}) == 15
    assert list(Tier.objects.values_list("position", "name_en")) == [
        (1, "County centre"), (2, "Township office"), (3, "Village station"),
    ]  # fmt: skip
    assert UnitEvent.objects.filter(action="added").count() == 598


def test_import_asks_no_more_for_many_units_than_for_few(
    django_assert_max_num_queries: Any,
) -> None:
    with django_assert_max_num_queries(25):
        taken(LONGHUI.read_bytes())


def test_same_file_again_changes_nothing() -> None:
    taken(SMALL)
    assert taken(SMALL) == ImportSummary(0, 0, 6)
    assert UnitEvent.objects.count() == 6


def test_another_name_renames_and_keeps_the_old_one_on_record(small: None) -> None:
    assert taken(SMALL.replace("双江村", "三江村")) == ImportSummary(0, 1, 5)
    event = unit("112").events.get(action="renamed")

    assert unit("112").name == "三江村"
    assert (event.before["name"], event.after["name"]) == ("双江村", "三江村")
    assert (event.actor, event.reason) == ("甲", "试验")


def test_two_units_may_swap_a_name_that_one_of_them_gives_up(small: None) -> None:
    text = "code,name,tier,parent\n112,新名村,站,11\n113,双江村,站,11\n"
    assert taken(text) == ImportSummary(1, 1, 0)
    assert unit("113").name == "双江村"
    text = "code,name,tier,parent\n112,双江村,站,11\n113,新名村,站,11\n"
    assert taken(text) == ImportSummary(0, 2, 0)
    assert (unit("112").name, unit("113").name) == ("双江村", "新名村")
    assert unit("112").events.filter(action="renamed").first().before["name"] == "新名村"


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_of_two_first_files_at_once_one_is_told_of_the_other() -> None:
    start = Barrier(2)

    def one(_number: int) -> str:
        start.wait(10)
        try:
            with override("en"):  # threads begin with the site's language
                taken(SMALL)
        except UnitFileInvalid as error:
            return str(error)
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        told = set(pool.map(one, [1, 2]))

    assert told <= {"done", "Somebody else has just taken in units. Look at them, then try again."}
    assert (Unit.objects.count(), UnitEvent.objects.count()) == (6, 6)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_file_may_come_from_any_spreadsheet_program(encoding: str, ends: str) -> None:
    assert taken(SMALL.replace("\n", ends).encode(encoding)).added == 6
    assert unit("121").name == "大塘村"


@pytest.mark.parametrize("seed", range(5))
def test_parents_may_stand_behind_what_belongs_to_them(seed: int) -> None:
    head, *rows = SMALL.strip().split("\n")
    random.Random(seed).shuffle(rows)
    taken("\n".join([head, *rows]))

    assert unit("121").parent == unit("12")
    assert tree()[0].below == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "missing: code, name, tier"),
        ("code,name\n1,a\n", "missing: tier"),
        ("code,name,tier\n", "names no units"),
        ("code,name,tier\n,a,b\n", "Line 2: a code is"),
        ("code,name,tier\n1,,b\n", "Line 2: the column name is empty"),
        ("code,name,tier\n1,a,\n", "Line 2: the column tier is empty"),
        (f"code,name,tier\n1,{'长' * 61},b\n", "longer than 60"),
        ("code,name,tier\n1 2,a,b\n", "Line 2: a code is"),
        ("code,name,tier\n1,a,b\n1,c,b\n", "code 1 stands 2 times"),
        (
            "code,name,tier,parent\n1,a,b,\n2,c,d,1\n3,c,d,1\n",
            "Lines 3, 4: c stands",
        ),
        ("code,name,tier,parent\n1,a,b,9\n", "Line 2: there is no unit with the code 9"),
        ("code,name,tier,parent\n1,a,b,2\n2,c,b,1\n", "would belong to itself"),
        ("code,name,tier,parent\n1,a,b,1\n", "would belong to itself"),
        ('code,name,tier\n1,"a,b\n', "cannot be read as CSV"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "is no text"),
        (b"a" * (MAX_BYTES + 1), "larger than 2 MB"),
    ],
)
def test_a_wrong_file_says_what_and_where_and_leaves_nothing(text: str | bytes, said: str) -> None:
    assert said in refused(text)
    assert not Unit.objects.exists()
    assert not Tier.objects.exists()


def test_all_faults_are_named_at_once_but_not_without_end() -> None:
    rows = "".join(f"{number},,b\n" for number in range(1, 51))
    said = refused("code,name,tier\n" + rows).split("\n")
    assert len(said) == 21
    assert said[-1] == "And 30 more."


def test_a_file_moves_nothing_and_reopens_nothing(small: None) -> None:
    assert "belongs elsewhere" in refused("code,name,tier,parent\n112,双江村,站,12\n")
    close_unit(unit_id=unit("112").pk, actor="甲", reason="撤销")
    assert "112 has been closed or merged" in refused("code,name,tier,parent\n112,双江村,站,11\n")
    assert "another unit called 东镇" in refused("code,name,tier,parent\n13,东镇,所,1\n")


def test_command_says_what_it_did_and_what_is_wrong(tmp_path: Any, capsys: Any) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(SMALL, encoding="utf-8")
    bad.write_text("code,name,tier\n1,,b\n", encoding="utf-8")
    call_command("units_import", good, actor="甲", reason="试验")
    assert "6" in capsys.readouterr().out
    with pytest.raises(CommandError, match="name"):
        call_command("units_import", bad, actor="甲", reason="试验")
    with pytest.raises(CommandError, match="nothing-here"):
        call_command("units_import", tmp_path / "nothing-here", actor="甲", reason="试验")
