"""Periods cut into parts, and where the numbers of each part are read: from weekly sums or from the rows themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.core.periods import Period
from server.core.weeks import DAY, Calendar
from server.rollups.changes import settle
from server.rollups.state import is_complete
from server.rollups.weeks import whole_parts


class Days:
    """Days that are read from the rows themselves, each with the part that it belongs to."""

    def __init__(self, calendar: Calendar, ranges: Sequence[tuple[date, date, int]]) -> None:
        """``ranges``: in order, without overlaps: first day, the day after the last, and part."""
        self.calendar, self._ranges = calendar, ranges

    def __bool__(self) -> bool:
        return bool(self._ranges)

    @property
    def period(self) -> Period:
        return Period("custom", self._ranges[0][0], self._ranges[-1][1] - DAY)

    @property
    def parts(self) -> list[int]:
        return [part for _, _, part in self._ranges]

    def index_of(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[int]:
        """SQL for the position in ``parts``."""
        return self.calendar.position(moment, [end for _, end, _ in self._ranges])

    def includes(self, moment: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        joined: list[tuple[date, date]] = []
        for start, end, _ in self._ranges:
            if joined and joined[-1][1] == start:
                joined[-1] = (joined[-1][0], end)
            else:
                joined.append((start, end))
        return or_(
            *(and_(moment >= self.calendar.start_of(start), moment < self.calendar.start_of(end)) for start, end in joined)
        )


class Parts:
    """Periods cut into parts that do not overlap, so that one query reads each row once, whatever the periods are.

    ``weeks``: the part of each group of days whose sums are stored (``rollups.weeks``). ``days``: all others."""

    def __init__(self, calendar: Calendar, periods: Sequence[Period], *, has_sums: bool = False) -> None:
        cuts = sorted({day for period in periods for day in (period.first, period.last + DAY)})
        starts, ends = cuts[:-1], cuts[1:]
        self._inside = [
            [index for index, start in enumerate(starts) if period.first <= start <= period.last] for period in periods
        ]
        self.weeks: dict[date, int] = {}
        ranges: list[tuple[date, date, int]] = []
        needed = {index for inside in self._inside for index in inside}
        for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if index in needed:
                weeks, rest = whole_parts(start, end) if has_sums else ([], [(start, end)])
                self.weeks |= dict.fromkeys(weeks, index)
                ranges += [(first, after, index) for first, after in rest]
        self.days = Days(calendar, ranges)
        self.everything = Days(
            calendar, [(start, end, index) for index, (start, end) in enumerate(zip(starts, ends, strict=True))]
        )

    def sums(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period, from the numbers of parts."""
        return [sum(numbers.get(index, 0) for index in inside) for inside in self._inside]

    def last(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period the number of its last part that has one."""
        return [next((numbers[index] for index in reversed(inside) if index in numbers), 0) for inside in self._inside]

    def most(self, numbers: Mapping[int, int]) -> list[int]:
        """For each period, the largest number of its parts."""
        return [max((numbers.get(index, 0) for index in inside), default=0) for inside in self._inside]

    def having(self, found: Mapping[int, set[int]]) -> list[set[int]]:
        """For each period, who is in any of its parts."""
        return [set().union(*(found.get(index, ()) for index in inside)) for inside in self._inside]


def make_parts(session: Session, calendar: Calendar, periods: Sequence[Period]) -> Parts:
    settle(session)
    return Parts(calendar, periods, has_sums=is_complete(session, zone=calendar.zone.key))
