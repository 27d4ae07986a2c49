import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.folding import fold, words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("王 小 明", "王小明"),
        ("王　小明（女）", "王小明女"),
        ("張榮發", "张荣发"),
        ("臺灣", "台湾"),
        ("高峯", "高峰"),
        ("阿不都·热合曼", "阿不都热合曼"),
        ("阿不都•热合曼", "阿不都热合曼"),
        ("ＡＢＣ１２３", "abc123"),
        ("Élodie  O'Brien", "elodieobrien"),
        ("", ""),
        ("——！？", ""),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_words_are_what_stands_between_spaces_and_marks() -> None:
    assert words("Smith, John") == ["smith", "john"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF)), st.integers(0, 9))
def test_part_of_a_text_folds_to_a_part_of_the_folded(text: str, at: int) -> None:
    assert fold(text[:at]) + fold(text[at:]) == fold(text)
