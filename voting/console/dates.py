"""Days and minutes as organisers enter them."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

MOMENT: Final = "%Y-%m-%dT%H:%M"
DAY: Final = "%Y-%m-%d"
FIRST_YEAR, LAST_YEAR = 2000, 2199


def _check_year(year: int) -> None:
    """Refuse a slip of the finger: at the ends of time nothing can be added or compared."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise forms.ValidationError(
            _("Enter a date between %(first)d and %(last)d."), code="year",
            params={"first": FIRST_YEAR, "last": LAST_YEAR},
        )  # fmt: skip


class Moment(forms.DateTimeField):
    """A minute on the season's clock."""

    def __init__(self, **words: Any) -> None:
        super().__init__(
            input_formats=[MOMENT, "%Y-%m-%d %H:%M"],
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
            **words,
        )

    def validate(self, value: Any) -> None:
        """Refuse years that are a slip of the finger."""
        super().validate(value)
        if value is not None:
            _check_year(value.year)


class Day(forms.DateField):
    """A day."""

    def __init__(self, **words: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format=DAY), **words)

    def validate(self, value: Any) -> None:
        """Refuse years that are a slip of the finger."""
        super().validate(value)
        if value is not None:
            _check_year(value.year)
