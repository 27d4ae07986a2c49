import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.rules import similarity
from voting.rules.similarity import (
    Likeness,
    Nomination,
    Pair,
    Reason,
    find_duplicates,
    likeness,
    name_percent,
    set_phrases_of,
)

DEEDS = "二十年如一日照顾村里的孤寡老人，自费修路三公里。"


@pytest.mark.parametrize(
    ("one", "other", "percent"),
    [
        ("张荣发", "張榮發", 100),
        ("John Smith", "Smith, John", 100),
        ("王小明", "王晓明", 66),  # two of three: 2 * 2 / 6
        ("隆回县蓝天救援队", "蓝天救援队", 76),  # 2 * 5 / 13
        ("王小明", "李大华", 0),
        ("··", "··", 0),
        ("", "王", 0),
    ],
)
def test_names(one: str, other: str, percent: int) -> None:
    assert int(name_percent(one, other)) == percent


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            Nomination("1", "张荣发", "县医院", DEEDS),
            Nomination("2", "張榮發", "縣醫院", DEEDS.replace("，", " ")),
            Likeness(
                100,
                (Reason("same-name", 100), Reason("same-deeds", 100), Reason("same-unit", 100)),
            ),
        ),
        (  # 1 - 0.15
            Nomination("1", "王小明"),
            Nomination("2", "王 小明"),
            Likeness(85, (Reason("same-name", 100),)),
        ),
        (  # 1 - (1 - 0.85 * 2/3) * 0.7 = 0.6966...
            Nomination("1", "王小明", "县医院"),
            Nomination("2", "王晓明", "县医院"),
            Likeness(69, (Reason("like-name", 66), Reason("same-unit", 100))),
        ),
        (  # 1 - 0.1
            Nomination("1", "王小明", "", DEEDS),
            Nomination("2", "李大华", "", DEEDS),
            Likeness(90, (Reason("same-deeds", 100),)),
        ),
        (  # 1 - (1 - 0.9 * 0.5)
            Nomination("1", "王小明", "", "abcdef"),
            Nomination("2", "李大华", "", "bcdefg"),
            Likeness(45, (Reason("shared-deeds", 50),)),
        ),
        (
            Nomination("1", "王小明", "县医院"),
            Nomination("2", "李大华", "县医院"),
            Likeness(30, (Reason("same-unit", 100),)),
        ),
        (Nomination("1", "", "", ""), Nomination("2", "", "", ""), Likeness(0, ())),
    ],
)
def test_likeness_and_its_reasons(one: Nomination, other: Nomination, expected: Likeness) -> None:
    assert likeness(one, other) == expected
    assert likeness(other, one) == expected


def test_pairs_come_with_the_likest_first_and_in_the_order_given() -> None:
    items = [
        Nomination("a", "王小明", "县医院"),
        Nomination("b", "李大华"),
        Nomination("c", "王晓明", "县医院"),
        Nomination("d", "李大華"),
    ]

    assert [(p.first, p.second, p.likeness.percent) for p in find_duplicates(items)] == [
        ("b", "d", 85),
        ("a", "c", 69),
    ]


@pytest.mark.parametrize("threshold", [39, 101])
def test_threshold_that_finds_all_or_nothing_is_refused(threshold: int) -> None:
    with pytest.raises(ValueError, match="40 to 100"):
        find_duplicates([], threshold=threshold)


def test_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        find_duplicates([Nomination("a", "x"), Nomination("a", "y")])


def test_set_phrases_do_not_make_a_pair_but_the_same_text_does() -> None:
    phrase = "热心公益无私奉献深受群众好评"
    names = [chr(0x4E00 + 7 * at) * 3 for at in range(40)]
    items = [Nomination(str(at), name, "", phrase) for at, name in enumerate(names[:22])]
    items += [
        Nomination(str(at), name, "", f"{phrase}{chr(0x6000 + at)}")
        for at, name in enumerate(names[22:], 22)
    ]

    pairs = {(pair.first, pair.second) for pair in find_duplicates(items)}

    assert pairs == {(str(i), str(j)) for i, j in combinations(range(22), 2)}


# Few letters, so that much is alike; forms that fold together; texts that share pieces.
NAMES = st.text("王小晓明李張张 ·", max_size=5)
TEXTS = st.lists(st.sampled_from(["修路三公里", "照顾老人", "义务献血", "abcd", "x"]), max_size=5)
ITEMS = st.lists(
    st.tuples(NAMES, st.sampled_from(["", "县医院", "縣醫院", "中学"]), TEXTS.map("".join)),
    max_size=12,
)


@settings(max_examples=300)
@given(ITEMS, st.integers(40, 100), st.sampled_from([2, 4, 20]))
def test_finds_what_comparing_each_with_each_finds(
    texts: list[tuple[str, str, str]], threshold: int, least: int
) -> None:
    items = [Nomination(str(at), *text) for at, text in enumerate(texts)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "SET_PHRASE_LEAST", least)
        phrases = set_phrases_of(items)
        every = [
            Pair(one.key, other.key, likeness(one, other, set_phrases=phrases))
            for one, other in combinations(items, 2)
        ]

        found = find_duplicates(items, threshold=threshold)

    wanted = [pair for pair in every if pair.likeness.percent >= threshold]
    assert found == sorted(wanted, key=lambda pair: -pair.likeness.percent)


def crowd(size: int) -> list[Nomination]:
    """Return nominations as a city has them: 100 surnames, common given names, long texts."""
    chance = random.Random(7)
    surnames = [chr(0x4E00 + 11 * at) for at in range(100)]
    weights = [1 / (at + 2) for at in range(100)]
    given = [chr(0x6000 + 5 * at) for at in range(600)]
    phrases = ["".join(chance.choices(given, k=12)) for _ in range(6000)]
    return [
        Nomination(
            str(at),
            chance.choices(surnames, weights)[0] + "".join(chance.choices(given, k=2)),
            f"单位{chance.randrange(400)}",
            "，".join(chance.choices(phrases, k=25)),
        )
        for at in range(size)
    ]


def test_five_thousand_are_searched_and_the_planted_found() -> None:
    items = crowd(5000)
    copies = [
        Nomination(f"copy-{one.key}", one.name[0] + " " + one.name[1:], one.unit, one.deeds[:200])
        for one in items[::50]
    ]

    pairs = find_duplicates(items + copies)

    found = {(pair.first, pair.second) for pair in pairs}
    assert {(copy.key.removeprefix("copy-"), copy.key) for copy in copies} <= found
    assert len(found) < 2000
