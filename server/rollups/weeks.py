"""How days are grouped: by week, and a week in which a month begins in two parts. Weeks, months and quarters are then whole
groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from server.core.weeks import DAY, WEEK, monday_of


def part_of_week(day: date) -> date:
    """The first day of the group that the day belongs to."""
    return max(monday_of(day), day.replace(day=1))


def end_of_part(first: date) -> date:
    """The first day after the group that begins on ``first``."""
    sunday = monday_of(first) + WEEK - DAY
    return sunday.replace(day=1) if sunday.month != first.month else sunday + DAY


def whole_parts(first: date, end: date) -> tuple[list[date], list[tuple[date, date]]]:
    """Of the days from ``first`` to before ``end``: the groups that lie in them, and the days that are left over at the
    beginning and at the end, as first days and the days after the last."""
    parts: list[date] = []
    rest: list[tuple[date, date]] = []
    for start, after in _groups(first, end):
        if first <= start and after <= end:
            parts.append(start)
        else:
            rest.append((max(start, first), min(after, end)))
    return parts, rest


def _groups(first: date, end: date) -> Iterator[tuple[date, date]]:
    start = part_of_week(first)
    while start < end:
        after = end_of_part(start)
        yield start, after
        start = after
