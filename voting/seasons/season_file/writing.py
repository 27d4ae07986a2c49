"""A season as a file that can be edited and imported again."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import models
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from voting.seasons import counting
from voting.seasons.models import RuleSheet, Season
from voting.seasons.season_file import sections

_NO_FOLDING: Final = 1 << 20  # characters in a line
# What YAML takes for the end of a line, or for no character; word processors leave them in texts.
_ODD_LINE_ENDS: Final = "\x85\u2028\u2029\ufeff"
_YES_OR_NO: Final = frozenset({"yes", "no", "on", "off", "y", "n"})
# PostgreSQL keeps the keys of structured fields in an order of its own.
_WORD_ORDER: Final = list(sections.DRAWING | sections.FIGURE | sections.SCENE)


def dump(season: Season) -> str:
    """Return the season as YAML; imported again it gives the same season.

    season: as ``queries.season_by_slug`` returns it, else every relation costs a query.
    Keys stand in the order of the models; texts that are empty are left out.
    """
    zone = ZoneInfo(season.time_zone)
    sheet = season.rule_sheet
    file = CommentedMap()
    file["season"] = _row(season, sections.SEASON, zone)
    file["rules"] = _row(sheet, _rules_of(sheet), zone)
    file["rules"]["caps"] = CommentedSeq(
        _on_one_line(_row(cap, sections.CAP, zone)) for cap in sheet.caps.all()
    )
    windows = [_row(window, sections.WINDOW, zone) for window in season.windows.all()]
    if windows:
        file["windows"] = windows
    file["categories"] = []
    for category in season.categories.all():
        entry = _row(category, sections.CATEGORY, zone)
        entry["nominees"] = [
            _row(nominee, sections.NOMINEE, zone) for nominee in category.nominees.all()
        ]
        file["categories"].append(entry)
    past_winners = [
        _row(winner, sections.PAST_WINNER, zone) for winner in season.past_winners.all()
    ]
    if past_winners:
        file["past_winners"] = past_winners
    return _yaml(file)


def _rules_of(sheet: RuleSheet) -> dict[str, Any]:
    """Return the fields of the rules that mean something: components have ways of their own."""
    without = counting.REPLACED if sheet.consolidation is not None else ()
    return {key: field for key, field in sections.RULES.items() if key not in without}


def _yaml(file: CommentedMap) -> str:
    yaml = YAML(typ="rt")
    yaml.width = _NO_FOLDING
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(file, out)
    return out.getvalue()


def _row(row: models.Model, fields: Mapping[str, Any], zone: ZoneInfo) -> CommentedMap:
    entry = CommentedMap()
    for key, field in fields.items():
        value = getattr(row, field.name)
        if value in ("", None, [], {}):
            continue
        if key in sections.COUNTING:
            entry[key] = _flow(counting.shortened(key, value))
        elif isinstance(value, datetime):
            entry[key] = _local(value, zone)
        elif key == "traits":
            entry[key] = _on_one_line(
                CommentedMap((name, _text(value[name])) for name in sorted(value))
            )
        elif isinstance(value, dict):
            entry[key] = _words(value)
        elif isinstance(value, list):
            entry[key] = CommentedSeq(_words(member) for member in value)
        elif isinstance(value, str):
            entry[key] = _text(value, quoted=key == "number")
        else:
            entry[key] = value
    return entry


def _flow(value: Any) -> Any:
    """Return a declaration about the count, to be written on one line."""
    if isinstance(value, Mapping):
        return _on_one_line(CommentedMap((key, _flow(one)) for key, one in value.items()))
    if isinstance(value, list | tuple):
        members = CommentedSeq(_flow(one) for one in value)
        members.fa.set_flow_style()
        return members
    return value


def _local(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time in the season's zone; with its offset where clocks change."""
    local = moment.astimezone(zone)
    text = local.replace(tzinfo=None).isoformat(sep=" ").removesuffix(":00")
    repeated = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return text + local.isoformat()[-len("+08:00") :] if repeated else text


def _words(words: Mapping[str, str]) -> CommentedMap:
    filled = [key for key in _WORD_ORDER if words.get(key)]
    return _on_one_line(CommentedMap((key, _text(words[key])) for key in filled))


def _on_one_line(entry: CommentedMap) -> CommentedMap:
    entry.fa.set_flow_style()
    return entry


def _text(value: str, *, quoted: bool = False) -> str:
    text = value.replace("\r\n", "\n")
    lines = text.split("\n")
    in_quotes: str = DoubleQuotedScalarString(text)
    if any(letter in _ODD_LINE_ENDS for letter in text):
        return in_quotes  # where they are written as escapes
    # Blanks at the edge of a line are not safe in a block that people edit.
    if len(lines) > 1 and all(line == line.strip() for line in lines):
        literal: str = LiteralScalarString(text)
        return literal
    # Other programs would make 7 of 007, and true of yes.
    return in_quotes if quoted or text.isdigit() or text.lower() in _YES_OR_NO else text
