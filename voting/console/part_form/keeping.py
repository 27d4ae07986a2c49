"""Answers that come back as they were: what a field cannot hold is not asked, and stays."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from voting.rules.components import Component, Consolidation
from voting.rules.panels import MOST_DECIMALS

# What stands in an address, in a file and in a form alike.
KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}\Z")
NO_KEYS: Final = frozenset({"new"})  # addresses of other pages


def code_of(key: str) -> str:
    """Return by what pages and fields name a component: its key, or letters that stand for it."""
    if KEY.match(key) and key not in NO_KEYS:
        return key
    return f"k-{sha256(key.encode()).hexdigest()[:12]}"


def part_by_code(declared: Consolidation, code: str) -> Component | None:
    """Return the component that a page is about, or None."""
    return next((one for one in declared.components if code_of(one.key) == code), None)


class KeepingForm(forms.Form):
    """A form over what is declared already.

    ``keep`` takes out each field that would not give back the value that stands, and ``answer``
    returns that value then; and where what was typed is equal to it, written as it stands.
    """

    use_required_attribute = False

    def keep(self, known: Mapping[str, Any]) -> None:
        """Compare each field with what is declared. known: by the names of the fields."""
        self.known_values = dict(known)
        self.kept: dict[str, Any] = {}
        for name, value in known.items():
            field = self.fields.get(name)
            if field is None:
                self.kept[name] = value
            elif not _comes_back(field, self.initial.get(name), value):
                self.kept[name] = value
                del self.fields[name]

    def answer(self, name: str) -> Any:
        """Return what is declared by an answer, or what stood before if it was not asked."""
        if name in self.kept or name not in self.cleaned_data:
            return self.known_values.get(name)
        given = self.cleaned_data[name]
        known = self.known_values.get(name)
        return known if known is not None and given == known else given

    @property
    def kept_words(self) -> list[tuple[str, str]]:
        """What the form cannot hold and keeps: what it is called, and as it stands."""
        return [
            (str(self.base_fields[name].label), self.kept_text(name, value))
            for name, value in self.kept.items()
            if name in self.base_fields and value not in (None, "", (), [])
        ]

    def kept_text(self, name: str, value: Any) -> str:
        """Return what stands as text."""
        shown = self.initial.get(name)
        return str(value if shown is None else shown)

    def forgive(self, name: str) -> None:
        """Put aside an answer, a wrong one too, that another answer makes idle."""
        self.errors.pop(name, None)
        self.cleaned_data[name] = None


def _comes_back(field: forms.Field, written: Any, value: Any) -> bool:
    """Return whether a browser that sends the field as it is shown sends what is declared."""
    sent = written
    if not isinstance(field, forms.BooleanField | forms.MultipleChoiceField):
        # As browsers send the ends of lines.
        sent = "" if written is None else str(written).replace("\n", "\r\n")
    try:
        return bool(field.clean(sent) == value)
    except forms.ValidationError:
        return False


class OfAPart:
    """What the forms about one component share."""

    one: Component
    declared: Consolidation
    is_bound: bool
    is_valid: Callable[[], bool]

    def part(self) -> Component:
        """Return the component as it is answered."""
        raise NotImplementedError

    def whole(self) -> Consolidation:
        """Return everything that is declared, with this component as it is answered."""
        part = self.part()
        parts = [part if own.key == self.one.key else own for own in self.declared.components]
        return msgspec.structs.replace(self.declared, components=tuple(parts))

    def shown_part(self) -> Component:
        """Return the component for a preview: as typed, or as it stands where that is wrong."""
        return self.part() if self.is_bound and self.is_valid() else self.one


class Text(forms.CharField):
    """A text as it was typed; the ends of its lines are written in one way."""

    def __init__(self, **words: Any) -> None:
        words.setdefault("required", False)
        super().__init__(**words)

    def to_python(self, value: Any) -> Any:
        """Return the text."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


class LinesField(Text):
    """Names, one on each line."""

    def __init__(self, **words: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **words)

    def clean(self, value: Any) -> Any:
        """Return the names without empty lines."""
        lines = (line.strip() for line in str(super().clean(value)).split("\n"))
        return tuple(line for line in lines if line)


def number_field(label: Any, hint: Any = "", **words: Any) -> forms.DecimalField:
    """Return a question for a number with up to six decimals."""
    plain: dict[str, Any] = {"required": False, "max_digits": 16, "decimal_places": 6}
    return forms.DecimalField(label=label, help_text=hint, **plain | words)


def decimals_field(label: Any) -> forms.TypedChoiceField:
    """Return a question for a number of decimals; None: not rounded."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("", _("not rounded")), *((str(n), str(n)) for n in range(MOST_DECIMALS + 1))],
        coerce=int,
        empty_value=None,
        required=False,
    )


def written(value: Decimal | None) -> str:
    """Return a number as a field shows it: 100, not 1E+2."""
    return "" if value is None else f"{value:f}"


def plain(value: Decimal | None) -> Decimal | None:
    """Return a number that a field shows without an exponent."""
    return None if value is None else Decimal(written(value))
