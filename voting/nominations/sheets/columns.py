"""The columns of a sheet of nominations: their names, and how cells become values and back."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from import_export.widgets import Widget

from accounts.sentences import joined
from voting.nominations.models import Nomination
from voting.seasons.models import Category, Nominee
from voting.units.models import Unit

LANGUAGES: Final = ("zh-hans", "en")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the file, its title, whether a new row needs it."""

    key: str
    title: Any
    needed: bool = False
    read_only: bool = False

    def titles(self) -> set[str]:
        """Return all names by which a file may call it, folded."""
        found = {self.key}
        for language in LANGUAGES:
            with override(language):
                found |= {str(self.title), self.heading()}
        return {folded(name) for name in found}

    def heading(self) -> str:
        """Return the name as our files write it: in Chinese, then in English."""
        names = []
        for language in LANGUAGES:
            with override(language):
                names.append(str(self.title))
        return " ".join(dict.fromkeys(names))


COLUMNS: Final = (
    Column("code", gettext_lazy("Code")),
    Column("state", gettext_lazy("State"), read_only=True),
    Column("category", gettext_lazy("Category"), needed=True),
    Column("kind", gettext_lazy("Kind")),
    Column("name", gettext_lazy("Name of the nominee"), needed=True),
    Column("name_en", gettext_lazy("Name in English")),
    Column("place", gettext_lazy("Place")),
    Column("birth_year", gettext_lazy("Year of birth")),
    Column("unit", gettext_lazy("Code of the unit")),
    Column("organisation", gettext_lazy("Recommending organisation")),
    Column("nominator", gettext_lazy("Nominator")),
    Column("service_hours", gettext_lazy("Service hours")),
    Column("headline", gettext_lazy("The deed in one line"), needed=True),
    Column("summary", gettext_lazy("Short text")),
    Column("story", gettext_lazy("Medium text")),
    Column("full_story", gettext_lazy("Long text")),
    Column("unit_opinion", gettext_lazy("Opinion of the unit")),
    Column("same_as", gettext_lazy("Put together with")),
)
TITLES: Final = {column.key: column.title for column in COLUMNS}


def folded(name: str) -> str:
    """Return a column's name without what does not matter."""
    return "".join(name.lower().split()).strip("*：:")


class CategoryWidget(Widget):
    """A category by its name, in either language, or by its position."""

    def __init__(self, categories: list[Category]) -> None:
        super().__init__()
        self.known: dict[str, Category] = {}
        for one in categories:
            for name in (str(one.position), one.name, one.name_en, one.short_name):
                if name:
                    self.known.setdefault(folded(name), one)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Category:
        """Return the category. Raises ValueError."""
        found = self.known.get(folded(value))
        if found is None:
            raise ValueError(_("There is no category “%(name)s” in this season.") % {"name": value})
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return its name."""
        return value.name if value else ""


class UnitWidget(Widget):
    """A unit by its code; open ones only."""

    def __init__(self, units: Callable[[], dict[str, Unit]]) -> None:
        super().__init__()
        self.units = units

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Unit | None:
        """Return the unit. Raises ValueError."""
        if not value:
            return None
        found = self.units().get(value.strip())
        if found is None:
            raise ValueError(_("No open unit has this code. Look it up in the list of units."))
        return found

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return its code."""
        return value.code if value else ""


class TextWidget(Widget):
    """A text, whole."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return it without the blanks around it. Raises ValueError for what cannot be stored."""
        if "\0" in value:
            raise ValueError(_("Null characters are not allowed."))
        return str(value).strip()

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return it."""
        return str(value or "")


class YearWidget(Widget):
    """A year."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        """Return it. Raises ValueError."""
        text = value.strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 1880 <= int(text[:6]) <= 2200):
            raise ValueError(_("Give the year with four digits, such as 1985."))
        return int(text)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return it."""
        return "" if value is None else str(value)


class HoursWidget(Widget):
    """Hours, with one decimal at most."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Decimal | None:
        """Return them. Raises ValueError."""
        text = value.strip()
        if not text:
            return None
        try:
            hours = Decimal(text)
        except InvalidOperation as error:
            raise ValueError(_("Give the hours as a number, such as 120 or 120.5.")) from error
        if not hours.is_finite() or not 0 <= hours < 10_000_000 or hours != round(hours, 1):
            raise ValueError(_("Give the hours as a number, such as 120 or 120.5."))
        return hours

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return them."""
        return "" if value is None else f"{value:f}".removesuffix(".0")


class KindWidget(Widget):
    """What is put forward, by its name in either language or its key; a person if empty."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        """Return the key. Raises ValueError."""
        if not value.strip():
            return str(Nominee.Kind.PERSON)
        for kind in Nominee.Kind:
            names = {kind.value}
            for language in LANGUAGES:
                with override(language):
                    names.add(str(kind.label))
            if folded(value) in {folded(name) for name in names}:
                return str(kind.value)
        raise ValueError(
            _("Say one of these: %(words)s.")
            % {"words": _(", ").join(str(kind.label) for kind in Nominee.Kind)}
        )

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Return its name in the language that is active."""
        return str(Nominee.Kind(value).label) if value else ""


def too_long(nomination: Nomination) -> dict[str, str]:
    """Return what does not fit its field, by name of the field."""
    try:
        nomination.clean_fields(exclude={"code", "season", "state_since", "nominator", "nominee"})
    except ValidationError as error:
        return {name: joined(texts) for name, texts in error.message_dict.items()}
    return {}
