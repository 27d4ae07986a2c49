"""For how long a notice stands by the season's rules."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from voting.notices.models import NoticeKind
from voting.notices.queries.calendar import calendar
from voting.rules.workdays import NoticePeriod, notice_period
from voting.seasons.models import RuleSheet, Season


@dataclass(frozen=True, slots=True)
class Terms:
    """How many days a notice stands, and whether only working days count."""

    days: int
    working: bool


def terms_of(season: Season, kind: str = NoticeKind.CANDIDATE) -> Terms:
    """Return what the rule sheet says, as it is in force."""
    sheet = RuleSheet.objects.get(season=season)
    result = kind == NoticeKind.RESULT
    return Terms(
        sheet.result_notice_days if result else sheet.candidate_notice_days,
        sheet.notice_working_days,
    )


def period_from(published_at: datetime, terms: Terms, zone: ZoneInfo) -> NoticePeriod:
    """Return from when to when a notice stands that is published at this moment.

    It runs from the day after to the end of the last day, on the season's clock.
    """
    if terms.working:
        return notice_period(published_at, terms.days, zone, calendar())
    day = published_at.astimezone(zone).date()
    last = day + timedelta(days=terms.days)
    midnight = datetime.combine(last + timedelta(days=1), time.min, zone)
    return NoticePeriod(day + timedelta(days=1), last, midnight)
