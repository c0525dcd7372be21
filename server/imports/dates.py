"""Reads dates and times as exports write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal

from dateutil import parser

from server.imports.cells import Cell, as_text, is_empty

#: Whether 03/04/2026 is in March or in April.
DayOrder = Literal["month-first", "day-first"]

#: A day without a time is noon there: whatever the change of clocks, that is on this day.
NOON = time(12)
#: Day 0 of Excel's calendar; it takes 1900 for a leap year, which no date after it notices.
EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (Excel has no time zones)
#: 1982 to 2064: a number in this range in a column of dates is one of Excel's.
EXCEL_DAYS = (30_000.0, 60_000.0)
#: 2001 to 2065 in seconds; HubSpot writes milliseconds.
UNIX_SECONDS = (1_000_000_000.0, 3_000_000_000.0)
MAX_CHARACTERS = 60

#: 3/4/2026, 3.4.26 or 3-4-2026 at the start of a text.
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"\d{4}[./-]\d{1,2}[./-]\d{1,2}(?!\d)")
#: 3/4/2026 or 3/4/2026 4:10 PM.
_USUAL = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})(?: (\d{1,2}):(\d{2})(?: ([AaPp][Mm]))?)?")
#: 3 April 2026, 3-Apr-2026 or Apr 3, 2026. The parser alone would also read "call 3" as a date.
_NAMED_MONTH = re.compile(r"(\w+,?\s+)?(\d{1,2}[\s.-]+[A-Za-z]{3,9}|[A-Za-z]{3,9}\.?\s+\d{1,2})[\s.,-]+\d{4}(?!\d)")


def guess_day_order(cells: Iterable[Cell]) -> DayOrder | None:
    """None if no date says it: none has a first or a second number above 12, or they contradict each other."""
    found: set[DayOrder] = set()
    for cell in cells:
        match = _DAY_MONTH_YEAR.match(cell.strip()) if isinstance(cell, str) else None
        # Only Europe writes 3.4.2026.
        if match and (match[2] == "." or int(match[1]) > 12):
            found.add("day-first")
        elif match and int(match[3]) > 12:
            found.add("month-first")
    return found.pop() if len(found) == 1 else None


def parse_moment(cell: Cell, *, zone: tzinfo, day_order: DayOrder | None = None) -> datetime | None:
    """In UTC. Times without a zone are in ``zone``. None for an empty cell. Raises ``ValueError`` if it is not a date, or if
    only ``day_order`` would tell the month from the day."""
    if is_empty(cell):
        return None
    moment = _parse_value(cell, day_order) or _parse_number(cell)
    if moment is None:
        raise ValueError(f'"{as_text(cell)[:MAX_CHARACTERS]}" is not a date')
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(f'"{as_text(cell)[:MAX_CHARACTERS]}" is not a date of our time') from None


def is_moment(cell: Cell) -> bool:
    """Whether it is a date in either order of day and month."""
    try:
        return parse_moment(cell, zone=UTC, day_order="day-first") is not None
    except ValueError:
        return False


def _parse_number(cell: Cell) -> datetime | None:
    if not isinstance(cell, (str, int, float)) or isinstance(cell, bool):
        return None
    try:
        number = float(cell)
    except ValueError:
        return None
    for seconds in (number, number / 1000):
        if UNIX_SECONDS[0] <= seconds < UNIX_SECONDS[1]:
            return datetime.fromtimestamp(seconds, UTC)
    if EXCEL_DAYS[0] <= number < EXCEL_DAYS[1]:
        moment = EXCEL_EPOCH + timedelta(seconds=round(number * 86_400))
        return moment if number % 1 else datetime.combine(moment, NOON)
    return None


def _parse_value(cell: Cell, day_order: DayOrder | None) -> datetime | None:
    if isinstance(cell, datetime):
        # openpyxl reads a day as midnight.
        return datetime.combine(cell, NOON) if cell.time() == time() and cell.tzinfo is None else cell
    if isinstance(cell, date):
        return datetime.combine(cell, NOON)
    text = as_text(cell)
    match = _DAY_MONTH_YEAR.match(text)
    if match and day_order is None and match[2] != "." and max(int(match[1]), int(match[3])) <= 12 and match[1] != match[3]:
        raise ValueError(f'"{match[0]}" may be two days: say whether the day or the month comes first')
    return _parse_text(text, is_day_first=match is not None and (match[2] == "." or day_order == "day-first"))


@lru_cache(maxsize=10_000)
def _parse_text(text: str, *, is_day_first: bool) -> datetime | None:
    """Remembered, because files repeat days. dateutil takes 80 microseconds, so the usual forms are read without it."""
    match = _DAY_MONTH_YEAR.match(text)
    is_year_first = _YEAR_FIRST.match(text) is not None
    if len(text) > MAX_CHARACTERS or not (match or is_year_first or _NAMED_MONTH.match(text)):
        return None
    try:
        if usual := _USUAL.fullmatch(text):
            return _read_usual(usual, is_day_first=is_day_first)
        if is_year_first:
            moment = datetime.fromisoformat(text)
            return datetime.combine(moment, NOON) if len(text) == len("2026-11-23") else moment
    except ValueError:
        pass  # such as a day without leading zeros
    try:
        parsed: datetime = parser.parse(text, dayfirst=is_day_first, yearfirst=match is None, default=datetime(2000, 1, 1, 12))  # noqa: DTZ001
    except (ValueError, OverflowError, parser.UnknownTimezoneWarning):
        return None
    return parsed


def _read_usual(match: re.Match[str], *, is_day_first: bool) -> datetime:
    first, second, year, hour, minute, half = match.groups()
    day, month = (int(first), int(second)) if is_day_first else (int(second), int(first))
    if month > 12:
        day, month = month, day
    if hour is None:
        return datetime(int(year), month, day, NOON.hour)  # noqa: DTZ001
    if half and not 1 <= int(hour) <= 12:
        raise ValueError
    hours = int(hour) % 12 + 12 * (half.upper() == "PM") if half else int(hour)
    return datetime(int(year), month, day, hours, int(minute))  # noqa: DTZ001
