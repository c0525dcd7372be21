"""Weeks, months, quarters and custom days, and what each is compared with."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.periods import Period, period_of, whole_weeks
from server.core.weeks import DAY

DAYS = st.dates(date(2000, 1, 3), date(2100, 1, 1))
PERIODS = st.one_of(
    st.builds(period_of, st.sampled_from(["week", "month", "quarter"]), DAYS),
    st.builds(lambda first, days: Period("custom", first, first + timedelta(days)), DAYS, st.integers(0, 400)),
)


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("week", date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 11, 29), date(2026, 10, 1), date(2026, 12, 31)),
        ("quarter", date(2026, 3, 31), date(2026, 1, 1), date(2026, 3, 31)),
    ],
)
def test_period_of_a_day(kind, day, first, last):
    assert period_of(kind, day) == Period(kind, first, last)


@pytest.mark.parametrize(
    ("period", "today", "before"),
    [
        # Complete: the whole one before, whatever its length.
        (period_of("month", date(2026, 3, 1)), date(2026, 4, 1), (date(2026, 2, 1), date(2026, 2, 28))),
        (period_of("week", date(2026, 11, 23)), date(2026, 11, 29), (date(2026, 11, 16), date(2026, 11, 22))),
        # Running: as many days.
        (period_of("week", date(2026, 11, 23)), date(2026, 11, 25), (date(2026, 11, 16), date(2026, 11, 18))),
        (period_of("month", date(2026, 11, 1)), date(2026, 11, 1), (date(2026, 10, 1), date(2026, 10, 1))),
        # Running, and the one before had fewer days.
        (period_of("month", date(2026, 3, 1)), date(2026, 3, 30), (date(2026, 2, 1), date(2026, 2, 28))),
        (period_of("quarter", date(2026, 11, 1)), date(2026, 11, 29), (date(2026, 7, 1), date(2026, 8, 29))),
        (Period("custom", date(2026, 11, 2), date(2026, 11, 4)), date(2026, 11, 29), (date(2026, 10, 30), date(2026, 11, 1))),
    ],
)
def test_what_a_period_is_compared_with(period, today, before):
    found = period.before(today)
    assert (found.first, found.last) == before


@given(PERIODS, st.integers(1, 9))
def test_periods_of_a_chart_follow_each_other_without_gaps(period, count):
    found = period.ending_here(count)
    assert (len(found), found[-1]) == (count, period)
    assert all(later.first == earlier.last + DAY for earlier, later in pairwise(found))
    assert {one.kind for one in found} == {period.kind}


@given(PERIODS)
def test_weekdays_are_monday_to_friday(period):
    days = [period.first + DAY * offset for offset in range(period.days)]
    assert period.weekdays == sum(day.weekday() < 5 for day in days)


@given(PERIODS, st.integers(0, 500))
def test_comparison_is_never_longer_than_the_days_so_far(period, days):
    today = period.first + DAY * days
    before, so_far = period.before(today), period.until(today)
    assert before.last < period.first
    assert so_far == period or before.days <= so_far.days


@given(PERIODS)
def test_whole_weeks_begin_on_monday_and_end_on_sunday(period):
    around = whole_weeks(period)
    assert (around.first.weekday(), around.last.weekday()) == (0, 6)
    assert around.first <= period.first <= period.last <= around.last
    assert around.days - period.days < 14
