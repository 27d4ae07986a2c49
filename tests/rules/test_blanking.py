"""Names are taken out of texts in all usual spellings, and nothing else is."""

import time

import pytest

from voting.rules.blanking import Blanking, parts_of

BLANK = "■■"


def blanked(text: str, *hidden: str) -> str:
    return Blanking(hidden, BLANK).text(text)


@pytest.mark.parametrize(
    "written",
    [
        "刘国强", "刘 国 强", "刘　国强", "刘·国强", "刘・国 强", "刘-国强", "刘\n国强",
        "劉國強", "刘國強", "劉国强", "劉 國 強", "刘国強", "刘\u200b国强", "刘国\ufe00强",
    ],
)  # fmt: skip
def test_a_chinese_name_is_found_however_it_is_written(written: str) -> None:
    assert blanked(f"邻居说{written}每周都来。", "刘国强") == f"邻居说{BLANK}每周都来。"


def test_a_name_on_the_list_may_be_the_one_written_otherwise() -> None:
    assert blanked("邻居说刘国强每周都来。", "劉　國強") == f"邻居说{BLANK}每周都来。"
    assert blanked("吕淑芳、呂淑芳、呂 淑芳", "呂淑芳") == f"{BLANK}、{BLANK}、{BLANK}"
    assert blanked("买买提·艾力和买买提艾力", "买买提•艾力") == f"{BLANK}和{BLANK}"


@pytest.mark.parametrize(
    "written",
    [
        "Liu Guoqiang", "LIU GUOQIANG", "liu guoqiang", "Guoqiang Liu", "Guo-qiang Liu",
        "Liu, Guoqiang", "Liu Guo Qiang", "LiuGuoqiang", "Ｌｉｕ　Ｇｕｏｑｉａｎｇ", "Líu Gúoqiáng",
        "Liu Guoqia\u0301ng",
    ],
)  # fmt: skip
def test_a_latin_name_is_found_in_either_order(written: str) -> None:
    assert blanked(f"Then {written} came.", "Liu Guoqiang") == f"Then {BLANK} came."


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Italian reliance, Julian and Lianna", "Li An"),
        ("姓刘。国强民富，百姓安居", "刘国强"),
        ("我姓刘，国强民富", "刘国强"),
        ("老刘\n\n国强民富", "刘国强"),
        ("强国先强民", "强"),
        ("and a plan", "A"),
        ("共1101号", "101号"),
        ("编号101号楼", "01号"),
        ("", "刘国强"),
        ("什么也没有", ""),
        ("什么也没有", "。、"),
    ],
)
def test_ordinary_text_stays(text: str, hidden: str) -> None:
    assert blanked(text, hidden) == text


def test_words_beside_a_latin_name_do_not_hide_it() -> None:
    assert blanked("Li An's help, 李Li An说, liAn2020@x", "Li An") == (
        f"{BLANK}'s help, 李{BLANK}说, {BLANK}2020@x"
    )


def test_numbers_are_found_in_full_width_too() -> None:
    assert blanked("请投１０１号、101號、№101、No.101、no. 101", "101号", "No. 101") == (
        f"请投{BLANK}、{BLANK}、{BLANK}、{BLANK}、{BLANK}"
    )


def test_names_that_overlap_are_blanked_as_one() -> None:
    assert blanked("城南志愿者协会王晓梅", "志愿者协会", "城南志愿者", "王晓梅") == (
        f"{BLANK}{BLANK}"
    )
    assert blanked("王小王小王", "王小王") == BLANK


def test_a_long_text_takes_milliseconds() -> None:
    deed = ("每周三上午到敬老院理发读报，" * 250)[:2990] + "劉 國 強"
    given = ("晓梅", "国强", "建华", "秀英", "德胜", "文斌", "玉兰", "海燕", "志远", "春花")
    names = [f"{first}{second}" for first in "赵钱孙李周吴" for second in given]
    Blanking(names, BLANK).text(deed)  # each character is folded once
    before = time.process_time()

    found = Blanking([*names, "刘国强"], BLANK).text(deed)

    assert time.process_time() - before < 0.1
    assert found.endswith(BLANK)


@pytest.mark.parametrize(
    "hidden",
    [
        "王小美（女）",
        "王小美（网名：小太阳）",
        "王小美 Wang Xiaomei",
        "王小美、李明",
        "王小美等5人",
        "王小美夫妇",
    ],
)
def test_a_name_is_found_without_what_stands_beside_it(hidden: str) -> None:
    text = "王小美每周六去敬老院。"
    assert Blanking(parts_of(hidden), "■").text(text) == "■每周六去敬老院。"


def test_of_a_name_alone_nothing_else_is_taken() -> None:
    assert parts_of("王小美") == {"王小美"}
    assert parts_of("Wang Xiaomei") == {"Wang Xiaomei"}
