"""Sentences one after the other, as each language sets them."""

from django.template import Context, Template
from django.utils.translation import override

from accounts.sentences import joined

PAGE = Template("{% load spacing %}{{ one }}{% gap %}{{ other }}")


def test_a_space_parts_sentences_in_english_and_nothing_does_in_chinese() -> None:
    with override("en"):
        assert joined(["One.", "Two."]) == "One. Two."
        assert PAGE.render(Context({"one": "One.", "other": "Two."})) == "One. Two."
    with override("zh-hans"):
        assert joined(["一。", "二。"]) == "一。二。"
        assert PAGE.render(Context({"one": "一。", "other": "二。"})) == "一。二。"
