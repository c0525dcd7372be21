"""Calendar weeks: Monday to Sunday in UTC. A week is named by the date of its Monday everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import InstrumentedAttribute

WEEK = timedelta(days=7)


def monday_of(moment: date | datetime) -> date:
    """The Monday of the week that contains ``moment``; a time is read in UTC."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date()
    return moment - timedelta(days=moment.weekday())


def start_of(monday: date) -> datetime:
    return datetime.combine(monday, time(), UTC)


def end_of(monday: date) -> datetime:
    """The first moment after the week."""
    return start_of(monday + WEEK)


def weeks_until(monday: date, count: int) -> tuple[date, ...]:
    """``count`` weeks, oldest first, ending with ``monday``'s."""
    return tuple(monday - WEEK * back for back in range(count - 1, -1, -1))


def this_monday() -> date:
    """The Monday of the current week."""
    return monday_of(datetime.now(UTC))


def week_index(column: InstrumentedAttribute[datetime], weeks: tuple[date, ...]) -> ColumnElement[int]:
    """SQL for the position in ``weeks`` of the week that contains ``column``, which the caller restricts to those weeks.
    A CASE over the bounds reads the same on both databases; their date functions do not."""
    return case(*((column < end_of(monday), index) for index, monday in enumerate(weeks)), else_=len(weeks))
