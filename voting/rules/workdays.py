"""The working-day clock: how long a notice stands, counted as the law counts.

Working days are those of the State Council's yearly schedules (public holidays, and weekends that
are worked to make up for them), as in the library ``chinesecalendar``. A year that it does not
know counts Monday to Friday, and every result says so. A table of the organiser's comes first.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import chinese_calendar
from chinese_calendar import constants

MOST_DAYS: Final = 3660  # working days in one step: more is a slip of the pen
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Exceptions:
    """The organiser's own table, which comes before what is published.

    holidays: days off; make_up_days: days that are worked; years: those for which the table is
    complete (Monday to Friday but for these days), so that nothing needs a warning.
    Raises ValueError when a day stands in both.
    """

    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        both = self.holidays & self.make_up_days
        if both:
            raise ValueError(f"both holiday and make-up day: {min(both)}")


NO_EXCEPTIONS: Final = Exceptions()


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """A day that was reached, and the years on the way whose holidays are not known."""

    day: date
    unknown_years: tuple[int, ...] = ()

    @property
    def warning(self) -> bool:
        """Whether a schedule that comes later may still move the day."""
        return bool(self.unknown_years)


@dataclass(frozen=True, slots=True)
class NoticePeriod:
    """When a notice stands: local days, and the moment (exclusive) at which it has ended."""

    first_day: date
    last_day: date
    ends_at: datetime
    unknown_years: tuple[int, ...] = ()

    @property
    def warning(self) -> bool:
        """Whether a schedule that comes later may still move the end."""
        return bool(self.unknown_years)


def is_known(year: int, exceptions: Exceptions = NO_EXCEPTIONS) -> bool:
    """Return whether the holidays of the year are known, from the table or the library.

    The first days of a year may make a last December day of the year before a day off or a
    working day; that comes with the schedule of the later year.
    """
    return year in exceptions.years or year in _published_years()


def is_working_day(day: date, exceptions: Exceptions = NO_EXCEPTIONS) -> bool:
    """Return whether the day is worked; Monday to Friday in a year that is not known."""
    if day in exceptions.make_up_days:
        return True
    if day in exceptions.holidays:
        return False
    if day.year in exceptions.years or day.year not in _published_years():
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))


def add_working_days(day: date, count: int, exceptions: Exceptions = NO_EXCEPTIONS) -> WorkingDay:
    """Return the ``count``-th working day after ``day``; before it, when negative.

    The day itself does not count; with 0 it is the answer, worked or not.
    Raises ValueError for more than 3,660 days.
    """
    if abs(count) > MOST_DAYS:
        raise ValueError(f"at most {MOST_DAYS} working days")
    step = _DAY if count >= 0 else -_DAY
    left = abs(count)
    unknown = set()
    while left:
        day += step
        if not is_known(day.year, exceptions):
            unknown.add(day.year)
        left -= is_working_day(day, exceptions)
    return WorkingDay(day, tuple(sorted(unknown)))


def notice_period(
    published_at: datetime,
    working_days: int,
    zone: ZoneInfo,
    exceptions: Exceptions = NO_EXCEPTIONS,
) -> NoticePeriod:
    """Return when a notice ends that was published at this moment.

    It runs from the day after the day of publication (in ``zone``) to the end of the last
    of ``working_days``: 24:00 there.
    Raises ValueError without a time zone on ``published_at``, or for fewer than 1 working day.
    """
    if published_at.tzinfo is None:
        raise ValueError("published_at needs a time zone")
    if working_days < 1:
        raise ValueError("at least 1 working day")
    published = published_at.astimezone(zone).date()
    last = add_working_days(published, working_days, exceptions)
    return NoticePeriod(
        first_day=published + _DAY,
        last_day=last.day,
        ends_at=datetime.combine(last.day + _DAY, time.min, zone),
        unknown_years=last.unknown_years,
    )


@cache
def _published_years() -> frozenset[int]:
    return frozenset(day.year for day in constants.holidays)
