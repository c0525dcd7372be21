"""Averages by month and year."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from server.core.weeks import UTC_CALENDAR, Calendar
from server.history.trends import compute_trends


def row(year, month, score, day=5, hour=12, **dimensions):
    return datetime(year, month, day, hour, tzinfo=UTC), score, dimensions


def test_nothing_to_show():
    assert compute_trends([], UTC_CALENDAR) is None


def test_months_without_gaps_and_averages():
    trends = compute_trends([row(2026, 1, 40, hook=20), row(2026, 1, 51, hook=41, form=90), row(2026, 3, 70)], UTC_CALENDAR)
    assert (len(trends.months), trends.months[0].name, trends.count) == (12, "Apr 2025", 3)
    assert [(month.name, month.count, month.score) for month in trends.months[-3:]] == [
        ("Jan 2026", 2, 46), ("Feb 2026", 0, None), ("Mar 2026", 1, 70),
    ]  # fmt: skip
    assert trends.series("hook") == [*[None] * 9, 30, None, None]
    assert trends.averages == {"hook": 30, "form": 90}
    assert trends.years == ()


def test_24_months_and_the_years_before():
    trends = compute_trends([row(2019, 6, 30), row(2024, 2, 20), row(2024, 3, 50), row(2026, 2, 60)], UTC_CALENDAR)
    assert (len(trends.months), trends.months[0].name, trends.months[-1].name) == (24, "Mar 2024", "Feb 2026")
    assert [(year.name, year.count, year.score) for year in trends.years] == [("2019", 1, 30), ("2024", 1, 20)]


def test_days_are_the_organisations():
    trends = compute_trends([row(2026, 1, 40, day=31, hour=23)], Calendar(ZoneInfo("Europe/Berlin")))
    assert trends.months[-1].first_day == date(2026, 2, 1)
