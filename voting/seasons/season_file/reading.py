"""A season file into content that can be written to the tables, or all that is wrong with it."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from voting.seasons.models import Season
from voting.seasons.season_file import checks, nodes, sections
from voting.seasons.season_file.fields import Special, convert, record
from voting.seasons.season_file.problems import Problems, SeasonFileInvalid, Spot, Wrong
from voting.seasons.season_file.sections import CategoryContent, SeasonContent

_NOMINEE_PARTS: Final[Mapping[str, Special]] = {
    "figures": sections.figures,
    "scenes": sections.scenes,
    "drawing": sections.drawing,
    "traits": sections.traits,
}
_PAST_WINNER_PARTS: Final[Mapping[str, Special]] = {"drawing": sections.drawing}


def parse(raw: bytes, *, file_name: str) -> SeasonContent:
    """Return what the file says.

    raw: the file, YAML in UTF-8, at most 5 MB. file_name: as messages should name it.
    Raises SeasonFileInvalid with all that is wrong.
    Source: docs/season-file.md.
    """
    problems = Problems()
    root = nodes.root(raw, problems)
    content = _Reading(root, problems).content() if root else None
    if content is None or problems.found:
        raise SeasonFileInvalid(file_name, problems.found)
    return content


class _Reading:
    """Reads one file; remembers where things stood, so that the checks can name the line."""

    def __init__(self, root: Spot, problems: Problems) -> None:
        self.root = root
        self.problems = problems
        self.zone: tzinfo = ZoneInfo(_default_zone())

    def content(self) -> SeasonContent | None:
        """Return all sections; what is missing or wrong has been noted."""
        parts = nodes.entries(self.root, sections.SECTIONS, self.problems)
        if parts is None:
            return None
        for name in ("season", "rules"):
            if name not in parts:
                self.problems.add(
                    Spot(self.root.node, 1, name),
                    _("a value; this key must be there"),
                    _("nothing"),
                )
        season, season_spots = self._season(parts.get("season"))
        rules, rules_spots, caps = self._rules(parts.get("rules"))
        windows, window_spots = self._rows(parts.get("windows"), sections.WINDOW)
        categories, category_spots, nominee_spots = self._categories(parts.get("categories"))
        past_winners, _spots = self._rows(
            parts.get("past_winners"), sections.PAST_WINNER, _PAST_WINNER_PARTS
        )
        content = SeasonContent(season, rules, caps, windows, categories, past_winners)
        places = checks.Places(
            self.root, season_spots, rules_spots, window_spots, category_spots, nominee_spots
        )
        checks.check(content, places, self.problems)
        return content

    def _season(self, spot: Spot | None) -> tuple[dict[str, Any], dict[str, Spot]]:
        found = nodes.entries(spot, sections.SEASON, self.problems) if spot else None
        if spot is None or found is None:
            return {}, {}
        if "time_zone" in found:
            try:
                # First of all, since every other time is meant in this zone.
                name = convert(found["time_zone"], sections.SEASON["time_zone"], self.zone)
                self.zone = ZoneInfo(name)
            except Wrong:
                pass  # noted below, with the other fields
        return self._record(found, sections.SEASON, spot), found

    def _rules(
        self, spot: Spot | None
    ) -> tuple[dict[str, Any], dict[str, Spot], list[dict[str, Any]]]:
        found = nodes.entries(spot, [*sections.RULES, "caps"], self.problems) if spot else None
        if spot is None or found is None:
            return {}, {}, []
        if "caps" not in found:
            # Without any limit people vote as often as they like: that must be said, not forgotten.
            self.problems.add(
                Spot(spot.node, spot.line, "rules.caps"),
                _("a list of limits, or [] for none"),
                _("nothing"),
            )
        caps, _spots = self._rows(found.get("caps"), sections.CAP)
        rules = self._record(found, sections.RULES, spot, special=sections.COUNTING)
        return rules, found, caps

    def _categories(
        self, spot: Spot | None
    ) -> tuple[list[CategoryContent], list[Spot], list[list[Spot]]]:
        contents: list[CategoryContent] = []
        spots: list[Spot] = []
        nominee_spots: list[list[Spot]] = []
        nominee_count = 0
        members = nodes.items(spot, self.problems) if spot else []
        for position, member in enumerate(members, 1):
            found = nodes.entries(member, [*sections.CATEGORY, "nominees"], self.problems)
            if found is None:
                continue
            fields = self._record(found, sections.CATEGORY, member, {"position": position})
            inside = found.get("nominees")
            nominees = nodes.items(inside, self.problems) if inside else []
            nominee_count += len(nominees)
            if nominee_count > sections.MAX_NOMINEES and inside:
                most = _("at most %(most)d nominees") % {"most": sections.MAX_NOMINEES}
                self.problems.add(inside, most, str(nominee_count))
                break
            rows, row_spots = self._members(nominees, sections.NOMINEE, _NOMINEE_PARTS)
            contents.append(CategoryContent(fields, rows))
            spots.append(member)
            nominee_spots.append(row_spots)
        return contents, spots, nominee_spots

    def _rows(
        self,
        spot: Spot | None,
        fields: Mapping[str, Any],
        special: Mapping[str, Special] | None = None,
    ) -> tuple[list[dict[str, Any]], list[Spot]]:
        members = nodes.items(spot, self.problems) if spot else []
        return self._members(members, fields, special)

    def _members(
        self,
        members: Iterable[Spot],
        fields: Mapping[str, Any],
        special: Mapping[str, Special] | None,
    ) -> tuple[list[dict[str, Any]], list[Spot]]:
        rows, spots = [], []
        for member in members:
            found = nodes.entries(member, fields, self.problems)
            if found is not None:
                rows.append(self._record(found, fields, member, special=special))
                spots.append(member)
        return rows, spots

    def _record(
        self,
        found: dict[str, Spot],
        fields: Mapping[str, Any],
        where: Spot,
        defaults: dict[str, Any] | None = None,
        special: Mapping[str, Special] | None = None,
    ) -> dict[str, Any]:
        given = {key: value for key, value in (defaults or {}).items() if key not in found}
        wanted = {key: field for key, field in fields.items() if key not in given}
        read = record(
            found, wanted, where=where, zone=self.zone, problems=self.problems, special=special
        )
        return given | read


def _default_zone() -> str:
    return str(Season._meta.get_field("time_zone").get_default())  # noqa: SLF001 -- Django's documented way to ask
