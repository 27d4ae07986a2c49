import hashlib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from voting.rules.numbering import (
    StrokeOrder,
    category_numbers,
    draw_order,
    running_numbers,
    stroke_order,
    strokes,
)

DEMO = Path(__file__).parents[2] / "voting" / "seasons" / "demo" / "longhui-2026.yaml"
SEED = "2026-11-24 CSI300 4567.89"
# for k in 101 ... 106; do printf '%s\n%s' "$SEED" $k | sha256sum; done | sort
DRAWN = ("102", "103", "106", "105", "104", "101")


@pytest.mark.parametrize(
    ("character", "count"),
    [("一", 1), ("丁", 2), ("王", 4), ("李", 7), ("张", 7), ("陈", 7), ("黄", 11), ("戴", 17)],
)
def test_strokes_of_surnames(character: str, count: int) -> None:
    assert strokes(character) == count


def test_strokes_of_the_demo_season_are_those_of_the_table() -> None:
    season = YAML(typ="safe").load(DEMO.read_text(encoding="utf-8"))
    nominees = [one for category in season["categories"] for one in category["nominees"]]

    wrong = [one["name"] for one in nominees if strokes(one["name"][0]) != one["strokes"]]

    assert (wrong, len(nominees) > 10) == ([], True)


def test_every_common_character_has_its_strokes() -> None:
    unknown = [chr(code) for code in range(0x4E00, 0x9FFD) if strokes(chr(code)) is None]

    assert unknown == []


def test_order_goes_by_first_character_then_the_following() -> None:
    names = {"a": "王小明", "b": "丁一", "c": "王一", "d": "王", "e": "李白", "f": "王 小·明"}

    assert stroke_order(names) == StrokeOrder(("b", "d", "c", "a", "f", "e"), {})


def test_equal_strokes_go_by_code_point_then_key() -> None:
    # All of 7 strokes: 张 U+5F20, 李 U+674E, 陈 U+9648.
    assert stroke_order({"1": "陈", "2": "李", "3": "张", "0": "李"}).keys == ("3", "0", "2", "1")


def test_characters_without_strokes_stand_last_and_are_reported() -> None:
    order = stroke_order({"a": "Anna", "b": "王X", "c": "龘", "d": "··", "e": "王一"})

    assert order == StrokeOrder(("e", "b", "c", "d", "a"), {"a": "Anna", "b": "X", "d": ""})


def test_draw_is_what_anybody_gets_with_sha256sum() -> None:
    assert draw_order(["101", "102", "103", "104", "105", "106"], SEED) == DRAWN


@given(
    st.permutations(["101", "102", "201", "王"]), st.text(st.characters(codec="utf-8"), min_size=1)
)
def test_draw_does_not_depend_on_the_order_given(keys: list[str], seed: str) -> None:
    seed = seed.replace("\n", " ")

    assert draw_order(keys, seed) == draw_order(sorted(keys), seed)
    assert sorted(draw_order(keys, seed)) == sorted(keys)


def test_draw_favours_no_order() -> None:
    """Chi-squared over all orders of three; 20.5 is passed once in a thousand."""
    draws = Counter(draw_order("abc", str(seed)) for seed in range(6000))

    assert len(draws) == 6
    assert sum((count - 1000) ** 2 / 1000 for count in draws.values()) < 20.5


@pytest.mark.parametrize(("keys", "seed"), [("ab", ""), ("ab", "x\ny"), ("aa", "x")])
def test_draw_that_cannot_be_repeated_is_refused(keys: str, seed: str) -> None:
    with pytest.raises(ValueError, match=r"seed|twice"):
        draw_order(keys, seed)


def test_ticket_is_plain_sha256() -> None:
    """A change of the recipe would make published draws wrong."""
    tickets = {key: hashlib.sha256(f"{SEED}\n{key}".encode()).hexdigest() for key in "xyz"}

    assert draw_order("xyz", SEED) == tuple(sorted("xyz", key=tickets.__getitem__))


def test_running_numbers_are_of_one_length() -> None:
    assert running_numbers("abc") == {"a": "1", "b": "2", "c": "3"}
    assert list(running_numbers([str(i) for i in range(10)]).values())[::9] == ["01", "10"]
    assert running_numbers("ab", first=99) == {"a": "099", "b": "100"}
    assert running_numbers("") == {}


def test_first_digit_is_the_category() -> None:
    numbers = category_numbers(["ab", "", "c"])

    assert numbers == {"a": "101", "b": "102", "c": "301"}


def test_large_category_makes_all_numbers_longer() -> None:
    numbers = category_numbers([[f"n{i}" for i in range(100)], ["x"]])

    assert (numbers["n0"], numbers["n99"], numbers["x"]) == ("1001", "1100", "2001")


def test_numbers_that_would_not_be_clear_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 9"):
        category_numbers([[]] * 10)
    with pytest.raises(ValueError, match="twice"):
        category_numbers(["ab", "b"])
    with pytest.raises(ValueError, match="first"):
        running_numbers("a", first=-1)


@given(st.lists(st.integers(0, 120), max_size=9))
def test_category_numbers_are_unique_and_sort_as_they_stand(sizes: list[int]) -> None:
    orders = [[f"{c}-{i}" for i in range(size)] for c, size in enumerate(sizes)]

    numbers = list(category_numbers(orders).values())

    assert numbers == sorted(set(numbers))
    assert len(numbers) == sum(sizes)
