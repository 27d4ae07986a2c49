"""A season's stages as pages show them: the timeline, and what comes next."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext

from voting.seasons import queries
from voting.seasons.happening import has_happened
from voting.seasons.models import Season
from voting.seasons.page_context import full_moment, stage_text
from voting.seasons.queries import TimelineStage


class StageLine(TypedDict):
    """One stage of ``seasons/_stages.html``."""

    kind: str
    title: str
    when: str  # days
    exact: str  # from the first minute to the last
    state: str  # done, now, later, late


def stage_lines(season: Season, at: datetime | None = None) -> list[StageLine]:
    """Return the stages as they stand at a moment, by default now.

    One query at most, and one for each stage that is over and of which a topic knows more.
    """
    now = at or timezone.now()
    return [
        line(_settled(season, stage), season.time_zone, now)
        for stage in queries.timeline(season, now)
    ]


def _settled(season: Season, stage: TimelineStage) -> TimelineStage:
    if stage.state != "done" or has_happened(season, stage.kind):
        return stage
    return replace(stage, state="late")


def line(stage: TimelineStage, zone: str, now: datetime) -> StageLine:
    """Return one stage in words."""
    return {
        "kind": stage.kind,
        "title": stage_text(stage.kind),
        "when": days(stage.starts_at, stage.ends_at, zone, now),
        "exact": f"{full_moment(stage.starts_at, zone)} – {full_moment(stage.ends_at, zone)}",
        "state": stage.state,
    }


def days(starts_at: datetime, ends_at: datetime, zone: str, now: datetime) -> str:
    """Return the days of a stage, as short as can be; the year only where it is not this one."""
    clock = ZoneInfo(zone)
    first = starts_at.astimezone(clock)
    # What ends at midnight has the day before as its last.
    last = (ends_at - timedelta(microseconds=1)).astimezone(clock)
    year = now.astimezone(clock).year
    plain = pgettext("day format", "j M")
    dated = plain if first.year == last.year == year else pgettext("day format", "j M Y")
    if first.date() == last.date():
        return date_format(first, dated)
    if (first.year, first.month) == (last.year, last.month):
        # In Chinese year and month stand before the first day, in English after the last.
        if dated == plain:
            begin = pgettext("first day of a month", "j")
            end = pgettext("last day of a month", "j M")
        else:
            begin = pgettext("first day of a month in another year", "j")
            end = pgettext("last day of a month in another year", "j M Y")
        return f"{date_format(first, begin)}–{date_format(last, end)}"
    return f"{date_format(first, dated)} – {date_format(last, dated)}"
