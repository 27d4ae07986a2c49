"""The notice on paper: text that can be searched, a font of its own, nothing from outside."""

import socket
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.notices.conftest import published
from voting.notices import printing, services
from voting.notices.paper import FONTS, missing_in
from voting.notices.printing import Period, Printed, compose
from voting.notices.queries import Line, Terms
from voting.seasons.models import Nominee, Season

pytestmark = pytest.mark.django_db

PERIOD = Period(date(2026, 11, 28), date(2026, 12, 4), date(2026, 11, 27), Terms(5, working=True))


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def line(number: int, name: str = "罗小满", summary: str = "修桥") -> Line:
    return Line(
        ref=f"nominee:{number}", name=name, name_en="", kind="person", unit="桃花坪街道",
        unit_en="", category_position=1, category="敬业奉献", category_en="", summary=summary,
        summary_en="",
    )  # fmt: skip


def composed(season: Season, lines: list[Line]) -> Printed:
    return compose(season, services.draft_of(season), lines, PERIOD)


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_the_printed_notice_says_what_the_page_says(season: Season) -> None:
    Nominee.objects.filter(ballot_number="101").update(name="陈喆堃", unit="小沙江镇")
    notice = published(season)
    text = text_of(printing.printed_notice(notice))

    for words in ("关于隆回公益之星候选名单的公示", "5个工作日", "陈喆堃", "小沙江镇", "附件",
                  "0739-8230000", "测试单位", notice.fingerprint):  # fmt: skip
        assert words in text
    assert printing.printed_notice(notice) == printing.printed_notice(notice)


def test_fonts_are_in_the_file(season: Season) -> None:
    reader = PdfReader(BytesIO(composed(season, [line(1)]).pdf))
    fonts = [
        font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()
    ]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert described
    for one in described:
        assert {"/FontFile2", "/FontFile3"} & set(one)
        assert "NoticeSong" in one["/FontName"]


def test_rare_characters_are_printed_and_missing_ones_are_named(season: Season) -> None:
    # 㛃 and 𬍛 stand in the Table of General Standard Chinese Characters, 𠮷 does not.
    made = composed(season, [line(1, "㛃𬍛"), line(2, "𠮷某")])
    text = text_of(made.pdf)

    assert made.missing == ("𠮷",)
    assert ("㛃𬍛" in text, "〓某" in text, "U+20BB7" in text) == (True, True, True)


def test_nothing_that_was_typed_is_markup(season: Season) -> None:
    name = '#import "x": *$a$ @b <c> \\ `d` //'
    assert "".join(name.split()) in text_of(composed(season, [line(1, name)]).pdf)


def test_marks_that_nobody_sees_are_left_out_and_not_reported() -> None:
    assert missing_in(["a\u200b\u202e\ufeff\n\t　中", "\U000e0100"]) == ()
    assert missing_in(["\ue000"]) == ("\ue000",)


def test_three_hundred_names_fill_numbered_pages(season: Season) -> None:
    made = composed(season, [line(n, summary="照料邻居二十年。" * 4) for n in range(1, 301)])
    pages = PdfReader(BytesIO(made.pdf)).pages
    last = "".join(pages[-1].extract_text().split())

    assert len(pages) > 10
    assert "300" in last
    assert f"—{len(pages)}—" in last
    assert "序号" in "".join(pages[5].extract_text().split())


def test_the_list_of_characters_and_the_font_are_vendored_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert (FONTS / "notice-song.otf").stat().st_size < 6_000_000
    letters = Path(FONTS / "notice-song.txt").read_text(encoding="utf-8")
    assert all(letter in letters for letter in "公示异议堃喆㛃〓（）：")
