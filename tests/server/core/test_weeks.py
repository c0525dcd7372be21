from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.core.weeks import UTC_CALENDAR, Calendar, monday_of, weeks_until

#: Santiago and Beirut change their clocks at midnight.
ZONES = ("UTC", "Europe/Berlin", "America/Santiago", "Asia/Beirut", "Pacific/Auckland")
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_monday_of_returns_the_monday_of_the_same_week(day):
    monday = monday_of(day)
    assert monday.weekday() == 0
    assert monday <= day < UTC_CALENDAR.end_of(monday).date()


@given(DAYS, st.integers(1, 60))
def test_weeks_until_returns_contiguous_weeks(day, count):
    weeks = weeks_until(monday_of(day), count)
    assert len(weeks) == count
    assert all(UTC_CALENDAR.end_of(earlier) == UTC_CALENDAR.start_of(later) for earlier, later in pairwise(weeks))


def test_monday_of_a_moment_is_that_of_the_time_zone():
    late_on_sunday = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert UTC_CALENDAR.monday_of(late_on_sunday) == date(2026, 11, 16)
    assert UTC_CALENDAR.monday_of(late_on_sunday.astimezone(timezone(timedelta(hours=1)))) == date(2026, 11, 16)
    assert Calendar(ZoneInfo("Europe/Berlin")).monday_of(late_on_sunday) == date(2026, 11, 23)
    assert Calendar(ZoneInfo("America/New_York")).monday_of(late_on_sunday) == date(2026, 11, 16)


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES))
def test_days_follow_each_other_without_gap_in_every_time_zone(day, zone):
    calendar = Calendar(ZoneInfo(zone))
    start, end = calendar.start_of(day), calendar.start_of(day + timedelta(days=1))
    assert calendar.day_of(start) == day
    assert calendar.day_of(end - timedelta(microseconds=1)) == day
    assert start < end
