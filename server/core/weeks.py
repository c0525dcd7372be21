"""Days and calendar weeks, Monday to Sunday, in the organisation's time zone. Everywhere, a week is identified by the date of
its Monday."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import InstrumentedAttribute

from server.core import clock

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
WORKDAYS_PER_WEEK = 5


def monday_of(day: date) -> date:
    """The Monday of the week that contains ``day``."""
    return day - timedelta(days=day.weekday())


def weeks_until(monday: date, count: int) -> tuple[date, ...]:
    """The Mondays of ``count`` weeks, oldest first, ending with ``monday``."""
    return tuple(monday - WEEK * weeks_back for weeks_back in range(count - 1, -1, -1))


def workdays_of(monday: date) -> tuple[date, ...]:
    """Monday to Friday."""
    return tuple(monday + DAY * weekday for weekday in range(WORKDAYS_PER_WEEK))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Converts moments to days and weeks of one time zone, and back."""

    zone: ZoneInfo

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def monday_of(self, moment: datetime) -> date:
        return monday_of(self.day_of(moment))

    def start_of(self, day: date) -> datetime:
        """The first moment of the day, in UTC. Where clocks skip midnight, the moment at which they do."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC)

    def end_of(self, monday: date) -> datetime:
        """The first moment after the week (exclusive end)."""
        return self.start_of(monday + WEEK)

    def today(self) -> date:
        return self.day_of(clock.now())

    def this_monday(self) -> date:
        return monday_of(self.today())

    def position(self, column: InstrumentedAttribute[Any], ends: Sequence[date]) -> ColumnElement[int]:
        """SQL for the position in ``ends``, which are ascending, of the first day that begins after ``column``. A CASE over the
        moments works on both databases, whose date functions differ."""
        return case(*((column < self.start_of(day), index) for index, day in enumerate(ends)), else_=len(ends))


UTC_CALENDAR = Calendar(ZoneInfo("UTC"))
