"""Weeks: from Monday, in UTC. A week is named by the date of its Monday everywhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case
from sqlalchemy.orm import InstrumentedAttribute

WEEK = timedelta(days=7)


def monday_of(moment: date | datetime) -> date:
    """The Monday of the week that ``moment`` lies in; a time is read in UTC."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(UTC).date()
    return moment - timedelta(days=moment.weekday())


def start_of(monday: date) -> datetime:
    return datetime.combine(monday, time(), UTC)


def end_of(monday: date) -> datetime:
    """The first moment after the week."""
    return start_of(monday + WEEK)


def weeks_until(monday: date, count: int) -> tuple[date, ...]:
    """``count`` weeks, oldest first, the last one ``monday``'s own."""
    return tuple(monday - WEEK * back for back in range(count - 1, -1, -1))


def this_monday() -> date:
    """The Monday of the week that runs."""
    return monday_of(datetime.now(UTC))


def bucket(column: InstrumentedAttribute[datetime], weeks: tuple[date, ...]) -> ColumnElement[int]:
    """SQL for the position in ``weeks`` of the week that ``column`` lies in. The caller keeps ``column`` within them.
    A CASE over the bounds reads the same on both databases; their date functions do not."""
    return case(*((column < end_of(monday), place) for place, monday in enumerate(weeks)), else_=len(weeks))
