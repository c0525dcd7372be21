"""Quiet hours by the clock on the wall, also in the nights in which it is changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.digests.quiet_hours import QuietHours


def quiet(zone="Europe/Berlin", starts=time(18), ends=time(8), *, weekends=True):
    return QuietHours(ZoneInfo(zone), starts, ends, weekends)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        # A Monday in winter (UTC+1) and one in summer (UTC+2).
        ("2026-11-23 06:59:59", True), ("2026-11-23 07:00", False), ("2026-11-23 16:59", False), ("2026-11-23 17:00", True),
        ("2026-07-06 05:59", True), ("2026-07-06 06:00", False), ("2026-07-06 16:00", True),
        # The Mondays after the clocks changed, in spring and in autumn.
        ("2026-03-30 05:59", True), ("2026-03-30 06:00", False), ("2026-10-26 06:59", True), ("2026-10-26 07:00", False),
        # Saturday begins at midnight on the wall.
        ("2026-11-27 22:30", True), ("2026-11-28 11:00", True), ("2026-11-29 11:00", True),
    ],
)  # fmt: skip
def test_nights_and_weekends_follow_the_clock_on_the_wall(moment, expected):
    assert quiet().include(at(moment)) is expected


def test_weekend_is_not_quiet_for_who_said_so():
    assert not quiet(weekends=False).include(at("2026-11-28 11:00"))
    assert quiet(weekends=False).include(at("2026-11-28 20:00"))


def test_hours_of_one_day_and_none_at_all():
    lunch = quiet(starts=time(12), ends=time(13))
    assert [lunch.include(at(f"2026-11-23 {hour}:00")) for hour in (10, 11, 12)] == [False, True, False]
    never = quiet(starts=time(8), ends=time(8), weekends=False)
    assert not any(never.include(at("2026-11-28 00:00") + timedelta(hours=hour)) for hour in range(48))


@pytest.mark.parametrize(
    ("zone", "week_ends", "expected"),
    [
        ("Europe/Berlin", "2026-11-22 23:00", "2026-11-23 07:00"),
        # Clocks went forward, or back, in the night before the week's last day.
        ("Europe/Berlin", "2026-03-29 22:00", "2026-03-30 06:00"),
        ("Europe/Berlin", "2026-10-25 23:00", "2026-10-26 07:00"),
        # Where it is still Sunday, or already noon, when the organisation's week ends in Berlin.
        ("Pacific/Honolulu", "2026-11-22 23:00", "2026-11-23 18:00"),
        ("Pacific/Auckland", "2026-11-22 23:00", "2026-11-22 23:00"),
    ],
)
def test_end_after_a_week(zone, week_ends, expected):
    assert quiet(zone).end(at(week_ends)) == at(expected)


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Europe/London", "Asia/Kolkata", "UTC"])
@pytest.mark.parametrize("ends", [time(2, 30), time(8), time(0)])
def test_end_is_the_first_quarter_of_an_hour_that_is_not_quiet(zone, ends):
    """Counted forward step by step, over a whole year."""
    hours = quiet(zone, starts=time(22), ends=ends)
    moment, last, step = at("2026-01-01 00:00"), at("2027-01-01 00:00"), timedelta(minutes=15)
    expected = None
    steps = []
    while moment < last:
        steps.append(moment)
        moment += step
    for moment in reversed(steps):
        expected = expected if hours.include(moment) else moment
        if expected is not None and moment.hour == 3 and moment.minute == 0:
            assert abs(hours.end(moment) - expected) <= timedelta(minutes=30), moment
