"""Calendar weeks: Monday to Sunday in UTC. Everywhere, a week is identified by the date of its Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import InstrumentedAttribute

WEEK = timedelta(days=7)


def monday_of(moment: date | datetime) -> date:
    """The Monday of the week that contains ``moment``; a ``datetime`` is converted to UTC first."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date()
    return moment - timedelta(days=moment.weekday())


def start_of(monday: date) -> datetime:
    return datetime.combine(monday, time(), UTC)


def end_of(monday: date) -> datetime:
    """The first moment after the week (exclusive end)."""
    return start_of(monday + WEEK)


def weeks_until(monday: date, count: int) -> tuple[date, ...]:
    """The Mondays of ``count`` weeks, oldest first, ending with ``monday``."""
    return tuple(monday - WEEK * weeks_back for weeks_back in range(count - 1, -1, -1))


def this_monday() -> date:
    """The Monday of the current week."""
    return monday_of(datetime.now(UTC))


def week_index(column: InstrumentedAttribute[datetime], weeks: tuple[date, ...]) -> ColumnElement[int]:
    """SQL for the position in ``weeks`` of the week that contains ``column``, which the caller restricts to those weeks.
    A CASE over the week bounds works on both databases, whose date functions differ."""
    return case(*((column < end_of(monday), index) for index, monday in enumerate(weeks)), else_=len(weeks))
