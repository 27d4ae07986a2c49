"""Papers for the file, to be signed: what they have in common. ``official.typ`` is their form."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from voting.notices.paper import code_of, printable
from voting.seasons.models import Season
from voting.seasons.page_context import content, full_moment, zone_text

Values = dict[str, Any]


def frame(season: Season, title: str, *, mark: str = "") -> Values:
    """Return what every paper for the file has around its content. mark: laid across the sheet."""
    language = get_language() or ""
    marks = [
        _("Rehearsal") if season.rehearsal_of_id else "",
        _("Demonstration") if season.is_demo else "",
        mark,
    ]  # fmt: skip
    return {
        "lang": "zh" if language.startswith("zh") else "en",
        "season": title_of(season),
        "title": title,
        "page": _("Page %(at)s of %(all)s") % {"at": "{at}", "all": "{all}"},
        "mark": " · ".join(filter(None, marks)),
        "day": _("Date"),
        "missing": "",
    }


def with_missing(words: Values) -> Values:
    """Return the words with 〓 for what the font lacks, and a line that says what that is."""
    found, missing = printable(words)
    if missing:
        codes = ", ".join(map(code_of, missing))
        found["missing"] = _(
            "〓 stands for characters that the font does not have, in this order: %(codes)s."
        ) % {"codes": codes}
    replaced: Values = found
    return replaced


def at_text(at: datetime, season: Season) -> str:
    """Return day and time on the season's clock, and which clock that is."""
    return _("%(time)s (%(zone)s)") % {
        "time": full_moment(at, season.time_zone), "zone": zone_text(season.time_zone),
    }  # fmt: skip


def local_day(at: datetime, season: Season) -> date:
    """Return the day of a moment on the season's clock."""
    return at.astimezone(ZoneInfo(season.time_zone)).date()


def written(text: str) -> list[str]:
    """Return the paragraphs of what somebody wrote."""
    return [part.strip() for part in text.split("\n") if part.strip()]


def title_of(season: Season) -> str:
    """Return what a season is called, in the page's language."""
    return content(season.name, season.name_en)["text"]
