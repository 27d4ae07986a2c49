"""One value of the file into one field of a model; the models say what is allowed."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext as _
from ruamel.yaml.nodes import ScalarNode

from voting.seasons.season_file import nodes
from voting.seasons.season_file.problems import Problems, Spot, Wrong, is_nothing, tag

SMALL: Final = 32767  # the largest number of a PositiveSmallIntegerField in PostgreSQL
LARGE: Final = 2147483647  # likewise of a PositiveIntegerField

# What the tables' constraints and validators ask for, as (least, most).
RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "position": (1, SMALL),
    "places": (1, SMALL),
    "slices": (1, 64),
    "min_choices": (1, 64),
    "max": (1, LARGE),
    "display_hour": (0, 23),
    "public_weight": (0, 100),
    "panel_weight": (0, 100),
    "rate_interval_ms": (1, LARGE),
    "rate_burst": (1, LARGE),
    "fresh_per_minute": (1, LARGE),
    "fresh_burst": (1, LARGE),
    "token_minutes": (1, 30),
}
YEARS: Final = (2000, 2100)
# Short texts that may nevertheless have several lines; those in a TextField always may.
SEVERAL_LINES: Final = frozenset({"help_points", "help_points_en"})

_WHOLE_NUMBER: Final = re.compile(r"[0-9]{1,10}")
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ] *(\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?) *(Z|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
_YES: Final = frozenset({"true", "yes", "on"})
_NO: Final = frozenset({"false", "no", "off"})

Special = Callable[[Spot, Problems], Any]


def record(
    found: Mapping[str, Spot],
    fields: Mapping[str, "models.Field[Any, Any]"],
    *,
    where: Spot,
    zone: tzinfo,
    problems: Problems,
    special: Mapping[str, Special] | None = None,
) -> dict[str, Any]:
    """Return a row's values by field name; what is missing takes the model's default.

    found: file key -> value. fields: file key -> field. where: the place to name for a key that
    is missing. special: readers of structured fields, by file key. A value that cannot be read
    is noted and left out.
    """
    values: dict[str, Any] = {}
    for key, field in fields.items():
        spot = found.get(key)
        if spot is None or is_nothing(spot.node):
            if is_required(field):
                missing = Spot(where.node, where.line, f"{where.path}.{key}")
                problems.add(spot or missing, _("a value; this key must be there"), _("nothing"))
                continue
            values[field.name] = field.get_default()
        elif special and key in special:
            values[field.name] = special[key](spot, problems)
        else:
            try:
                values[field.name] = convert(spot, field, zone)
            except Wrong as wrong:
                problems.add(spot, wrong.allowed, wrong.found)
    return values


def is_required(field: "models.Field[Any, Any]") -> bool:
    """Return whether a key must be in the file."""
    return not (field.has_default() or field.blank or field.null)


def convert(spot: Spot, field: "models.Field[Any, Any]", zone: tzinfo) -> Any:
    """Return a value of the field's type. Raises Wrong."""
    if isinstance(field, models.BooleanField):
        return boolean(spot)
    if isinstance(field, models.IntegerField):
        largest = SMALL if isinstance(field, models.PositiveSmallIntegerField) else LARGE
        return whole_number(spot, *RANGES.get(field.name, (0, largest)))
    if isinstance(field, models.DateTimeField):
        return moment(spot, zone)
    if field.choices:
        return word(spot, [str(value) for value, _label in field.flatchoices])
    lines = isinstance(field, models.TextField) or field.name in SEVERAL_LINES
    value = text(spot, most=field.max_length, lines=lines)
    if not value and is_required(field):
        raise Wrong(_("a value; this key must be there"), _("nothing"))
    _validate(value, field)
    return value


def _validate(value: str, field: "models.Field[Any, Any]") -> None:
    """Run the field's own rules, such as those for addresses and time zones."""
    for rule in field.validators if value else ():
        if isinstance(rule, MaxLengthValidator):
            continue  # said better by text()
        try:
            rule(value)
        except ValidationError as error:
            raise Wrong(" ".join(error.messages).rstrip(".。")) from None


def text(spot: Spot, *, most: int | None = None, lines: bool = False) -> str:
    """Return a text without blanks at its ends. A number is taken as it was written.

    most: characters; lines: whether it may have more than one. Raises Wrong.
    """
    node = spot.node
    if not isinstance(node, ScalarNode):
        raise Wrong(_("a text"))
    if is_nothing(node):
        return ""
    if tag(node) not in {"str", "int", "float", "timestamp"}:
        raise Wrong(_("a text; put it in quotation marks if this word is meant"))
    value: str = node.value.replace("\r\n", "\n").strip()
    bad = next((letter for letter in value if not _is_writable(letter)), None)
    if bad is not None:
        raise Wrong(_("text without control characters"), f"U+{ord(bad):04X}")
    if "\n" in value and not lines:
        raise Wrong(_("a text on one line"))
    if most is not None and len(value) > most:
        raise Wrong(
            _("at most %(most)d characters") % {"most": most},
            _("%(count)d characters") % {"count": len(value)},
        )
    return value


def _is_writable(letter: str) -> bool:
    """Return whether every database can store the character and no page is garbled by it."""
    code = ord(letter)
    return letter in "\n\t" or not (code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000)


def word(spot: Spot, words: Iterable[str]) -> str:
    """Return one of the words. Raises Wrong."""
    allowed = list(words)
    value = spot.node.value if isinstance(spot.node, ScalarNode) else None
    if value not in allowed:
        raise Wrong(_("one of %(words)s") % {"words": ", ".join(allowed)})
    return str(value)


def boolean(spot: Spot) -> bool:
    """Return a yes or no. Raises Wrong."""
    value = truth(spot)
    if value is None:
        raise Wrong(_("true or false"))
    return value


def truth(spot: Spot) -> bool | None:
    """Return what a plain (not quoted) yes, no, true, false, on or off says, else None."""
    node = spot.node
    if not isinstance(node, ScalarNode) or node.style is not None:
        return None
    value = node.value.lower()
    return True if value in _YES else False if value in _NO else None


def whole_number(spot: Spot, least: int, most: int) -> int:
    """Return a number within its bounds. Raises Wrong."""
    node = spot.node
    plain = isinstance(node, ScalarNode) and node.style is None
    if plain and _WHOLE_NUMBER.fullmatch(node.value) and least <= int(node.value) <= most:
        return int(node.value)
    raise Wrong(
        _("a whole number from %(least)d to %(most)d, without quotation marks")
        % {"least": least, "most": most}
    )


def moment(spot: Spot, zone: tzinfo) -> datetime:
    """Return a time in UTC; one without a zone is meant in the season's. Raises Wrong."""
    allowed = _("a date and time such as 2026-11-16 09:00, in the season's time zone")
    node = spot.node
    match = _TIME.fullmatch(node.value.strip()) if isinstance(node, ScalarNode) else None
    if match is None:
        raise Wrong(allowed)
    try:
        local = datetime.fromisoformat(f"{match[1]}T{match[2]}{(match[3] or '').upper()}")
    except ValueError:
        raise Wrong(allowed) from None
    if not YEARS[0] <= local.year <= YEARS[1]:
        raise Wrong(_("a year from %(first)d to %(last)d") % {"first": YEARS[0], "last": YEARS[1]})
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        # The hour that is skipped or repeated when clocks change.
        raise Wrong(
            _("a time with its offset, such as 2026-11-01 01:30+08:00, since clocks change")
        )
    return first


def fields_of(
    model: type[models.Model], without: Iterable[str], renamed: Mapping[str, str] | None = None
) -> dict[str, "models.Field[Any, Any]"]:
    """Return a model's fields by their key in the file, in the model's order."""
    left_out = set(without)
    names = renamed or {}
    return {
        names.get(field.name, field.name): field
        for field in model._meta.concrete_fields  # noqa: SLF001 -- Django's documented way to ask
        if not field.primary_key and not field.is_relation and field.name not in left_out
    }


def group(spot: Spot, widths: Mapping[str, int], problems: Problems) -> dict[str, str] | None:
    """Return a small group of texts, "" for those not given; None if it is no group."""
    found = nodes.entries(spot, widths, problems)
    if found is None:
        return None
    values = dict.fromkeys(widths, "")
    for key, value in found.items():
        try:
            values[key] = text(value, most=widths[key])
        except Wrong as wrong:
            problems.add(value, wrong.allowed, wrong.found)
    return values
