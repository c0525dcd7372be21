from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.core.weeks import end_of, monday_of, start_of, weeks_until

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_monday_of_returns_the_monday_of_the_same_week(day):
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert monday <= day < end_of(monday).date()


@given(DAYS, st.integers(1, 60))
def test_weeks_until_returns_contiguous_weeks(day, count):
    weeks = weeks_until(monday_of(day), count)
    assert len(weeks) == count
    assert all(end_of(earlier) == start_of(later) for earlier, later in pairwise(weeks))


def test_monday_of_converts_datetimes_to_utc():
    late_on_sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert monday_of(late_on_sunday) == date(2026, 11, 16)
    assert monday_of(late_on_sunday.astimezone(timezone(timedelta(hours=1)))) == date(2026, 11, 16)
