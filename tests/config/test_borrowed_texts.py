"""Django's sentences in this site's Chinese; Django's own would be taken if its English changed."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import override

WRONG = (
    (forms.CharField(), "", "这一项必填。"),
    (forms.IntegerField(), "三", "请填整数。"),
    (forms.IntegerField(max_value=3), "5", "不能大于 3。"),
    (forms.IntegerField(min_value=3), "1", "不能小于 3。"),
    (forms.DateTimeField(), "明天", "请填日期和时间，例如 2026-03-15 09:00。"),
    (forms.EmailField(), "x", "请填正确的电子邮箱，例如 name@example.org。"),
    (
        forms.URLField(assume_scheme="https"),
        "x y",
        "请填完整的网址，例如 https://www.example.org。",
    ),
    (forms.CharField(max_length=2), "一二三", "最多 2 个字，现在有 3 个。"),
    (forms.ChoiceField(choices=[("a", "a")]), "b", "没有“b”这一项，请从列出的选项里选。"),
)


@pytest.mark.parametrize(("field", "value", "said"), WRONG)
def test_what_is_wrong_is_said_in_our_words(field: forms.Field, value: str, said: str) -> None:
    with override("zh-hans"):
        with pytest.raises(ValidationError) as refused:
            field.clean(value)
        assert refused.value.messages == [said]
