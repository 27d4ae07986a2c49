from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.rules.workdays import (
    NO_EXCEPTIONS,
    Exceptions,
    WorkingDay,
    add_working_days,
    is_known,
    is_working_day,
    notice_period,
)

ONE_DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def between(start: date, end: date, table: Exceptions = NO_EXCEPTIONS) -> int:
    """Count the working days after one day up to and with another, one by one; or back."""
    back = end < start
    first, last = (end, start - ONE_DAY) if back else (start + ONE_DAY, end)
    span = [first + ONE_DAY * number for number in range((last - first).days + 1)]
    return sum(is_working_day(day, table) for day in span) * (-1 if back else 1)


def days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=number) for number in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("first", "last", "worked"),
    [
        ("2024-02-10", "2024-02-17", ["2024-02-04", "2024-02-18"]),
        ("2024-10-01", "2024-10-07", ["2024-09-29", "2024-10-12"]),
        ("2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
        ("2025-10-01", "2025-10-08", ["2025-09-28", "2025-10-11"]),
        ("2026-01-01", "2026-01-03", ["2026-01-04"]),
        ("2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
        ("2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
    ],
)
def test_published_schedules(first: str, last: str, worked: list[str]) -> None:
    assert [day for day in days(first, last) if is_working_day(day)] == []
    assert all(is_working_day(date.fromisoformat(day)) for day in worked)


def test_working_days_step_over_the_spring_festival() -> None:
    # Friday; then Sunday 26 January and Monday 27 are worked, 28 January to 4 February are not.
    start = date(2025, 1, 24)

    assert add_working_days(start, 5) == WorkingDay(date(2025, 2, 7))
    assert add_working_days(date(2025, 2, 7), -5) == WorkingDay(start)
    assert between(start, date(2025, 2, 7)) == 5
    assert between(date(2025, 2, 8), start) == -6


def test_year_turns_over_the_new_year_holiday() -> None:
    # 31 December 2024 is a Tuesday, 1 January 2025 alone is off.
    assert add_working_days(date(2024, 12, 31), 1) == WorkingDay(date(2025, 1, 2))
    assert add_working_days(date(2025, 1, 2), -1) == WorkingDay(date(2024, 12, 31))


def test_no_days_stay_where_they_are() -> None:
    assert add_working_days(date(2025, 10, 1), 0) == WorkingDay(date(2025, 10, 1))


def test_year_that_is_not_known_counts_monday_to_friday_and_says_so() -> None:
    start = date(2099, 12, 31)  # a Thursday

    found = add_working_days(start, 1)

    assert (found.day, found.unknown_years) == (date(2100, 1, 1), (2100,))
    assert found.warning
    assert not is_known(2099)
    assert not add_working_days(date(2025, 3, 3), 5).warning


def test_own_table_comes_first_and_can_vouch_for_a_year() -> None:
    table = Exceptions(
        holidays=frozenset({date(2100, 1, 1)}),
        make_up_days=frozenset({date(2100, 1, 2)}),
        years=frozenset({2100}),
    )

    assert add_working_days(date(2099, 12, 31), 1, table) == WorkingDay(date(2100, 1, 2))
    assert add_working_days(date(2099, 12, 31), 2, table) == WorkingDay(date(2100, 1, 4))


def test_own_table_corrects_a_published_year() -> None:
    table = Exceptions(
        holidays=frozenset({date(2025, 3, 4)}), make_up_days=frozenset({date(2025, 10, 1)})
    )

    assert add_working_days(date(2025, 3, 3), 1, table) == WorkingDay(date(2025, 3, 5))
    assert is_working_day(date(2025, 10, 1), table)


def test_day_cannot_be_off_and_worked() -> None:
    with pytest.raises(ValueError, match="2025-03-04"):
        Exceptions(frozenset({date(2025, 3, 4)}), frozenset({date(2025, 3, 4)}))


def test_too_many_days_are_refused() -> None:
    with pytest.raises(ValueError, match="3660"):
        add_working_days(date(2025, 1, 1), 3661)


def test_notice_runs_from_the_day_after_to_the_end_of_the_last_working_day() -> None:
    published = datetime(2025, 1, 24, 18, 30, tzinfo=SHANGHAI)

    notice = notice_period(published, 5, SHANGHAI)

    assert (notice.first_day, notice.last_day) == (date(2025, 1, 25), date(2025, 2, 7))
    assert notice.ends_at == datetime(2025, 2, 8, 0, 0, tzinfo=SHANGHAI)
    assert not notice.warning


def test_notice_takes_the_day_of_the_season_not_of_the_server() -> None:
    # 17:00 UTC on Monday is Tuesday 01:00 in Shanghai.
    notice = notice_period(datetime(2025, 3, 3, 17, 0, tzinfo=UTC), 1, SHANGHAI)

    assert notice.ends_at == datetime(2025, 3, 5, 16, 0, tzinfo=UTC)


def test_notice_tells_of_unknown_years() -> None:
    notice = notice_period(datetime(2099, 6, 1, tzinfo=UTC), 5, SHANGHAI)

    assert (notice.warning, notice.unknown_years) == (True, (2099,))


def test_notice_without_zone_or_days_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        notice_period(datetime(2025, 3, 3), 5, SHANGHAI)  # noqa: DTZ001 -- what is refused
    with pytest.raises(ValueError, match="at least 1"):
        notice_period(datetime(2025, 3, 3, tzinfo=UTC), 0, SHANGHAI)


DAYS = st.dates(date(2003, 1, 1), date(2030, 12, 31))
NEAR = st.dates(date(2026, 9, 1), date(2027, 3, 1))
TABLES = st.builds(
    lambda off, worked: Exceptions(off - worked, worked),
    st.frozensets(NEAR, max_size=20),
    st.frozensets(NEAR, max_size=20),
)


@given(DAYS | NEAR, st.integers(-150, 150), TABLES)
def test_between_undoes_add(start: date, count: int, table: Exceptions) -> None:
    reached = add_working_days(start, count, table)

    assert between(start, reached.day, table) == count
    assert count == 0 or is_working_day(reached.day, table)
