"""Renaming, moving, merging, closing: nothing is lost, and the history says who and why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.units.conftest import unit
from voting.units.models import ResponsiblePerson, Unit, UnitEvent
from voting.units.queries import ancestors, is_within, matching, same_unit, subtree, tree
from voting.units.services import (
    UnitRuleBroken,
    appoint,
    close_unit,
    merge_units,
    move_unit,
    rename_unit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small")]

WHO: dict[str, Any] = {"actor": "甲", "reason": "区划调整"}


def codes(units: Any) -> list[str]:
    return sorted(one.code for one in units)


def test_a_unit_sees_itself_and_below_in_one_query(django_assert_num_queries: Any) -> None:
    top = unit("11").pk
    with django_assert_num_queries(1):
        assert codes(subtree(top)) == ["11", "111", "112"]
    assert codes(subtree(unit("1").pk)) == ["1", "11", "111", "112", "12", "121"]
    assert is_within(unit("111").pk, unit("11").pk)
    assert not is_within(unit("121").pk, unit("11").pk)
    assert [one.code for one in ancestors(unit("121").pk)] == ["1", "12"]


def test_the_tree_is_one_query_however_many_units(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        (top,) = tree()
    assert [branch.unit.code for branch in top.children] == ["11", "12"]
    assert [branch.below for branch in top.children] == [2, 1]


def test_search_finds_by_name_and_by_the_beginning_of_the_code() -> None:
    assert codes(matching("大塘")) == ["111", "121"]
    assert codes(matching("12")) == ["12", "121"]
    assert codes(matching("%")) == []


def test_renaming_keeps_the_old_name_on_record() -> None:
    rename_unit(unit_id=unit("11").pk, name=" 新东镇 ", name_en="New East", **WHO)
    event = unit("11").events.get(action="renamed")

    assert unit("11").name == "新东镇"
    assert event.before == {"name": "东镇", "name_en": "", "parent": "1"}
    assert event.after == {"name": "新东镇", "name_en": "New East", "parent": "1"}


@pytest.mark.both
def test_a_name_stands_once_below_the_same_unit() -> None:
    with pytest.raises(UnitRuleBroken, match="双江村"):
        rename_unit(unit_id=unit("111").pk, name="双江村", name_en="", **WHO)
    with pytest.raises(UnitRuleBroken, match="大塘村"):
        move_unit(unit_id=unit("121").pk, parent_id=unit("11").pk, **WHO)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(code="111").update(name="双江村")
    assert UnitEvent.objects.count() == 6


@pytest.mark.both
def test_a_unit_cannot_belong_to_itself() -> None:
    for below in ("11", "111"):
        with pytest.raises(UnitRuleBroken):
            move_unit(unit_id=unit("11").pk, parent_id=unit(below).pk, **WHO)
        with pytest.raises(UnitRuleBroken):
            merge_units(unit_id=unit("11").pk, into_id=unit(below).pk, **WHO)
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.filter(code="11").update(parent=unit("11"))


def test_moving_takes_everything_below_along() -> None:
    move_unit(unit_id=unit("112").pk, parent_id=unit("12").pk, **WHO)
    assert codes(subtree(unit("12").pk)) == ["112", "12", "121"]


def test_merging_keeps_the_row_and_moves_what_is_below() -> None:
    rename_unit(unit_id=unit("121").pk, name="西塘村", name_en="", **WHO)
    merge_units(unit_id=unit("12").pk, into_id=unit("11").pk, **WHO)
    merged = unit("12")

    assert (merged.merged_into, merged.closed_at is None) == (unit("11"), False)
    assert codes(Unit.objects.filter(parent=unit("11"))) == ["111", "112", "121"]
    assert merged.events.get(action="merged").after["merged_into"] == "11"
    assert unit("121").events.get(action="moved").before["parent"] == "12"
    with pytest.raises(UnitRuleBroken, match="西镇"):
        rename_unit(unit_id=merged.pk, name="又一个", name_en="", **WHO)


def test_what_was_merged_is_found_below_the_unit_it_went_into_and_nowhere_else() -> None:
    merge_units(unit_id=unit("121").pk, into_id=unit("112").pk, **WHO)
    merged = unit("121")

    assert merged.parent == unit("12")  # history
    assert codes(subtree(unit("11").pk)) == ["11", "111", "112", "121"]
    assert codes(subtree(unit("12").pk)) == ["12"]
    assert codes(ancestors(merged.pk)) == [*codes(ancestors(unit("112").pk)), "112"]
    merge_units(unit_id=unit("112").pk, into_id=unit("111").pk, **WHO)
    for one in ("111", "112", "121"):
        assert codes(same_unit(unit(one).pk)) == ["111", "112", "121"]
    assert codes(same_unit(unit("11").pk)) == ["11"]


def test_merging_refuses_names_that_clash_and_leaves_nothing() -> None:
    with pytest.raises(UnitRuleBroken, match="大塘村"):
        merge_units(unit_id=unit("12").pk, into_id=unit("11").pk, **WHO)
    assert unit("12").closed_at is None
    assert UnitEvent.objects.count() == 6


def test_closing_asks_for_what_is_below_first() -> None:
    with pytest.raises(UnitRuleBroken, match="2"):
        close_unit(unit_id=unit("11").pk, **WHO)
    close_unit(unit_id=unit("121").pk, **WHO)
    close_unit(unit_id=unit("12").pk, **WHO)

    assert [branch.unit.code for branch in tree()[0].children] == ["11"]
    assert codes(subtree(unit("1").pk)) == ["1", "11", "111", "112", "12", "121"]


@pytest.mark.both
def test_one_person_at_a_time_answers_for_a_unit() -> None:
    person = {"post": "所长", "phone": "", "unit_id": unit("11").pk, **WHO}
    appoint(name="周一", starts_on=date(2025, 1, 1), **person)
    appoint(name="钱二", starts_on=date(2026, 3, 1), **person)
    with pytest.raises(UnitRuleBroken, match="钱二"):
        appoint(name="孙三", starts_on=date(2026, 3, 1), **person)

    assert list(ResponsiblePerson.objects.order_by("starts_on").values_list("name", "ends_on")) == [
        ("周一", date(2026, 2, 28)), ("钱二", None),
    ]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponsiblePerson.objects.update(ends_on=None)


@pytest.mark.both
def test_history_cannot_be_edited_by_anybody() -> None:
    for change in (
        lambda: UnitEvent.objects.update(reason="别的"),
        lambda: UnitEvent.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitEvent.objects.create(unit=unit("1"), action="closed", actor="", reason="x")


@pytest.mark.django_db(transaction=True)
def test_two_moves_at_once_do_not_tie_a_knot() -> None:
    for _attempt in range(3 if connection.vendor == "sqlite" else 10):

        def move(pair: tuple[str, str]) -> str:
            try:
                move_unit(unit_id=unit(pair[0]).pk, parent_id=unit(pair[1]).pk, **WHO)
            except UnitRuleBroken:
                return "refused"
            finally:
                connections.close_all()
            return "moved"

        with ThreadPoolExecutor(2) as pool:
            done = sorted(pool.map(move, [("11", "12"), ("12", "11")]))
        assert done == ["moved", "refused"]
        assert codes(subtree(unit("1").pk)) == ["1", "11", "111", "112", "12", "121"]
        for code in ("11", "12"):
            if unit(code).parent != unit("1"):
                move_unit(unit_id=unit(code).pk, parent_id=unit("1").pk, **WHO)
