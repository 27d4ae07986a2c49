"""Sentences one after the other, as each language sets them."""

import re

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import Context, Template
from django.utils.translation import override

from accounts.sentences import joined
from accounts.templatetags.spacing import whole_dates

PAGE = Template("{% load spacing %}{{ one }}{% gap %}{{ other }}")


def test_a_space_parts_sentences_in_english_and_nothing_does_in_chinese() -> None:
    with override("en"):
        assert joined(["One.", "Two."]) == "One. Two."
        assert PAGE.render(Context({"one": "One.", "other": "Two."})) == "One. Two."
    with override("zh-hans"):
        assert joined(["一。", "二。"]) == "一。二。"
        assert PAGE.render(Context({"one": "一。", "other": "二。"})) == "一。二。"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("5 个工作日，2026年11月30日至2026年12月4日", ["2026年11月30日", "2026年12月4日"]),
        ("预计 11月29日 5:51 恢复", ["11月29日 5:51"]),
        ("from 30 November 2026 to 4 Dec, 00:51", ["30 November 2026", "4 Dec, 00:51"]),
        ("48 names, 3 a day", []),
    ],
)
def test_a_date_stays_in_one_line(text: str, kept: list[str]) -> None:
    shown = whole_dates(text)

    assert re.findall(r'<span class="nowrap">(.*?)</span>', shown) == kept
    assert re.sub(r"<[^>]*>", "", shown) == text


def test_what_stands_around_a_date_is_escaped() -> None:
    page = Template("{% load spacing %}{{ text|whole_dates }}")

    assert page.render(Context({"text": "<b>3月4日</b>"})) == (
        '&lt;b&gt;<span class="nowrap">3月4日</span>&lt;/b&gt;'
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_thousands_are_set_apart_in_both_languages(language: str) -> None:
    with override(language):
        assert [intcomma(number) for number in (999, 2392, 1234567)] == [
            "999",
            "2,392",
            "1,234,567",
        ]
